"""Where a reader's caret goes in a log: by letters, words and lines, without reading more of a line than that needs."""

import re
from typing import Final

from core.build.lines import Lines, Place

NEAR: Final = 4096
"""Bytes around a place in which the bounds of a word are looked for."""

_WORD: Final = re.compile(rb"[\w.@/:+\-\x80-\xff]+", re.ASCII)
_CONTINUED: Final = range(0x80, 0xC0)
"""Bytes of UTF-8 with which no letter begins."""


def after(lines: Lines, place: Place) -> Place:
    """The place of the next letter."""
    line, byte = place
    rest = lines.part(line, byte, byte + 8)
    if not rest:
        return (line + 1, 0) if line + 1 < len(lines) else place
    step = next((at for at in range(1, len(rest)) if rest[at] not in _CONTINUED), len(rest))
    return line, byte + step


def before(lines: Lines, place: Place) -> Place:
    """The place of the letter before."""
    line, byte = place
    if not byte:
        return (line - 1, lines.length(line - 1)) if line else place
    part = lines.part(line, byte - 8, byte)
    step = next((at for at in range(1, len(part) + 1) if part[-at] not in _CONTINUED), len(part))
    return line, byte - step


def word(lines: Lines, place: Place) -> tuple[Place, Place]:
    """The bounds of the word at a place, or of the letter there if it is in none. Paths, versions and addresses are
    one word."""
    line, byte = place
    begin = max(byte - NEAR, 0)
    part = lines.part(line, begin, byte + NEAR)
    for found in _WORD.finditer(part):
        if found.start() <= byte - begin < found.end():
            return (line, begin + found.start()), (line, begin + found.end())
    following = after(lines, place)
    return place, following if following[0] == line else place


def word_after(lines: Lines, place: Place) -> Place:
    """Where the next word begins."""
    line, byte = place
    _, (_, end) = word(lines, place)
    rest = lines.part(line, end, end + NEAR)
    found = _WORD.search(rest)
    if found is not None:
        return line, end + found.start()
    return (line, lines.length(line)) if byte < lines.length(line) else after(lines, place)


def word_before(lines: Lines, place: Place) -> Place:
    """Where the word before begins."""
    line, byte = place
    begin = max(byte - NEAR, 0)
    starts = [found.start() for found in _WORD.finditer(lines.part(line, begin, byte))]
    if starts:
        return line, begin + starts[-1]
    return (line, 0) if byte else before(lines, place)
