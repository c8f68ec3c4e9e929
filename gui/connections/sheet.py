"""The right side of the page: one column that scrolls, not wider than is good to read."""

from typing import Final

from PySide6.QtWidgets import QWidget

from gui.theme.tokens import Size, Space
from gui.widgets.layout import STRETCH, Part, column, holding, row, scrolled

WIDEST: Final = Size.READING + Size.PALETTE
FACT_NAMES: Final = 100


def sheet(*parts: Part) -> QWidget:
    """`parts` below each other."""
    inner = holding(column(*parts, STRETCH, gap=Space.MEDIUM, margin=Space.HUGE))
    inner.setMaximumWidth(WIDEST)
    layout = row(inner, gap=0)
    layout.addStretch(0)
    layout.setStretch(0, 1)
    return scrolled(holding(layout))
