"""A run as bars on lanes: what every view of a timeline draws, and what runs are compared by.

    lane  Image                CREATING ── BUILDING ─────────────────── TESTING ──── DISTRIBUTING
    lane  build-image          the workflow
    lane    its steps          LaunchBuildInstance ─ ApplyBuildComponents ─ …
    lane      documents          nginx 1.0.0/1 ─ …
    lane        phases             build ─ validate ─ …
    lane          steps              Install ─ …
    lane  distribute-image     … and one lane a Region

All of it is a pure function of the Run and of what time it is, so an app that was killed and came back draws what one
draws that never was. A lane holds bars one after the other (where clocks differ they may overlap by a second); what
happens at the same time is in lanes of its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from operator import attrgetter
from typing import Final, assert_never

from core.build.naming import component_name
from core.build.run import Run
from core.build.source import ImageStatus, StepExecution, StepStatus, WorkflowExecution, WorkflowStatus
from core.build.spells import Spell, deliveries, spells
from core.build.toe_log import Span, SpanKind, SpanStatus
from core.recipe.names import Arn

CLOCKS_APART: Final = timedelta(seconds=1)
"""What clocks may differ by, unnoticed."""


class Kind(StrEnum):
    """What a bar or a lane is of. STATE is a state of the image, REGION the distribution to one Region."""

    STATE = "STATE"
    WORKFLOW = "WORKFLOW"
    WORKFLOW_STEP = "WORKFLOW_STEP"
    DOCUMENT = "DOCUMENT"
    PHASE = "PHASE"
    STEP = "STEP"
    REGION = "REGION"


Path = tuple[str, ...]
"""Names from the workflow down, the same in every run of a recipe: documents without their version, and the second of a
name beside its like as ``Install (2)``."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that took time.

    `key` names it in its run for ever (``workflow wf-…``, ``step step-…``, ``component 17``, ``state BUILDING``, ``region
    eu-central-1``), and `parent` is the key of the bar it is part of. `name` is for people, `what` its action or type,
    `status` the record's own word, `note` what the record says besides. `end` is None while it goes on. `executions`
    counts starts of the action (attempts, turns, starts after a reboot), `reboots` holds when it asked for one.
    `waiting`: someone has to resume or stop it. `rollback`: it was undone, or is being. `lines` are the first and the
    last line of the log that are its own, from 0; None where the log does not say (then its time tells).
    """

    key: str
    lane: int
    kind: Kind
    name: str
    what: str
    status: str
    start: datetime
    end: datetime | None
    parent: str | None
    depth: int
    path: Path
    executions: int = 0
    reboots: tuple[datetime, ...] = ()
    waiting: bool = False
    rollback: bool = False
    skipped: bool = False
    lines: tuple[int, int] | None = None
    note: str = ""

    def seconds(self, now: datetime) -> float:
        """How long it took, up to now while it goes on."""
        return max(0.0, ((self.end or now) - self.start).total_seconds())


@dataclass(frozen=True, slots=True)
class Pending:
    """A workflow step that has a record and has not begun; after a failure it never will."""

    key: str
    lane: int
    name: str
    what: str
    status: str
    parent: str
    path: Path


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of bars. `parent` is the index of the lane it is folded into."""

    key: str
    title: str
    depth: int
    parent: int | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Chart:
    """`bars` are sorted by lane, then start. `end` is now while the run goes on. A bar that goes on ends at `end`."""

    lanes: tuple[Lane, ...]
    bars: tuple[Bar, ...]
    pending: tuple[Pending, ...]
    begin: datetime
    end: datetime
    status: ImageStatus

    @property
    def running(self) -> bool:
        return not self.status.terminal

    def bar(self, key: str) -> Bar | None:
        return next((bar for bar in self.bars if bar.key == key), None)

    def nested(self) -> tuple[Bar, ...]:
        """The bars in the order of running, each followed by its parts; the states of the image come first."""
        within: dict[str | None, list[Bar]] = {}
        for bar in self.bars:
            within.setdefault(bar.parent, []).append(bar)
        ordered: list[Bar] = []
        pending = within.get(None, [])[::-1]
        while pending:
            bar = pending.pop()
            ordered.append(bar)
            pending += sorted(within.get(bar.key, ()), key=_start, reverse=True)
        return tuple(ordered)


