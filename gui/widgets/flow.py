"""Widgets side by side that go on in the next line where the width ends, as words do."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize
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

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # something held wants another size
            self._place()
            self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._place()
        self.updateGeometry()

    def _place(self) -> None:
        for widget, place in zip(self._held, self._places(self.width()), strict=True):
            widget.setGeometry(place)

    def _places(self, width: int) -> list[QRect]:
        """Those of one line are as tall as the tallest of them."""
        lines: list[list[QSize]] = [[]]
        x = 0
        for widget in self._held:
            size = _size(widget, width)
            if lines[-1] and x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append(size)
            x += size.width() + self._gap
        places: list[QRect] = []
        y = 0
        for line in lines:
            x, height = 0, max((size.height() for size in line), default=0)
            for size in line:
                places.append(QRect(x, y, size.width(), height))
                x += size.width() + self._gap
            y += height + Space.HAIR
        return places


def _size(widget: QWidget, width: int) -> QSize:
    wanted = widget.sizeHint().expandedTo(widget.minimumSize()).boundedTo(widget.maximumSize())
    wide = min(wanted.width(), max(width, 1))
    tall = widget.heightForWidth(wide) if widget.hasHeightForWidth() else wanted.height()
    return QSize(wide, tall)
