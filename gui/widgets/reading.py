"""Text to read and to copy, in fixed type: documents, members of a call."""

from PySide6.QtWidgets import QPlainTextEdit

from gui.theme.theme import fixed_font
from gui.theme.tokens import Type


class Reading(QPlainTextEdit):
    """Read-only; Tab leaves it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(fixed_font(Type.SMALL))
        self.setAccessibleName(name)

    def read(self, text: str) -> None:
        """Show a text from its beginning; the same text stays where it was scrolled to."""
        if text != self.toPlainText():
            self.setPlainText(text)
