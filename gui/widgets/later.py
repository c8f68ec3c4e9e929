"""A widget that is made when it is first looked at, so that what nobody has opened yet costs no start anything."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

Made = TypeVar("Made", bound=QWidget)


class Later(QWidget, Generic[Made]):
    """Stands in for what `make` makes."""

    def __init__(self, make: Callable[[], Made]) -> None:
        super().__init__()
        self._make = make
        self._made: Made | None = None
        self._room = QVBoxLayout(self)
        self._room.setContentsMargins(0, 0, 0, 0)

    @property
    def made(self) -> bool:
        return self._made is not None

    @property
    def widget(self) -> Made:
        """What is meant, made now if it wasn't."""
        if self._made is None:
            self._made = self._make()
            self._made.setAccessibleName(self.accessibleName())
            self._room.addWidget(self._made)
        return self._made

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        self.widget.show()  # a layout would do it only when the event loop is back
        super().showEvent(event)
