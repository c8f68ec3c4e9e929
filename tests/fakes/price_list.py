"""Items of the AWS Price List in the shape that GetProducts wraps them in, traps among them; and a list that is played.

The shape is that of the Query API (2017-10-15): a product with attributes that are all text, and terms whose price
dimensions are tiers. Attributes of no interest are left out; the figures are ours.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.aws.price_questions import Question
from core.aws.quote import Answer, Kind, Quote
from core.errors import BakehouseError

PUBLISHED = "2026-09-21"
INSTANCE = {
    "servicecode": "AmazonEC2",
    "locationType": "AWS Region",
    "regionCode": "eu-central-1",
    "instanceType": "m5.large",
    "vcpu": "2",
    "memory": "8 GiB",
    "physicalProcessor": "Intel Xeon Platinum 8175",
    "operatingSystem": "Linux",
    "operation": "RunInstances",
    "preInstalledSw": "NA",
    "licenseModel": "No License required",
    "tenancy": "Shared",
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
    "usagetype": "EUC1-BoxUsage:m5.large",
}


def tier(usd: str, unit: str, begin: str = "0", end: str = "Inf", currency: str = "USD") -> dict[str, Any]:
    return {
        "unit": unit,
        "beginRange": begin,
        "endRange": end,
        "description": f"{usd} {currency} per {unit}",
        "appliesTo": [],
        "pricePerUnit": {currency: usd},
    }


def item(attributes: Mapping[str, str], *tiers: Mapping[str, Any], family: str = "", sku: str = "SKU0") -> str:
    """One element of a page's PriceList; without tiers it has no on-demand term."""
    product = {"sku": sku, "attributes": dict(attributes)} | ({"productFamily": family} if family else {})
    term = {
        "sku": sku,
        "offerTermCode": "TERM",
        "effectiveDate": "2026-09-01T00:00:00Z",
        "termAttributes": {},
        "priceDimensions": {f"{sku}.TERM.{number}": each for number, each in enumerate(tiers)},
    }
    return json.dumps(
        {
            "product": product,
            "serviceCode": attributes.get("servicecode", ""),
            "version": "20260921194712",
            "publicationDate": f"{PUBLISHED}T19:47:12Z",
            "terms": {"OnDemand": {f"{sku}.TERM": term}} if tiers else {"Reserved": {}},
        }
    )


def instance(usd: str, sku: str = "SKU0", **attributes: str) -> str:
    """A compute item: m5.large with Linux in Frankfurt, but for `attributes`."""
    return item({**INSTANCE, **attributes}, tier(usd, "Hrs"), family="Compute Instance", sku=sku)


def ebs(usd: str, usage: str, family: str, unit: str = "GB-Mo", **attributes: str) -> str:
    common = {"servicecode": "AmazonEC2", "locationType": "AWS Region", "usagetype": usage, "operation": ""}
    return item({**common, "regionCode": "eu-west-1", **attributes}, tier(usd, unit), family=family, sku=usage)


def quote(amount: int, subject: str = "m5.large", region: str = "eu-central-1", day: str = PUBLISHED) -> Quote:
    return Quote(Kind.LINUX, region, subject, amount, date.fromisoformat(day))


@dataclass
class PlayedPriceList:
    """Answers each question from `answers`, in turn; an error is raised instead. It notes what it was asked."""

    answers: list[Answer | BakehouseError]
    asked: list[Question] = field(default_factory=list)

    def answer(self, question: Question, check: Callable[[], None]) -> Answer:
        check()
        self.asked.append(question)
        played = self.answers.pop(0) if self.answers else Answer((), {}, ())
        if isinstance(played, BakehouseError):
            raise played
        return played
