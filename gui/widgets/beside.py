"""Two parts side by side, the second below the first where there is no room for both."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

from gui.theme.tokens import Space
from gui.widgets.layout import holding

_Direction = QBoxLayout.Direction


class Beside(QWidget):
    """`least` is the width in pixels from which they stand side by side; `shares` are those of the width then. It asks
    for no more width than the wider of the two needs."""

    def __init__(
        self,
        first: QWidget | QLayout,
        second: QWidget | QLayout,
        least: int,
        *,
        shares: tuple[int, int] = (1, 0),
        gap: int = Space.SMALL,
    ) -> None:
        super().__init__()
        self._least = least
        self._box = QBoxLayout(_Direction.LeftToRight)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(gap)
        for part, share in ((first, shares[0]), (second, shares[1])):
            self._box.addWidget(holding(part) if isinstance(part, QLayout) else part, share)
        self.setLayout(self._box)

    @property
    def stacked(self) -> bool:
        return self._box.direction() is _Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        parts = [self._box.itemAt(place) for place in range(self._box.count())]
        widths = [each.minimumSize().width() for each in parts if each is not None and not each.isEmpty()]
        return QSize(max(widths, default=0), self._box.totalMinimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        wanted = _Direction.LeftToRight if self.width() >= self._least else _Direction.TopToBottom
        if wanted is not self._box.direction():
            self._box.setDirection(wanted)
            self.updateGeometry()
