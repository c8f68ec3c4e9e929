"""Why a price is not known, in words that lead on: a name that is wrong, a thing that is not sold there, or a list that
is older than the thing."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from core.aws.price_questions import IOPS_USAGES, VOLUME_USAGES
from core.aws.quote import ANYWHERE, Kind
from core.catalog.regions import REGIONS

if TYPE_CHECKING:
    from core.cost.prices import Prices

REFRESH: Final = "Refresh the prices from AWS."
FOREIGN: Final = frozenset({"aws-cn", "aws-eusc"})
"""Partitions whose prices are in CNY and EUR."""
SOLD_APART: Final = {Kind.IOPS: frozenset(IOPS_USAGES), Kind.THROUGHPUT: frozenset({"gp3"})}
"""Of which volume types it has a price of its own."""
NOT_ASKED: Final = frozenset({Kind.INSPECTOR_INSTANCE, Kind.INSPECTOR_IMAGE})
"""What a refresh does not bring."""


def same_partition(source: str, target: str) -> bool:
    """Whether both are regions of one partition: "to every other region" in a price list means those."""
    return source in REGIONS and target in REGIONS and REGIONS[source].partition == REGIONS[target].partition


def reason(prices: "Prices", kind: Kind, region: str, subject: str) -> str:
    """What is said about a price that `prices` does not have."""
    if region not in prices.regions:
        return f"There is no region {region!r}. {_close(region, prices.regions)}".strip()
    if region in REGIONS and REGIONS[region].partition in FOREIGN:
        return f"{REGIONS[region].name} has a price list of its own, in another currency than USD."
    match kind:
        case Kind.LINUX | Kind.WINDOWS:
            return _of_instance(prices, region, subject)
        case Kind.VOLUME | Kind.IOPS | Kind.THROUGHPUT:
            return _of_volume(kind, subject)
        case Kind.TRANSFER if subject != ANYWHERE and subject not in prices.regions:
            return f"There is no region {subject!r}. {_close(subject, prices.regions)}".strip()
        case Kind.TRANSFER if subject != ANYWHERE and not same_partition(region, subject):
            return "AWS copies no image from one partition to another."
        case _ if kind in NOT_ASKED:
            return "AWS tells it on the price page of Amazon Inspector only."
        case _:
            return REFRESH


def _of_instance(prices: "Prices", region: str, name: str) -> str:
    known = prices.instance_types.get(name)
    if known is None:
        meant = _close(name, prices.instance_types)
        return " ".join(filter(None, (f"No price list we have knows {name!r}.", meant, f"If it is new: {REFRESH}")))
    if name in prices.instances(region):
        arm = known.architecture == "arm64"
        return "Windows needs an instance type of the architecture x86_64." if arm else REFRESH
    listed = max(
        (sheet.date for sheet in prices.sheets if sheet.kind is Kind.LINUX and region in sheet.figures), default=None
    )
    if listed is None:
        return REFRESH
    return f"AWS's price list of {listed} has no {name} in {region}. Choose another type or region."


def _of_volume(kind: Kind, volume_type: str) -> str:
    if volume_type not in VOLUME_USAGES:
        return f"There is no volume type {volume_type!r}. {_close(volume_type, VOLUME_USAGES)}".strip()
    if volume_type not in SOLD_APART.get(kind, VOLUME_USAGES):
        return f"AWS does not sell it apart from the size of {volume_type} volumes."
    return REFRESH


def _close(word: str, known: Collection[str]) -> str:
    # Imported here: it parses documents as well, which who only asks for prices need not wait for.
    from core.recipe.findings import did_you_mean

    return did_you_mean(word, known)
