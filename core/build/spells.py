"""What an image went through, and where it was brought, with moments: from the records, since the image tells only its
present state.

Seen from outside a state begins when somebody happens to ask; its workflows know better. So the states are read off
their workflows, and two who followed the same build, one of them with a break, tell the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from pydantic import ValidationError

from core.build.run import Run
from core.build.source import ImageStatus, OptionalTime, Record, StepExecution, StepStatus, Text

RUNNING: Final = "RUNNING"
COMPLETED: Final = "COMPLETED"
NOT_RECORDED: Final = "No workflow records this state: it ended at the latest when it was seen to have."

_OF_WORKFLOWS: Final = {
    "BUILD": ImageStatus.BUILDING,
    "TEST": ImageStatus.TESTING,
    "DISTRIBUTION": ImageStatus.DISTRIBUTING,
}
_LATER: Final = frozenset({*_OF_WORKFLOWS.values(), ImageStatus.INTEGRATING})
_INTEGRATION: Final = "ApplyImageConfigurations"


@dataclass(frozen=True, slots=True)
class Spell:
    """A state of the image while it lasted; `end` is None while it does. `status` as a workflow's. `amis`: the
    distribution that only the output images tell of."""

    state: ImageStatus
    start: datetime
    end: datetime | None
    status: str = COMPLETED
    note: str = ""
    amis: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """The distribution of the image to one Region and account."""

    region: str
    account_id: str
    status: str
    start: datetime
    end: datetime | None
    note: str = ""


class _Distributed(Record):
    region: str
    account_id: str = ""
    date_started: OptionalTime = None
    date_stopped: OptionalTime = None
    status: str = ""
    error_message: Text = ""


class _Outputs(Record):
    """Outputs of the steps of a distribution workflow (EC2 Image Builder user guide, wfdoc-step-actions)."""

    distributed_images: tuple[_Distributed, ...] = ()
    configured_images: tuple[_Distributed, ...] = ()


def spells(run: Run) -> tuple[Spell, ...]:
    """The states of the image one after the other, up to now."""
    found = list(_of_workflows(run))
    begin = run.start
    if begin and not found:
        state = run.status if run.status in (ImageStatus.PENDING, ImageStatus.CREATING) else ImageStatus.CREATING
        found = [Spell(state, begin, None)]
    elif begin and begin < found[0].start:
        found.insert(0, Spell(ImageStatus.CREATING, begin, found[0].start))
    if found:
        found += _unrecorded(run, found[-1])
    followed = [replace(each, end=after.start) for each, after in pairwise(found)]
    return (*followed, *(_current(run, each) for each in found[-1:]))


def deliveries(run: Run, step: StepExecution | None, start: datetime, end: datetime | None) -> Iterator[Delivery]:
    """Region by Region: as the outputs of a DistributeImage step tell, else as the output images do, from `start` to
    `end`."""
    if step and (told := _outputs(step).distributed_images):
        for each in told:
            stopped = each.date_stopped or end
            status = each.status.upper() or RUNNING
            yield Delivery(
                each.region, each.account_id, status, each.date_started or start, stopped, each.error_message
            )
        return
    for ami in run.image.output_resources.amis if run.image else ():
        state = ami.state.status.value if ami.state else ImageStatus.AVAILABLE.value if ami.image else RUNNING
        yield Delivery(ami.region, ami.account_id, state, start, end, ami.state.reason if ami.state else "")


def _of_workflows(run: Run) -> Iterator[Spell]:
    """Neighbours of one kind are one spell: test workflows that run after or beside each other."""
    spell: Spell | None = None
    for workflow in run.workflows_in_order():
        state = _OF_WORKFLOWS.get(workflow.type)
        if state is None or workflow.start_time is None:
            continue
        end = workflow.end_time
        if spell and spell.state is state:
            spell = replace(spell, end=max(spell.end, end) if spell.end and end else None)
        else:
            if spell:
                yield spell
            spell = Spell(state, workflow.start_time, end)
        for entry in run.steps_of(workflow.workflow_execution_id):
            if entry.step.start_time and _integrates(run, entry.step):
                yield replace(spell, end=entry.step.start_time)
                spell = Spell(ImageStatus.INTEGRATING, entry.step.start_time, end)
    if spell:
        yield spell


def _integrates(run: Run, step: StepExecution) -> bool:
    """Whether there was something to integrate: most distributions have nothing."""
    if step.action != _INTEGRATION:
        return False
    goes_on = step.status is StepStatus.RUNNING and run.status is ImageStatus.INTEGRATING
    return goes_on or bool(_outputs(step).configured_images)


def _unrecorded(run: Run, last: Spell) -> Iterator[Spell]:
    """What comes after the last workflow: older service versions distribute without one."""
    if last.end is None:
        return
    if run.status in _LATER and run.status is not last.state:
        yield Spell(run.status, last.end, None, amis=run.status is ImageStatus.DISTRIBUTING)
    unseen = last.state in (ImageStatus.BUILDING, ImageStatus.TESTING)
    if run.status is ImageStatus.AVAILABLE and unseen and run.ended and run.ended.at > last.end:
        yield Spell(ImageStatus.DISTRIBUTING, last.end, run.ended.at, note=NOT_RECORDED, amis=True)


def _current(run: Run, spell: Spell) -> Spell:
    """The last spell: it lasts while the build does, and ended as the build did."""
    if not run.status.terminal:
        return replace(spell, end=None, status=RUNNING)
    end = spell.end or (run.ended.at if run.ended else None)
    failed = run.status in (ImageStatus.FAILED, ImageStatus.CANCELLED)
    return replace(spell, end=end, status=run.status.value if failed else COMPLETED)


def _outputs(step: StepExecution) -> _Outputs:
    try:
        return _Outputs.model_validate_json(step.outputs or "{}")
    except ValidationError:
        return _Outputs()