def chart(run: Run, now: datetime) -> Chart:
    """The run's chart at a moment."""
    return Charter().chart(run, now)


@dataclass(frozen=True, slots=True)
class _Made:
    """The bar of a span as it was made: good as long as the span and where it belongs stay the same."""

    span: Span
    shift: timedelta
    bar: Bar


class Charter:
    """Charts of one run as it grows: the bars of what is over are not made again."""

    def __init__(self) -> None:
        self._made: dict[int, _Made] = {}

    def chart(self, run: Run, now: datetime) -> Chart:
        drawing = _Drawing(run, self._made)
        drawing.draw()
        bars = tuple(bar for track in drawing.tracks for bar in sorted(track, key=_start))
        starts = [bar.start for bar in bars]
        begin = min(starts, default=run.start or now)
        latest = max([bar.end for bar in bars if bar.end] + starts, default=begin)
        over = run.status.terminal
        if over and not bars and run.ended:
            latest = max(begin, run.ended.at)
        return Chart(
            lanes=tuple(drawing.lanes),
            bars=bars,
            pending=tuple(drawing.pending),
            begin=begin,
            end=latest if over else max(now, latest),
            status=run.status,
        )


@dataclass(slots=True)
class _Placed:
    """A span on its way to a bar: how deep, in what, under which path, and by how much its clock is moved."""

    span: Span
    depth: int
    parent: str | None
    path: Path
    shift: timedelta


