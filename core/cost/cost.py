"""What something costs, as a sum that opens down to its formula, its inputs and the date of every price in it.

An estimate before a build and the ledger of one give the same `Cost`, so whatever shows one shows the other. Money is
US dollars as `Decimal` in full precision; `text` rounds, nothing else does.

A price nobody knows has no number: whatever needs it is bounded from below only. So `high` is None exactly where
something is unknown, and no sum can take the missing part for nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from core.cost.price import Price, Unknown

ZERO: Final = Decimal(0)
HOURS_PER_MONTH: Final = Decimal(730)
"""AWS bills the days a month has; an estimate takes a twelfth of a year."""
SECONDS_PER_HOUR: Final = Decimal(3600)
SECONDS_PER_MONTH: Final = HOURS_PER_MONTH * SECONDS_PER_HOUR
MONTHS_PER_YEAR: Final = 12

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Range:
    """A quantity between two bounds, equal where it is known exactly; `source` says who says so."""

    low: Decimal
    high: Decimal
    source: str = ""

    @classmethod
    def of(cls, low: Decimal | int | str, high: Decimal | int | str | None = None, source: str = "") -> "Range":
        """Of one exact figure, or of two bounds in either order."""
        bounds = (Decimal(low), Decimal(low if high is None else high))
        return cls(min(bounds), max(bounds), source)

    @property
    def exact(self) -> bool:
        return self.low == self.high

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.high + other.high, self.source)

    def __mul__(self, factor: Decimal | int) -> "Range":
        return Range(self.low * factor, self.high * factor, self.source)

    def at_least(self, floor: Decimal | int) -> "Range":
        return Range(max(self.low, Decimal(floor)), max(self.high, Decimal(floor)), self.source)


@dataclass(frozen=True, slots=True)
class Amount:
    """US dollars from `low` to `high`. With something unknown `high` is None, and `low` is what the rest comes to."""

    low: Decimal = ZERO
    high: Decimal | None = ZERO
    unknown: tuple[Unknown, ...] = ()

    @classmethod
    def of(cls, quantity: Range | Decimal | int, price: Price | Unknown) -> "Amount":
        """A quantity of the price's unit; unknown for an unknown price, however little it is of."""
        if isinstance(price, Unknown):
            return cls.missing(price)
        bounds = quantity if isinstance(quantity, Range) else Range.of(quantity)
        return cls(bounds.low * price.usd, bounds.high * price.usd)

    @classmethod
    def missing(cls, *unknown: Unknown) -> "Amount":
        return cls(ZERO, None, unknown)

    @property
    def known(self) -> bool:
        return self.high is not None

    @property
    def middle(self) -> Decimal | None:
        """Halfway between the bounds, to draw and to sort by; None with something unknown."""
        return None if self.high is None else (self.low + self.high) / 2

    @property
    def text(self) -> str:
        """For people: ``$0.43``, ``$0.31 to $0.43``, ``at least $0.43``, ``unknown``."""
        if self.high is None:
            return f"at least {dollars(self.low)}" if self.low else "unknown"
        low, high = dollars(self.low), dollars(self.high)
        return low if low == high else f"{low} to {high}"

    def __add__(self, other: "Amount") -> "Amount":
        high = None if self.high is None or other.high is None else self.high + other.high
        return Amount(self.low + other.low, high, _distinct(self.unknown, other.unknown))

    def __mul__(self, factor: Range | Decimal | int) -> "Amount":
        bounds = factor if isinstance(factor, Range) else Range.of(factor)
        return Amount(self.low * bounds.low, None if self.high is None else self.high * bounds.high, self.unknown)

    def __truediv__(self, divisor: int) -> "Amount":
        return Amount(self.low / divisor, None if self.high is None else self.high / divisor, self.unknown)

    def over(self, other: "Amount") -> "Amount":
        """From the lower to the higher of both: of alternatives one of which comes true."""
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Amount(min(self.low, other.low), high, _distinct(self.unknown, other.unknown))


def added(amounts: Iterable[Amount]) -> Amount:
    return sum(amounts, Amount())


def _distinct(first: tuple[Unknown, ...], second: tuple[Unknown, ...]) -> tuple[Unknown, ...]:
    return first if not second else tuple(dict.fromkeys((*first, *second)))


class Part(StrEnum):
    """What is paid for: the same in every estimate, so that charts keep an order and a colour. The value is shown."""

    COMPUTE = "Instances"
    VOLUMES = "Volumes"
    ADDRESS = "Public IPv4"
    TRANSFER = "First copies"
    LOGS = "Logs"
    SCANS = "Scans"
    SNAPSHOTS = "Snapshots"
    REGISTRY = "Container registry"
    STORAGE = "Files in S3"


@dataclass(frozen=True, slots=True)
class Input:
    """One figure of a formula: its name, its value in words with the unit, and where it comes from (with the date)."""

    name: str
    value: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A line that opens no further. `formula` is the arithmetic in words and figures, `inputs` are its figures, prices
    among them; `prices` are those it was computed with. `region` is where the money is spent."""

    name: str
    part: Part
    region: str
    amount: Amount
    formula: str
    inputs: tuple[Input, ...]
    prices: tuple[Price, ...] = ()


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
        return _grouped((item.part, item.amount) for item in sorted(self.items(), key=_order))

    def by_region(self) -> dict[str, Amount]:
        return _grouped((item.region, item.amount) for item in self.items())


Node: TypeAlias = Item | Sum
_ORDER: Final = {part: place for place, part in enumerate(Part)}


def _order(item: Item) -> int:
    return _ORDER[item.part]


def _grouped(amounts: Iterable[tuple[Key, Amount]]) -> dict[Key, Amount]:
    found: dict[Key, Amount] = {}
    for key, amount in amounts:
        found[key] = found[key] + amount if key in found else amount
    return found


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
    runs_per_month: Range = Range(ZERO, ZERO)
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


_CENT: Final = Decimal("0.01")


def dollars(usd: Decimal) -> str:
    """For people: cents from a dollar on, below that as many digits as say something: ``$12.40``, ``$0.0585``."""
    if usd == 0:
        return "$0"
    if usd < 0:
        return f"-{dollars(-usd)}"
    if usd >= 1:
        return f"${usd:,.2f}"
    if usd < Decimal("0.0001"):
        return "less than $0.0001"
    return f"${usd.quantize(_CENT)}" if usd == usd.quantize(_CENT) else f"${usd:.4f}"
