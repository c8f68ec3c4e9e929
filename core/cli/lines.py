"""Following a run where there is no terminal to draw on: one line per change, each with the time since the start."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

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
from core.build.run import Run
from core.build.source import Progress, StepStatus
from core.build.toe_log import Span, SpanKind, SpanStatus
from core.cli.rows import component_name
from core.cli.text import duration, harmless, one_line, size


def lines(event: Event, before: Run, after: Run, *, log: bool) -> Iterator[str]:
    """What to print of `event`, which turned `before` into `after`; `log`: every line of the log too."""
    for line in _said(event, before, after, log=log):
        since = elapsed(after.start, event.at, event.at) or 0
        yield f"{int(since) // 60:>3}:{int(since) % 60:02}  {line}"


def _said(event: Event, before: Run, after: Run, *, log: bool) -> Iterator[str]:
    match event:
        case RunOpened():
            yield f"run {event.image_arn}"
        case ImageChanged():
            if before.image is None or before.image.state.status is not event.image.state.status:
                yield f"image {event.image.name} {event.image.version}: {event.image.state.status}"
        case WorkflowChanged(workflow=workflow):
            known = before.workflows.get(workflow.workflow_execution_id)
            if known is None or known.status is not workflow.status:
                yield f"workflow {workflow.name}: {workflow.status}{_took(workflow.start_time, workflow.end_time)}"
        case StepChanged():
            yield from _step(event, before, after)
        case ComponentChanged(span=span):
            if _stage(span) != _stage(before.components.get(span.key)):
                yield from _span(span, after)
        case LogRead():
            if log:
                for record in event.events:
                    yield from (f"  | {harmless(line)}" for line in record.message.splitlines())
        case ProgressChanged():
            yield from _progress(event.tasks, before.progress)
        case ConnectionChanged():
            if event.reachable:
                yield f"asked to slow down: {one_line(event.message)}" if event.message else "connected again"
            else:
                yield f"no answer, trying again: {one_line(event.message)}"
        case ComponentFailed() | RunEnded():
            pass
        case _:
            assert_never(event)


def _step(event: StepChanged, before: Run, after: Run) -> Iterator[str]:
    step = event.step
    known = before.steps.get(step.step_execution_id)
    if step.status is StepStatus.PENDING or (known and known.step.status is step.status):
        return
    workflow = after.workflows.get(event.workflow_execution_id)
    place = f"{event.position + 1}/{workflow.total_step_count}" if workflow and workflow.total_step_count else ""
    name = f"{workflow.name} › {step.name}" if workflow else step.name
    note = f": {one_line(step.message, 300)}" if step.status is StepStatus.FAILED and step.message else ""
    yield f"step {place} {name}: {step.status}{_took(step.start_time, step.end_time)}{note}"


def _stage(span: Span | None) -> SpanStatus | None:
    """What a line tells of a span: a document that goes on after a failed step of it runs until it ends."""
    if span is None:
        return None
    return SpanStatus.RUNNING if span.end is None and span.status is SpanStatus.FAILED else span.status


def _span(span: Span, run: Run) -> Iterator[str]:
    took = _took(span.start, span.end)
    word = span.status.value
    match span.kind:
        case SpanKind.DOCUMENT:
            yield f"  component {component_name(span.name)}: {word}{took}"
        case SpanKind.STEP:
            exit_code = f", exit {span.exit_code}" if span.exit_code else ""
            yield f"    {_phase(span, run)}{span.name} {span.action}".rstrip() + f": {word}{took}{exit_code}"
        case SpanKind.PHASE:
            pass
        case _:
            assert_never(span.kind)


def _phase(span: Span, run: Run) -> str:
    phase = run.components.get(span.parent) if span.parent is not None else None
    return f"{phase.name} › " if phase else ""


def _progress(tasks: tuple[Progress, ...], before: tuple[Progress, ...]) -> Iterator[str]:
    """A line when a task begins and at every tenth of it, not at every poll."""
    known = {task.label: _tenth(task) for task in before}
    for task in tasks:
        if known.get(task.label) != _tenth(task):
            done = amount(task)
            yield f"{task.label}: {done}" if done else task.label


def _tenth(task: Progress) -> int:
    return 10 * task.done // task.total if task.total else 0


def amount(task: Progress) -> str:
    """``43 %, 120.0 MiB of 280.0 MiB``; empty for a task that can't tell."""
    if not task.done and not task.total:
        return ""
    in_bytes = task.unit in ("B", "byte", "bytes")
    done = size(task.done) if in_bytes else str(task.done)
    total = size(task.total) if in_bytes else f"{task.total} {task.unit}".rstrip()
    if task.total:
        return f"{100 * task.done // task.total} %, {done} of {total}"
    return done if in_bytes else f"{done} {task.unit}".rstrip()


def _took(start: datetime | None, end: datetime | None) -> str:
    return f" ({duration((end - start).total_seconds())})" if start and end else ""