class _Drawing:
    """One chart being made. `tracks` hold the bars of each lane."""

    def __init__(self, run: Run, made: dict[int, _Made]) -> None:
        self.lanes: list[Lane] = []
        self.tracks: list[list[Bar]] = []
        self.pending: list[Pending] = []
        self._run = run
        self._made = made
        self._regions: Counter[str] = Counter()
        self._spans: dict[str, list[Span]] = {}

    def draw(self) -> None:
        run = self._run
        self._states(spells(run))
        owners = run.owners()
        for key, id_ in owners.items():
            self._spans.setdefault(id_, []).append(run.components[key])
        names: Counter[str] = Counter()
        workflows = run.workflows_in_order()
        ordinals: dict[str, int] = {}
        for workflow in sorted(workflows, key=attrgetter("retried")):
            names[workflow.name] += 1
            ordinals[workflow.workflow_execution_id] = names[workflow.name]
        for workflow in workflows:
            self._workflow(workflow, (_numbered(workflow.name, ordinals[workflow.workflow_execution_id]),))
        if stray := [run.components[key] for key in sorted(run.components) if key not in owners]:
            lane = self._lane("components", "Components", 0, None, Kind.DOCUMENT)
            self._components(_placed(stray, None, 0, ("components",), timedelta(0)), "components", lane, first=lane)

    def _lane(self, key: str, title: str, depth: int, parent: int | None, kind: Kind) -> int:
        self.lanes.append(Lane(key, title, depth, parent, kind))
        self.tracks.append([])
        return len(self.lanes) - 1

    def _states(self, states: Iterable[Spell]) -> None:
        lane = self._lane("states", "Image", 0, None, Kind.STATE)
        names: Counter[str] = Counter()
        for spell in states:
            names[spell.state] += 1
            name = _numbered(spell.state.value, names[spell.state])
            bar = Bar(
                key=f"state {name}",
                lane=lane,
                kind=Kind.STATE,
                name=spell.state.value,
                what="",
                status=spell.status,
                start=spell.start,
                end=spell.end,
                parent=None,
                depth=0,
                path=(name,),
                note=spell.note,
            )
            self.tracks[lane].append(bar)
            if spell.amis:
                self._deliver(None, bar, 1, lane)

    def _workflow(self, workflow: WorkflowExecution, path: Path) -> None:
        id_ = workflow.workflow_execution_id
        lane = self._lane(f"workflow {id_}", workflow.name, 0, None, Kind.WORKFLOW)
        steps = self._lane(f"steps {id_}", "Workflow steps", 1, lane, Kind.WORKFLOW_STEP)
        key = f"workflow {id_}"
        if workflow.start_time:
            self.tracks[lane].append(_workflow_bar(workflow, key, lane, path))
        names: Counter[str] = Counter()
        placed: list[_Placed] = []
        delivered: list[tuple[StepExecution, Bar]] = []
        last = workflow.start_time
        for entry in self._run.steps_of(id_):
            step = entry.step
            names[step.name] += 1
            own = (*path, _numbered(step.name, names[step.name]))
            start = step.start_time or (last if step.status is StepStatus.SKIPPED else None)
            if start is None:
                step_key = f"step {step.step_execution_id}"
                self.pending.append(Pending(step_key, steps, step.name, step.action, step.status, key, own))
                continue
            last = step.end_time or start
            bar = self._step_bar(step, steps, start, key, own)
            self.tracks[steps].append(bar)
            if spans := self._spans.get(step.step_execution_id):
                placed += _placed(spans, bar.key, 2, own, _shift(step, spans))
            if step.action == "DistributeImage":
                delivered.append((step, bar))
        self._components(placed, id_, steps)
        for step, bar in delivered:
            self._deliver(step, bar, 2, steps)

    def _step_bar(self, step: StepExecution, lane: int, start: datetime, parent: str, path: Path) -> Bar:
        spans = self._spans.get(step.step_execution_id, ())
        rolled = f"Rollback: {step.rollback_status}" if step.rollback_status else ""
        return Bar(
            key=f"step {step.step_execution_id}",
            lane=lane,
            kind=Kind.WORKFLOW_STEP,
            name=step.name,
            what=step.action,
            status=step.status,
            start=start,
            end=step.end_time if step.start_time else start,
            parent=parent,
            depth=1,
            path=path,
            executions=step.attempt_number or int(step.status is not StepStatus.SKIPPED),
            waiting=step.action == "WaitForAction" and step.status is StepStatus.RUNNING,
            rollback=step.rollback_status is not None,
            skipped=step.status is StepStatus.SKIPPED,
            lines=_joined(self._lines(span) for span in spans if span.kind is SpanKind.DOCUMENT),
            note="\n".join(filter(None, (step.message, rolled))),
        )

    def _components(self, placed: Iterable[_Placed], owner: str, parent: int, *, first: int | None = None) -> None:
        """Lanes of documents, phases and steps, those of a depth side by side only where they overlap."""
        tracks: dict[tuple[int, int], list[_Placed]] = {}
        ends: dict[tuple[int, int], datetime | None] = {}
        for each in placed:
            span = each.span
            for slot in count():
                track = (each.depth, slot)
                end = ends.get(track, span.start)
                if end is not None and end <= span.start + CLOCKS_APART:
                    break
            ends[track] = span.end
            tracks.setdefault(track, []).append(each)
        outer = {min((depth for depth, _ in tracks), default=0) - 1: parent}
        for depth, slot in sorted(tracks):
            kind = _KINDS[tracks[depth, slot][0].span.kind]
            key = f"{kind.value.lower()}s {depth} {slot} {owner}"
            lane = first if first is not None else self._lane(key, _TITLES[kind], depth, outer[depth - 1], kind)
            first = None
            outer.setdefault(depth, lane)
            self.tracks[lane] += [self._span_bar(each, lane) for each in tracks[depth, slot]]

    def _span_bar(self, placed: _Placed, lane: int) -> Bar:
        span = placed.span
        known = self._made.get(span.key)
        if (
            known
            and known.span is span
            and known.shift == placed.shift
            and (known.bar.lane, known.bar.parent, known.bar.path) == (lane, placed.parent, placed.path)
        ):
            return known.bar
        shifted = f"Its clock is {abs(placed.shift.total_seconds()):.0f} s off; moved by that." if placed.shift else ""
        document = span.kind is SpanKind.DOCUMENT
        bar = Bar(
            key=f"component {span.key}",
            lane=lane,
            kind=_KINDS[span.kind],
            name=component_name(span.name) if document else span.name,
            what=span.action,
            status=span.status,
            start=span.start + placed.shift,
            end=span.end + placed.shift if span.end else None,
            parent=placed.parent,
            depth=placed.depth,
            path=placed.path,
            executions=span.executions,
            reboots=tuple(reboot + placed.shift for reboot in span.reboots),
            skipped=span.status is SpanStatus.SKIPPED,
            lines=self._lines(span),
            note="\n".join(filter(None, (span.error, shifted if document else ""))),
        )
        if span.end:
            self._made[span.key] = _Made(span, placed.shift, bar)
        return bar

    def _lines(self, span: Span) -> tuple[int, int] | None:
        """The lines of an open span go on to the last that was read."""
        if not span.end:
            return span.key - 1, max(span.key, self._run.log.reading.line) - 1
        return (span.key - 1, max(span.key, span.last_line) - 1) if span.last_line else None

    def _deliver(self, step: StepExecution | None, within: Bar, depth: int, parent: int) -> None:
        """The Regions that the image was brought to, a lane each."""
        for each in deliveries(self._run, step, within.start, within.end):
            self._regions[each.region] += 1
            name = _numbered(each.region, self._regions[each.region])
            lane = self._lane(f"region {name}", each.region, depth, parent, Kind.REGION)
            bar = Bar(
                key=f"region {name}",
                lane=lane,
                kind=Kind.REGION,
                name=each.region,
                what=each.account_id,
                status=each.status,
                start=each.start,
                end=each.end,
                parent=within.key,
                depth=depth,
                path=(*within.path, name),
                note=each.note,
            )
            self.tracks[lane].append(bar)


