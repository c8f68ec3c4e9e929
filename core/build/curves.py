"""What a build's machines were busy with, as curves on the time axis of its timeline.

Whoever samples a machine (the local service, CloudWatch) gives times and numbers; whoever draws needs to know no more
than this. A build has one machine after the other, so a curve may have gaps: no number (NaN) where there was no machine
or nobody looked.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from enum import StrEnum
from math import isnan
from typing import Self

from core.errors import Invalid


class Unit(StrEnum):
    """What the numbers of a curve count. PERCENT is of all processors together: 100 when all are busy."""

    PERCENT = "PERCENT"
    BYTES = "BYTES"
    BYTES_PER_SECOND = "BYTES_PER_SECOND"


@dataclass(frozen=True, slots=True)
class Curve:
    """One number per time, NaN where there is none. `most` is where its scale ends if that is known (100 per cent, the
    memory of the machine)."""

    name: str
    unit: Unit
    values: tuple[float, ...]
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Curves:
    """`times` are seconds since 1970 UTC, ascending; every curve has a number for each.

    Raises Invalid for curves that are not of that form.
    """

    times: tuple[float, ...] = ()
    curves: tuple[Curve, ...] = ()

    def __post_init__(self) -> None:
        wrong = [curve.name for curve in self.curves if len(curve.values) != len(self.times)]
        if wrong:
            raise Invalid(f"The curve {wrong[0]} has not one number for each of its {len(self.times)} times.")
        if any(later < earlier for earlier, later in zip(self.times, self.times[1:], strict=False)):
            raise Invalid("The times of machine curves are not in order.")

    @property
    def anything(self) -> bool:
        """Whether any curve has a number."""
        return any(not isnan(value) for curve in self.curves for value in curve.values)

    def at(self, time: float) -> tuple[float | None, ...]:
        """Each curve at a moment: its last number before it; None before the first, after the last, in gaps."""
        position = bisect_right(self.times, time) - 1
        if position < 0 or (position == len(self.times) - 1 and time > self.times[-1]):
            return (None,) * len(self.curves)
        found = (curve.values[position] for curve in self.curves)
        return tuple(None if isnan(value) else value for value in found)

    def then(self, later: "Curves") -> Self:
        """With what was sampled after it; samples from before its end are left out, so that an overlap counts once.

        Raises Invalid if those are other curves.
        """
        if not self.curves:
            return replace(self, times=later.times, curves=later.curves)
        if [curve.name for curve in self.curves] != [curve.name for curve in later.curves]:
            raise Invalid("Machine curves can be continued by the same curves only.")
        first = bisect_right(later.times, self.times[-1]) if self.times else 0
        grown = tuple(
            replace(curve, values=curve.values + more.values[first:], most=more.most or curve.most)
            for curve, more in zip(self.curves, later.curves, strict=True)
        )
        return replace(self, times=self.times + later.times[first:], curves=grown)
