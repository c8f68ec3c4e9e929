"""How wide text is on a grid of cells, as in a terminal: the columns of a log, whatever letters are in it.

A log is drawn on a grid because only there the place of a letter is known without laying out what comes before it,
which nobody does for a million lines. A tab goes to the next multiple of eight, a wide letter takes two cells, a mark
that combines with the letter before it takes none.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

TAB: Final = 8

_UNUSUAL: Final = re.compile(r"[^\x00-\xac\xae-\u02ff\u2010-\u2027\u2500-\u257f]")
"""Letters that may take another number of cells than one: none of Latin scripts, quotes, dashes and lines of boxes."""


@lru_cache(maxsize=8192)
def cells_of(letter: str) -> int:
    """Of one letter that is no tab."""
    if letter.isascii():
        return 1
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def width(text: str, begin: int = 0) -> int:
    """Cells of a text that begins in the cell `begin` of its line."""
    at = begin
    for position, part in enumerate(text.split("\t")):
        if position:
            at += TAB - at % TAB
        at += len(part)
        if not part.isascii():
            at += sum(cells_of(letter) - 1 for letter in _UNUSUAL.findall(part))
    return at - begin


def letters(text: str, begin: int = 0) -> Iterator[tuple[str, int, int]]:
    """Every letter with the cell it begins in and how many it takes."""
    at = begin
    for letter in text:
        takes = TAB - at % TAB if letter == "\t" else cells_of(letter)
        yield letter, at, takes
        at += takes
