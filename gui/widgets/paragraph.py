"""Text that wraps anywhere it has to: sentences, and the ARNs and paths in them that have no blank to wrap at.

A QLabel breaks at blanks only and cuts what is longer than its width off, so places to break are put into long words.
Screen readers get the text without them.
"""

import re
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from gui.theme.theme import font
from gui.theme.tokens import Type

_BREAK: Final = "\u200b"
_LONG_WORD: Final = re.compile(r"\S{17,}")
_JOINT: Final = re.compile(r"([/:._=@,-])")
_RUN: Final = re.compile(r"([^\s\u200b]{16})")


class Paragraph(QLabel):
    """Plain text of any width, as tall as it needs to be."""

    def __init__(self, text: str = "", look: str = "", step: int = Type.BODY, weight: int = Type.REGULAR) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMinimumWidth(1)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if step != Type.BODY or weight != Type.REGULAR:
            self.setFont(font(step, weight))
        if look:
            self.setProperty("look", look)
        self.said = ""
        self.say(text)
        if not text:
            self.hide()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line: the height for the least width would be a tower, and a scroll area takes it for needed."""
        return QSize(1, self.fontMetrics().height())

    def say(self, text: str) -> None:
        """Show another text; nothing at all takes no room."""
        if text != self.said:
            self.said = text
            self.setText(breakable(text))
            self.setAccessibleName(text)
            if self.parentWidget() is not None:  # a widget without parent would come up as a window
                self.setVisible(bool(text))


def breakable(text: str) -> str:
    """The text with places to break in words too long for a narrow column."""
    return _LONG_WORD.sub(lambda word: _RUN.sub(rf"\1{_BREAK}", _JOINT.sub(rf"\1{_BREAK}", word[0])), text)
