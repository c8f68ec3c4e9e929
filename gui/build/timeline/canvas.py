"""The bars themselves: drawn, pointed at, chosen by mouse and by keyboard, and read out to those who don't see them."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAction,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QScrollBar, QSizePolicy, QToolTip

from core.build.usual import spoken
from gui.build.timeline import walk
from gui.build.timeline.facts import sentence, spoken_name, tip
from gui.build.timeline.frame import Frame, box_of, context_of
from gui.build.timeline.gestures import TimeStrip
from gui.build.timeline.lanes import HEIGHT
from gui.build.timeline.painting import BarsPainting
from gui.build.timeline.scene import Scene, Stretch
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import dress

REACH: Final = 3
"""Pixels beside a bar that still mean it."""

FOLLOWING: Final = 0.05
"""Seconds between two pictures of a run that goes on, at least."""
SPARING: Final = 8
"""And this many times what the last picture took, so that following leaves the app its time on any machine."""

NAME: Final = "Timeline"


class Canvas(TimeStrip):
    """Signals: `resized`; `searched` — the user wants to search; `stepped` — to the next (1) or the previous (-1) of
    what was found; `traced` — the critical path is to be marked, or no longer."""

    resized = Signal()
    searched = Signal()
    stepped = Signal(int)
    traced = Signal()

    def __init__(self, theme: Theme, scene: Scene, bar: QScrollBar) -> None:
        super().__init__(scene, bar)
        self._theme = theme
        self._painting = BarsPainting(theme)
        self._frame: Frame | None = None
        self._pointed = ""
        self._drawn_at = self._drawn = self._cost = 0.0
        self._stale = False
        self._kept = -1
        self._row_time = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        scene.changed.connect(self._renew)
        scene.followed.connect(self._follow)
        scene.moved.connect(self.update)
        scene.grown.connect(self._grow)
        scene.pointed.connect(self.update)
        scene.revealed.connect(self._reveal)
        bar.actionTriggered.connect(self._go_elsewhere)
        bar.valueChanged.connect(self.update)
        theme.changed.connect(self._recolour)
        self._describe()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(600, max(3 * HEIGHT, self.scene.rows.height))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, 3 * HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        self._drawn_at, self._stale, began = self.scene.end, False, time.monotonic()
        painter = QPainter(self)
        self._frame = self._painting.paint(painter, self.scene, self.size(), self.bar.value())
        self._over(painter, self._frame)
        painter.end()
        self._drawn = time.monotonic()
        self._cost = self._drawn - began

    def _over(self, painter: QPainter, frame: Frame) -> None:
        """What follows the pointer and the keys: the pointed bar, the pointed moment, a range, the focus."""
        colours, width = self._theme.colours, self.width()
        box = box_of(self.scene, frame, self._pointed, width)
        if box is not None:
            painter.setPen(QPen(QColor(colours.text), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        if self.scene.pointer is not None:
            x = self.scene.window.x(self.scene.pointer, width)
            painter.setPen(QPen(QColor(colours.border_strong), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        self._stretch(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _stretch(self, painter: QPainter) -> None:
        """A range is shaded; a measurement is a line with its length on it, between two upright ones."""
        stretch, colours, width = self.scene.stretch, self._theme.colours, self.width()
        if stretch is None:
            return
        left, right = sorted(self.scene.window.x(each, width) for each in (stretch.begin, stretch.end))
        shade = QColor(colours.accent)
        shade.setAlphaF(0.08 if stretch.measured else 0.16)
        painter.fillRect(QRectF(left, 0, right - left, self.height()), shade)
        painter.setPen(QPen(QColor(colours.accent), 2 if stretch.measured else 1))
        for x in (left, right):
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        text = spoken(abs(stretch.end - stretch.begin)) if stretch.measured else ""
        if not text:
            return
        y = self.height() / 2
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        room = painter.fontMetrics().horizontalAdvance(text) + 2 * Space.SMALL
        middle = min(max((max(left, 0) + min(right, width)) / 2, room / 2), width - room / 2)
        plate = QRectF(middle - room / 2, y - 11, room, 22)
        painter.fillRect(plate, QColor(colours.accent))
        painter.setPen(QColor(colours.on_accent))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def click(self, point: QPointF) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        key = self._key_at(point)
        self._choose(key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        super().mouseMoveEvent(event)
        self._point(self._key_at(event.position()) if self._held is None else "")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() == Qt.MouseButton.LeftButton and self._key_at(event.position()):
            self.scene.take()

    def leaveEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        super().leaveEvent(event)
        self._point("")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """What can be done with the bar at the pointer, or with the chosen one where a key asks."""
        if event.reason() == QContextMenuEvent.Reason.Mouse and (key := self._key_at(QPointF(event.pos()))):
            self._choose(key)
        if self.scene.bar is not None:
            self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """For the chosen bar; the keys are only shown, they work without it."""
        menu = QMenu(self)
        menu.setAccessibleName("What to do with the chosen bar")
        for icon_name, text, does in (
            ("text", "Go to its log\tEnter", self.scene.take),
            ("zoom-in", "Zoom to it\tF", self.look_at_chosen),
            ("copy", "Copy its name\tCtrl+C", self._copy),
            ("fold", "Fold its lane\tSpace", self.fold),
        ):
            action = QAction(text, menu)
            dress(self._theme, action, icon_name)
            action.triggered.connect(lambda _checked=False, does=does: does())
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            key = self._key_at(QPointF(event.pos()))
            at = self.scene.columns.place(key) if key else -1
            if at >= 0:
                QToolTip.showText(event.globalPos(), tip(self.scene.columns.bars[at], context_of(self.scene)), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.searched.emit()
        elif not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        does = self._keys().get(Qt.Key(event.key())) if not held else None
        if does is None:
            return False
        if event.key() == Qt.Key.Key_N and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.stepped.emit(-1)
        else:
            does()
        return True

    def _keys(self) -> dict[Qt.Key, Callable[[], None]]:
        key, scene = Qt.Key, self.scene
        return {
            key.Key_W: lambda: self.zoom_by(1),
            key.Key_Plus: lambda: self.zoom_by(1),
            key.Key_S: lambda: self.zoom_by(-1),
            key.Key_Minus: lambda: self.zoom_by(-1),
            key.Key_A: lambda: self.pan(-1),
            key.Key_D: lambda: self.pan(1),
            key.Key_0: scene.fit,
            key.Key_Home: scene.fit,
            key.Key_F: self.look_at_chosen,
            key.Key_Left: lambda: self._walk(-1, 0),
            key.Key_Right: lambda: self._walk(1, 0),
            key.Key_Up: lambda: self._walk(0, -1),
            key.Key_Down: lambda: self._walk(0, 1),
            key.Key_Return: scene.take,
            key.Key_Enter: scene.take,
            key.Key_Space: self.fold,
            key.Key_M: self.measure,
            key.Key_P: self.traced.emit,
            key.Key_Escape: self._let_go,
            key.Key_Slash: self.searched.emit,
            key.Key_N: lambda: self.stepped.emit(1),
            key.Key_PageUp: lambda: self.bar.triggerAction(QScrollBar.SliderAction.SliderPageStepSub),
            key.Key_PageDown: lambda: self.bar.triggerAction(QScrollBar.SliderAction.SliderPageStepAdd),
        }

    def look_at_chosen(self) -> None:
        """Zoom to the range that was drawn, else to the chosen bar."""
        stretch, at = self.scene.stretch, self.scene.columns.place(self.scene.key)
        if stretch is not None:
            begin, end = sorted((stretch.begin, stretch.end))
            self.scene.draw(None)
            self.scene.look(type(self.scene.window)(begin, end))
        elif at >= 0:
            self.scene.look_at(float(self.scene.columns.starts[at]), float(self.scene.columns.ends[at]))

    def zoom_by(self, notches: float) -> None:
        """Nearer (positive) or farther, at what is looked at."""
        self.zoom(notches, self._middle())

    def measure(self) -> None:
        """The chosen bar from edge to edge; with a measurement there already, all from that to this bar."""
        at, stretch = self.scene.columns.place(self.scene.key), self.scene.stretch
        if at < 0:
            return
        begin, end = float(self.scene.columns.starts[at]), float(self.scene.columns.ends[at])
        if stretch is not None and stretch.measured:
            begin, end = min(begin, stretch.begin, stretch.end), max(end, stretch.begin, stretch.end)
        self.scene.draw(Stretch(begin, end, measured=True))

    def _middle(self) -> float:
        """Where zooming by keys zooms at: the pointer, else the chosen bar, else the middle."""
        window, width, at = self.scene.window, self.width(), self.scene.columns.place(self.scene.key)
        if at >= 0:
            start, end = float(self.scene.columns.starts[at]), float(self.scene.columns.ends[at])
            middle = (max(start, window.begin) + min(end, window.end)) / 2
            if window.begin <= middle <= window.end:
                return window.x(middle, width)
        return window.x(self.scene.pointer, width) if self.scene.pointer is not None else width / 2

    def _walk(self, along: int, down: int) -> None:
        scene = self.scene
        at = scene.columns.place(scene.key) if scene.key else -1
        if at < 0:
            at = walk.first(scene.columns, scene.rows, scene.window)
        elif along:
            at = walk.beside(scene.columns, at, along)
        else:
            # The moment is kept while walking up and down, so that the way back is the way there.
            at = walk.across(scene.columns, scene.rows, at, down, self._row_time)
        if at >= 0:
            if not down or not scene.key:
                self._row_time = self._seen_middle(at)
            self._choose(scene.columns.bars[at].key, walked=True)

    def _seen_middle(self, at: int) -> float:
        window = self.scene.window
        start, end = float(self.scene.columns.starts[at]), float(self.scene.columns.ends[at])
        return (max(start, window.begin) + min(end, window.end)) / 2

    def _choose(self, key: str, *, walked: bool = False) -> None:
        at = self.scene.columns.place(key) if key else -1
        if at >= 0 and not walked:
            self._row_time = self._seen_middle(at)
        self.scene.choose(key)

    def fold(self) -> None:
        """The lane of the chosen bar, or the one that it is folded into."""
        at = self.scene.columns.place(self.scene.key)
        if at >= 0:
            lane = self.scene.columns.lane(at)
            parent = self.scene.chart.lanes[lane].parent
            if lane in self.scene.foldable:
                self.scene.fold(lane)
            elif parent is not None:
                self.scene.fold(parent)

    def _let_go(self) -> None:
        if self.scene.stretch is not None:
            self.scene.draw(None)
        else:
            self.scene.choose("")

    def _copy(self) -> None:
        if self.scene.bar is not None:
            QGuiApplication.clipboard().setText(self.scene.bar.name)

    def _key_at(self, point: QPointF) -> str:
        bar = self._frame.at(point.x(), point.y(), REACH) if self._frame else None
        return bar.key if bar else ""

    def _point(self, key: str) -> None:
        if key != self._pointed:
            self._pointed = key
            self.update()

    @Slot()
    def _renew(self) -> None:
        self._painting.forget()
        self._describe()
        self.update()

    @Slot()
    def _follow(self) -> None:
        """A run that is told about all the time is not drawn each time: what is left is drawn when time goes on."""
        self._stale = True
        self._painting.forget()
        if time.monotonic() - self._drawn > max(FOLLOWING, SPARING * self._cost):
            self._renew()

    @Slot()
    def _grow(self) -> None:
        """Draw anew if that makes a difference: a pixel, or a second that is read somewhere."""
        passed = self.scene.end - self._drawn_at
        if self._stale:
            self._renew()
        elif passed >= 1 or passed / self.scene.window.length * self.width() >= 1:
            self.update()

    @Slot()
    def _recolour(self) -> None:
        self._painting.recolour()
        self.update()

    @Slot(int)
    def _reveal(self, lane: int) -> None:
        self._kept = lane
        self.keep()

    def keep(self) -> None:
        """Have the lane in view that is to be, also when the room has changed; until the user goes elsewhere."""
        place = self.scene.rows.of(self._kept) if self._kept >= 0 else -1
        if place >= 0:
            row = self.scene.rows.rows[place]
            low = row.bottom + Space.SMALL - self.height()
            self.bar.setValue(min(max(self.bar.value(), low), max(0, row.top - Space.SMALL)))

    @Slot()
    def _go_elsewhere(self) -> None:
        self._kept = -1
        self.scene.follows = False

    def _describe(self) -> None:
        """Say what is chosen to screen readers."""
        bar, context = self.scene.bar, context_of(self.scene)
        name = f"{NAME}: {spoken_name(bar, context)}" if bar else NAME
        text = (
            sentence(bar, context) if bar else f"{len(self.scene.chart.bars)} bars; arrow keys go from one to the next"
        )
        if name != self.accessibleName():
            self.setAccessibleName(name)
            if self.hasFocus():  # Screen readers read a name when the focus comes; here it changes where the focus is.
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, name))
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
