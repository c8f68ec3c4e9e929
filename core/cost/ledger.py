"""The meter of a build: what it has cost so far, and in the end, from what really happened.

A second fold over a run's events, beside `core.build.run`. It keeps what money depends on and forgets the rest: when
machines were started and terminated, where images are, how much was logged. Like the run's it keeps the newest event of
each subject, so duplicates and late arrivals change nothing.

Minutes of the local Image Builder are nothing that AWS would bill. Of such a run the ledger takes machines, sizes and
regions, and leaves durations to the shape it is priced with.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Final, assert_never

from core.build.durations import elapsed
from core.build.events import (
    ComponentChanged,
    ComponentFailed,
    ConnectionChanged,
    Event,
    ImageChanged,
    LogRead,
    ProgressChanged,
    RunEnded,
    RunOpened,
    StepChanged,
    WorkflowChanged,
)
from core.build.source import ImageStatus, RollbackStatus, StepStatus
from core.cost.bake import Output, Scan, Shape, Target
from core.cost.cost import Amount, Cost, Range, Sum
from core.cost.estimate import estimate, hourly
from core.cost.prices import Prices

GIB: Final = 2**30
_LAUNCH: Final = "LaunchInstance"
_TERMINATE: Final = "TerminateInstance"
_WAIT: Final = "WaitForAction"
_MAKE: Final = ("CreateImage", "RegisterImage")
_BILLED: Final = frozenset({_LAUNCH, _TERMINATE, _WAIT, *_MAKE})
_MEASURED: Final = "measured in this run"


@dataclass(frozen=True, slots=True)
class Stay:
    """One machine: when it was started and terminated. `end` is None while it is there. `kept`: nobody terminated it
    when its work was over, so it costs on after `end`. `superseded`: its attempt was repeated."""

    instance_id: str
    workflow: str
    begin: datetime
    end: datetime | None
    kept: bool = False
    superseded: bool = False

    def seconds(self, now: datetime) -> Decimal:
        """Not below zero, whatever the clocks did between."""
        return Decimal(str(elapsed(self.begin, self.end, now) or 0))


@dataclass(frozen=True, slots=True)
class Ledger:
    """What of a run is paid for. `gib` is the written size of its image, once someone has measured it."""

    opened: RunOpened | None = None
    image: ImageChanged | None = None
    workflows: Mapping[str, WorkflowChanged] = field(default_factory=dict)
    steps: Mapping[str, StepChanged] = field(default_factory=dict)
    log_events: int = 0
    log_bytes: int = 0
    ended: RunEnded | None = None
    gib: Decimal | None = None

    @property
    def timed(self) -> bool:
        """Whether its minutes are AWS's."""
        return self.opened is None or self.opened.on_aws

    @property
    def status(self) -> ImageStatus:
        return self.image.image.state.status if self.image else ImageStatus.PENDING

    @property
    def stays(self) -> tuple[Stay, ...]:
        """All machines, in the order they were started."""
        launched = [each for each in self.steps.values() if each.step.action == _LAUNCH and each.step.start_time]
        stays = (self._stay(each) for each in launched)
        return tuple(sorted((stay for stay in stays if stay), key=lambda stay: (stay.begin, stay.instance_id)))

    @property
    def present(self) -> tuple[Stay, ...]:
        """Machines that cost money at this moment: at work, waiting for someone, or kept."""
        return tuple(stay for stay in self.stays if stay.end is None or stay.kept)

    @property
    def waiting_since(self) -> datetime | None:
        """Since when a step waits for someone's approval, the first of them; None when none does."""
        running = (each.step for each in self.steps.values() if each.step.action == _WAIT)
        return min((s.start_time for s in running if s.status is StepStatus.RUNNING and s.start_time), default=None)

    @property
    def copies(self) -> Mapping[str, int]:
        """Images that exist by region: one for each account. An AMI of the build region is there before the
        distribution, and stays when a test fails."""
        output = self.image.image.output_resources if self.image else None
        made = Counter(ami.region for ami in output.amis if ami.image) if output else Counter[str]()
        made.update(each.region for each in output.containers if each.image_uris) if output else None
        home = self.opened.region if self.opened else ""
        if home and home not in made and any(self._made(each) for each in self.steps.values()):
            made[home] = 1
        return made

    def sized(self, gib: Decimal | None) -> "Ledger":
        """With the written size of the image, which no event tells."""
        return replace(self, gib=gib)

    def shape(self, shape: Shape, now: datetime) -> Shape:
        """The shape of this run, which made one image: `shape` with all that was measured."""
        copies = self.copies
        region = (self.opened.region if self.opened else "") or shape.region
        known = {target.region: target for target in shape.targets}
        targets = tuple(replace(known.get(each, Target(each)), copies=count) for each, count in copies.items())
        measured = replace(shape, region=region, targets=targets, versions=1)
        if self.log_bytes:
            measured = replace(measured, log=Range.of(Decimal(self.log_bytes) / GIB, source=_MEASURED))
        if self.gib is not None:
            measured = replace(measured, stored=Range.of(self.gib, source=_MEASURED))
        if not copies and shape.scan is not Scan.INSTANCE:
            measured = replace(measured, scan=Scan.NOTHING)
        return self._with_machines(measured, now)

    def cost(self, prices: Prices, shape: Shape, now: datetime) -> Cost:
        """What the run has cost up to `now`, and what its image costs each month; what the run tells nothing about is
        as in `shape`."""
        cost = estimate(self.shape(shape, now), prices)
        run, standing = cost.run, cost.standing
        if not self.stays:
            # Nothing was started yet, and the minimum of a start isn't due.
            run = Sum(run.name)
        if not self.copies:
            standing = Sum(standing.name)
        return replace(cost, run=run, standing=standing)

    def by_the_hour(self, prices: Prices, shape: Shape) -> Amount:
        """What the machines that are there now cost for every hour more: at work, waiting for someone, or kept."""
        machine = replace(shape, region=(self.opened.region if self.opened else "") or shape.region)
        return hourly(machine, prices).amount * len(self.present) if self.present else Amount()

    def _with_machines(self, shape: Shape, now: datetime) -> Shape:
        stays = self.stays
        if not stays:
            return shape
        last = [stay for stay in stays if not stay.superseded] or list(stays[-1:])
        times = {stay: self._time(stay, shape, now) for stay in stays}
        build = next((stay for stay in last if stay.workflow == "BUILD"), last[0])
        test = tuple(times[stay] for stay in last if stay is not build)
        again = tuple(times[stay] for stay in stays if stay not in last)
        return replace(shape, build=times[build], test=test, tests=bool(test), again=again)

    def _time(self, stay: Stay, shape: Shape, now: datetime) -> Range:
        """Seconds of a machine; those usual on AWS where the run tells nothing about them."""
        if self.timed:
            return Range.of(stay.seconds(now), source=_MEASURED)
        return shape.test[0] if stay.workflow == "TEST" and shape.test else shape.machines[0]

    def _stay(self, launch: StepChanged) -> Stay | None:
        begin = launch.step.start_time
        if begin is None:
            return None
        instance_id = _member(launch.step.outputs, "instanceId")
        if launch.step.status is StepStatus.FAILED and not instance_id and launch.step.rollback_status is None:
            # EC2 refused: there was no machine, as there was nothing to take back.
            return None
        workflow = self.workflows.get(launch.workflow_execution_id)
        over = self._over(launch)
        terminated = self._terminated(launch, instance_id)
        end = terminated or over
        spared = launch.step.rollback_status is RollbackStatus.SKIPPED or self._termination_failed(launch)
        kept = terminated is None and over is not None and spared
        return Stay(
            instance_id=instance_id,
            workflow=workflow.workflow.type if workflow else "",
            begin=begin,
            end=end,
            kept=kept,
            superseded=workflow is not None and workflow.workflow.retried,
        )

    def _terminated(self, launch: StepChanged, instance_id: str) -> datetime | None:
        """When a step terminated the machine: the one that names it, else one of the same workflow."""
        for each in self.steps.values():
            if each.step.action != _TERMINATE or each.step.status is not StepStatus.COMPLETED:
                continue
            named = _member(each.step.inputs, "instanceId")
            mine = named == instance_id if named and instance_id else _same_workflow(each, launch)
            if mine:
                return each.step.end_time
        return None

    def _termination_failed(self, launch: StepChanged) -> bool:
        """A workflow goes on when its machine can't be terminated."""
        ends = (each for each in self.steps.values() if each.step.action == _TERMINATE)
        return any(each.step.status is StepStatus.FAILED and _same_workflow(each, launch) for each in ends)

    def _over(self, launch: StepChanged) -> datetime | None:
        """When the machine's work ended at the latest: with its workflow, or, when others go on with it, with the
        run."""
        workflow = self.workflows.get(launch.workflow_execution_id)
        shared = self.image is not None and self.image.image.type != Output.AMI.value
        if workflow and workflow.workflow.status.terminal and not shared:
            return workflow.workflow.end_time or workflow.at
        return self.ended.at if self.ended else None

    def _made(self, entry: StepChanged) -> bool:
        return entry.step.action in _MAKE and entry.step.status is StepStatus.COMPLETED


