"""Months as bars: what the runs of each cost, and what the schedule and the kept images will cost in those to come."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from core.cost.amount import Amount
from core.cost.cost import Cost
from core.cost.history import projection
from gui.cost.drawing import Axis, Bar, Drawing, Line, Word, scale
from gui.cost.stacked import Stack, bounds, marked
from gui.theme.series import series

HALF: Final = 0.38
PAST: Final = "Runs, followed"
RUNS: Final = "Runs, to come"
KEPT: Final = "Kept images, to come"
_ROLES: Final = {PAST: series(0), RUNS: series(1), KEPT: series(2)}


def foreseen(cost: Cost, today: date, months: int) -> tuple[Stack, ...]:
    """The months after this one, with the schedule and the versions kept."""
    return tuple(
        Stack(_name(today, ahead.month), {RUNS: ahead.runs, KEPT: ahead.standing}) for ahead in projection(cost, months)
    )


def monthly(spent: Mapping[str, Amount], ahead: Sequence[Stack]) -> Drawing:
    """Months from left to right: those with runs, then those to come."""
    months = [*(Stack(name, {PAST: amount}) for name, amount in spent.items()), *ahead]
    highest = max(map(_height, months), default=0.0)
    marks = scale(highest)
    bars: list[Bar] = []
    for x, month in enumerate(months):
        bottom = 0.0
        for name, amount in month.parts.items():
            if height := float(month.lengths[name]):
                says = f"{month.name}\n{name}: {amount.text}"
                bars.append(Bar(x - HALF, bottom, x + HALF, bottom + height, _ROLES[name], says))
                bottom += height
    every = max(1, len(months) // 4)
    named = tuple((x, month.name) for x, month in enumerate(months) if x % every == 0 and x < max(2, len(months) - 1))
    last = len(months) - 0.5
    return Drawing(
        x=Axis(-0.6, max(last, 0.5) + 0.1, named or ((0, ""),)),
        y=Axis(0, max(marks[-1], highest) * 1.05 or 1, marked(marks)),
        bars=tuple(bars),
        lines=tuple(Line(((-0.6, mark), (max(last, 0.5) + 0.1, mark)), "border") for mark in marks),
        words=tuple(_bounded(months)),
        key=tuple((_ROLES[name], name) for name in dict.fromkeys(name for each in months for name in each.parts)),
        rows=_rows(months),
    )


def _bounded(months: Sequence[Stack]) -> Iterator[Word]:
    """Once over all months that follow each other and have something unknown: over each the words would not fit."""
    numbered = groupby(enumerate(months), lambda each: each[1].whole.known)
    for known, group in numbered:
        if not known:
            places = list(group)
            highest = max(_height(month) for _, month in places)
            said = "at least" if highest else "unknown"
            yield Word((places[0][0] + places[-1][0]) / 2, highest, said, "muted", (0.5, 1))


def _rows(months: Sequence[Stack]) -> tuple[tuple[str, ...], ...]:
    head = ("Month", "What", "From (USD)", "To (USD)")
    return (head, *((month.name, name, *bounds(amount)) for month in months for name, amount in month.parts.items()))


def _height(month: Stack) -> float:
    return float(sum(month.lengths.values()))


def _name(today: date, ahead: int) -> str:
    month = today.year * 12 + today.month - 1 + ahead
    return f"{month // 12}-{month % 12 + 1:02}"
