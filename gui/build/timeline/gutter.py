"""The names of the lanes, left of them, with what folds them."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QToolTip, QWidget

from core.build.chart import Lane
from gui.build.timeline.facts import KINDS
from gui.build.timeline.lanes import GAP, HEIGHT, Row
from gui.build.timeline.room import Room
from gui.build.timeline.scene import Scene
from gui.theme.icons import icon
from gui.theme.theme import Theme, font
from gui.theme.tokens import Space, Type

CHEVRON: Final = 14


class Gutter(QWidget):
    """A click on a lane folds what is part of it, or brings it back."""

    def __init__(self, theme: Theme, scene: Scene, bar: QScrollBar) -> None:
        super().__init__()
        self._theme = theme
        self._scene = scene
        self._bar = bar
        self._fonts = (font(Type.SMALL, Type.MEDIUM), font(Type.SMALL))
        self._chevrons: dict[str, QPixmap] = {}
        self.fit(Room())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Lanes")
        scene.arranged.connect(self.update)
        bar.valueChanged.connect(self.update)
        theme.changed.connect(self._recolour)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self.width(), 3 * HEIGHT)

    def fit(self, room: Room) -> None:
        self._indent = room.indent
        self.setFixedWidth(room.gutter)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours, scroll = self._theme.colours, self._bar.value()
        chosen = self._scene.bar.lane if self._scene.bar else -1
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.surface))
        for row in self._scene.rows.between(scroll, scroll + self.height()):
            lane, top = self._scene.chart.lanes[row.lane], row.top - scroll
            if row.lane and lane.parent is None:
                painter.setPen(QColor(colours.border))
                painter.drawLine(0, top - GAP // 2, self.width(), top - GAP // 2)
            if row.lane == chosen:
                painter.fillRect(0, top, self.width(), HEIGHT, QColor(colours.selection))
            self._lane(painter, row, lane, top)
        painter.setPen(QColor(colours.border))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        painter.end()

    def _lane(self, painter: QPainter, row: Row, lane: Lane, top: int) -> None:
        colours = self._theme.colours
        x = Space.SMALL + lane.depth * self._indent
        if row.lane in self._scene.foldable:
            name = "chevron" if lane.key in self._scene.folded else "expanded"
            painter.drawPixmap(QPointF(x, top + (HEIGHT - CHEVRON) / 2), self._chevron(name))
        x += CHEVRON + Space.HAIR
        chosen = self._fonts[1 if lane.depth else 0]
        painter.setFont(chosen)
        painter.setPen(QColor(colours.muted if lane.depth else colours.text))
        room = self.width() - x - Space.SMALL
        text = QFontMetricsF(chosen).elidedText(lane.title, Qt.TextElideMode.ElideRight, room)
        where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(x, top, room, HEIGHT), where, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        lane = self._lane_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and lane >= 0:
            self._scene.fold(lane)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        self._bar.event(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self._lane_at(event.pos().y())
            if index >= 0:
                lane = self._scene.chart.lanes[index]
                does = "" if index not in self._scene.foldable else "\nClick to fold or unfold its parts."
                QToolTip.showText(event.globalPos(), f"{KINDS[lane.kind]}: {lane.title}{does}".replace("<", "‹"), self)
            return True
        return super().event(event)

    def _lane_at(self, y: float) -> int:
        place = self._scene.rows.at(y + self._bar.value())
        return self._scene.rows.rows[place].lane if place >= 0 else -1

    def _chevron(self, name: str) -> QPixmap:
        if name not in self._chevrons:
            made = icon(name, self._theme.colours, "muted")
            self._chevrons[name] = made.pixmap(QSize(CHEVRON, CHEVRON), self.devicePixelRatioF())
        return self._chevrons[name]

    def _recolour(self) -> None:
        self._chevrons.clear()
        self.update()
