"""The bars of a chart as columns of numbers, so that a hundred thousand of them are looked up by numpy, not by Python.

A chart grows some bars at a time, and what has not changed is the same object as in the chart before: its numbers are
taken over, so that following a run costs what happens in it and not what has happened.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.build.chart import Bar, Chart, Path
from core.build.usual import Usual
from gui.build.timeline.look import FAILED, FAILED_WITHIN, LOOKS, code_of

Floats = NDArray[np.float64]
Indexes = NDArray[np.intp]
Flags = NDArray[np.bool_]

_NEW: Final = -1
_KINDS: Final = 6
_FAILED: Final = LOOKS.index(FAILED)
_FAILED_WITHIN: Final = LOOKS.index(FAILED_WITHIN)


class Columns:
    """One number per bar and column, in the chart's order: by lane, then by start.

    `starts` and `ends` are seconds since 1970; what goes on ends where `upto` was told. `codes` are places in LOOKS.
    `medians` and `p90s` are the usual seconds, NaN where there is no usual. `first` has for each lane its first bar,
    and after the last lane the number of all.
    """

    def __init__(self) -> None:
        self.bars: Sequence[Bar] = ()
        self._usual: Mapping[Path, Usual] = {}
        self._ids = np.zeros(0, np.int64)
        self._keys: dict[str, int] | None = None
        self._take(np.zeros((_KINDS, 0)))
        self.first: Indexes = np.zeros(1, np.intp)
        self.open: Indexes = np.zeros(0, np.intp)
        self._latest = np.zeros(0)

    def show(self, chart: Chart, usual: Mapping[Path, Usual]) -> None:
        """Take over the chart's bars."""
        bars = chart.bars
        ids = np.fromiter(map(id, bars), np.int64, len(bars))
        before = self._before(ids) if usual is self._usual or usual == self._usual else np.full(len(bars), _NEW)
        new, old = np.flatnonzero(before == _NEW), np.flatnonzero(before != _NEW)
        numbers = np.empty((_KINDS, len(bars)))
        numbers[:, old] = self._numbers[:, before[old]]
        numbers[:, new] = _numbers([bars[at] for at in new.tolist()], usual)
        # The bars are kept, so that no later one can have the id of one of these.
        self.bars, self._ids, self._usual, self._keys = bars, ids, usual, None
        self._take(numbers)
        self.first = np.searchsorted(numbers[-1], np.arange(len(chart.lanes) + 1))
        self._blame()
        self.upto(chart.end.timestamp())

    def _before(self, ids: NDArray[np.int64]) -> Indexes:
        """Where the bars with these ids were in the chart before; _NEW for those that weren't."""
        if not len(self._ids):
            return np.full(len(ids), _NEW)
        order = np.argsort(self._ids)
        ordered = self._ids[order]
        at = np.minimum(np.searchsorted(ordered, ids), len(ordered) - 1)
        places: Indexes = np.where(ordered[at] == ids, order[at], _NEW)
        return places

    def _blame(self) -> None:
        """What failed because a part of it failed does not look like the cause."""
        failed = np.flatnonzero(self.codes == _FAILED).tolist()
        within = {self.bars[at].parent for at in failed}
        self.codes[[at for at in failed if self.bars[at].key in within]] = _FAILED_WITHIN

    def upto(self, now: float) -> None:
        """What goes on reaches up to here."""
        self.ends[self.open] = np.maximum(now, self.starts[self.open])
        # By clocks that differ a bar may end after the next one has: then that one is not the first that is seen.
        self._latest = self.ends.copy()
        for low, high in pairwise(self.first.tolist()):
            np.maximum.accumulate(self._latest[low:high], out=self._latest[low:high])

    def place(self, key: str) -> int:
        """Of the bar with this key; -1 without one."""
        if self._keys is None:
            self._keys = {bar.key: at for at, bar in enumerate(self.bars)}
        return self._keys.get(key, -1)

    def lane(self, at: int) -> int:
        return self.bars[at].lane

    def in_lane(self, lane: int) -> tuple[int, int]:
        """The first bar of a lane, and the one after its last."""
        return int(self.first[lane]), int(self.first[lane + 1])

    def between(self, lane: int, begin: float, end: float) -> tuple[int, int]:
        """The bars of a lane that are seen in a stretch of time, as a range; a few may have ended before it."""
        low, high = self.in_lane(lane)
        return (
            low + int(np.searchsorted(self._latest[low:high], begin)),
            low + int(np.searchsorted(self.starts[low:high], end, "right")),
        )

    def _take(self, numbers: Floats) -> None:
        self._numbers = numbers
        self.starts: Floats = numbers[0]
        self.ends: Floats = numbers[1].copy()
        self.codes = numbers[2].astype(np.uint8)
        self.medians: Floats = numbers[3]
        self.p90s: Floats = numbers[4]
        self.open = np.flatnonzero(np.isnan(self.ends))


def _numbers(bars: Sequence[Bar], usual: Mapping[Path, Usual]) -> Floats:
    """A row for each kind of number; the last is of lanes."""
    made = np.full((_KINDS, len(bars)), np.nan)
    made[0] = [bar.start.timestamp() for bar in bars]
    made[1] = [bar.end.timestamp() if bar.end else np.nan for bar in bars]
    made[2] = [code_of(bar) for bar in bars]
    if usual:
        known = [usual.get(bar.path) for bar in bars]
        made[3] = [each.median if each else np.nan for each in known]
        made[4] = [each.p90 if each else np.nan for each in known]
    made[5] = [bar.lane for bar in bars]
    return made
