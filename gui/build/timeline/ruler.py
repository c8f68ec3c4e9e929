"""The ruler above the bars: time since the run began, and the moment the pointer is at."""

from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollBar, QSizePolicy

from gui.build.timeline.gestures import Drag, TimeStrip
from gui.build.timeline.painting import TICK_ROOM
from gui.build.timeline.scene import Scene
from gui.build.timeline.window import clock_text, ticks
from gui.theme.theme import Theme, font
from gui.theme.tokens import Space, Type

HEIGHT = 26


class Ruler(TimeStrip):
    """Dragging it pans."""

    drags = Drag.PAN

    def __init__(self, theme: Theme, scene: Scene, bar: QScrollBar) -> None:
        super().__init__(scene, bar)
        self._theme = theme
        self.setFont(font(Type.SMALL))
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setToolTip("Time since the build began. Drag to move it.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for signal in (scene.arranged, scene.moved, scene.pointed, theme.changed):
            signal.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours, window, width = self._theme.colours, self.scene.window, self.width()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.window))
        painter.setPen(QColor(colours.border))
        painter.drawLine(0, HEIGHT - 1, width, HEIGHT - 1)
        for tick in ticks(window, self.scene.begin, width // TICK_ROOM):
            x = round(window.x(tick.time, width))
            painter.setPen(QColor(colours.border_strong))
            painter.drawLine(x, HEIGHT - 6, x, HEIGHT - 1)
            if x + Space.HAIR + painter.fontMetrics().horizontalAdvance(tick.text) <= width:
                painter.setPen(QColor(colours.muted))
                painter.drawText(x + Space.HAIR, HEIGHT - 9, tick.text)
        self._pointed(painter)
        painter.end()

    def _pointed(self, painter: QPainter) -> None:
        """The moment under the pointer, on a plate: into the run, and by the clock."""
        moment = self.scene.pointer
        if moment is None or not self.scene.chart.bars:
            return
        colours, width = self._theme.colours, self.width()
        decimals = 0 if self.scene.window.length > 60 else 1 if self.scene.window.length > 5 else 3
        into = clock_text(moment - self.scene.begin, decimals)
        text = f"{into}  ·  {datetime.fromtimestamp(moment).astimezone():%H:%M:%S}"
        room = painter.fontMetrics().horizontalAdvance(text) + 2 * Space.SMALL
        x = self.scene.window.x(moment, width)
        plate = QRectF(min(max(x - room / 2, 0), width - room), 2, room, HEIGHT - 5)
        painter.setPen(QPen(QColor(colours.border_strong), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(QColor(colours.text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def click(self, point: QPointF) -> None:
        """A ruler has nothing to choose."""
