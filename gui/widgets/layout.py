"""Rows and columns in one call, so that code that lays out reads like what it makes."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from gui.theme.tokens import Space

STRETCH = object()
"""Takes all the room that is left."""

Part = QWidget | QLayout | int | object
"""A widget, a layout, a gap in pixels, or STRETCH."""


def _filled(layout: QBoxLayout, parts: Iterable[Part], gap: int, margin: int | tuple[int, int, int, int]) -> None:
    layout.setSpacing(gap)
    edges = (margin,) * 4 if isinstance(margin, int) else margin
    layout.setContentsMargins(*edges)
    for part in parts:
        match part:
            case QWidget():
                layout.addWidget(part)
            case QLayout():
                layout.addLayout(part)
            case int():
                layout.addSpacing(part)
            case _:
                layout.addStretch(1)


def row(*parts: Part, gap: int = Space.SMALL, margin: int | tuple[int, int, int, int] = 0) -> QHBoxLayout:
    layout = QHBoxLayout()
    _filled(layout, parts, gap, margin)
    return layout


def column(*parts: Part, gap: int = Space.SMALL, margin: int | tuple[int, int, int, int] = 0) -> QVBoxLayout:
    layout = QVBoxLayout()
    _filled(layout, parts, gap, margin)
    return layout


def holding(layout: QLayout, widget: QWidget | None = None) -> QWidget:
    """A widget (a new one, if none is given) with this layout."""
    made = widget or QWidget()
    made.setLayout(layout)
    return made


def scrolled(content: QWidget) -> QScrollArea:
    """A page taller than its room, scrolled up and down only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setProperty("look", "page")
    area.setWidget(content)
    return area


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
