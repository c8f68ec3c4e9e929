"""One item of the AWS Price List: a product and its on-demand price, out of the JSON text that GetProducts wraps it in.

Prices are decimal text in a currency, for a unit, in tiers; an item may have no on-demand price, no product family, or
a price of zero, which stands for what is billed elsewhere. Shapes: Price List Query API, version 2017-10-15.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from core.aws.quote import amount
from core.catalog.instance_types import InstanceType
from core.catalog.regions import REGIONS
from core.errors import Invalid, Unreachable

CURRENCY: Final = "USD"
FAMILY: Final = "productFamily"
MIB_PER_GIB: Final = 1024
_PREFIX: Final = re.compile(r"^[A-Z]+[0-9]*-")
_MEMORY: Final = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?) GiB")


@dataclass(frozen=True, slots=True)
class Tier:
    """`prices` for one `unit`, by currency, from `begin` units on. All as AWS writes it."""

    begin: str
    unit: str
    prices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """`attributes` with the product's family among them; `terms` are the tiers of each on-demand term."""

    sku: str
    attributes: Mapping[str, str]
    published: date
    terms: tuple[tuple[Tier, ...], ...]

    @property
    def usage(self) -> str:
        """The usage type without the region's prefix: us-east-1 has none, Ireland's is EU-, Mumbai's APS3-. It can't be
        told from the region's code, so it is taken off and never put together."""
        return _PREFIX.sub("", self.attributes.get("usagetype", ""))

    def region(self, code: str = "regionCode", location: str = "location") -> str:
        """By its code, or by the name that older items have instead; "" for neither."""
        return self.attributes.get(code) or _names().get(self.attributes.get(location, ""), "")

    def amounts(self, unit: str) -> Iterator[int]:
        """What each term asks for one `unit`, in 1e-10 USD: its first tier that costs anything. Raises Invalid for
        another currency or unit, or what is no number."""
        for tiers in self.terms:
            for tier in sorted(tiers, key=_begin):
                if found := _amount(tier, unit):
                    yield found
                    break

    @property
    def instance_type(self) -> InstanceType | None:
        """What a compute item says about its type; None where it says too little."""
        name, vcpus = self.attributes.get("instanceType", ""), self.attributes.get("vcpu", "")
        memory = _MEMORY.fullmatch(self.attributes.get("memory", ""))
        if not (name and vcpus.isdecimal() and memory):
            return None
        arm = "Graviton" in self.attributes.get("physicalProcessor", "")
        mib = int(Decimal(memory[1].replace(",", "")) * MIB_PER_GIB)
        return InstanceType(name, int(vcpus), mib, "arm64" if arm else "x86_64")


def item(text: str) -> Item:
    """Raises Unreachable when it is no item: the answer was cut off, or its shape is new."""
    try:
        document = json.loads(text)
        product = document["product"]
        terms = document["terms"].get("OnDemand", {})
        return Item(
            sku=product["sku"],
            attributes=_texts({FAMILY: product.get(FAMILY, ""), **product["attributes"]}),
            published=date.fromisoformat(document["publicationDate"][:10]),
            terms=tuple(tuple(map(_tier, term["priceDimensions"].values())) for term in terms.values()),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"GetProducts: an item of the price list can't be read ({type(error).__name__}: {error})."
        raise Unreachable(message, hint="Try again. If it stays so, the price list has a new form.") from error


def _tier(members: Mapping[str, Any]) -> Tier:
    said = _texts({"begin": members.get("beginRange", "0"), "unit": members.get("unit", "")})
    return Tier(**said, prices=_texts(members["pricePerUnit"]))


def _texts(members: Mapping[str, Any]) -> Mapping[str, str]:
    """All of AWS's figures are text; a float would have lost its last digits."""
    for name, value in members.items():
        if not isinstance(value, str):
            raise TypeError(f"{name} is {value!r} and no text")
    return members


def _begin(tier: Tier) -> Decimal:
    return _number(tier.begin, "a tier begins at {!r}")


def _amount(tier: Tier, unit: str) -> int:
    """0 for a tier that costs nothing."""
    if CURRENCY not in tier.prices:
        raise Invalid(f"the price is in {', '.join(tier.prices) or 'no currency'} and not in {CURRENCY}")
    if tier.unit.casefold() != unit.casefold():
        raise Invalid(f"the price is for {tier.unit or 'no unit'} and not for {unit}")
    usd = tier.prices[CURRENCY]
    return 0 if _number(usd, "{!r} is not a price") == 0 else amount(usd)


def _number(text: str, otherwise: str) -> Decimal:
    """Raises Invalid for what is none, not a number (NaN) included."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Invalid(otherwise.format(text)) from error
    if number.is_nan():
        raise Invalid(otherwise.format(text))
    return number


def _names() -> Mapping[str, str]:
    return {region.price_list_name: code for code, region in REGIONS.items() if region.price_list_name}
