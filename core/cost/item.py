"""One line of a cost: factors times a price, computed and told in words from the same figures.

What a reader sees is what was computed, because formula and amount are made of the same factors. The words are made
when they are read: pricing thirty regions needs none of them.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from typing import Final

from core.cost.amount import Amount, Range
from core.cost.price import Price, Unknown

ONE: Final = Decimal(1)
PLACES: Final = 10
"""Of AWS's own prices."""


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
class Factor:
    """A quantity of a formula, divided by `per`: 1,830 s of a month's 2,628,000."""

    name: str
    value: Range
    unit: str = ""
    per: Decimal = ONE

    @property
    def text(self) -> str:
        return f"{span(self.value)} {self.unit}".rstrip()

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Itself, and what it is the sum of."""
        parts = (Factor(name, each, self.unit) for name, each in self.value.parts)
        own = Input(self.name, self.text, self.value.source)
        return (own, *(each for part in parts for each in part.inputs))

    @property
    def share(self) -> str:
        return self.text if self.per == ONE else f"{self.text} / {figure(self.per)}"


@dataclass(frozen=True, slots=True)
class Named:
    """A price with what it is the price of."""

    name: str
    price: Price | Unknown

    @property
    def input(self) -> Input:
        match self.price:
            case Price(usd, unit, source, date, note):
                dated = f"{source}, {date.isoformat()}"
                value = f"{exact(usd)} USD per {unit}"
                return Input(f"Price of {self.name}", value, f"{dated}; {note}" if note else dated)
            case Unknown(what, hint):
                return Input(f"Price of {self.name}", "unknown", hint or f"Nobody told {what}.")


@dataclass(frozen=True, slots=True)
class Item:
    """A line that opens no further: `factors` times one of the `alternatives`, any of which may come true. `besides` is
    what the bill will have in this line too and nobody can price. `region` is where the money is spent."""

    name: str
    part: Part
    region: str
    amount: Amount
    factors: tuple[Factor, ...]
    alternatives: tuple[Named, ...] = ()
    besides: tuple[Unknown, ...] = ()

    @property
    def prices(self) -> tuple[Price, ...]:
        """The prices it was computed with."""
        return tuple(each.price for each in self.alternatives if isinstance(each.price, Price))

    @property
    def formula(self) -> str:
        """The arithmetic in words and figures."""
        product = " × ".join([*(factor.share for factor in self.factors), *self._price])
        return " + ".join(filter(None, [product, *(each.what for each in self.besides)]))

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The figures of the formula, prices among them, each with its source."""
        return (
            *(each for factor in self.factors for each in factor.inputs),
            *(each.input for each in self.alternatives),
            *(Input(each.what, "unknown", each.hint) for each in self.besides),
        )

    @property
    def _price(self) -> list[str]:
        known = self.prices
        if len(known) < len(self.alternatives):
            return ["an unknown price"]
        if not known:
            return []
        bounds = dict.fromkeys((min(each.usd for each in known), max(each.usd for each in known)))
        return [f"{' to '.join(map(exact, bounds))} USD/{known[0].unit}"]


def line(
    name: str,
    part: Part,
    region: str,
    factors: tuple[Factor, ...],
    *alternatives: Named,
    besides: tuple[Unknown, ...] = (),
) -> Item:
    """What the factors cost at the price, or at one of several."""
    quantity = _product(factors)
    amount = reduce(Amount.over, [Amount.of(quantity, each.price) for each in alternatives])
    if besides:
        amount += Amount.missing(*besides)
    return Item(name, part, region, amount, factors, alternatives, besides)


def unpriced(name: str, part: Part, region: str, unknown: Unknown) -> Item:
    """A line that will be on the bill and can't be computed at all."""
    return Item(name, part, region, Amount.missing(unknown), (), (), (unknown,))


def exact(usd: Decimal) -> str:
    """A price to the last digit that AWS states."""
    return f"{round(usd, PLACES).normalize():,f}"


def figure(value: Decimal) -> str:
    """A quantity as people write it: thousands apart, no zeros behind, three decimals of a large one and as many
    digits of a small one."""
    rounded = round(value, 3 if abs(value) >= 1 else 3 - value.adjusted())
    return f"{rounded.normalize():,f}"


def span(value: Range) -> str:
    return figure(value.low) if value.exact else f"{figure(value.low)} to {figure(value.high)}"


def _product(factors: tuple[Factor, ...]) -> Range:
    """Divided last, so that a whole number of months, say, stays whole."""
    low, high, per = ONE, ONE, ONE
    for factor in factors:
        low, high, per = low * factor.value.low, high * factor.value.high, per * factor.per
    return Range(low / per, high / per)
