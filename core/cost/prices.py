"""Every price we know, asked for one at a time or in bulk: the shipped pack under what the user has refreshed.

Each figure is the newest that pack and cache have of it. What neither has is `Unknown`; no figure of another region,
type or tier is ever taken in its place. Nothing is loaded before `prices()` is called.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import Final, Literal

from core.aws.quote import ANYWHERE, PER_USD, UNITS, Kind
from core.catalog.instance_types import INSTANCE_TYPES, InstanceType
from core.catalog.regions import REGIONS
from core.cost import pack
from core.cost.gaps import reason, same_partition
from core.cost.pack import Pack, Sheet, joined
from core.cost.price import Price, Unknown
from core.errors import HostFault, Invalid

System = Literal["Linux", "Windows"]
Tier = Literal["standard", "archive"]
CACHE: Final = "prices.json.gz"
ESTIMATED: Final = "estimated: Linux + licence"
MIB: Final = 1024


def cache_file() -> Path:
    """Where a refresh is kept: in $BAKEHOUSE_CACHE, else in the user's cache folder of the platform."""
    import platformdirs

    named = os.environ.get("BAKEHOUSE_CACHE")
    folder = Path(named).expanduser().absolute() if named else platformdirs.user_cache_path("bakehouse")
    return folder / CACHE


@cache
def prices() -> "Prices":
    """What we know now, loaded once; `prices.cache_clear()` after a refresh. Raises HostFault when the shipped pack is
    damaged; a damaged cache is left out and said in `notice`."""
    return load((files("resources") / "prices" / pack.FILE).read_bytes, cache_file())


def load(shipped: Callable[[], bytes], cached: Path) -> "Prices":
    """Raises HostFault when `shipped` is damaged or missing."""
    try:
        bundle = pack.read(shipped())
    except (Invalid, OSError) as error:
        message = f"The price list that ships with Bakehouse can't be read: {error}"
        raise HostFault(message, hint="Install Bakehouse again.") from error
    refreshed, notice = Pack(), ""
    try:
        refreshed = pack.read(cached.read_bytes())
    except FileNotFoundError:
        pass
    except (Invalid, OSError) as error:
        notice = (
            f"The refreshed prices in {cached} can't be read: {error} "
            "The prices that ship with Bakehouse are used. Refresh them from AWS."
        )
    return merged(bundle, refreshed, notice)


def merged(shipped: Pack, refreshed: Pack, notice: str = "") -> "Prices":
    """Of two figures for the same thing the newer one counts; of the same day, the refreshed."""
    whole = joined(shipped, refreshed)
    return Prices(whole.sheets, whole.types, notice)


@dataclass(frozen=True, slots=True)
class Origin:
    """How many prices of a kind are of one source and day."""

    kind: Kind
    source: str
    date: date
    figures: int


