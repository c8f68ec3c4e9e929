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
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from core.build.bars import CLOCKS_APART, by_start, numbered
from core.build.bars import Bar as Bar
from core.build.bars import Chart as Chart
from core.build.bars import Kind as Kind
from core.build.bars import Lane as Lane
from core.build.bars import Path as Path
from core.build.bars import Pending as Pending
from core.build.document_bars import DocumentBars, Documents, Place, document_stem, lines_of
from core.build.run import WAITING_ACTION, Run
from core.build.source import StepExecution, StepStatus, WorkflowExecution, WorkflowStatus
from core.build.spells import Spell, deliveries, spells

DISTRIBUTION_ACTION: Final = "DistributeImage"

_TITLES: Final[Mapping[Kind, str]] = {Kind.DOCUMENT: "Components", Kind.PHASE: "Phases", Kind.STEP: "Steps"}


def chart(run: Run, now: datetime) -> Chart:
    """The run's chart at a moment."""
    return Charter().chart(run, now)


class Charter:
    """Charts of one run as it grows: only what changed since the last one is made anew."""

    def __init__(self) -> None:
        self._documents = Documents()

    def chart(self, run: Run, now: datetime) -> Chart:
        self._documents.take(run.components)
        drawing = _Drawing(run, self._documents)
        drawing.draw()
        for lane in drawing.unsorted:
            drawing.tracks[lane].sort(key=by_start)
        bars = tuple(chain.from_iterable(drawing.tracks))
        begin = min((track[0].start for track in drawing.tracks if track), default=run.start or now)
        latest = max([begin, *drawing.moments])
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


class _Drawing:
    """One chart being made. `tracks` hold the bars of each lane, those of `unsorted` lanes in no order; `moments` has
    the latest of all."""

    def __init__(self, run: Run, documents: Documents) -> None:
        self.lanes: list[Lane] = []
        self.tracks: list[list[Bar]] = []
        self.pending: list[Pending] = []
        self.unsorted: set[int] = set()
        self.moments: list[datetime] = []
        self._run = run
        self._regions: Counter[str] = Counter()
        self._line = run.log.reading.line
        owners = run.owners(each.document for each in documents.all.values())
        self._documents: dict[str, list[DocumentBars]] = {}
        for key, document in documents.all.items():
            self._documents.setdefault(owners.get(key, ""), []).append(document)

    def draw(self) -> None:
        self._states(spells(self._run))
        workflows = self._run.workflows_in_order()
        names: Counter[str] = Counter()
        ordinals: dict[str, int] = {}
        # What was run again since has the later number, so that the one that counts is found under its name.
        for workflow in sorted(workflows, key=lambda each: each.retried):
            names[workflow.name] += 1
            ordinals[workflow.workflow_execution_id] = names[workflow.name]
        for workflow in workflows:
            self._workflow(workflow, (numbered(workflow.name, ordinals[workflow.workflow_execution_id]),))
        if stray := self._documents.get(""):
            place = Place(None, ("components",), 0, 0, timedelta(0))
            self._components([(document, place) for document in stray], "", None)

    def _lane(self, key: str, title: str, depth: int, parent: int | None, kind: Kind) -> int:
        self.lanes.append(Lane(key, title, depth, parent, kind))
        self.tracks.append([])
        return len(self.lanes) - 1

    def _add(self, bar: Bar) -> None:
        """A bar of a lane that has few."""
        self.tracks[bar.lane].append(bar)
        self.unsorted.add(bar.lane)
        self.moments.append(bar.end or bar.start)

    def _states(self, states: Iterable[Spell]) -> None:
        lane = self._lane("states", "Image", 0, None, Kind.STATE)
        names: Counter[str] = Counter()
        for spell in states:
            names[spell.state] += 1
            name = numbered(spell.state.value, names[spell.state])
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
            self._add(bar)
            if spell.amis:
                self._deliver(None, bar, 1, lane)

    def _workflow(self, workflow: WorkflowExecution, path: Path) -> None:
        id_ = workflow.workflow_execution_id
        key = f"workflow {id_}"
        lane = self._lane(key, workflow.name, 0, None, Kind.WORKFLOW)
        steps = self._lane(f"steps {id_}", "Workflow steps", 1, lane, Kind.WORKFLOW_STEP)
        if workflow.start_time:
            self._add(_workflow_bar(workflow, workflow.start_time, key, lane, path))
        names: Counter[str] = Counter()
        placed: list[tuple[DocumentBars, Place]] = []
        delivered: list[tuple[StepExecution, Bar]] = []
        last = workflow.start_time
        for entry in self._run.steps_of(id_):
            step = entry.step
            names[step.name] += 1
            own = (*path, numbered(step.name, names[step.name]))
            start = step.start_time or (last if step.status is StepStatus.SKIPPED else None)
            if start is None:
                step_key = f"step {step.step_execution_id}"
                self.pending.append(Pending(step_key, steps, step.name, step.action, step.status, key, own))
                continue
            last = step.end_time or start
            documents = self._documents.get(step.step_execution_id, [])
            bar = _step_bar(step, steps, start, key, own, lines_of(documents, self._line))
            self._add(bar)
            place = Place(bar.key, own, 2, 0, _shift(step, documents))
            placed += [(each, place) for each in documents]
            if step.action == DISTRIBUTION_ACTION:
                delivered.append((step, bar))
        self._components(placed, id_, steps)
        for step, bar in delivered:
            self._deliver(step, bar, 2, steps)

    def _components(self, placed: Iterable[tuple[DocumentBars, Place]], owner: str, parent: int | None) -> None:
        """Lanes of documents, phases and steps; side by side only for documents that overlap."""
        names: Counter[Path] = Counter()
        for slot, members in enumerate(_slots(placed)):
            kinds = max((document.levels for document, _ in members), key=len)
            depth = members[0][1].depth
            first = len(self.lanes)
            for level, kind in kinds.items():
                key = f"{kind.value.lower()} {depth + level} {slot} {owner}"
                self._lane(key, _TITLES[kind], depth + level, first + level - 1 if level else parent, kind)
            for document, place in members:
                path = (*place.path, document_stem(document.document.name))
                names[path] += 1
                path = (*place.path, numbered(path[-1], names[path]))
                document.draw(Place(place.parent, path, place.depth, first, place.shift), self._line)
                self.moments += [document.last] if document.last else []
                for lane, track in enumerate(document.tracks, first):
                    known = self.tracks[lane]
                    if document.disordered or (known and track[0].start < known[-1].start):
                        self.unsorted.add(lane)
                    known += track

    def _deliver(self, step: StepExecution | None, within: Bar, depth: int, parent: int) -> None:
        """The Regions that the image was brought to, a lane each."""
        for each in deliveries(self._run, step, within.start, within.end):
            self._regions[each.region] += 1
            name = numbered(each.region, self._regions[each.region])
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
            self._add(bar)


