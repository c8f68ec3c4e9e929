"""What wheel and mouse do wherever time runs from left to right: on the bars, on the ruler, on the curves.

The wheel scrolls the lanes, with Ctrl it zooms at the pointer, with Shift (or sideways) it pans; where there is nothing
to scroll it zooms. Dragging draws a range, with Shift it measures from edge to edge, and with the middle button, or on
the ruler, it pans.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QWidget

from gui.build.timeline.scene import Scene, Stretch
from gui.build.timeline.walk import snapped
from gui.build.timeline.window import Window

ZOOM: Final = 1.25
"""How much nearer or farther for a notch of the wheel or a press of a key."""
PAN: Final = 0.15
"""Of the window, for a notch or a press."""
NOTCH: Final = 120.0
REACH: Final = 6
"""Pixels within which a measurement snaps to an edge."""
SLACK: Final = 4
"""Pixels that a click may wander."""


class Drag(Enum):
    RANGE = auto()
    MEASURE = auto()
    PAN = auto()


@dataclass(frozen=True, slots=True)
class Held:
    """A button went down: where, when on the time axis, in which window, and what dragging then does. `begun` once it
    is more than a click."""

    point: QPointF
    time: float
    window: Window
    drag: Drag
    begun: bool = False


class TimeStrip(QWidget):
    """A widget as wide as the scene's window of time."""

    drags: Drag = Drag.RANGE
    """What a plain drag does."""

    def __init__(self, scene: Scene, bar: QScrollBar) -> None:
        super().__init__()
        self.scene = scene
        self.bar = bar
        self._held: Held | None = None
        self.setMouseTracking(True)

    def time_at(self, x: float) -> float:
        return self.scene.window.time(x, max(1, self.width()))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        turned, aside = event.angleDelta().y() / NOTCH, event.angleDelta().x() / NOTCH
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.zoom(turned or aside, event.position().x())
        elif aside or modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.pan(-(aside or turned))
        elif self.bar.maximum() > 0:
            self.bar.setSliderPosition(self.bar.value() - round(turned * self.bar.singleStep() * 2))
        else:
            self.zoom(turned, event.position().x())
        event.accept()

    def zoom(self, notches: float, x: float) -> None:
        """Nearer (positive) or farther; what is at `x` stays there."""
        self.scene.look(self.scene.window.zoomed(ZOOM**-notches, self.time_at(x)))

    def pan(self, notches: float) -> None:
        self.scene.look(self.scene.window.panned(notches * PAN * self.scene.window.length))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        drag = self.drags
        if event.button() == Qt.MouseButton.MiddleButton:
            drag = Drag.PAN
        elif event.button() != Qt.MouseButton.LeftButton:
            return
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            drag = Drag.MEASURE
        at = self.time_at(event.position().x())
        self._held = Held(event.position(), self._edge(at) if drag is Drag.MEASURE else at, self.scene.window, drag)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        held, x = self._held, event.position().x()
        if held is None:
            self.scene.point(self.time_at(x))
            return
        if not held.begun:
            if (event.position() - held.point).manhattanLength() < SLACK:
                return
            held = self._held = Held(held.point, held.time, held.window, held.drag, begun=True)
        at = self.time_at(x)
        match held.drag:
            case Drag.PAN:
                moved = (held.point.x() - x) / max(1, self.width()) * held.window.length
                self.scene.look(held.window.panned(moved))
            case Drag.MEASURE:
                self.scene.draw(Stretch(held.time, self._edge(at), measured=True))
            case Drag.RANGE:
                self.scene.draw(Stretch(min(held.time, at), max(held.time, at)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        held, self._held = self._held, None
        if held is not None and not held.begun and event.button() == Qt.MouseButton.LeftButton:
            self.scene.draw(None)
            self.click(event.position())

    def leaveEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        self.scene.point(None)

    def click(self, point: QPointF) -> None:
        """The button came up where it had gone down."""

    def _edge(self, at: float) -> float:
        reach = REACH / max(1, self.width()) * self.scene.window.length
        return snapped(self.scene.columns, self.scene.rows, at, reach)
