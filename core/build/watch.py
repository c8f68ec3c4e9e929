"""Polling an Image Builder and telling what changed: the source of a run's events.

A watch compares what it is told with the Run it has told so far, and emits the differences. Nothing else is
remembered, so following can stop at any moment and go on from the Run, tomorrow or in another process, without saying
anything twice. The pause between polls adapts: short while things move, growing while nothing does or when the
service asks for patience.
"""

import heapq
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from core.build.events import (
    ComponentChanged,
    ComponentFailed,
    ConnectionChanged,
    Event,
    ImageChanged,
    LogRead,
    ProgressChanged,
    RunEnded,
    StepChanged,
    WorkflowChanged,
)
from core.build.run import COMPONENT_ACTION, Run, fold
from core.build.source import Image, ImageStatus, LogEvent, LogPage, Source, StepStatus
from core.build.toe_log import ComponentFailure, Mark, Span, SpanKind, close, read
from core.errors import Invalid, NotFound, Throttled, Unreachable

LOG_PAGES = 20
"""Pages of the log read in one poll at most, so that a chatty guest doesn't hold up the state of the build."""

BATCH_EVENTS = 500
BATCH_CHARACTERS = 128 * 1024
"""What one LogRead holds at most (one longer log record goes alone)."""

LONGEST_PAUSE = 60.0

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)

