"""Quantities between two bounds, and what they cost: US dollars that know what they don't know.

Money is `Decimal` in full precision; `text` rounds, nothing else does. A price nobody knows has no number: whatever
needs it is bounded from below only. So `high` is None exactly where something is unknown, and no sum can take the
missing part for nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

from core.cost.price import Price, Unknown

Key = TypeVar("Key")
ZERO: Final = Decimal(0)
HOURS_PER_MONTH: Final = Decimal(730)
"""AWS bills the days a month has; an estimate takes a twelfth of a year."""
SECONDS_PER_HOUR: Final = Decimal(3600)
SECONDS_PER_MONTH: Final = HOURS_PER_MONTH * SECONDS_PER_HOUR
MONTHS_PER_YEAR: Final = 12
LEAST: Final = Decimal("0.0001")
"""Dollars that are still told as a figure."""
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Range:
    """A quantity between two bounds, equal where it is known exactly; `source` says who says so. `parts` are what it is
    the sum of, by name, where each has a source of its own."""

    low: Decimal
    high: Decimal
    source: str = ""
    parts: "tuple[tuple[str, Range], ...]" = ()

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


NONE: Final = Range(ZERO, ZERO)


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
        """For people: ``$0.43``, ``$0.31 to $0.43``, ``up to $0.43``, ``at least $0.43``, ``unknown``."""
        if self.high is None:
            return f"at least {dollars(self.low)}" if self.low >= LEAST else "unknown"
        low, high = dollars(self.low), dollars(self.high)
        if low == high:
            return low
        return f"up to {high}" if 0 < self.low < LEAST else f"{low} to {high}"

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


def grouped(amounts: Iterable[tuple[Key, Amount]]) -> dict[Key, Amount]:
    """What the amounts of each key come to, in the order in which keys were first met."""
    found: dict[Key, Amount] = {}
    for key, amount in amounts:
        found[key] = found[key] + amount if key in found else amount
    return found


def _distinct(first: tuple[Unknown, ...], second: tuple[Unknown, ...]) -> tuple[Unknown, ...]:
    return first if not second else tuple(dict.fromkeys((*first, *second)))


def dollars(usd: Decimal) -> str:
    """For people: cents from a dollar on, below that as many digits as say something: ``$12.40``, ``$0.0585``."""
    if usd == 0:
        return "$0"
    if usd < 0:
        return f"-{dollars(-usd)}"
    if round(usd, 4) >= 1:
        return f"${usd:,.2f}"
    if usd < LEAST:
        return f"less than ${LEAST}"
    return f"${usd.quantize(_CENT)}" if usd == usd.quantize(_CENT) else f"${usd:.4f}"
