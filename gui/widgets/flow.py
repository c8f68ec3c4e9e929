"""Widgets side by side that go on in the next line where the width ends, as words do."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.tokens import Space


class Flow(QWidget):
    """Holds what it is filled with, each as large as it wants to be."""

    def __init__(self, gap: int = Space.MEDIUM) -> None:
        super().__init__()
        self._gap = gap
        self._held: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def held(self) -> tuple[QWidget, ...]:
        return tuple(self._held)

    def fill(self, widgets: Sequence[QWidget]) -> None:
        """Hold these; those that were held before and aren't among them are let go."""
        for old in (each for each in self._held if each not in widgets):
            old.hide()
            old.setParent(None)
            old.deleteLater()
        self._held = list(widgets)
        for each in self._held:
            each.setParent(self)
            each.show()
        self._place()
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        return max((place.bottom() + 1 for place in self._places(width)), default=0)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        width = max(self.width(), 1)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(1, self.heightForWidth(max(self.width(), 1)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._place()
        self.updateGeometry()

    def _place(self) -> None:
        for widget, place in zip(self._held, self._places(self.width()), strict=True):
            widget.setGeometry(place)

    def _places(self, width: int) -> list[QRect]:
        places: list[QRect] = []
        x = y = height = 0
        for widget in self._held:
            size = widget.sizeHint()
            if x and x + size.width() > width:
                x, y, height = 0, y + height + Space.HAIR, 0
            places.append(QRect(x, y, min(size.width(), max(width, 1)), size.height()))
            x += size.width() + self._gap
            height = max(height, size.height())
        return places
