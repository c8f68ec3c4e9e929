"""What a cost takes for granted, in sentences: read from the shape that is priced, so that a what-if or the ledger of a
run never says what no longer holds of it."""

from collections.abc import Iterator
from typing import Final

from core.cost.amount import SECONDS_PER_MONTH
from core.cost.bake import Shape
from core.cost.item import span

REPORTED: Final = "what users of Image Builder report, 2026-11"
"""The source of durations that are no build's own."""
ASSUMED: Final = "assumed: "
"""Begins the source of a figure that nobody has measured."""
UP_TO_FULL: Final = f"{ASSUMED}from a small base to a full volume"
NOTHING_TO_FULL: Final = f"{ASSUMED}from nothing to a full volume"
USUAL: Final = f"{ASSUMED}usual for container images"
"""The sources of sizes that are no image's own."""


def assumptions(shape: Shape) -> tuple[str, ...]:
    return tuple(_assumptions(shape))


def _assumptions(shape: Shape) -> Iterator[str]:
    if shape.build.source == REPORTED:
        low, high = shape.build.low // 60, shape.build.high // 60
        yield f"No build of this recipe on AWS is known. One usually takes {low} to {high} minutes, its test besides."
    if shape.stored.source in (UP_TO_FULL, USUAL):
        size = f"{span(shape.stored)} GiB, {shape.stored.source.removeprefix(ASSUMED)}"
        yield f"No image of this recipe was measured. Its size is taken for {size}."
    if shape.stored.parts:
        (_, parent), (_, added) = shape.stored.parts
        more = f"its components are taken to add {span(added)} GiB, {added.source.removeprefix(ASSUMED)}"
        yield f"No image of this recipe was measured. Its parent has {span(parent)} GiB ({parent.source}), and {more}."
    for volume in shape.volumes:
        if volume.assumed:
            which = f"volume {volume.device}" if volume.device else "root volume"
            yield f"The {which} is taken for {volume.gib} GiB of {volume.type}."
    yield from shape.assumptions
    yield from _of_schedule(shape)
    if shape.versions == 1:
        yield "One version is kept. What a lifecycle policy keeps longer costs its share again."


def _of_schedule(shape: Shape) -> Iterator[str]:
    runs = shape.runs_per_month
    if not shape.schedule:
        yield "It has no schedule: a run costs when someone starts one."
    elif shape.disabled:
        yield "The pipeline is disabled: its schedule starts nothing."
    elif not runs.high:
        yield "The schedule starts nothing in the coming year."
    elif runs.high * sum(each.low for each in shape.machines) > SECONDS_PER_MONTH:
        yield "The schedule fires more often than a build takes; each start is counted."
    elif not runs.exact:
        yield "A scheduled run is left out while nothing that the recipe depends on has changed."
