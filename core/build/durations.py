"""How long everything in a run took: workflows, their steps, and what ran inside components, as rows of one table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.build.run import Run


@dataclass(frozen=True, slots=True)
class Duration:
    """One row. `depth`: 0 workflow, 1 workflow step, 2 component document, 3 phase, 4 step (deeper within
    ExecuteDocument); `what` is the action of a step, the type of a workflow; `status` in the record's own words;
    `seconds` up to now while it runs, None before it starts."""

    depth: int
    name: str
    what: str
    status: str
    start: datetime | None
    seconds: float | None


def durations(run: Run, now: datetime) -> tuple[Duration, ...]:
    """Rows in the order of running, each followed by what it contains."""
    return tuple(_rows(run, now))


def _rows(run: Run, now: datetime) -> Iterator[Duration]:
    for workflow in run.workflows_in_order():
        yield Duration(
            depth=0,
            name=workflow.name,
            what=workflow.type,
            status=workflow.status,
            start=workflow.start_time,
            seconds=elapsed(workflow.start_time, workflow.end_time, now),
        )
        for entry in run.steps_of(workflow.workflow_execution_id):
            step = entry.step
            seconds = elapsed(step.start_time, step.end_time, now)
            yield Duration(1, step.name, step.action, step.status, step.start_time, seconds)
            depths: dict[int | None, int] = {None: 1}
            for span in run.components_of(step.step_execution_id):
                depth = depths[span.key] = depths.get(span.parent, 1) + 1
                yield Duration(
                    depth, span.name, span.action, span.status, span.start, elapsed(span.start, span.end, now)
                )


def elapsed(start: datetime | None, end: datetime | None, now: datetime) -> float | None:
    """Seconds, up to now for what has not ended; None for what has not begun."""
    return max(0.0, ((end or now) - start).total_seconds()) if start else None
