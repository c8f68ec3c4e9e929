"""The moment at which a widget is on the screen for the first time: what can wait until then holds no window up."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget


class Painted(QObject):
    """Signals: `first` — the widget, and whatever is in the same window, has been painted for the first time."""

    first = Signal()
    _painting = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.yet = False
        self._painting.connect(self._tell, Qt.ConnectionType.QueuedConnection)  # when all of the window is painted
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            self._painting.emit()
        return False

    @Slot()
    def _tell(self) -> None:
        self.yet = True
        self.first.emit()
