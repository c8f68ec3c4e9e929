"""Instance types that could do instead: cheaper ones of the same size, the sizes beside it, and other architectures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from core.aws.quote import PER_USD
from core.catalog.instance_types import InstanceType
from core.cost.amount import dollars
from core.cost.bake import Shape
from core.cost.comparison import cheaper
from core.cost.cost import Cost
from core.cost.estimate import estimate
from core.cost.prices import Prices
from gui.cost.words import Change


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
    return f"{each.vcpus} vCPU · {each.memory_mib / 1024:g} GiB"


def alternatives(shape: Shape, cost: Cost, prices: Prices) -> tuple[Alternative, ...]:
    """For the recipe's first instance type, the cheapest first; none where that is left to EC2 or not known."""
    types = prices.instance_types
    present = types.get(shape.instance_types[0]) if shape.instance_types else None
    if present is None:
        return ()
    hours = prices.instances(shape.region, shape.system)
    reasons = {each.name: why for each, why in _beside(present, types, hours)}
    marked = set()
    for found in cheaper(shape, prices):
        if found.same_architecture:
            reasons.setdefault(found.type.name, f"same size, cheaper{', burstable' if found.burstable else ''}")
        else:
            marked.add(found.type.name)
            reasons.setdefault(found.type.name, f"needs a parent image for {found.type.architecture}")
    made = []
    for name, why in sorted(reasons.items(), key=lambda each: hours[each[0]]):
        other = estimate(replace(shape, instance_types=(name,)), prices)
        run = Change.between(cost.run.amount, other.run.amount)
        month = Change.between(cost.month, other.month)
        made.append(Alternative(types[name], Decimal(hours[name]) / PER_USD, why, run, month, name in marked))
    return tuple(made)


def _beside(
    present: InstanceType, types: Mapping[str, InstanceType], hours: Mapping[str, int]
) -> Iterator[tuple[InstanceType, str]]:
    """The next sizes of the same family."""
    family = present.name.partition(".")[0]
    alike = [types[name] for name in {*hours, present.name} if name in types and name.partition(".")[0] == family]
    ladder = sorted(alike, key=lambda each: (each.vcpus, each.memory_mib, each.name))
    at = ladder.index(present)
    for step, why in ((-1, "one size smaller"), (1, "one size larger")):
        if 0 <= at + step < len(ladder):
            yield ladder[at + step], why
