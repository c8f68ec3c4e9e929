"""A fast reading of documents as most people write them: block style, plain and quoted words, literal blocks.

An editor reads a document at every keystroke and twenty of them on opening a recipe; the library takes 20 to 80 ms for
one of 16,000 characters, which is too long for both. This reader takes a tenth of that for the common forms and gives
up at the first thing it does not know, right or wrong: then the library reads the text and says what is wrong with it.
What it does read, it reads exactly as the library (tests compare both, on documents drawn at random and damaged).
"""

import re

from core.recipe.address import Path
from core.recipe.nodes import MAX_DEPTH, MAX_NODES, Entries, Items, Node, Scalar, Span

_UNUSUAL = re.compile(r"[^\r\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_MARKS = ("---", "...", "%")
"""What begins a line that is no part of a document's content."""

_ROW = re.compile(
    r"(?P<indent> *)(?P<dashes>(?:- +)*)(?:(?P<key>[A-Za-z_][A-Za-z0-9_./$-]{0,99}):(?: +|$))?(?P<rest>.*)"
)
_PLAIN = re.compile(r"(?:[A-Za-z0-9_/.$(^~<=;+\\]|-(?=[^ ]))(?:[^ #:]+|:(?=[^ ])|(?<! )#| +(?![ #]))*")
_QUOTED = re.compile(r'"(?P<double>[^"\\]*)"|\'(?P<single>[^\']*)\'')
_EMPTY_FLOW = re.compile(r"\[ *\]|\{ *\}")
_END = re.compile(r" *(?: #.*)?$")
_BLOCK = re.compile(r"(?P<style>[|>])(?P<chomp>-?)")


class _UnusualError(Exception):
    """Something that is left to the library."""


def swift_root(text: str) -> Node | None:
    """The root of a document in its common form; None where the library has to read it."""
    newline = "\r\n" if "\r" in text else "\n"
    if not text.endswith(newline) or _UNUSUAL.search(text) or text.startswith(_MARKS):
        return None
    if any(f"\n{mark}" in text for mark in _MARKS):
        return None
    if newline != "\n" and not text.count(newline) == text.count("\n") == text.count("\r"):
        return None
    try:
        return _Reader(text, newline).document()
    except _UnusualError:
        return None


class _Reader:
    """Reads line by line. `_row` is the line it stands at, `_column` where on it the next node starts."""

    def __init__(self, text: str, newline: str) -> None:
        self._lines = text.split(newline)[:-1]
        self._break = len(newline)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + self._break)
        self._row = -1
        self._indent = -1
        self._dashes: list[int] = []
        self._key, self._key_at = "", 0
        self._rest = 0
        self._nodes = 0

    def document(self) -> Node:
        self._advance()
        if self._indent != 0:
            raise _UnusualError
        root = self._block(0, ())
        if self._indent >= 0:
            raise _UnusualError
        return root

    def _advance(self) -> None:
        """Go to the next line that says something; `_indent` is -1 behind the last one."""
        self._row += 1
        while self._row < len(self._lines):
            line = self._lines[self._row].lstrip(" ")
            if line and line[0] != "#":
                break
            self._row += 1
        else:
            self._indent = -1
            return
        found = _ROW.match(self._lines[self._row])
        if found is None:
            raise _UnusualError
        self._indent = found.end("indent")
        self._dashes = []
        if dashes := found["dashes"]:
            at = self._indent
            for gap in dashes.split("-")[1:]:
                self._dashes.append(at)
                at += 1 + len(gap)
        self._key, self._key_at = found["key"] or "", found.start("key")
        self._rest = found.start("rest")

    def _count(self, path: Path) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise _UnusualError

    def _block(self, column: int, path: Path) -> Node:
        """The list or map whose first dash or key stands at `column` of this line."""
        self._count(path)
        if self._dashes and self._dashes[0] == column:
            return self._items(column, path)
        if self._key and not self._dashes:
            return self._entries(column, path)
        raise _UnusualError

    def _items(self, column: int, path: Path) -> Items:
        span_start, line = self._starts[self._row] + column, self._row + 1
        items: list[Node] = []
        while self._dashes and self._dashes[0] == column:
            below = (*path, len(items))
            self._dashes = self._dashes[1:]
            inner = self._dashes[0] if self._dashes else self._key_at
            if self._dashes or self._key:
                items.append(self._block(inner, below))
            else:
                items.append(self._value(column, below))
            if self._indent > column:
                raise _UnusualError
            if self._indent < column:
                break
        end = items[-1].span.end
        return Items(path, Span(span_start, end, line, column + 1), tuple(items))

    def _entries(self, column: int, path: Path) -> Entries:
        span_start, line = self._starts[self._row] + column, self._row + 1
        entries: dict[str, tuple[Scalar, Node]] = {}
        end = span_start
        while True:
            key = self._key
            start = self._starts[self._row] + column
            name = Scalar(path, Span(start, start + len(key), self._row + 1, column + 1), key)
            self._count(path)
            if key in entries:
                raise _UnusualError
            value = self._entry(column, (*path, key), start + len(key) + 1)
            entries[key] = (name, value)
            end = value.span.end
            if self._indent != column or self._dashes:
                break
            if not self._key:
                raise _UnusualError
        if self._indent > column:
            raise _UnusualError
        found = tuple(entries.values())
        return Entries(path, Span(span_start, end, line, column + 1), found, own=len(found))

    def _entry(self, column: int, path: Path, after: int) -> Node:
        """The value of the key at `column`, whose colon ends at the offset `after`."""
        if not _END.match(self._lines[self._row], self._rest) and self._lines[self._row][self._rest] != "#":
            return self._value(column, path)
        row = self._row
        self._advance()
        if self._indent > column:
            return self._block(self._indent, path)
        if self._indent == column and self._dashes and self._dashes[0] == column:
            return self._block(column, path)
        self._count(path)
        return Scalar(path, Span(after, after, row + 1, after - self._starts[row] + 1), "")

    def _value(self, column: int, path: Path) -> Node:
        """A value that stands on this line, or starts there as a block of text; goes on to the next line."""
        self._count(path)
        line, start = self._lines[self._row], self._rest
        if found := _BLOCK.fullmatch(line, start):
            return self._text(column, path, found["style"], keeps_end=not found["chomp"])
        node: Node
        if found := _PLAIN.match(line, start):
            text = found[0].rstrip(" ")
            end = start + len(text)
            node = Scalar(path, self._span(start, end), text)
        elif found := _QUOTED.match(line, start):
            end = found.end()
            text = found["double"] if found["double"] is not None else found["single"]
            node = Scalar(path, self._span(start, end), text, line[start])
        elif found := _EMPTY_FLOW.match(line, start):
            end = found.end()
            node = (
                Items(path, self._span(start, end), (), True)
                if line[start] == "["
                else Entries(path, self._span(start, end), (), True)
            )
        else:
            raise _UnusualError
        if not _END.match(line, end):
            raise _UnusualError
        self._advance()
        if self._indent > column:
            raise _UnusualError
        return node

    def _span(self, start: int, end: int) -> Span:
        """From one column of this line to another, both counted from 0."""
        line = self._starts[self._row]
        return Span(line + start, line + end, self._row + 1, start + 1)

    def _text(self, column: int, path: Path, style: str, *, keeps_end: bool) -> Scalar:
        """A block of text; its lines are those indented like the first, which is indented further than `column`."""
        row, start = self._row, self._rest
        first = row + 1
        margin = len(self._lines[first]) - len(self._lines[first].lstrip(" ")) if first < len(self._lines) else 0
        if margin <= column or len(self._lines[first]) == margin:
            raise _UnusualError
        last, at = first, first
        indentation = " " * margin
        while at < len(self._lines):
            line = self._lines[at]
            if line.startswith(indentation) and len(line) > margin:
                if line.isspace():
                    raise _UnusualError
                last = at
            elif line:
                if line.isspace() or len(line) - len(line.lstrip(" ")) > column:
                    raise _UnusualError
                break
            at += 1
        texts = [line[margin:] for line in self._lines[first : last + 1]]
        if style == ">":
            if any(not text or text[0] == " " for text in texts):
                raise _UnusualError
            value = " ".join(texts)
        else:
            value = "\n".join(texts)
        self._row = last
        self._advance()
        if self._indent > column:
            raise _UnusualError
        span = Span(self._starts[row] + start, self._starts[last + 1] - self._break, row + 1, start + 1)
        return Scalar(path, span, value + "\n" * keeps_end, style)
