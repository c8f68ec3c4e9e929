"""Parts of a page beside or below each other whose shares the user can move."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from gui.theme.tokens import Space
from gui.widgets.layout import column, holding

Share = tuple[QWidget, int]
"""A part, and how much of the room it gets at first."""


def beside(*shares: Share) -> QSplitter:
    return _split(Qt.Orientation.Horizontal, shares)


def below(*shares: Share) -> QSplitter:
    return _split(Qt.Orientation.Vertical, shares)


def _split(orientation: Qt.Orientation, shares: tuple[Share, ...]) -> QSplitter:
    made = QSplitter(orientation)
    made.setHandleWidth(1)
    made.setChildrenCollapsible(False)
    across = orientation is Qt.Orientation.Horizontal
    for place, (part, share) in enumerate(shares):
        before, after = (Space.MEDIUM if place else 0), (Space.MEDIUM if place < len(shares) - 1 else 0)
        margin = (before, 0, after, 0) if across else (0, before, 0, after)
        made.addWidget(holding(column(part, margin=margin)))
        made.setStretchFactor(place, share)
    made.setSizes([share for _, share in shares])
    return made
