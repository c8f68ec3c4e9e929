"""Which bar is seen in which pixel of which row, for any number of bars in the same few milliseconds.

A rectangle for every bar is out of the question at a hundred thousand of them. So each row of the screen gets one line
of pixels: every bar says in which column it begins, the last that began before a column is what is seen there if it has
not ended, and a bar that must not be overlooked keeps its column against all that are not as urgent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gui.build.timeline.columns import Columns, Indexes
from gui.build.timeline.look import URGENT
from gui.build.timeline.window import Window

LEAST: Final = 2
"""Columns that a bar takes at least, if the next one leaves them."""

URGENT_LEAST: Final = 3
"""Columns that a bar takes that must not be overlooked."""

Grid = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Raster:
    """`seen` has for each row and column of pixels the place of the bar in `Columns`, or -1. `bars` are the places of
    all bars in the window, row by row, and `rows`, `left`, `right` where they are (right is excluded; both may lie
    outside of what is drawn by one column at most)."""

    seen: Grid
    bars: Indexes
    rows: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]


def raster(columns: Columns, lanes: Sequence[int], window: Window, width: int) -> Raster:
    """One row for each of these lanes, `width` columns for the window."""
    spans = [columns.between(lane, window.begin, window.end) for lane in lanes]
    counts = np.array([high - low for low, high in spans], np.intp)
    bars = _joined(spans, counts)
    rows = np.repeat(np.arange(len(spans), dtype=np.int32), counts)
    there = columns.ends[bars] >= window.begin
    if not there.all():
        bars, rows = bars[there], rows[there]
    scale = width / window.length
    left = _columns(columns.starts[bars], window.begin, scale, width)
    right = np.maximum(_columns(columns.ends[bars], window.begin, scale, width), left + LEAST)
    return Raster(_seen(columns, bars, rows, left, right, (len(spans), width)), bars, rows, left, right)


def _joined(spans: Sequence[tuple[int, int]], counts: Indexes) -> Indexes:
    """All places of some ranges, one after the other."""
    total = int(counts.sum())
    if not total:
        return np.zeros(0, np.intp)
    starts = np.array([low for low, _ in spans], np.intp)
    before = np.cumsum(counts) - counts
    places: Indexes = np.arange(total, dtype=np.intp) + np.repeat(starts - before, counts)
    return places


def _columns(times: NDArray[np.float64], begin: float, scale: float, width: int) -> NDArray[np.int32]:
    at: NDArray[np.float64] = (times - begin) * scale
    np.clip(at, -1, width + 1, out=at)
    return at.astype(np.int32)


def _seen(
    columns: Columns,
    bars: Indexes,
    rows: NDArray[np.int32],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    shape: tuple[int, int],
) -> Grid:
    width = shape[1]
    at = np.clip(left, 0, width - 1)
    cells = rows.astype(np.intp) * width + at
    last = np.zeros(shape, np.int32)
    last.reshape(-1)[cells] = np.arange(1, len(bars) + 1, dtype=np.int32)
    np.maximum.accumulate(last, axis=1, out=last)
    ended = np.append(np.int32(0), right).take(last) <= np.arange(width, dtype=np.int32)
    seen: Grid = np.append(np.intp(-1), bars).take(last)
    np.copyto(seen, -1, where=ended)
    codes = columns.codes[bars]
    for code in np.unique(codes[codes >= URGENT]).tolist():
        which = np.flatnonzero(codes == code)
        for beside in range(URGENT_LEAST):
            seen[rows[which], np.minimum(at[which] + beside, width - 1)] = bars[which]
    return seen
