"""A timer that runs only while somebody can see what it keeps up to date."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget


class Ticking(QObject):
    """Ticks while `widget` is shown and `wanted()`; call `look` when that may have changed.

    Signals: `ticked`.
    """

    ticked = Signal()

    def __init__(self, widget: QWidget, interval_ms: int, wanted: Callable[[], bool]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._wanted = wanted
        self._timer = QTimer(self)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._tick)
        widget.installEventFilter(self)

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    @Slot()
    def look(self) -> None:
        wanted = self._widget.isVisible() and not self._widget.window().isMinimized() and self._wanted()
        if wanted and not self._timer.isActive():
            self._timer.start()
        elif not wanted:
            self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() in (QEvent.Type.Show, QEvent.Type.WindowStateChange):
            self.ticked.emit()
            self.look()
        elif event.type() == QEvent.Type.Hide:
            self._timer.stop()
        return super().eventFilter(watched, event)

    @Slot()
    def _tick(self) -> None:
        self.ticked.emit()
        self.look()
