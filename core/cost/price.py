"""One price with where it comes from, and what stands in its place where nobody knows it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """`usd` for one `unit`: hour, GiB-month, GiB, IOPS-month, MiBps-month, image or instance-month. Exact: round only
    for display. `note` says what is not as AWS states it, such as "estimated: Linux + licence"."""

    usd: Decimal
    unit: str
    source: str
    date: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """`what` is a part of a sentence: "the price of m9g.large in eu-central-1". Whatever needs it is unknown too."""

    what: str
    hint: str = ""
