"""Lanes as rows of the screen: which are folded away, and where the others are."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from core.build.chart import Lane
from gui.theme.tokens import Space

HEIGHT: Final = 28
GAP: Final = Space.SMALL
"""Above what begins something new: a lane that is part of no other."""


@dataclass(frozen=True, slots=True)
class Row:
    """A lane that is shown, `top` pixels below the first."""

    lane: int
    top: int

    @property
    def bottom(self) -> int:
        return self.top + HEIGHT


@dataclass(frozen=True, slots=True)
class Rows:
    """The lanes that are shown, from the top."""

    rows: tuple[Row, ...] = ()

    @property
    def height(self) -> int:
        return self.rows[-1].bottom + GAP if self.rows else 0

    def between(self, top: float, bottom: float) -> tuple[Row, ...]:
        """Those that are seen in a stretch of the screen."""
        return tuple(row for row in self.rows if row.bottom > top and row.top < bottom)

    def at(self, y: float) -> int:
        """The place among `rows` of the one at a height, -1 if there is none."""
        place = bisect_right(self.rows, y, key=lambda row: row.top) - 1
        return place if place >= 0 and y < self.rows[place].bottom else -1

    def of(self, lane: int) -> int:
        """The place of a lane among `rows`, -1 if it is folded away."""
        return next((place for place, row in enumerate(self.rows) if row.lane == lane), -1)


def rows(lanes: Sequence[Lane], folded: Collection[str]) -> Rows:
    """Without the lanes that are folded, at any depth, into one of the keys `folded`."""
    made: list[Row] = []
    hidden: set[int] = set()
    top = 0
    for index, lane in enumerate(lanes):
        if lane.parent is not None and (lane.parent in hidden or lanes[lane.parent].key in folded):
            hidden.add(index)
            continue
        top += GAP if lane.parent is None else 0
        made.append(Row(index, top))
        top += HEIGHT
    return Rows(tuple(made))


def foldable(lanes: Sequence[Lane]) -> frozenset[int]:
    """The lanes that others are folded into."""
    return frozenset(lane.parent for lane in lanes if lane.parent is not None)


def unfolding(lanes: Sequence[Lane], lane: int) -> frozenset[str]:
    """The keys of the lanes that must not be folded if this one is to be seen."""
    found: set[str] = set()
    above = lanes[lane].parent
    while above is not None:
        found.add(lanes[above].key)
        above = lanes[above].parent
    return frozenset(found)
