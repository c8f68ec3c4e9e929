"""What something costs, as a sum that opens down to its formula, its inputs and the date of every price in it.

An estimate before a build and the ledger of one give the same `Cost`, so whatever shows one shows the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from core.cost.amount import MONTHS_PER_YEAR, NONE, Amount, Range, added, dollars, grouped
from core.cost.item import Input, Item, Part
from core.cost.price import Unknown

__all__ = ["MONTHS_PER_YEAR", "Amount", "Cost", "Input", "Item", "Node", "Part", "Range", "Sum", "added", "dollars"]


@dataclass(frozen=True, slots=True)
class Sum:
    """What several lines come to; `parts` in the order they are shown."""

    name: str
    parts: tuple["Item | Sum", ...] = ()

    @property
    def amount(self) -> Amount:
        return added(part.amount for part in self.parts)

    def items(self) -> Iterator[Item]:
        """All lines, however deep."""
        for part in self.parts:
            if isinstance(part, Sum):
                yield from part.items()
            else:
                yield part

    def by_part(self) -> dict[Part, Amount]:
        """What each kind of thing comes to, in the order of `Part`."""
        return grouped((item.part, item.amount) for item in sorted(self.items(), key=_order))

    def by_region(self) -> dict[str, Amount]:
        return grouped((item.region, item.amount) for item in self.items())


Node: TypeAlias = Item | Sum
_ORDER: Final = {part: place for place, part in enumerate(Part)}


def _order(item: Item) -> int:
    return _ORDER[item.part]


@dataclass(frozen=True, slots=True)
class Cost:
    """`run` is what one build costs, once; `standing` what its image costs every month, `versions` of it being kept.
    `aside` is what comes to cents and is in neither: logs, whose price is not known in most regions.

    `runs_per_month` is what the schedule does, 0 to 0 where there is none. `assumptions` are sentences: what was taken
    for granted because nothing said otherwise.
    """

    run: Sum
    standing: Sum
    aside: Sum = Sum("Not in the sums")
    versions: int = 1
    runs_per_month: Range = NONE
    assumptions: tuple[str, ...] = ()

    @property
    def standing_version(self) -> Amount:
        """What one kept version costs a month."""
        return self.standing.amount / self.versions

    @property
    def first_month(self) -> Amount:
        """One run, and its image kept for the month."""
        return self.run.amount + self.standing_version

    @property
    def month(self) -> Amount:
        """A month once all versions that are kept are there: the scheduled runs, and the standing cost."""
        if not self.runs_per_month.high:
            return self.standing.amount
        return self.run.amount * self.runs_per_month + self.standing.amount

    @property
    def year(self) -> Amount:
        return self.month * MONTHS_PER_YEAR

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """Everything that is missing, each once."""
        return (self.run.amount + self.standing.amount).unknown
