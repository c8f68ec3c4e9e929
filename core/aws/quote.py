"""A price as AWS states it, addressed by what it is for, where, and of what: the one vocabulary of tables, price pack,
cache and Price List.

Amounts are whole numbers of 1e-10 USD, the resolution of AWS's own price list, so that thirty thousand of them load in
milliseconds, compare exactly and never become floats.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from core.catalog.instance_types import InstanceType
from core.errors import Invalid

PER_USD: Final = 10**10
SOURCE: Final = "AWS Price List"
"""Of what a refresh brings."""
ANYWHERE: Final = "*"
"""As region: every region. As the subject of a transfer: every other region."""


class Kind(StrEnum):
    """What a price is for; the remark says of what, which is the `subject`."""

    LINUX = "linux"
    """An instance type."""
    WINDOWS = "windows"
    """An instance type, licence included."""
    LICENCE = "windows-licence"
    """What Windows adds to an instance type."""
    LICENCE_PER_VCPU = "windows-licence-per-vcpu"
    """What Windows adds for each vCPU of a family of instance types."""
    VOLUME = "volume"
    """A volume type."""
    IOPS = "iops"
    """A volume type."""
    THROUGHPUT = "throughput"
    """A volume type."""
    SNAPSHOT = "snapshot"
    """standard or archive."""
    TRANSFER = "transfer"
    """The region that the data goes to; the region is where it comes from."""
    PUBLIC_IPV4 = "public-ipv4"
    IMAGE_STORAGE = "image-storage"
    LOG_INGESTION = "log-ingestion"
    OBJECT_STORAGE = "object-storage"
    INSPECTOR_INSTANCE = "inspector-instance"
    INSPECTOR_IMAGE = "inspector-image"


UNITS: Final[Mapping[Kind, str]] = {
    Kind.LINUX: "hour",
    Kind.WINDOWS: "hour",
    Kind.LICENCE: "hour",
    Kind.LICENCE_PER_VCPU: "vCPU-hour",
    Kind.VOLUME: "GiB-month",
    Kind.IOPS: "IOPS-month",
    Kind.THROUGHPUT: "GiBps-month",
    Kind.SNAPSHOT: "GiB-month",
    Kind.TRANSFER: "GiB",
    Kind.PUBLIC_IPV4: "hour",
    Kind.IMAGE_STORAGE: "GiB-month",
    Kind.LOG_INGESTION: "GiB",
    Kind.OBJECT_STORAGE: "GiB-month",
    Kind.INSPECTOR_INSTANCE: "instance-month",
    Kind.INSPECTOR_IMAGE: "image",
}
"""As AWS states them; its GB are GiB."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One price of AWS. `amount` in 1e-10 USD for one of the kind's unit; `published` is when AWS said so."""

    kind: Kind
    region: str
    subject: str
    amount: int
    published: date


@dataclass(frozen=True, slots=True)
class Answer:
    """`types` are the instance types that were seen; `refused` are sentences about figures that stay as they were."""

    quotes: tuple[Quote, ...]
    types: Mapping[str, InstanceType]
    refused: tuple[str, ...]


def usd(amount: int) -> str:
    """The shortest decimal text of an amount."""
    return f"{(Decimal(amount) / PER_USD).normalize():f}"


def amount(text: str) -> int:
    """Decimal text in USD as a whole number of 1e-10 USD. Raises Invalid for what is no price, zero included: a price
    that is not known is left out and never 0."""
    try:
        exact = Decimal(text) * PER_USD
        whole = int(exact)
    except (ArithmeticError, ValueError) as error:
        raise Invalid(f"{text!r} is not a price.") from error
    if whole != exact or whole <= 0:
        raise Invalid(f"{text!r} is not a price: it must be above 0, with at most ten decimal places.")
    return whole
