"""Bakes worked out by hand, whose figures the tests ask for."""

from dataclasses import replace
from decimal import Decimal

from core.aws.quote import ANYWHERE, Kind
from core.cost.bake import Output, Scan, Shape, Target, Volume
from core.cost.cost import Range
from core.cost.prices import Prices
from tests.fakes.figures import Figure, prices_of

HOME, VIRGINIA, SINGAPORE = "eu-central-1", "us-east-1", "ap-southeast-1"
SHAPE = Shape(
    region=HOME,
    instance_types=("m5.large",),
    build=Range.of(1350),
    test=(Range.of(480),),
    volumes=(Volume("gp3", 30),),
    stored=Range.of("9.2"),
    targets=(Target(VIRGINIA), Target(SINGAPORE)),
)
"""m5.large with Linux in Frankfurt: 22:30 min of building, 8 of testing, 30 GiB, 9.2 of them written, two copies."""

CONTAINER = replace(
    SHAPE,
    region=VIRGINIA,
    build=Range.of(900),
    test=(Range.of(300),),
    stored=Range.of("0.5"),
    targets=(Target(HOME),),
    output=Output.CONTAINER,
    scan=Scan.CONTAINER,
    versions=4,
)

_REGIONS = {
    # region: m5.large an hour, gp3 and snapshots a GiB-month, a GiB sent to another region
    HOME: ("0.115", "0.0952", "0.054", "0.02"),
    VIRGINIA: ("0.096", "0.08", "0.05", "0.02"),
    "us-east-2": ("0.096", "0.08", "0.05", "0.02"),
    "us-west-2": ("0.096", "0.08", "0.05", "0.02"),
    SINGAPORE: ("0.12", "0.096", "0.05", "0.09"),
    "sa-east-1": ("0.153", "0.152", "0.068", "0.138"),
    "af-south-1": ("0.127", "0.1047", "0.0595", "0.147"),
}


def _figures() -> list[Figure]:
    figures: list[Figure] = []
    for region, (hour, gp3, snapshot, sent) in _REGIONS.items():
        figures += [
            (Kind.LINUX, region, "m5.large", hour),
            (Kind.VOLUME, region, "gp3", gp3),
            (Kind.SNAPSHOT, region, "standard", snapshot),
            (Kind.TRANSFER, region, ANYWHERE, sent),
            (Kind.PUBLIC_IPV4, region, "", "0.005"),
            (Kind.IMAGE_STORAGE, region, "", "0.1"),
            (Kind.INSPECTOR_IMAGE, region, "", "0.09"),
        ]
    return [
        *figures,
        (Kind.TRANSFER, VIRGINIA, "us-east-2", "0.01"),
        (Kind.TRANSFER, "us-east-2", VIRGINIA, "0.01"),
        (Kind.LICENCE_PER_VCPU, ANYWHERE, "m5", "0.046"),
    ]


PRICES: Prices = prices_of(_figures())


def rounded(usd: Decimal | None, places: int = 4) -> str:
    """As a table of the examples prints it."""
    return "unknown" if usd is None else f"{usd:.{places}f}"
