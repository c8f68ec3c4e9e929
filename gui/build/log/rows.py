"""Which rows of the screen a log takes: a row per line, or several where lines are wrapped, none where they are hidden.

A million lines are asked for their rows at every scroll, so nothing here goes through them: rows are counted chunk by
chunk, once for each width, and only the last chunk of a log that grows is counted again.
"""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from core.build.lines import Chunk, Lines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Range = tuple[int, int]
"""First and last line."""

KEPT: Final = 4
"""Chunks whose lines' rows are kept."""


class Rows:
    """Rows count from 0. `columns` is how many cells a row has, 0 where lines aren't wrapped."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.columns = 0
        self.total = 0
        self._hidden: tuple[Range, ...] = ()
        self._shown: list[Range] = []
        self._starts: list[int] = []
        self._counted: list[Chunk] = []
        self._before: list[int] = [0]
        self._within: dict[int, tuple[Chunk, NDArray[np.int64]]] = {}
        self.count()

    def wrap(self, columns: int) -> None:
        if columns != self.columns:
            self.columns = columns
            self._counted, self._before, self._within = [], [0], {}
            self.count()

    def hide(self, ranges: Iterable[Range]) -> None:
        """Leave out these lines; ranges may overlap."""
        self._hidden = joined(ranges)
        self.count()

    def count(self) -> None:
        """Take in what the log has got since."""
        chunks = tuple(self.lines.chunks)
        if self.columns:
            self._count(chunks)
        end = chunks[-1].first + len(chunks[-1]) if chunks else 0
        self._shown, first = [], 0
        for begin, last in self._hidden:
            if first < min(begin, end):
                self._shown.append((first, min(begin, end) - 1))
            first = last + 1
        if first < end:
            self._shown.append((first, end - 1))
        sizes = [self._above(last + 1) - self._above(first) for first, last in self._shown]
        *self._starts, self.total = accumulate(sizes, initial=0)

    def at(self, row: int) -> tuple[int, int]:
        """The line of a row, and which of that line's rows it is."""
        number = max(bisect_right(self._starts, row) - 1, 0)
        first, _ = self._shown[number]
        return self._line(self._above(first) + row - self._starts[number])

    def row(self, line: int, nth: int = 0) -> int:
        """The row of a line's `nth` row; of a line that is hidden, the last row of what is shown before it."""
        number = bisect_right(self._shown, line, key=_first) - 1
        if number < 0:
            return 0
        first, last = self._shown[number]
        row = self._above(last + 1) - 1 if line > last else self._above(line) + nth
        return self._starts[number] + row - self._above(first)

    def hidden(self, line: int) -> bool:
        number = bisect_right(self._hidden, line, key=_first) - 1
        return number >= 0 and line <= self._hidden[number][1]

    @property
    def ends(self) -> Range | None:
        """The first and the last line that are shown."""
        return (self._shown[0][0], self._shown[-1][1]) if self._shown else None

    def _above(self, line: int) -> int:
        """Rows of all lines before this one, hidden or not."""
        if not self.columns or not line:
            return line
        number = bisect_right(self._counted, line, key=_first_line) - 1
        chunk = self._counted[number]
        index = min(line - chunk.first, len(chunk))
        return self._before[number] + (int(self._rows_to(number)[index - 1]) if index else 0)

    def _line(self, row: int) -> tuple[int, int]:
        if not self.columns:
            return row, 0
        number = min(bisect_right(self._before, row) - 1, len(self._counted) - 1)
        within = self._rows_to(number)
        rest = row - self._before[number]
        index = int(within.searchsorted(rest, side="right"))
        return self._counted[number].first + index, rest - (int(within[index - 1]) if index else 0)

    def _rows_to(self, number: int) -> "NDArray[np.int64]":
        """Of a chunk: the rows up to the end of each of its lines."""
        chunk = self._counted[number]
        known = self._within.get(number)
        if known is None or known[0] is not chunk:
            self._within.pop(number, None)
            while len(self._within) >= KEPT:
                del self._within[next(iter(self._within))]
            known = self._within[number] = chunk, _rows(chunk, self.columns).cumsum()
        return known[1]

    def _count(self, chunks: tuple[Chunk, ...]) -> None:
        if self._counted and self._counted[-1] is not chunks[len(self._counted) - 1]:
            self._counted.pop()
            self._before.pop()
        for chunk in chunks[len(self._counted) :]:
            self._counted.append(chunk)
            self._before.append(self._before[-1] + int(_rows(chunk, self.columns).sum()))


def _rows(chunk: Chunk, columns: int) -> "NDArray[np.int64]":
    import numpy as np

    wide = np.frombuffer(chunk.cells, dtype=np.uint32).astype(np.int64)
    return np.maximum(-(-wide // columns), 1)


def joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same lines as ranges in order that neither meet nor overlap."""
    made: list[Range] = []
    for first, last in sorted(ranges):
        if last < first:
            continue
        if made and first <= made[-1][1] + 1:
            made[-1] = made[-1][0], max(made[-1][1], last)
        else:
            made.append((first, last))
    return tuple(made)


def _first(each: Range) -> int:
    return each[0]


def _first_line(chunk: Chunk) -> int:
    return chunk.first
