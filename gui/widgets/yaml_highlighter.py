"""YAML in the theme's colours, line by line: keys, texts, references in double braces, remarks.

Only what a reader of one line needs: whether it stands within a block text or a quoted text of several lines is the
state that one line hands to the next. A text that is wrong is coloured as far as it goes.
"""

import re
from typing import Final

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gui.theme.theme import Theme
from gui.theme.tokens import Type
from gui.widgets.shown_text import units

LONGEST_LINE: Final = 4_000
LARGEST: Final = 256 * 1024
"""Characters in a text above which colours are not worth the wait."""

_KEY: Final = re.compile(
    r"""(?P<lead>\s*(?:-\s+)*)(?P<key>(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s\-#\[\]{},"'|>&*!%@`][^#"'\[\]{},]*?|-[^\s#][^#]*?)\s*:)(?=\s|$)"""
)
_LEAD: Final = re.compile(r"\s*(?:-\s+)*")
_REMARK: Final = re.compile(r"(?:^|(?<=\s))#.*")
_REFERENCE: Final = re.compile(r"\{\{[^{}]*\}\}")
_BLOCK: Final = re.compile(r"(?:^|\s)[|>][0-9+-]{0,2}\s*(?:#.*)?$")
_SINGLE: Final = re.compile(r"'(?:[^']|'')*(?P<end>'|$)")
_DOUBLE: Final = re.compile(r'"(?:[^"\\]|\\.)*(?P<end>"|$)')

# States: plain, within quotes, or within a block text below a line of a certain depth.
_PLAIN: Final = 0
_IN_SINGLE: Final = 1
_IN_DOUBLE: Final = 2
_IN_BLOCK: Final = 16


class YamlHighlighter(QSyntaxHighlighter):
    """Colours a document; repeats it when the scheme changes."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme
        self._current = ""
        self._recolour()
        theme.changed.connect(self._again)

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt's name
        if len(text) > LONGEST_LINE or self.document().characterCount() > LARGEST:
            self.setCurrentBlockState(max(self.previousBlockState(), _PLAIN))
            return
        self._current = text
        before = max(self.previousBlockState(), _PLAIN)
        if before >= _IN_BLOCK:
            if not text.strip() or len(text) - len(text.lstrip(" ")) > before - _IN_BLOCK:
                self._text(0, text)
                self.setCurrentBlockState(before)
                return
            before = _PLAIN
        self.setCurrentBlockState(self._line(text, before))

    def _line(self, text: str, before: int) -> int:
        """Colour one line and say what the next one stands in."""
        start = 0
        if before in (_IN_SINGLE, _IN_DOUBLE):
            quote = "'" if before == _IN_SINGLE else '"'
            end = self._quoted_end(quote + text, quote)
            self._text(0, text if end is None else text[: end - 1])
            if end is None:
                return before
            start = end - 1
        elif (key := _KEY.match(text)) is not None:
            self._paint(key.start("key"), len(key["key"]) - 1, self._key)
            start = key.end()
        elif (lead := _LEAD.match(text)) is not None:
            start = lead.end()
        return self._value(text, start)

    def _value(self, text: str, start: int) -> int:
        rest = text[start:]
        lead = len(rest) - len(rest.lstrip())
        at = start + lead
        if text[at : at + 1] in ("'", '"'):
            quote = text[at]
            end = self._quoted_end(text[at:], quote)
            self._text(at, text[at:] if end is None else text[at : at + end])
            if end is None:
                return _IN_SINGLE if quote == "'" else _IN_DOUBLE
            self._remark(text, at + end)
            return _PLAIN
        remark = self._remark(text, start)
        self._text(at, text[at:remark], plain=_BLOCK.search(text[start:]) is not None)
        if _BLOCK.search(text[start:]):
            return _IN_BLOCK + len(text) - len(text.lstrip(" "))
        return _PLAIN

    def _quoted_end(self, text: str, quote: str) -> int | None:
        """Where the quoted text that begins at 0 has ended, None where it goes on in the next line."""
        found = (_SINGLE if quote == "'" else _DOUBLE).match(text)
        return None if found is None or not found["end"] else found.end()

    def _remark(self, text: str, start: int) -> int:
        """Colour the remark at the end of a line, and say where it begins: at the end, if there is none."""
        found = _REMARK.search(text, start)
        if found is None:
            return len(text)
        self._paint(found.start(), len(text) - found.start(), self._grey)
        return found.start()

    def _text(self, start: int, text: str, *, plain: bool = False) -> None:
        if not plain:
            self._paint(start, len(text), self._string)
        for found in _REFERENCE.finditer(text):
            self._paint(start + found.start(), len(found[0]), self._reference)

    def _paint(self, start: int, length: int, look: QTextCharFormat) -> None:
        begin = units(self._current, start)
        self.setFormat(begin, units(self._current, start + length) - begin, look)

    def _recolour(self) -> None:
        colours = self._theme.colours
        self._key = _format(colours.syntax_key)
        self._string = _format(colours.syntax_text)
        self._reference = _format(colours.syntax_reference, Type.BOLD)
        self._grey = _format(colours.syntax_remark, italic=True)

    def _again(self) -> None:
        self._recolour()
        self.rehighlight()


def _format(colour: str, weight: int = Type.REGULAR, *, italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    made.setFontWeight(QFont.Weight(weight))
    made.setFontItalic(italic)
    return made
