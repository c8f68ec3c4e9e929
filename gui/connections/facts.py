"""Facts about a connection in two columns: what it is, and the value, which can be copied."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.theme.tokens import Space
from gui.widgets.dress import label
from gui.widgets.layout import clear

Fact = tuple[str, str]
_NAMES = 120


class Facts(QWidget):
    """A fact without a value is left out; rebuilt only when something else is said."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: tuple[Fact, ...] = ()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.LARGE)
        self._grid.setVerticalSpacing(Space.SMALL)
        self._grid.setColumnMinimumWidth(0, _NAMES)
        self._grid.setColumnStretch(1, 1)
        self.setLayout(self._grid)

    def tell(self, facts: Iterable[Fact]) -> None:
        said = tuple(fact for fact in facts if fact[1])
        if said == self.shown:
            return
        self.shown = said
        clear(self._grid)
        for number, (name, value) in enumerate(said):
            right = label(value, wraps=True)
            right.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            right.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(label(name, "muted"), number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(right, number, 1, Qt.AlignmentFlag.AlignTop)
