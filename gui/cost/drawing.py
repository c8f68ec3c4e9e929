"""A chart as data: bars, dots, lines and words in its own coordinates, and what each says when it is pointed at.

The views make drawings by pure functions and `gui.cost.plot` puts them on the screen, so that what a chart shows can be
tested without one. Colours are roles (`gui.theme.series`); money is drawn as a float and nowhere reckoned with as one.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, log10
from typing import Final

TICKS: Final = 5
_STEPS: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled box; `pale` for what is not certain, such as what lies between two bounds."""

    left: float
    bottom: float
    right: float
    top: float
    role: str
    says: str
    key: str = ""
    pale: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of `size` pixels; `shape` as pyqtgraph names it; a hollow one stands for something not known."""

    x: float
    y: float
    role: str
    says: str
    key: str = ""
    size: float = 10
    shape: str = "o"
    hollow: bool = False
    ring: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Through points; `thin` for grids, `dashed` for what is foreseen."""

    points: tuple[tuple[float, float], ...]
    role: str
    dashed: bool = False
    width: float = 1


@dataclass(frozen=True, slots=True)
class Word:
    """A text at a point; `anchor` is the place in the text (0 to 1, from its upper left) that is put there."""

    x: float
    y: float
    text: str
    role: str = "muted"
    anchor: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`; `marks` are what is written at it, none for an axis without words."""

    low: float = 0
    high: float = 1
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Drawing:
    """A whole chart. `key` explains the colours; `rows` are its figures as a table, the first row its head.
    `aspect` is how wide a unit across is beside one upwards, 0 where each axis fills its room."""

    x: Axis
    y: Axis
    bars: tuple[Bar, ...] = ()
    dots: tuple[Dot, ...] = ()
    lines: tuple[Line, ...] = ()
    words: tuple[Word, ...] = ()
    key: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=())
    aspect: float = 0

    @property
    def marks(self) -> tuple[Bar | Dot, ...]:
        """Everything that can be pointed at, in the order in which the arrow keys go."""
        return (*self.bars, *self.dots)


def csv_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as RFC 4180 has them; a cell that a spreadsheet would take for a formula is made a text."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "@") else cell for cell in row])
    return out.getvalue()


def scale(highest: float) -> tuple[float, ...]:
    """Round places from 0 to `highest` at least, about five of them."""
    if highest <= 0:
        return (0.0, 1.0)
    rough = highest / TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in _STEPS if power * each >= rough)
    count = int(-(-highest // step))
    return tuple(step * number for number in range(count + 1))
