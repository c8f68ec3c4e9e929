"""Stacked bars of costs: what each is made of, side by side on one scale, uncertainty included.

A part between two bounds is drawn as long as their middle, and a line over the end of the bar shows the bounds of the
whole. What is unknown has no length: the words beside the bar say "at least", and the other parts are as long as that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.cost.amount import Amount, added, dollars
from gui.cost.drawing import Axis, Bar, Drawing, Line, scale
from gui.theme.series import series

HALF: Final = 0.32
SLOTS: Final = 4
"""Bars get no thicker than so many would be."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar; its parts by name, in the order in which they are put on each other."""

    name: str
    parts: Mapping[str, Amount]

    @property
    def whole(self) -> Amount:
        return added(self.parts.values())

    @property
    def lengths(self) -> Mapping[str, Decimal]:
        """Of the parts; together what is said of the whole."""
        known = self.whole.known
        return {name: _drawn(amount) if known else amount.low for name, amount in self.parts.items()}


def stacked(stacks: Sequence[Stack], unit: str = "USD") -> Drawing:
    """Bars from the left to the right, the first one on top, each with its name and its sum."""
    names = tuple(dict.fromkeys(name for stack in stacks for name, length in stack.lengths.items() if length))
    roles = {name: series(place) for place, name in enumerate(names)}
    highest = max((float(_end(stack.whole)) for stack in stacks), default=0.0)
    marks = scale(highest)
    bars: list[Bar] = []
    floor = -0.6 - max(0, SLOTS - len(stacks))
    lines = [Line(((mark, floor), (mark, len(stacks) - 0.5)), "border") for mark in marks]
    for position, stack in enumerate(stacks):
        y = len(stacks) - 1 - position
        left = 0.0
        for name, amount in stack.parts.items():
            if length := float(stack.lengths[name]):
                says = f"{stack.name}\n{name}: {amount.text}"
                bars.append(Bar(left, y - HALF, left + length, y + HALF, roles[name], says))
                left += length
        if stack.whole.high is not None and stack.whole.low != stack.whole.high:
            low, high = float(stack.whole.low), float(stack.whole.high)
            lines += [_whisker(low, high, y), *(_end_of_whisker(x, y) for x in (low, high))]
    return Drawing(
        x=Axis(0, max(marks[-1], highest) * 1.02, marked(marks)),
        y=Axis(floor, len(stacks) - 0.4, tuple(_named(stacks))),
        bars=tuple(bars),
        lines=tuple(lines),
        key=tuple((roles[name], name) for name in names),
        rows=_rows(stacks, unit),
    )


def _named(stacks: Sequence[Stack]) -> Iterator[tuple[float, str]]:
    """At the axis, where there is room for them however short a bar is."""
    for position, stack in enumerate(stacks):
        yield len(stacks) - 1 - position, f"{stack.name}\n{stack.whole.text}"


def _rows(stacks: Sequence[Stack], unit: str) -> tuple[tuple[str, ...], ...]:
    head = ("What", "Part", f"From ({unit})", f"To ({unit})")
    return (head, *((stack.name, name, *bounds(amount)) for stack in stacks for name, amount in stack.parts.items()))


def bounds(amount: Amount) -> tuple[str, str]:
    """Both bounds in full precision, for a table; the upper one empty where something is unknown."""
    return f"{amount.low:f}", "" if amount.high is None else f"{amount.high:f}"


def _whisker(low: float, high: float, y: float) -> Line:
    return Line(((low, y), (high, y)), "text", width=1.5)


def _end_of_whisker(x: float, y: float) -> Line:
    return Line(((x, y - HALF / 2), (x, y + HALF / 2)), "text", width=1.5)


def _drawn(amount: Amount) -> Decimal:
    return amount.low if amount.middle is None else amount.middle


def _end(amount: Amount) -> Decimal:
    return amount.low if amount.high is None else amount.high


def marked(marks: Sequence[float]) -> tuple[tuple[float, str], ...]:
    """What is written at an axis of dollars."""
    return tuple((mark, dollars(Decimal(f"{mark:.12g}"))) for mark in marks)
