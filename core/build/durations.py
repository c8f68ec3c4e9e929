"""How long everything in a run took: its chart as rows of one table, without the states and Regions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.build.bars import Bar, Chart, Kind

LEFT_OUT: Final = (Kind.STATE, Kind.REGION)


@dataclass(frozen=True, slots=True)
class Duration:
    """One row. `depth`: 0 workflow, 1 workflow step, 2 component document, 3 phase, 4 step (deeper within
    ExecuteDocument); `what` is the action of a step, the type of a workflow; `status` in the record's own words;
    `seconds` up to the chart's end while it runs, None before it starts."""

    depth: int
    name: str
    what: str
    status: str
    start: datetime | None
    seconds: float | None


def durations(chart: Chart) -> tuple[Duration, ...]:
    """Rows in the order of running, each followed by what it contains, what never began at the end of its workflow."""
    return tuple(_rows(chart))


def _rows(chart: Chart) -> Iterator[Duration]:
    workflow: Bar | None = None
    for bar in chart.nested():
        if bar.kind in LEFT_OUT:
            continue
        if bar.depth == 0:
            yield from _pending(chart, workflow)
            workflow = bar
        yield Duration(bar.depth, bar.name, bar.what, bar.status, bar.start, bar.seconds(chart.end))
    yield from _pending(chart, workflow)


def _pending(chart: Chart, workflow: Bar | None) -> Iterator[Duration]:
    for each in chart.pending:
        if workflow and each.parent == workflow.key:
            yield Duration(1, each.name, each.what, each.status, None, None)


def elapsed(start: datetime | None, end: datetime | None, now: datetime) -> float | None:
    """Seconds, up to now for what has not ended; None for what has not begun."""
    return max(0.0, ((end or now) - start).total_seconds()) if start else None
