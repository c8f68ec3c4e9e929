"""A what-if: what is otherwise than in the recipe, as values; the shape it makes, and the edit that writes it down.

Where the file has an override for the connection, that is what would have to change, so it is what is edited.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from core.cost.amount import Range
from core.cost.assumptions import NOTHING_TO_FULL
from core.cost.bake import Shape, Volume
from core.cost.frequency import runs_per_month
from core.cost.parents import sized
from core.recipe.address import Path
from core.recipe.draft import Draft

ROOT_DEVICE: Final = "/dev/xvda"
SCHEDULES: Final = {
    "": "Only when told",
    "rate(1 hour)": "Every hour",
    "cron(0 2 * * ? *)": "Every day",
    "cron(0 2 ? * sun *)": "Every week",
    "cron(0 2 1 * ? *)": "Every month",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """None is: as in the recipe. `regions` are all that the image goes to; `schedule` is an expression, "" for none."""

    instance_type: str | None = None
    regions: tuple[str, ...] | None = None
    tests: bool | None = None
    volume_type: str | None = None
    volume_gib: int | None = None
    versions: int | None = None
    schedule: str | None = None

    @property
    def empty(self) -> bool:
        return all(getattr(self, each.name) is None for each in fields(self))

    def only(self, name: str) -> "Scenario":
        """One of the changes alone."""
        return Scenario(**{name: getattr(self, name)})

    @property
    def written(self) -> bool:
        """Whether any of it is something that a recipe file says."""
        return not replace(self, versions=None).empty


def differing(scenario: Scenario, shape: Shape) -> Scenario:
    """The scenario without what the recipe says anyway."""
    volume = shape.volumes[0] if shape.volumes else None
    same = {
        "instance_type": shape.instance_types[0] if len(shape.instance_types) == 1 else None,
        "regions": shape.regions,
        "tests": shape.tests,
        "volume_type": volume.type if volume else None,
        "volume_gib": volume.gib if volume else None,
        "versions": shape.versions,
        "schedule": shape.schedule,
    }
    return replace(scenario, **{name: None for name, value in same.items() if getattr(scenario, name) == value})


def shaped(shape: Shape, scenario: Scenario, now: datetime) -> Shape:
    """The shape of the recipe with these changes."""
    made = shape
    if scenario.instance_type is not None:
        made = replace(made, instance_types=(scenario.instance_type,))
    if scenario.regions is not None:
        made = made.distributed(scenario.regions)
    if scenario.tests is not None:
        made = replace(made, tests=scenario.tests)
    if scenario.volume_type is not None or scenario.volume_gib is not None:
        made = _refilled(replace(made, volumes=_volumes(made, scenario)), shape)
    if scenario.versions is not None:
        made = replace(made, versions=scenario.versions)
    if scenario.schedule is not None:
        made = replace(made, schedule=scenario.schedule, runs_per_month=_runs(shape, scenario.schedule, now))
    return made


def _runs(shape: Shape, schedule: str, now: datetime) -> Range:
    """Unless the recipe's own schedule starts a run every time, it is left out while nothing has changed."""
    if not schedule:
        return Range.of(0)
    most, every_time = runs_per_month(schedule, "", now), shape.runs_per_month.low > 0
    return Range.of(most if every_time else 0, most, source=schedule)


def _refilled(made: Shape, before: Shape) -> Shape:
    """An image that nobody has measured is taken for as large as its volumes at the most."""
    if before.stored.parts:
        (_, parent), (_, added) = before.stored.parts
        return replace(made, stored=sized(parent, None if added.source == NOTHING_TO_FULL else added, made.gib))
    if before.stored.high != before.gib:
        return made
    most = Decimal(made.gib)
    return replace(made, stored=Range(min(before.stored.low, most), most, before.stored.source))


def _volumes(shape: Shape, scenario: Scenario) -> tuple[Volume, ...]:
    """The first volume is the root, which is what a what-if is about."""
    first = shape.volumes[0] if shape.volumes else Volume("gp3", scenario.volume_gib or 8)
    kind = scenario.volume_type or first.type
    # What was provisioned for one type means nothing to another.
    kept = first if kind == first.type else replace(first, iops=None, throughput=None)
    if scenario.volume_gib is not None:
        kept = replace(kept, gib=scenario.volume_gib, assumed=False)
    return (replace(kept, type=kind), *shape.volumes[1:])


def applied(draft: Draft, scenario: Scenario, shape: Shape, layers: Sequence[str]) -> Draft:
    """The recipe file with these changes, as one edit. `layers` are the connection's overrides, the most special
    first. Raises what edits raise."""
    if scenario.instance_type is not None:
        place = _place(draft, layers, ("infrastructureConfiguration", "instanceTypes"))
        draft = draft.put(place, [scenario.instance_type])
    if scenario.tests is not None:
        place = _place(draft, layers, ("imageTestsConfiguration", "imageTestsEnabled"))
        draft = draft.put(place, scenario.tests)
    if scenario.volume_type is not None or scenario.volume_gib is not None:
        draft = _with_volume(draft, scenario, layers)
    if scenario.regions is not None:
        draft = _with_regions(draft, scenario.regions, shape)
    if scenario.schedule is not None:
        place = _place(draft, layers, ("schedule", "scheduleExpression"))
        draft = draft.put(place, scenario.schedule) if scenario.schedule else draft.clear(place[:-1])
    return draft


def _place(draft: Draft, layers: Sequence[str], path: Path) -> Path:
    overrides = (("connections", layer, *path) for layer in layers)
    return next((each for each in overrides if draft.source.node(each) is not None), path)


def _with_volume(draft: Draft, scenario: Scenario, layers: Sequence[str]) -> Draft:
    container = draft.recipe_key == "containerRecipe"
    inner = ("instanceConfiguration", "blockDeviceMappings") if container else ("blockDeviceMappings",)
    place = _place(draft, layers, (draft.recipe_key, *inner))
    given = {
        key: value
        for key, value in (("volumeSize", scenario.volume_gib), ("volumeType", scenario.volume_type))
        if value is not None
    }
    if not draft.count(place):
        return draft.put(place, [{"deviceName": ROOT_DEVICE, "ebs": given}])
    for key, value in given.items():
        draft = draft.put((*place, 0, "ebs", key), value)
    return draft


def _with_regions(draft: Draft, regions: Sequence[str], shape: Shape) -> Draft:
    """The build region keeps its image anyway; it is listed only where others are, as it was before."""
    listed = [card.region for card in draft.canvas.regions]
    doomed = [index for index, code in enumerate(listed) if code not in regions]
    wanted = [code for code in regions if code not in listed and not (code == shape.region and not listed)]
    for code in wanted:
        draft = draft.add_region(code)
    return draft.remove("distributions", doomed) if doomed else draft
