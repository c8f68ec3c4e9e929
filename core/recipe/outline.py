"""Where a cursor is in a text that need not be valid YAML: told by the indentation of the lines, as a reader tells it.

The parser gives up at the first mistake, and while someone types there always is one. This reading of block style never
gives up; it knows no flow collections and no anchors, and is used only to suggest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.recipe.address import Path

_LINE = re.compile(
    r"(?P<indent> *)(?P<dashes>(?:-(?: +|$))*)"
    r"(?:(?P<key>[^\s#'\"\[\]{}:,][^:#]*?|'[^']*'|\"[^\"]*\"):(?= |$))?"
    r"(?P<gap> *)(?P<value>.*)"
)
_BLOCK_TEXT = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?")


@dataclass(frozen=True, slots=True)
class Row:
    """A key or list item on one line: where it would be in the document, and the text behind colon or dash.

    `start` is the offset of the value, `margin` the column of the key (or of the value of an item without one).
    """

    path: Path
    line: int
    value: str
    start: int
    margin: int
    has_key: bool


@dataclass(frozen=True, slots=True)
class Cursor:
    """What is at an offset: the map whose keys or the value which is being typed (`path`), what of it stands before
    the cursor (`typed`, from `start`), and whether it is within a text of several lines."""

    path: Path
    typed: str
    start: int
    end: int
    is_value: bool
    in_text: bool


def rows(text: str) -> tuple[Row, ...]:
    return tuple(_rows(text))


def cursor(text: str, offset: int) -> Cursor:
    """The place at an offset. At a line with nothing but blanks, its indentation says whose key would be typed."""
    line_start = text.rfind("\n", 0, offset) + 1
    line_end = text.find("\n", offset)
    line = text[line_start : len(text) if line_end < 0 else line_end].rstrip("\r")
    number = text.count("\n", 0, line_start)
    # What stands behind the cursor on its line is no part of what is being typed.
    head = text[line_start:offset]
    before = list(_rows(text[:line_start] + head + "\0"))
    end = line_start + len(line)
    row = before[-1] if before and before[-1].line == number else None
    word = re.search(r"[^\s:]*$", head)
    start = line_start + (word.start() if word else len(head))
    if row is None:
        owner = before[-1].path if before else ()
        return Cursor(owner, head.lstrip(), line_start + len(head) - len(head.lstrip()), end, True, True)
    typed = row.value.removesuffix("\0")
    if row.has_key:
        return Cursor(row.path, typed, row.start, end, True, False)
    return Cursor(row.path, typed, start if row.start > offset else row.start, end, False, False)


def _rows(text: str) -> Iterator[Row]:
    stack: list[tuple[int, Path]] = [(-1, ())]  # columns of open keys and dashes, with what is below them
    counts: dict[Path, int] = {}
    text_below: int | None = None
    offset = 0
    for number, line in enumerate(text.split("\n")):
        at, offset = offset, offset + len(line) + 1
        found = _LINE.fullmatch(line.rstrip("\r").lstrip("\ufeff"))
        if found is None or (not line.strip() or line.lstrip().startswith("#")):
            continue
        column = len(found["indent"])
        if text_below is not None and column > text_below:
            continue
        text_below = None
        at += line.startswith("\ufeff")
        for dash in re.finditer("-", found["dashes"]):
            place = column + dash.start()
            while stack[-1][0] > place or (stack[-1][0] == place and isinstance(stack[-1][1][-1], int)):
                stack.pop()
            parent = stack[-1][1]
            index = counts.get(parent, -1) + 1
            counts[parent] = index
            stack.append((place, (*parent, index)))
        margin = column + len(found["dashes"])
        while stack[-1][0] >= margin:
            stack.pop()
        path = stack[-1][1]
        if found["key"] is not None:
            path = (*path, found["key"].strip("'\""))
            stack.append((margin, path))
        value = found["value"]
        yield Row(path, number, value, at + found.start("value"), margin, found["key"] is not None)
        if _BLOCK_TEXT.fullmatch(value):
            text_below = margin if found["key"] is not None else column
