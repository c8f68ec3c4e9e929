"""Whether words have the room they need: labels and buttons whose text is cut off are found by their sizes."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QSizePolicy, QWidget

from gui.widgets.elided import ElidedButton

SLACK = 1
"""Pixels that rounding may take."""


def clipped(root: QWidget) -> list[str]:
    """The visible labels and buttons below a widget whose text does not fit, or that reach out of what they are in.

    A label that gives up its width on purpose (policy Ignored) is left out: it must say its text in a tool tip.
    """
    found = []
    for each in root.findChildren(QWidget):
        if isinstance(each, QLabel | QAbstractButton) and each.isVisibleTo(root) and _text(each):
            wraps = isinstance(each, QLabel) and each.wordWrap()
            given_up = not wraps and each.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored
            if given_up and not each.toolTip():
                found.append(f"{_text(each)!r} may be cut and has no tool tip")
            elif not given_up and (lacking := _lacking(each)):
                found.append(f"{_text(each)!r} {lacking}")
            if outside := _outside(each, root):
                found.append(f"{_text(each)!r} {outside}")
    return found


def _text(widget: QLabel | QAbstractButton) -> str:
    return widget.text().replace("\n", " ⏎ ").strip()[:60]


def _lacking(widget: QLabel | QAbstractButton) -> str:
    have = widget.size()
    if isinstance(widget, QLabel) and widget.wordWrap():
        need = widget.heightForWidth(have.width())
        return f"needs {need} px of height and has {have.height()}" if need > have.height() + SLACK else ""
    gives_way = isinstance(widget, QLabel | ElidedButton)
    need_width = widget.minimumSizeHint().width() if gives_way else widget.sizeHint().width()
    if need_width > have.width() + SLACK:
        return f"needs {need_width} px of width and has {have.width()}"
    need_height = widget.minimumSizeHint().height()
    return f"needs {need_height} px of height and has {have.height()}" if need_height > have.height() + SLACK else ""


def _outside(widget: QWidget, root: QWidget) -> str:
    """Whether it sticks out of a parent that can't be scrolled to it."""
    around = widget.parentWidget()
    while around is not None and around is not root:
        scrolls = around.parentWidget()
        if isinstance(scrolls, QScrollArea) and around is scrolls.viewport():
            return _beside(widget, scrolls)
        place = widget.mapTo(around, QPoint(0, 0))
        if place.x() + widget.width() > around.width() + SLACK or place.x() < -SLACK:
            return f"sticks out of {type(around).__name__}"
        if place.y() + widget.height() > around.height() + SLACK or place.y() < -SLACK:
            return f"sticks out of {type(around).__name__}"
        if around.windowType() is not Qt.WindowType.Widget:
            return ""
        around = around.parentWidget()
    return ""


def _beside(widget: QWidget, around: QScrollArea) -> str:
    """A scroll area that has no bar across shows only what is as narrow as it is."""
    across = around.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    right = widget.mapTo(around.viewport(), QPoint(widget.width(), 0)).x()
    return "" if across or right <= around.viewport().width() + SLACK else "sticks out to the right of what scrolls"
