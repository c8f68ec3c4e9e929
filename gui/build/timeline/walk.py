"""Walking from bar to bar by keyboard, and to the nearest edge for whoever measures."""

from typing import Final

import numpy as np

from gui.build.timeline.columns import Columns
from gui.build.timeline.lanes import Rows
from gui.build.timeline.window import Window

NOWHERE: Final = -1


def first(columns: Columns, rows: Rows, window: Window) -> int:
    """The first bar that is seen, from the top; NOWHERE if there is none."""
    for row in rows.rows:
        low, high = columns.between(row.lane, window.begin, window.end)
        if low < high:
            return low
    return NOWHERE


def beside(columns: Columns, place: int, step: int) -> int:
    """The bar after (1) or before (-1) in the same lane, the same bar at either end."""
    low, high = columns.in_lane(columns.lane(place))
    return min(max(place + step, low), high - 1)


def across(columns: Columns, rows: Rows, place: int, step: int, at: float) -> int:
    """In the next lane below (1) or above (-1) that has bars: the one that goes on at a moment, else the nearest."""
    row = rows.of(columns.lane(place)) + step
    while 0 <= row < len(rows.rows):
        low, high = columns.in_lane(rows.rows[row].lane)
        if low < high:
            starts, ends = columns.starts[low:high], columns.ends[low:high]
            distance = np.maximum(np.maximum(starts - at, at - ends), 0.0)
            return low + int(np.argmin(distance))
        row += step
    return place


def snapped(columns: Columns, rows: Rows, at: float, reach: float) -> float:
    """The nearest begin or end of a bar of the shown lanes, if it is within reach (in seconds)."""
    best, distance = at, reach
    for row in rows.rows:
        low, high = columns.between(row.lane, at - reach, at + reach)
        for edges in (columns.starts[low:high], columns.ends[low:high]):
            if len(edges):
                away = np.abs(edges - at)
                nearest = int(np.argmin(away))
                if away[nearest] < distance:
                    best, distance = float(edges[nearest]), float(away[nearest])
    return best