Clock = Callable[[], datetime]
Sleep = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: pauses between polls while things move (`fastest`) and when they don't (`slowest`); for how long the
    log must be quiet after the end (`settle`), and for how long where its end is visibly missing (`late`); how long
    nobody may answer before the watch gives up (`patience`)."""

    fastest: float
    slowest: float
    settle: float
    patience: float
    late: float = 0


LOCAL = Pace(fastest=0.5, slowest=0.5, settle=0.25, patience=60)
AWS = Pace(fastest=2, slowest=15, settle=10, patience=3600, late=90)
"""CloudWatch delivers a log's last lines some seconds after the build has ended, now and then a minute. It promises
nothing, and nobody wants to be told so late that a build is over: so only what lacks its end is waited for longer."""


def now() -> datetime:
    return datetime.now(UTC)


def watch(
    source: Source,
    run: Run,
    *,
    pace: Pace,
    clock: Clock = now,
    sleep: Sleep = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> Iterator[Event]:
    """Follow a build to its end, from its opening (`replay([RunOpened(…)])`) or on from any later Run.

    Blocks in `sleep` and in the source's calls; stop it by closing the generator between events. Ends after RunEnded.
    Raises Unreachable when nobody answered for `pace.patience` seconds, and whatever else the source raises.
    """
    follower = Follower(source, run, clock)
    pause = pace.fastest
    lost: datetime | None = None
    while not follower.run.ended:
        before = follower.run.number
        try:
            yield from follower.poll(pace)
        except Throttled as error:
            pause = min(2 * pause, LONGEST_PAUSE)
            if pause > pace.slowest:
                yield follower.slowed(error, pause)
        except Unreachable as error:
            lost = lost or clock()
            if clock() - lost >= timedelta(seconds=pace.patience):
                raise
            pause = min(2 * pause, LONGEST_PAUSE)
            yield follower.unanswered(error, pause)
        else:
            lost = None
            pause = pace.fastest if follower.run.number > before else min(1.5 * pause, pace.slowest)
        if not follower.run.ended:
            sleep(pause * (0.8 + 0.4 * jitter()))


@dataclass(frozen=True, slots=True)
class _Change:
    """Something to tell, which happened at `moment` by the clock of the build."""

    moment: datetime
    event: Callable[..., Event]


class Follower:
    """One followed build. `run` is what was told so far."""

    def __init__(self, source: Source, run: Run, clock: Clock) -> None:
        self.run = run
        self._source = source
        self._clock = clock
        self._token = run.log.token
        self._position = run.log.token_position
        self._polled = False
        self._drained = False
        self._moved = clock()

    def tell(self, event: Callable[..., Event]) -> Event:
        """Give the event its number and moment, and take it as known."""
        told = event(number=self.run.number + 1, at=self._clock())
        self.run = fold(self.run, told)
        self._moved = told.at
        return told

    def poll(self, pace: Pace) -> Iterator[Event]:
        """Ask once for everything and tell what changed, in the order in which it happened. The image is asked for
        first, so that when it is in a terminal state all that is read after it is final."""
        image = self._source.image(self._arn)
        known = self.run.connection
        if known and (known.message or not known.reachable):
            yield self.tell(partial(ConnectionChanged, reachable=True))
        tasks = self._source.progress(self._arn)
        if tasks != self.run.progress:
            yield self.tell(partial(ProgressChanged, tasks=tasks))
        over = image.state.status.terminal
        changes = self._changes(image, thorough=over or not self._polled)
        self._polled = True
        for change in heapq.merge(changes, self._log(image), key=_moment):
            yield self.tell(change.event)
        if over and self._drained and self._quiet(pace, image.state.status):
            for change in self._components(close(self.run.log.reading, self._stopped())[1], _LAST):
                yield self.tell(change.event)
            yield self.tell(partial(RunEnded, status=image.state.status))

    def _quiet(self, pace: Pace, status: ImageStatus) -> bool:
        """Whether so long nothing was heard that nothing more is to come."""
        quiet = self._clock() - self._moved
        if quiet < timedelta(seconds=pace.settle) or quiet >= timedelta(seconds=pace.late):
            return quiet >= timedelta(seconds=pace.settle)
        return status is ImageStatus.CANCELLED or not self._lacks_its_end()

    def _lacks_its_end(self) -> bool:
        """Whether the log tells less than the records say has happened: components ran and it says nothing at all, it
        broke off within one, or one failed and the block that says why is not there. A cancelled build breaks off."""
        ran = [entry.step for entry in self.run.steps.values() if entry.step.action == COMPONENT_ACTION]
        if not any(step.start_time for step in ran):
            return False
        if not self.run.log.events:
            return True
        failed = any(step.status is StepStatus.FAILED for step in ran)
        broke_off = any(True for _ in self._components(close(self.run.log.reading, self._stopped())[1], _LAST))
        return broke_off or (failed and not self.run.failures)

    def slowed(self, error: Throttled, pause: float) -> Event:
        """The service asks for patience, and longer than usual nobody will hear anything of the build."""
        retry_at = self._clock() + timedelta(seconds=pause)
        return self.tell(partial(ConnectionChanged, reachable=True, message=error.message, retry_at=retry_at))

    def unanswered(self, error: Unreachable, pause: float) -> Event:
        """Nobody answered; the next attempt comes after `pause` seconds."""
        known = self.run.connection
        attempts = known.attempts + 1 if known and not known.reachable else 1
        retry_at = self._clock() + timedelta(seconds=pause)
        return self.tell(
            partial(ConnectionChanged, reachable=False, message=error.message, attempts=attempts, retry_at=retry_at)
        )

    def _stopped(self) -> datetime:
        """When what the log left open was over: as the records have it, whenever somebody comes to look at them."""
        steps = (entry.step for entry in self.run.steps.values() if entry.step.action == COMPONENT_ACTION)
        ends = [step.end_time for step in steps if step.end_time]
        ends = ends or [workflow.end_time for workflow in self.run.workflows.values() if workflow.end_time]
        said = [self.run.log.last.at] if self.run.log.last else []
        return max([*ends, *said], default=self._clock())

    @property
    def _arn(self) -> str:
        if self.run.opened is None:
            raise ValueError("a run is followed from its RunOpened on")
        return self.run.opened.image_arn

    def _changes(self, image: Image, *, thorough: bool) -> list[_Change]:
        """What changed in the records, in order. An image enters a state between the workflow that ended and the one
        that the state is for, a terminal one after all."""
        changes: list[_Change] = []
        begun: list[datetime] = []
        ended = [_FIRST]
        for workflow in self._source.workflow_executions(self._arn):
            known = self.run.workflows.get(workflow.workflow_execution_id)
            start = workflow.start_time or _FIRST
            if known is None:
                begun.append(start)
            ended.append(workflow.end_time or _FIRST)
            steps: Iterable[_Change] = ()
            if workflow != known or thorough or not workflow.status.terminal:
                steps = self._steps(workflow.workflow_execution_id, start)
            if workflow == known:
                changes += steps
            elif known is None:
                # Its steps come after it even where it is over when it is first heard of.
                changes += (_Change(start, partial(WorkflowChanged, workflow=workflow)), *steps)
            else:
                changes += (*steps, _Change(workflow.end_time or start, partial(WorkflowChanged, workflow=workflow)))
        if image != self.run.image:
            moment = _LAST if image.state.status.terminal else min(begun, default=max(ended))
            moment = moment if self.run.image else _FIRST
            entered = _Change(moment, partial(ImageChanged, image=image))
            changes = [entered, *changes] if begun else [*changes, entered]
        return sorted(changes, key=_moment)

    def _steps(self, workflow_execution_id: str, begun: datetime) -> Iterator[_Change]:
        for position, step in enumerate(self._source.step_executions(workflow_execution_id)):
            known = self.run.steps.get(step.step_execution_id)
            if known is None or known.step != step:
                changed = partial(
                    StepChanged, workflow_execution_id=workflow_execution_id, position=position, step=step
                )
                yield _Change(step.end_time or step.start_time or begun, changed)

    def _log(self, image: Image) -> Iterator[_Change]:
        """Read on; `_drained` when the end was reached. A stream that isn't there yet has nothing to say."""
        self._drained = False
        for _ in range(LOG_PAGES):
            try:
                page = self._source.log_events(image.log_group, image.log_stream, self._token)
            except NotFound:
                self._drained = True
                return
            except Invalid:
                if self._token is None:
                    raise
                # The token expired (on AWS after 24 hours): read from the beginning, past what is known.
                self._token, self._position = None, 0
                continue
            yield from self._page(page)
            ended = page.next_token == self._token and not page.events
            self._token = page.next_token
            self._position += len(page.events)
            if ended:
                self._drained = True
                return

    def _page(self, page: LogPage) -> Iterator[_Change]:
        end = self._position + len(page.events)
        # A service may give what several wrote in the order in which it came in.
        fresh = sorted(page.events[max(0, self.run.log.events - self._position) :], key=_timestamp)
        for batch in _batches(fresh):
            reading, marks = read(self.run.log.reading, batch)
            yield from self._components(marks, batch[-1].at)
            first = self.run.log.events
            whole = first + len(batch) == end
            read_on = partial(
                LogRead,
                first=first,
                events=batch,
                token=page.next_token if whole else self._token,
                token_position=end if whole else self._position,
                reading=reading,
            )
            yield _Change(batch[-1].at, read_on)

    def _components(self, marks: Iterable[Mark], at: datetime) -> Iterator[_Change]:
        """What changed by the moment `at`, the end of a document after those of its steps."""
        marks = tuple(marks)
        spans = (mark for mark in marks if isinstance(mark, Span) and mark != self.run.components.get(mark.key))
        for span in sorted(spans, key=_span_order):
            yield _Change(_span_order(span)[0], partial(ComponentChanged, span=span))
        for mark in marks:
            if isinstance(mark, ComponentFailure) and mark != self.run.failures.get(mark.key):
                yield _Change(at, partial(ComponentFailed, failure=mark))


def _timestamp(event: LogEvent) -> int:
    return event.timestamp


def _moment(change: _Change) -> datetime:
    return change.moment


def _span_order(span: Span) -> tuple[datetime, int]:
    """When the newest of a span happened, and its place in that moment: a phase, whose name leads its steps', then what
    ended, then what began."""
    if span.kind is SpanKind.PHASE:
        return span.start, 0
    if span.end is None:
        return span.start, 3
    return span.end, 2 if span.kind is SpanKind.DOCUMENT else 1


def _batches(events: Sequence[LogEvent]) -> Iterator[tuple[LogEvent, ...]]:
    batch: list[LogEvent] = []
    characters = 0
    for event in events:
        if batch and (len(batch) == BATCH_EVENTS or characters + len(event.message) > BATCH_CHARACTERS):
            yield tuple(batch)
            batch, characters = [], 0
        batch.append(event)
        characters += len(event.message)
    if batch:
        yield tuple(batch)