def _workflow_bar(workflow: WorkflowExecution, start: datetime, key: str, lane: int, path: Path) -> Bar:
    retried = "Superseded by a retry." if workflow.retried else ""
    return Bar(
        key=key,
        lane=lane,
        kind=Kind.WORKFLOW,
        name=workflow.name,
        what=workflow.type,
        status=workflow.status,
        start=start,
        end=workflow.end_time,
        parent=None,
        depth=0,
        path=path,
        executions=1,
        rollback=workflow.status in (WorkflowStatus.ROLLBACK_IN_PROGRESS, WorkflowStatus.ROLLBACK_COMPLETED),
        skipped=workflow.status is WorkflowStatus.SKIPPED,
        note="\n".join(filter(None, (workflow.message, retried))),
    )


def _step_bar(
    step: StepExecution, lane: int, start: datetime, parent: str, path: Path, lines: tuple[int, int] | None
) -> Bar:
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
        waiting=step.action == WAITING_ACTION and step.status is StepStatus.RUNNING,
        rollback=step.rollback_status is not None,
        skipped=step.status is StepStatus.SKIPPED,
        lines=lines,
        note="\n".join(filter(None, (step.message, rolled))),
    )


def _slots(placed: Iterable[tuple[DocumentBars, Place]]) -> list[list[tuple[DocumentBars, Place]]]:
    """Documents that come one after the other, beside others that do: those of parallel workflows can overlap."""
    slots: list[list[tuple[DocumentBars, Place]]] = []
    ends: list[datetime | None] = []
    for each in placed:
        span = each[0].document
        free = (n for n, end in enumerate(ends) if end is not None and end <= span.start + CLOCKS_APART)
        slot = next(free, len(slots))
        if slot == len(slots):
            slots.append([])
            ends.append(None)
        slots[slot].append(each)
        ends[slot] = span.end
    return slots


def _shift(step: StepExecution, documents: Iterable[DocumentBars]) -> timedelta:
    """By how much the machine's clock, which times the log, must be moved for the step to hold what ran in it."""
    spans = [each.document for each in documents]
    if not step.start_time or not spans:
        return timedelta(0)
    first = min(span.start for span in spans)
    last = max([first, *(span.end for span in spans if span.end)])
    if first < step.start_time - CLOCKS_APART:
        return step.start_time - first
    if step.end_time and last > step.end_time + CLOCKS_APART:
        return max(step.start_time - first, step.end_time - last)
    return timedelta(0)
