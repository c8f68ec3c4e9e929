"""Instance types that could do instead: cheaper ones of the same size, the sizes beside it, and other architectures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from core.aws.quote import PER_USD
from core.catalog.instance_types import InstanceType
from core.cost.bake import Shape
from core.cost.cost import Cost, dollars
from core.cost.estimate import estimate
from core.cost.prices import Prices
from gui.cost.words import Change

CHEAPER: Final = 6
OTHERS: Final = 3


@dataclass(frozen=True, slots=True)
class Alternative:
    """A type instead of the recipe's. `why` says how it differs; `marked` is one that needs another parent image."""

    type: InstanceType
    hour: Decimal
    why: str
    run: Change
    month: Change
    marked: bool = False

    @property
    def size(self) -> str:
        return size_words(self.type)

    @property
    def hour_text(self) -> str:
        return dollars(self.hour)


def size_words(each: InstanceType) -> str:
    return f"{each.vcpus} vCPU · {each.memory_mib / 1024:g} GiB · {each.architecture}"


def alternatives(shape: Shape, cost: Cost, prices: Prices) -> tuple[Alternative, ...]:
    """For the recipe's first instance type; none where that is left to EC2 or not known."""
    types = prices.instance_types
    present = types.get(shape.instance_types[0]) if shape.instance_types else None
    if present is None:
        return ()
    hours = prices.instances(shape.region, shape.system)
    found: dict[str, Alternative] = {}
    for each, why, marked in _candidates(present, types.values(), hours):
        if each.name not in found:
            other = estimate(replace(shape, instance_types=(each.name,)), prices)
            run = Change.between(cost.run.amount, other.run.amount)
            month = Change.between(cost.month, other.month)
            hour = Decimal(hours[each.name]) / PER_USD
            found[each.name] = Alternative(each, hour, why, run, month, marked)
    return tuple(sorted(found.values(), key=lambda each: each.hour))


def _candidates(present: InstanceType, types, hours) -> Iterator[tuple[InstanceType, str, bool]]:  # type: ignore[no-untyped-def]
    priced = sorted((each for each in types if each.name in hours and each.name != present.name), key=lambda each: hours[each.name])
    family = present.name.partition(".")[0]
    ladder = sorted(
        (each for each in (*priced, present) if each.name.partition(".")[0] == family),
        key=lambda each: (each.vcpus, each.memory_mib, each.name),
    )
    at = ladder.index(present)
    for step, why in ((-1, "one size smaller"), (1, "one size larger")):
        if 0 <= at + step < len(ladder):
            yield ladder[at + step], why, False
    alike = [each for each in priced if (each.vcpus, each.memory_mib) == (present.vcpus, present.memory_mib)]
    now = hours.get(present.name)
    cheaper = [each for each in alike if now is None or hours[each.name] < now]
    same = [each for each in cheaper if each.architecture == present.architecture]
    for each in same[:CHEAPER]:
        yield each, "same size, cheaper", False
    others = [each for each in cheaper if each.architecture != present.architecture]
    for each in others[:OTHERS]:
        yield each, f"same size, {each.architecture}: needs such a parent image", True
