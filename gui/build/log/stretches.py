"""A piece of a line cut into stretches that are drawn in one go: of one style, and each where the grid wants it.

A font for code has one width for most letters, and what it has not comes from another font in whatever width that has.
So letters that fit go together, and each of the others stands for itself at its own cell; but for those of a script
that is written from right to left, which are nothing without their neighbours.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from core.build.cells import letters
from core.build.escapes import PLAIN, Style
from core.build.lines import Piece

Change = tuple[int, Style]
"""A byte of a line, and the style from there on."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text of one style from a cell of its line on, and how many cells it takes."""

    text: str
    cell: int
    cells: int
    style: Style


def stretches(piece: Piece, changes: Sequence[Change], fits: Callable[[str], bool]) -> Iterator[Stretch]:
    """`fits` tells of a letter beyond ASCII whether it has the width of the others."""
    if piece.text.isascii() and "\t" not in piece.text:
        yield from _plain(piece, changes)
    else:
        yield from _gathered(piece, changes, fits)


def style_at(changes: Sequence[Change], byte: int) -> Style:
    number = bisect_right(changes, byte, key=_byte) - 1
    return changes[number][1] if number >= 0 else PLAIN


def _plain(piece: Piece, changes: Sequence[Change]) -> Iterator[Stretch]:
    end = len(piece.text)
    within = [at - piece.byte for at, _ in changes if 0 < at - piece.byte < end]
    for begin, until in zip((0, *within), (*within, end), strict=True):
        if begin < until:
            style = style_at(changes, piece.byte + begin)
            yield Stretch(piece.text[begin:until], piece.cell + begin, until - begin, style)


class _Way(Enum):
    """How a letter goes with its neighbours."""

    TOGETHER = auto()
    LEFTWARDS = auto()
    ALONE = auto()


def _gathered(piece: Piece, changes: Sequence[Change], fits: Callable[[str], bool]) -> Iterator[Stretch]:
    byte = piece.byte
    held: list[str] = []
    begin = end = piece.cell
    style, way = PLAIN, _Way.ALONE
    for letter, cell, takes in letters(piece.text, piece.cell):
        here = style_at(changes, byte) if changes else PLAIN
        its = _way(letter, takes, fits) if takes else way
        if held and (its is not way or its is _Way.ALONE or here is not style) and takes:
            yield Stretch("".join(held), begin, end - begin, style)
            held = []
        if not held:
            begin, style, way = cell, here, its
        held.append(" " * takes if letter == "\t" else letter)
        end = cell + takes
        byte += len(letter.encode())
    if held:
        yield Stretch("".join(held), begin, end - begin, style)


def _way(letter: str, takes: int, fits: Callable[[str], bool]) -> _Way:
    if letter == "\t" or takes != 1:
        return _Way.ALONE
    if letter.isascii():
        return _Way.TOGETHER
    if unicodedata.bidirectional(letter) in ("R", "AL"):
        return _Way.LEFTWARDS
    return _Way.TOGETHER if fits(letter) else _Way.ALONE


def _byte(change: Change) -> int:
    return change[0]
