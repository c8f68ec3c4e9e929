"""Which bar is seen in which pixel of which row, for any number of bars in the same few milliseconds.

A rectangle for every bar is out of the question at a hundred thousand of them. So each row of the screen gets one line
of pixels: every bar says in which column it begins, and what is seen from there on is that bar up to its end and then
nothing, or up to the next that begins. That makes all rows one sequence of stretches, and whatever is to be known for
each pixel (the bar, a colour) is told for each stretch and repeated along it. Only then a bar that must not be
overlooked takes its columns from those that are not as urgent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from gui.build.timeline.columns import Columns, Indexes
from gui.build.timeline.look import URGENT
from gui.build.timeline.window import Window

LEAST: Final = 2
"""Columns that a bar takes at least, if the next one leaves them."""

URGENT_LEAST: Final = 3
"""Columns that a bar takes that must not be overlooked."""

Grid = NDArray[np.int32]
Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Stretches:
    """What is seen in all pixels, row by row: `lengths` are those of nothing, a bar, nothing, the next bar, and so on,
    and nothing at last. `bars` are those bars, and `urgent` the ones in the pixels `taken` from others, both as places
    among what is drawn."""

    shape: tuple[int, int]
    bars: Indexes
    lengths: Indexes
    taken: Indexes
    urgent: Indexes

    def spread(self, values: NDArray[Value], nothing: int) -> NDArray[Value]:
        """For each row and column the value of the bar that is seen there; there is one for each that is drawn."""
        told = np.full(len(self.lengths), nothing, values.dtype)
        told[1::2] = values[self.bars]
        spread = np.repeat(told, self.lengths)
        spread[self.taken] = values[self.urgent]
        return spread.reshape(self.shape)


@dataclass(frozen=True, slots=True)
class Raster:
    """`seen` has for each row and column of pixels the place of the bar in `Columns`, or -1. `bars` are the places of
    all bars in the window, row by row, and `rows`, `left`, `right` where they are (right is excluded; both may lie
    outside of what is drawn by one column at most). `stretches` tell other things of them for each pixel."""

    seen: Grid
    bars: Indexes
    rows: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    stretches: Stretches


def raster(columns: Columns, lanes: Sequence[int], window: Window, width: int) -> Raster:
    """One row for each of these lanes, `width` columns for the window."""
    spans = [columns.between(lane, window.begin, window.end) for lane in lanes]
    counts = np.array([high - low for low, high in spans], np.intp)
    bars = _joined(spans, counts)
    rows = np.repeat(np.arange(len(spans), dtype=np.int32), counts)
    starts, ends, codes = (_of(spans, each) for each in (columns.starts, columns.ends, columns.codes))
    there = ends >= window.begin
    if not there.all():
        bars, rows, starts, ends, codes = bars[there], rows[there], starts[there], ends[there], codes[there]
    scale = width / window.length
    left = _columns(starts, window.begin, scale, width)
    right = np.maximum(_columns(ends, window.begin, scale, width), left + LEAST)
    stretches = _stretches(codes, rows, left, right, (len(spans), width))
    return Raster(stretches.spread(bars.astype(np.int32), -1), bars, rows, left, right, stretches)


def _joined(spans: Sequence[tuple[int, int]], counts: Indexes) -> Indexes:
    """All places of some ranges, one after the other."""
    total = int(counts.sum())
    if not total:
        return np.zeros(0, np.intp)
    starts = np.array([low for low, _ in spans], np.intp)
    before = np.cumsum(counts) - counts
    places: Indexes = np.arange(total, dtype=np.intp) + np.repeat(starts - before, counts)
    return places


def _of(spans: Sequence[tuple[int, int]], values: NDArray[Value]) -> NDArray[Value]:
    """The values of some ranges, one after the other: copied range by range, much faster than picked one by one."""
    return np.concatenate([values[:0], *(values[low:high] for low, high in spans)])


def _columns(times: NDArray[np.float64], begin: float, scale: float, width: int) -> NDArray[np.int32]:
    at: NDArray[np.float64] = (times - begin) * scale
    np.clip(at, -1, width + 1, out=at)
    return at.astype(np.int32)


def _stretches(
    codes: NDArray[np.uint8],
    rows: NDArray[np.int32],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    shape: tuple[int, int],
) -> Stretches:
    height, width = shape
    at, line = np.minimum(np.maximum(left, 0), width - 1), rows * np.int32(width)
    begins = line + at
    following = np.minimum(np.append(begins[1:], np.int32(height * width)), line + width)
    ends = np.minimum(line + right, following)
    bars = np.flatnonzero(ends > begins)
    edges = np.empty(2 * len(bars) + 2, np.intp)
    edges[0], edges[-1] = 0, height * width
    edges[1:-1:2], edges[2:-1:2] = begins[bars], ends[bars]
    urgent = np.flatnonzero(codes >= URGENT)
    urgent = urgent[np.argsort(codes[urgent], kind="stable")]
    beside = np.arange(URGENT_LEAST)[:, np.newaxis]
    taken = line[urgent] + np.minimum(at[urgent] + beside, width - 1)
    return Stretches(shape, bars, np.diff(edges), taken.ravel(), np.tile(urgent, URGENT_LEAST))
