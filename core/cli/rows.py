"""A run as rows to look at while it goes on: workflows, their steps, and what runs inside components.

`rows` is a pure function of the folded Run and a moment. What is done folds into its own row, so that what happens now
is in sight; `core.build.durations` tells it all at the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from core.build import naming
from core.build.durations import elapsed
from core.build.run import COMPONENT_ACTION, Run
from core.build.source import RollbackStatus, StepExecution, StepStatus, WorkflowExecution, WorkflowStatus
from core.build.toe_log import Span, SpanKind, SpanStatus
from core.cli.text import one_line


class State(Enum):
    """The states a reader tells apart; the value is the word shown."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "FAILED"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Row:
    """`depth` is the indentation; `seconds` None for what has not begun; `note` is a remark or the step's message."""

    depth: int
    state: State
    name: str
    note: str = ""
    seconds: float | None = None


_WORKFLOW = {
    WorkflowStatus.PENDING: State.WAITING,
    WorkflowStatus.SKIPPED: State.SKIPPED,
    WorkflowStatus.COMPLETED: State.DONE,
    WorkflowStatus.FAILED: State.FAILED,
    WorkflowStatus.ROLLBACK_COMPLETED: State.FAILED,
    WorkflowStatus.CANCELLED: State.CANCELLED,
}
_STEP = {
    StepStatus.PENDING: State.WAITING,
    StepStatus.SKIPPED: State.SKIPPED,
    StepStatus.COMPLETED: State.DONE,
    StepStatus.FAILED: State.FAILED,
    StepStatus.CANCELLED: State.CANCELLED,
}
_SPAN = {
    SpanStatus.COMPLETED: State.DONE,
    SpanStatus.FAILED: State.FAILED,
    SpanStatus.IGNORED: State.DONE,
    SpanStatus.SKIPPED: State.SKIPPED,
    SpanStatus.INTERRUPTED: State.CANCELLED,
}


def rows(run: Run, now: datetime) -> tuple[Row, ...]:
    """All rows from the top down; of what is done, nothing but its own row."""
    return tuple(_workflows(run, now))


def component_name(document: str) -> str:
    """As people call it, harmless to a terminal."""
    return one_line(naming.component_name(document))


def _workflows(run: Run, now: datetime) -> Iterator[Row]:
    for workflow in run.workflows_in_order():
        yield _workflow_row(workflow, now)
        if _folded(_WORKFLOW.get(workflow.status, State.RUNNING)):
            continue
        waiting = 0
        for entry in run.steps_of(workflow.workflow_execution_id):
            if entry.step.status is StepStatus.PENDING:
                waiting += 1
                continue
            yield _step_row(entry.step, now)
            if entry.step.action == COMPONENT_ACTION:
                spans = run.components_of(entry.step.step_execution_id)
                yield from _component_rows(spans, now)
        if waiting:
            yield Row(1, State.WAITING, f"{waiting} more")


def _workflow_row(workflow: WorkflowExecution, now: datetime) -> Row:
    state = _WORKFLOW.get(workflow.status, State.RUNNING)
    rolling_back = workflow.status is WorkflowStatus.ROLLBACK_IN_PROGRESS
    # A workflow's message repeats its failed step's, which has its own row.
    note = "rolling back" if rolling_back else "superseded by a retry" if workflow.retried else ""
    return Row(0, state, workflow.name, note, elapsed(workflow.start_time, workflow.end_time, now))


def _step_row(step: StepExecution, now: datetime) -> Row:
    note = one_line(step.message) if step.status in (StepStatus.FAILED, StepStatus.RUNNING) else ""
    if step.rollback_status is RollbackStatus.RUNNING:
        note = "rolling back"
    if step.attempt_number and step.attempt_number > 1:
        note = f"attempt {step.attempt_number} of {step.max_attempts or '?'} {note}".rstrip()
    state = _STEP.get(step.status, State.RUNNING)
    return Row(1, state, step.name, note, elapsed(step.start_time, step.end_time, now))


def _component_rows(spans: tuple[Span, ...], now: datetime) -> Iterator[Row]:
    children: dict[int | None, list[Span]] = {}
    for span in spans:
        children.setdefault(span.parent, []).append(span)
    known = {span.key for span in spans}
    for top in (span for span in spans if span.parent not in known):
        yield from _span_rows(top, "", 2, children, now)


def _span_rows(
    span: Span, prefix: str, depth: int, children: dict[int | None, list[Span]], now: datetime
) -> Iterator[Row]:
    """A phase has no row: its name leads the names of its steps."""
    inner = children.get(span.key, [])
    if span.kind is SpanKind.PHASE:
        for each in inner:
            yield from _span_rows(each, f"{span.name} › ", depth, children, now)
        return
    # What goes on after a failed step of it has FAILED already, and runs all the same.
    state = State.RUNNING if span.end is None else _SPAN.get(span.status, State.RUNNING)
    name = component_name(span.name) if span.kind is SpanKind.DOCUMENT else f"{prefix}{span.name}"
    yield Row(depth, state, name, _span_note(span), elapsed(span.start, span.end, now))
    if not _folded(state):
        for each in inner:
            yield from _span_rows(each, "", depth + 1, children, now)


def _span_note(span: Span) -> str:
    words = [span.action] if span.action else []
    if span.status is SpanStatus.REBOOTING:
        words.append("rebooting")
    elif span.executions > 1:
        words.append(f"run {span.executions}")
    if span.exit_code:
        words.append(f"exit {span.exit_code}")
    if span.status is SpanStatus.IGNORED:
        words.append("failure ignored")
    said = "" if span.exit_code else one_line(span.error)
    return ": ".join(part for part in (", ".join(words), said) if part)


def _folded(state: State) -> bool:
    return state in (State.DONE, State.SKIPPED)