def charge(ledger: Ledger, event: Event) -> Ledger:
    """The ledger after the event; the same one if the event costs nothing or is known already."""
    match event:
        case RunOpened():
            return replace(ledger, opened=event)
        case ImageChanged():
            return replace(ledger, image=event) if _newer(event, ledger.image) else ledger
        case WorkflowChanged():
            key = event.workflow.workflow_execution_id
            known = ledger.workflows
            return replace(ledger, workflows={**known, key: event}) if _newer(event, known.get(key)) else ledger
        case StepChanged():
            if event.step.action not in _BILLED or not _newer(event, ledger.steps.get(event.step.step_execution_id)):
                return ledger
            return replace(ledger, steps={**ledger.steps, event.step.step_execution_id: event})
        case LogRead():
            new = event.events[max(ledger.log_events - event.first, 0) :]
            size = sum(len(each.message.encode()) for each in new)
            end = max(ledger.log_events, event.first + len(event.events))
            return replace(ledger, log_events=end, log_bytes=ledger.log_bytes + size)
        case RunEnded():
            return replace(ledger, ended=event)
        case ComponentChanged() | ComponentFailed() | ProgressChanged() | ConnectionChanged():
            return ledger
        case _:
            assert_never(event)


def charged(events: Iterable[Event]) -> Ledger:
    """The ledger of these events."""
    return reduce(charge, events, Ledger())


def _newer(event: ImageChanged | WorkflowChanged | StepChanged, known: Event | None) -> bool:
    return known is None or event.number > known.number


def _same_workflow(one: StepChanged, other: StepChanged) -> bool:
    return one.workflow_execution_id == other.workflow_execution_id


def _member(text: str, name: str) -> str:
    """A member of a step's inputs or outputs, which are JSON as text; "" where there is none."""
    try:
        members = json.loads(text or "{}")
    except ValueError:
        return ""
    return str(members.get(name, "")) if isinstance(members, dict) else ""