_KINDS: Final[Mapping[SpanKind, Kind]] = {
    SpanKind.DOCUMENT: Kind.DOCUMENT,
    SpanKind.PHASE: Kind.PHASE,
    SpanKind.STEP: Kind.STEP,
}
_TITLES: Final[Mapping[Kind, str]] = {Kind.DOCUMENT: "Components", Kind.PHASE: "Phases", Kind.STEP: "Steps"}
_start = attrgetter("start")


def _workflow_bar(workflow: WorkflowExecution, key: str, lane: int, path: Path) -> Bar:
    assert workflow.start_time
    retried = "Superseded by a retry." if workflow.retried else ""
    return Bar(
        key=key,
        lane=lane,
        kind=Kind.WORKFLOW,
        name=workflow.name,
        what=workflow.type,
        status=workflow.status,
        start=workflow.start_time,
        end=workflow.end_time,
        parent=None,
        depth=0,
        path=path,
        executions=1,
        rollback=workflow.status in (WorkflowStatus.ROLLBACK_IN_PROGRESS, WorkflowStatus.ROLLBACK_COMPLETED),
        skipped=workflow.status is WorkflowStatus.SKIPPED,
        note="\n".join(filter(None, (workflow.message, retried))),
    )


def _placed(spans: Iterable[Span], parent: str | None, depth: int, path: Path, shift: timedelta) -> Iterator[_Placed]:
    """Spans, each after what it is part of, with their places."""
    known: dict[int, _Placed] = {}
    names: Counter[tuple[int | None, str]] = Counter()
    for span in spans:
        within = known.get(span.parent) if span.parent is not None else None
        name = _stem(span.name) if span.kind is SpanKind.DOCUMENT else span.name
        at = (span.parent if within else None, name)
        names[at] += 1
        own = _numbered(name, names[at])
        if within:
            placed = _Placed(span, within.depth + 1, f"component {within.span.key}", (*within.path, own), shift)
        else:
            placed = _Placed(span, depth, parent, (*path, own), shift)
        known[span.key] = placed
        yield placed


def _shift(step: StepExecution, spans: Iterable[Span]) -> timedelta:
    """By how much the machine's clock, which times the log, must be moved for the step to hold what ran in it."""
    if not step.start_time:
        return timedelta(0)
    documents = [span for span in spans if span.kind is SpanKind.DOCUMENT]
    first = min((span.start for span in documents), default=step.start_time)
    last = max((span.end for span in documents if span.end), default=first)
    if first < step.start_time - CLOCKS_APART:
        return step.start_time - first
    if step.end_time and last > step.end_time + CLOCKS_APART:
        return max(step.start_time - first, step.end_time - last)
    return timedelta(0)


def _stem(document: str) -> str:
    """A document's name without what changes from version to version."""
    try:
        return Arn.parse(document).name
    except ValueError:
        return document


def _numbered(name: str, ordinal: int) -> str:
    return name if ordinal == 1 else f"{name} ({ordinal})"


def _joined(lines: Iterable[tuple[int, int] | None]) -> tuple[int, int] | None:
    """From the first line of the first to the last of the last."""
    known = [each for each in lines if each]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None