@dataclass(frozen=True)
class Prices:
    """`sheets` from the newest to the oldest, with each figure once. `notice` is empty, or says why the user's
    refreshed prices are not in here."""

    sheets: tuple[Sheet, ...]
    refreshed_types: Mapping[str, InstanceType] = field(default_factory=dict)
    notice: str = ""

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Every region of the catalogue, also those without a single price; then what only the prices know."""
        priced = (region for sheet in self.sheets for region in sheet.figures if region != ANYWHERE)
        return tuple(dict.fromkeys([*REGIONS, *priced]))

    @cached_property
    def instance_types(self) -> Mapping[str, InstanceType]:
        """The catalogue's, and those that only a refresh has seen."""
        return {**INSTANCE_TYPES, **self.refreshed_types}

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where the prices come from, the newest first."""
        return tuple(
            Origin(sheet.kind, sheet.source, sheet.date, sum(len(amounts) for amounts in sheet.figures.values()))
            for sheet in self.sheets
        )

    @property
    def newest(self) -> date:
        return max(sheet.date for sheet in self.sheets)

    @property
    def oldest(self) -> date:
        return min(sheet.date for sheet in self.sheets)

    def age(self, today: date) -> timedelta:
        """Of the instance prices, which are what ages: at least half of them are as new. One type that was refreshed
        does not make the others young. Not below zero, whatever the clock says."""
        linux = [origin for origin in self.origins if origin.kind is Kind.LINUX]
        counts = tuple(accumulate(origin.figures for origin in linux))
        usual = next((each.date for each, so_far in zip(linux, counts, strict=True) if so_far * 2 >= counts[-1]), None)
        return max(today - (usual or self.oldest), timedelta())

    def instance(self, region: str, instance_type: str, system: System = "Linux") -> Price | Unknown:
        """An on-demand hour, shared tenancy. Windows with its licence; estimated where AWS's own figure is missing."""
        if system == "Linux":
            return self._price(Kind.LINUX, region, instance_type, instance_type)
        found = self._price(Kind.WINDOWS, region, instance_type, f"{instance_type} with Windows")
        return self._estimated(region, instance_type, found) if isinstance(found, Unknown) else found

    def instances(self, region: str, system: System = "Linux") -> Mapping[str, int]:
        """All at once, for comparisons: 1e-10 USD (`core.aws.quote.PER_USD`) an hour by instance type; what is not in
        it is unknown. Equal to `instance`, figure by figure."""
        if (known := self._bulk.get((region, system))) is None:
            known = self._bulk[region, system] = self._instances(region, system)
        return known

    def volume(self, region: str, volume_type: str) -> Price | Unknown:
        return self._price(Kind.VOLUME, region, volume_type, f"{volume_type} volumes")

    def volume_iops(self, region: str, volume_type: str) -> Price | Unknown:
        """Of io2 it is the price of the first 32,000; those above are cheaper."""
        return self._price(Kind.IOPS, region, volume_type, f"IOPS of {volume_type} volumes")

    def volume_throughput(self, region: str, volume_type: str) -> Price | Unknown:
        """A MiB/s for a month; AWS states it for 1,024."""
        found = self._price(Kind.THROUGHPUT, region, volume_type, f"throughput of {volume_type} volumes")
        if isinstance(found, Unknown):
            return found
        return Price(found.usd / MIB, "MiBps-month", found.source, found.date, found.note)

    def snapshot(self, region: str, tier: Tier = "standard") -> Price | Unknown:
        return self._price(Kind.SNAPSHOT, region, tier, "snapshots" if tier == "standard" else "archived snapshots")

    def transfer(self, source: str, target: str) -> Price | Unknown:
        """A GiB sent from one region to another. Within a region nothing is sent: callers leave that out."""
        what = f"data sent to {target}"
        found = self._price(Kind.TRANSFER, source, target, what)
        if not isinstance(found, Unknown) or not same_partition(source, target):
            return found
        anywhere = self._price(Kind.TRANSFER, source, ANYWHERE, what)
        return found if isinstance(anywhere, Unknown) else anywhere

    def public_ipv4(self, region: str) -> Price | Unknown:
        return self._price(Kind.PUBLIC_IPV4, region, "", "a public IPv4 address")

    def image_storage(self, region: str) -> Price | Unknown:
        """Amazon ECR."""
        return self._price(Kind.IMAGE_STORAGE, region, "", "container images in Amazon ECR")

    def log_ingestion(self, region: str) -> Price | Unknown:
        """CloudWatch Logs."""
        return self._price(Kind.LOG_INGESTION, region, "", "logs sent to CloudWatch")

    def object_storage(self, region: str) -> Price | Unknown:
        """S3 Standard, its first tier: up to 50 TB."""
        return self._price(Kind.OBJECT_STORAGE, region, "", "S3 storage")

    def inspector_instance(self, region: str) -> Price | Unknown:
        return self._price(Kind.INSPECTOR_INSTANCE, region, "", "an instance scanned by Amazon Inspector")

    def inspector_image(self, region: str) -> Price | Unknown:
        """The first scan of a container image."""
        return self._price(Kind.INSPECTOR_IMAGE, region, "", "an image scanned by Amazon Inspector")

    @cached_property
    def _bulk(self) -> dict[tuple[str, System], Mapping[str, int]]:
        return {}

    @cached_property
    def _by_kind(self) -> Mapping[Kind, tuple[Sheet, ...]]:
        return {kind: tuple(sheet for sheet in self.sheets if sheet.kind is kind) for kind in Kind}

    def _found(self, kind: Kind, region: str, subject: str) -> tuple[int, Sheet] | None:
        for sheet in self._by_kind[kind]:
            if (amount := sheet.figures.get(region, {}).get(subject)) is not None:
                return amount, sheet
        return None

    def _price(self, kind: Kind, region: str, subject: str, what: str) -> Price | Unknown:
        if (found := self._found(kind, region, subject)) is not None:
            amount, sheet = found
            return Price(Decimal(amount) / PER_USD, UNITS[kind], sheet.source, sheet.date)
        place = "from" if kind is Kind.TRANSFER else "in"
        return Unknown(f"the price of {what} {place} {region}", reason(self, kind, region, subject))

    def _estimated(self, region: str, instance_type: str, unknown: Unknown) -> Price | Unknown:
        """Windows as Linux and what the licence adds, which is the same in every region."""
        linux, licence = self._found(Kind.LINUX, region, instance_type), self._licences.get(instance_type)
        if linux is None or licence is None:
            return unknown
        (amount, sheet), (added, rule) = linux, licence
        return Price(
            Decimal(amount + added) / PER_USD,
            UNITS[Kind.WINDOWS],
            f"Linux: {sheet.source}; licence: {rule.source}",
            min(sheet.date, rule.date),
            ESTIMATED,
        )

    @cached_property
    def _licences(self) -> Mapping[str, tuple[int, Sheet]]:
        """What Windows adds to an hour, by instance type."""
        found: dict[str, tuple[int, Sheet]] = {}
        for name, known in self.instance_types.items():
            if (fixed := self._found(Kind.LICENCE, ANYWHERE, name)) is not None:
                found[name] = fixed
            elif (each := self._found(Kind.LICENCE_PER_VCPU, ANYWHERE, name.split(".")[0])) is not None:
                found[name] = each[0] * known.vcpus, each[1]
        return found

    def _instances(self, region: str, system: System) -> Mapping[str, int]:
        linux = self._newest(Kind.LINUX, region)
        if system == "Linux":
            return linux
        licences = self._licences
        estimated = {name: amount + licences[name][0] for name, amount in linux.items() if name in licences}
        return estimated | self._newest(Kind.WINDOWS, region)

    def _newest(self, kind: Kind, region: str) -> dict[str, int]:
        merged: dict[str, int] = {}
        for sheet in reversed(self._by_kind[kind]):
            merged.update(sheet.figures.get(region, {}))
        return merged
