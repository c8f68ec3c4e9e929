"""One line of a cost: factors times a price, computed and told in words from the same figures.

Because the formula and the amount are made of the same factors, what a reader sees is what was computed.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Final

from core.cost.cost import Amount, Input, Item, Part, Range
from core.cost.price import Price, Unknown

ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Factor:
    """A quantity of a formula, `per` what it is counted in: 1,830 s of a month's 2,628,000. Only the price of a line
    has a unit to the power of minus one, so a `unit` is written behind its figure."""

    name: str
    value: Range
    unit: str = ""
    per: Decimal = ONE

    @property
    def text(self) -> str:
        told = f"{span(self.value)} {self.unit}".rstrip()
        return told if self.per == ONE else f"{told} / {figure(self.per)}"


@dataclass(frozen=True, slots=True)
class Named:
    """A price with what it is the price of."""

    name: str
    price: Price | Unknown


def line(
    name: str,
    part: Part,
    region: str,
    factors: tuple[Factor, ...],
    *alternatives: Named,
    besides: tuple[Unknown, ...] = (),
) -> Item:
    """What the factors cost at the price; of several alternatives one comes true. `besides` is what the bill will have
    in this line too and nobody can price."""
    quantity = _product(factors)
    amount = reduce(Amount.over, (Amount.of(quantity, each.price) for each in alternatives))
    known = tuple(each.price for each in alternatives if isinstance(each.price, Price))
    told = [factor.text for factor in factors]
    extra = [f"+ {each.what}" for each in besides]
    inputs = (
        *(
            Input(factor.name, f"{span(factor.value)} {factor.unit}".rstrip(), factor.value.source)
            for factor in factors
        ),
        *(_priced(each) for each in alternatives),
        *(Input(each.what, "unknown", each.hint) for each in besides),
    )
    formula = " ".join([" × ".join([*told, _price_text(known, len(alternatives))]), *extra])
    return Item(name, part, region, amount + Amount.missing(*besides) if besides else amount, formula, inputs, known)


def unpriced(name: str, part: Part, region: str, unknown: Unknown) -> Item:
    """A line that will be on the bill and can't be computed at all."""
    given = (Input(unknown.what, "unknown", unknown.hint),)
    return Item(name, part, region, Amount.missing(unknown), f"{unknown.what}: unknown", given)


def figure(value: Decimal) -> str:
    """A figure as people write it: thousands apart, no zeros behind, and no more decimals than say something."""
    rounded = value if abs(value) < 1 else round(value, 3)
    return f"{rounded.normalize():,f}"


def span(value: Range) -> str:
    return figure(value.low) if value.exact else f"{figure(value.low)} to {figure(value.high)}"


def _product(factors: tuple[Factor, ...]) -> Range:
    """Divided last, so that a whole number of months, say, stays whole."""
    product = reduce(_times, (factor.value for factor in factors), Range.of(1))
    per = reduce(lambda one, other: one * other, (factor.per for factor in factors), ONE)
    return product if per == ONE else Range(product.low / per, product.high / per)


def _times(one: Range, other: Range) -> Range:
    return Range(one.low * other.low, one.high * other.high)


def _priced(each: Named) -> Input:
    match each.price:
        case Price(usd, unit, source, date, note):
            dated = f"{source}, {date.isoformat()}"
            return Input(
                f"Price of {each.name}", f"{figure(usd)} USD per {unit}", f"{dated}; {note}" if note else dated
            )
        case Unknown(what, hint):
            return Input(f"Price of {each.name}", "unknown", hint or f"Nobody told {what}.")


def _price_text(known: tuple[Price, ...], asked: int) -> str:
    if len(known) < asked:
        return "an unknown price"
    cheapest = min(known, key=lambda price: price.usd)
    between = Range.of(cheapest.usd, max(price.usd for price in known))
    return f"{span(between)} USD/{cheapest.unit}"
