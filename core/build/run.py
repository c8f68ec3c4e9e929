"""A run: one image build as we followed it, the fold of its events.

`fold` keeps of every subject what its newest event says, and nothing else. So it is idempotent and indifferent to
order: any pile of events that holds the newest of each subject folds to the same Run. Log text stays in the journal;
the Run knows how much there was, the last of it, and where to go on reading.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, assert_never

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
from core.build.source import Ami, Image, ImageStatus, LogEvent, Progress, StepStatus, WorkflowExecution
from core.build.toe_log import ComponentFailure, Reading, Span

COMPONENT_ACTION = "ExecuteComponents"
WAITING_ACTION = "WaitForAction"

_CLOCKS_APART = timedelta(seconds=1)
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Log:
    """How far the log stream was read: `events` of it, the `last` one, and where to go on (see LogRead)."""

    events: int = 0
    last: LogEvent | None = None
    token: str | None = None
    token_position: int = 0
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True, slots=True)
class Run:
    """`components` are all documents, phases and steps by key, `failures` the blocks printed for the first failed
    step. `connection` is None as long as it never broke. `number` is the newest event's, `newest` those of each
    subject's newest."""

    number: int = -1
    opened: RunOpened | None = None
    image: Image | None = None
    workflows: Mapping[str, WorkflowExecution] = field(default_factory=dict)
    steps: Mapping[str, StepChanged] = field(default_factory=dict)
    components: Mapping[int, Span] = field(default_factory=dict)
    failures: Mapping[int, ComponentFailure] = field(default_factory=dict)
    log: Log = field(default_factory=Log)
    progress: tuple[Progress, ...] = ()
    connection: ConnectionChanged | None = None
    ended: RunEnded | None = None
    newest: Mapping[str, int] = field(default_factory=dict)

    @property
    def status(self) -> ImageStatus:
        return self.image.state.status if self.image else ImageStatus.PENDING

    @property
    def start(self) -> datetime | None:
        """When the build began: the image's creation, else when we began to follow it."""
        if self.image and self.image.date_created:
            return self.image.date_created
        return self.opened.at if self.opened else None

    @property
    def amis(self) -> tuple[Ami, ...]:
        """Output images that exist: one per region and account."""
        return tuple(ami for ami in self.image.output_resources.amis if ami.image) if self.image else ()

    @property
    def waiting(self) -> tuple[StepChanged, ...]:
        """Steps that wait for someone to resume or stop them (SendWorkflowStepAction)."""
        return tuple(
            entry
            for entry in self.steps.values()
            if entry.step.action == WAITING_ACTION and entry.step.status is StepStatus.RUNNING
        )

    def workflows_in_order(self) -> tuple[WorkflowExecution, ...]:
        return tuple(
            sorted(self.workflows.values(), key=lambda each: (each.start_time or _LAST, each.workflow_execution_id))
        )

    def steps_of(self, workflow_execution_id: str) -> tuple[StepChanged, ...]:
        of_it = (entry for entry in self.steps.values() if entry.workflow_execution_id == workflow_execution_id)
        return tuple(sorted(of_it, key=lambda entry: entry.position))

    def components_of(self, step_execution_id: str) -> tuple[Span, ...]:
        """Documents, phases and steps that ran within a workflow step, in the order they began."""
        spans = [self.components[key] for key in sorted(self.components)]
        owner = dict(self.owners(span for span in spans if span.parent is None))
        for span in spans:
            if span.parent is not None and span.parent in owner:
                owner[span.key] = owner[span.parent]
        return tuple(span for span in spans if owner.get(span.key) == step_execution_id)

    def owners(self, documents: Iterable[Span]) -> Mapping[int, str]:
        """The workflow step (its id) in which each of these documents ran.

        The log names no workflow step, so documents belong to the ExecuteComponents step that ran when they began, or
        by clocks that differ, the last that began before them; test workflows of one parallel group share a stream that
        can't be taken apart.
        """
        runners = sorted(
            (entry.step.start_time, entry.step.end_time or _LAST, entry.step.step_execution_id)
            for entry in self.steps.values()
            if entry.step.action == COMPONENT_ACTION and entry.step.start_time
        )
        owner: dict[int, str] = {}
        for span in documents if runners else ():
            around = [id_ for start, end, id_ in runners if start <= span.start <= end]
            before = [id_ for start, _, id_ in runners if start <= span.start + _CLOCKS_APART]
            owner[span.key] = (around or before or [runners[0][2]])[-1]
        return owner


def fold(run: Run, event: Event) -> Run:
    """The run as it is known after the event; the same run if something newer on the subject is known already."""
    return replay((event,), run)


def replay(events: Iterable[Event], run: Run | None = None) -> Run:
    """The run that these events tell, gone on with from a run that is known."""
    known = run or Run()
    folding = _Folding(known)
    for event in events:
        folding.take(event)
    return folding.run() if folding.changed else known


class _Folding:
    """A fold under way. The run it began with stays as it is: of its mappings those are copied that change, once."""

    def __init__(self, run: Run) -> None:
        self.changed: dict[str, Any] = {}
        self._run = run

    def run(self) -> Run:
        return replace(self._run, **self.changed)

    def take(self, event: Event) -> None:
        """Take the event as known, unless something newer on its subject is."""
        subject = event.subject
        newest: Mapping[str, int] = self.changed.get("newest", self._run.newest)
        if newest.get(subject, -1) >= event.number:
            return
        self._mapping("newest")[subject] = event.number
        self.changed["number"] = max(self.changed.get("number", self._run.number), event.number)
        match event:
            case RunOpened():
                self.changed["opened"] = event
            case ImageChanged():
                self.changed["image"] = event.image
            case WorkflowChanged():
                self._mapping("workflows")[event.workflow.workflow_execution_id] = event.workflow
            case StepChanged():
                self._mapping("steps")[event.step.step_execution_id] = event
            case ComponentChanged():
                self._mapping("components")[event.span.key] = event.span
            case ComponentFailed():
                self._mapping("failures")[event.failure.key] = event.failure
            case LogRead():
                self.changed["log"] = Log(
                    events=event.first + len(event.events),
                    last=event.events[-1],
                    token=event.token,
                    token_position=event.token_position,
                    reading=event.reading,
                )
            case ProgressChanged():
                self.changed["progress"] = event.tasks
            case ConnectionChanged():
                self.changed["connection"] = event
            case RunEnded():
                self.changed["ended"] = event
            case _:
                assert_never(event)

    def _mapping(self, member: str) -> dict[Any, Any]:
        copied: dict[Any, Any] | None = self.changed.get(member)
        if copied is None:
            copied = self.changed[member] = dict(getattr(self._run, member))
        return copied
