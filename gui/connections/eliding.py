"""A label that ends in "…" where it has no room, instead of pushing others away."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy
from superqt import QElidingLabel

from gui.theme.theme import font
from gui.theme.tokens import Type


def eliding(text: str, look: str = "", step: int = Type.BODY, weight: int = Type.REGULAR) -> QElidingLabel:
    """A label of plain text; the tool tip is for whoever sets the text."""
    made = QElidingLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(font(step, weight))
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if look:
        made.setProperty("look", look)
    return made
