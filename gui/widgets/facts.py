"""Facts about one thing: names left, values right, as many as there are."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.theme.tokens import Space, Type
from gui.widgets.dress import label
from gui.widgets.layout import clear

Fact = tuple[str, str]
_LONG = re.compile(r"\S{25,}")


class Facts(QWidget):
    """A fact without a value is left out. `names` is the least width of the names, for facts below each other; `look`
    that of the values."""

    def __init__(self, names: int = 0, look: str = "") -> None:
        super().__init__()
        self._look = look
        self._shown: tuple[Fact, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.MEDIUM)
        self._grid.setVerticalSpacing(Space.HAIR)
        self._grid.setColumnMinimumWidth(0, names)
        self._grid.setColumnStretch(1, 1)

    @property
    def shown(self) -> tuple[Fact, ...]:
        return self._shown

    def show_facts(self, facts: Sequence[Fact]) -> None:
        said = tuple(fact for fact in facts if fact[1])
        if said == self._shown:
            return
        self._shown = said
        clear(self._grid)
        for position, (name, value) in enumerate(said):
            left = label(name, "muted", step=Type.SMALL)
            right = label(broken(value), self._look, step=Type.SMALL, wraps=True)
            if right.text() == value:  # what holds break marks must not be copied with them
                right.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            right.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(left, position, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(right, position, 1, Qt.AlignmentFlag.AlignTop)


def broken(text: str) -> str:
    """A text whose long words (ARNs, paths) may break after their colons and slashes."""
    return _LONG.sub(lambda word: word[0].replace(":", ":\u200b").replace("/", "/\u200b"), text)
