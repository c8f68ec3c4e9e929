"""The same bake in every region, and with every instance type: where it is cheapest, and what cannot be compared.

Two depths. `compare` prices the bake in full in each region, so every figure opens like an estimate. `across` prices it
with all instance types of all regions at once, some thirty thousand of them, in whole numbers of 1e-10 USD.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from core.aws.quote import PER_USD
from core.catalog.instance_types import InstanceType
from core.catalog.regions import REGIONS
from core.cost.amount import SECONDS_PER_HOUR
from core.cost.bake import Shape, Target
from core.cost.cost import Amount, Cost, Part, Range, added
from core.cost.estimate import copies, estimate, images, run_of, stays
from core.cost.price import Unknown
from core.cost.prices import Prices

BURSTABLE: Final = frozenset({"t1", "t2", "t3", "t3a", "t4g"})


@dataclass(frozen=True, slots=True)
class RegionCost:
    """A bake with `region` as its build region, in the place of the present one.

    `cost` is its whole cost there. `alone` is one run without its copies elsewhere. `keeping` is one run that still
    sends its image to every region where it is now. `copy` and `kept` are what the region costs as a target of the bake
    as it is, for each run and each month. `offered`: AWS has an instance type of the recipe there, None where
    nothing is known of the region.
    """

    region: str
    name: str
    partition: str
    cost: Cost
    alone: Amount
    keeping: Amount
    copy: Amount
    kept: Amount
    offered: bool | None

    @property
    def run(self) -> Amount:
        return self.cost.run.amount

    @property
    def standing(self) -> Amount:
        return self.cost.standing.amount

    @property
    def missing(self) -> tuple[Unknown, ...]:
        return self.cost.unknown


Measure = Callable[[RegionCost], Amount]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All regions of the price lists, in their order. Regions of one partition compare; others need another account."""

    shape: Shape
    rows: tuple[RegionCost, ...]

    def of(self, partition: str) -> tuple[RegionCost, ...]:
        return tuple(row for row in self.rows if row.partition == partition)

    @property
    def partition(self) -> str:
        """Where the bake is now."""
        known = REGIONS.get(self.shape.region)
        return known.partition if known else "aws"

    def ranked(self, measure: Measure, partition: str = "") -> tuple[RegionCost, ...]:
        """The regions of a partition (the bake's own) with a figure, the cheapest first; of a range the middle
        counts. Those with something unknown are left out: see `incomparable`."""
        known = [(middle, row) for row in self._own(partition) if (middle := measure(row).middle) is not None]
        return tuple(row for _, row in sorted(known, key=lambda pair: pair[0]))

    def incomparable(self, measure: Measure, partition: str = "") -> tuple[RegionCost, ...]:
        return tuple(row for row in self._own(partition) if not measure(row).known)

    def verdict(self, measure: Measure, partition: str = "") -> "Verdict | None":
        """Cheapest and dearest, with what lies between; None while fewer than two regions have a figure."""
        ranked = self.ranked(measure, partition)
        if len(ranked) < 2:
            return None
        here = next((row for row in ranked if row.region == self.shape.region), None)
        low, high = measure(ranked[0]).middle, measure(ranked[-1]).middle
        now = measure(here).middle if here else None
        if low is None or high is None:
            raise AssertionError("what is ranked has a figure")
        equal = tuple(row for row in ranked if measure(row).middle == low)
        return Verdict(equal, ranked[-1], high - low, None if now is None else now - low)

    def _own(self, partition: str) -> tuple[RegionCost, ...]:
        return self.of(partition or self.partition)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`cheapest` are all regions of the lowest figure. `between` is what the dearest costs more than they, `saving`
    what the present region does (None where its own figure is unknown)."""

    cheapest: tuple[RegionCost, ...]
    dearest: RegionCost
    between: Decimal
    saving: Decimal | None


def compare(shape: Shape, prices: Prices) -> Comparison:
    """The bake in every region there is. Pure; some twenty milliseconds."""
    return Comparison(shape, tuple(_row(shape, region, prices) for region in prices.regions))


def _row(shape: Shape, region: str, prices: Prices) -> RegionCost:
    cost = estimate(shape.moved(region), prices)
    alone = added(item.amount for item in cost.run.items() if item.part is not Part.TRANSFER)
    keeping = alone + added(item.amount for item in copies(shape.built_in(region), prices))
    copy, kept = _as_target(shape, region, prices)
    known = REGIONS.get(region)
    return RegionCost(
        region=region,
        name=known.name if known else region,
        partition=known.partition if known else "aws",
        cost=cost,
        alone=alone,
        keeping=keeping,
        copy=copy,
        kept=kept,
        offered=_offered(shape, region, prices),
    )


def _as_target(shape: Shape, region: str, prices: Prices) -> tuple[Amount, Amount]:
    """What one more region costs: for each run, and each month. Of a region that has the image, what it costs now."""
    target = next((each for each in shape.targets if each.region == region), Target(region))
    only = replace(shape, targets=(target,))
    copy = added(item.amount for item in copies(only, prices))
    return copy, added(item.amount for item in images(only, prices) if item.region == region)


def _offered(shape: Shape, region: str, prices: Prices) -> bool | None:
    priced = prices.instances(region, shape.system)
    return any(each in priced for each in shape.instance_types) if priced else None


Grid = Mapping[str, Mapping[str, int]]
"""One run in 1e-10 USD by region, then instance type; what is not in it is unknown or not offered."""


def across(shape: Shape, prices: Prices, regions: Iterable[str] = (), types: Iterable[str] = ()) -> Grid:
    """One run in every region (in the place of the present build region) with every instance type that runs the
    system, of a range the middle. Regions where anything else of the run is unknown have no figures."""
    wanted = frozenset(types)
    seconds = sum(((each.low + each.high) for _, each in stays(shape)), Decimal(0)) / 2
    scaled = int(seconds * 10**6)
    found: dict[str, Mapping[str, int]] = {}
    for region in regions or prices.regions:
        run = run_of(shape.moved(region), prices)
        rest = added(item.amount for item in run.items() if item.part is not Part.COMPUTE).middle
        if rest is None or shape.surcharges:
            found[region] = {}
            continue
        base, per = int(rest * PER_USD), int(SECONDS_PER_HOUR) * 10**6
        priced = prices.instances(region, shape.system)
        found[region] = {
            name: base + usd * scaled // per for name, usd in priced.items() if not wanted or name in wanted
        }
    return found


@dataclass(frozen=True, slots=True)
class Cheaper:
    """Another instance type for the same bake. `saving` is on one run, at the middle of ranges. `same_architecture`:
    its images boot where the present ones do; else parent image and components must exist for the other."""

    type: InstanceType
    run: Amount
    saving: Decimal
    same_architecture: bool

    @property
    def burstable(self) -> bool:
        """It slows down to a part of its processors once it has worked for long, and builds may take longer."""
        return self.type.name.split(".")[0] in BURSTABLE


def cheaper(shape: Shape, prices: Prices, most: int = 5) -> tuple[Cheaper, ...]:
    """Cheaper instance types with as many vCPUs and as much memory, the biggest saving first; those of the same
    architecture before others. Empty where the present type or its price is unknown."""
    present = prices.instance_types.get(shape.instance_types[0]) if shape.instance_types else None
    now = _run_with(shape, shape.instance_types[0], prices).middle if present else None
    if present is None or now is None:
        return ()
    priced = prices.instances(shape.region, shape.system)
    alike = [known for name, known in prices.instance_types.items() if name in priced and _alike(known, present)]
    cheap = sorted(alike, key=lambda each: priced[each.name])
    found = [
        Cheaper(each, amount, now - middle, each.architecture == present.architecture)
        for each in cheap
        if priced[each.name] < priced.get(present.name, 0)
        if (middle := (amount := _run_with(shape, each.name, prices)).middle) is not None
    ]
    ours, theirs = (tuple(each for each in found if each.same_architecture is same)[:most] for same in (True, False))
    return (*ours, *theirs)


def _run_with(shape: Shape, instance_type: str, prices: Prices) -> Amount:
    return run_of(replace(shape, instance_types=(instance_type,)), prices).amount


def _alike(one: InstanceType, other: InstanceType) -> bool:
    """As many vCPUs and at least as much memory: 7.5 GiB is as good as 8."""
    return one.vcpus == other.vcpus and one.memory_mib * 100 >= other.memory_mib * 93


def changed(shape: Shape, other: Shape) -> tuple[str, ...]:
    """What a scenario changes, in words: ``t3.large instead of m5.large``, ``tests off``."""
    told = (
        _told(", ".join(shape.instance_types), ", ".join(other.instance_types)),
        "" if shape.tests == other.tests else f"tests {'on' if other.tests else 'off'}",
        _told(_volumes(shape), _volumes(other)),
        _told(f"built in {shape.region}", f"built in {other.region}"),
        _told(_regions(shape), _regions(other)),
        _told(f"{shape.versions} kept", f"{other.versions} kept"),
        _told(_often(shape.runs_per_month), _often(other.runs_per_month)),
    )
    return tuple(filter(None, told))


def _told(before: str, after: str) -> str:
    return "" if before == after else f"{after or 'none'} instead of {before or 'none'}"


def _volumes(shape: Shape) -> str:
    return ", ".join(f"{volume.gib} GiB {volume.type}" for volume in shape.volumes)


def _regions(shape: Shape) -> str:
    return f"in {len(shape.regions)} regions" if len(shape.regions) > 3 else "in " + ", ".join(shape.regions)


def _often(runs: Range) -> str:
    return f"{float(runs.high):.3g} runs a month"
