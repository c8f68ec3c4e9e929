"""Charts made up for tests and measurements: one of every look, and ones of any size."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from core.build.chart import Bar, Chart, Kind, Lane, Path
from core.build.curves import Curve, Curves, Unit
from core.build.source import ImageStatus
from core.build.usual import Usual

BEGIN: Final = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def bar(name: str, lane: int, start: float, end: float | None, **members: object) -> Bar:
    """A step that was completed, unless told otherwise; times in seconds after BEGIN."""
    made = Bar(
        key=f"{lane} {name}",
        lane=lane,
        kind=Kind.STEP,
        name=name,
        what="ExecuteBash",
        status="COMPLETED",
        start=after(start),
        end=None if end is None else after(end),
        parent=None,
        depth=1,
        path=("build-image", name),
        executions=1,
    )
    return replace(made, **members)  # type: ignore[arg-type]


def chart_of(lanes: tuple[Lane, ...], *bars: Bar, end: float, status: ImageStatus = ImageStatus.AVAILABLE) -> Chart:
    return Chart(lanes, bars, (), BEGIN, after(end), status)


def lane(title: str, parent: int | None = None, depth: int = 0, kind: Kind = Kind.WORKFLOW) -> Lane:
    return Lane(f"lane {title}", title, depth, parent, kind)


LOOKING: Final = (
    lane("build-image"),
    lane("Workflow steps", 0, 1, Kind.WORKFLOW_STEP),
    lane("Steps", 1, 2, Kind.STEP),
    lane("test-image"),
)


def every_look(status: ImageStatus = ImageStatus.BUILDING) -> Chart:
    """One bar of each look, on four lanes, in a run that goes on: the last step runs, another waits."""
    return chart_of(
        LOOKING,
        bar("build-image", 0, 0, None, status="RUNNING", kind=Kind.WORKFLOW, what="BUILD"),
        bar("Launch", 1, 0, 60, kind=Kind.WORKFLOW_STEP, what="LaunchInstance", rollback=True),
        bar("Approve", 1, 60, None, kind=Kind.WORKFLOW_STEP, what="WaitForAction", status="RUNNING", waiting=True),
        bar("Done", 2, 0, 30, lines=(4, 120)),
        bar("Failed", 2, 30, 55, status="FAILED", note="exit status 1"),
        bar("Ignored", 2, 55, 80, status="IGNORED"),
        bar("Skipped", 2, 80, 110, status="SKIPPED", skipped=True, executions=0),
        bar("Cancelled", 2, 110, 140, status="CANCELLED"),
        bar("Restarted", 2, 140, 190, executions=3, reboots=(after(155), after(172))),
        bar("Rebooting", 2, 190, 215, status="REBOOTING", reboots=(after(212),)),
        bar("Running", 2, 215, None, status="RUNNING"),
        bar("test-image", 3, 200, None, status="RUNNING", kind=Kind.WORKFLOW, what="TEST"),
        end=260,
        status=status,
    )


USUAL: Final[Mapping[Path, Usual]] = {
    ("build-image", "Done"): Usual(20.0, 40.0, 7, 18.0),
    ("build-image", "Failed"): Usual(24.0, 30.0, 7, 20.0),
    ("build-image", "Restarted"): Usual(18.0, 21.0, 7, 15.0),
    ("build-image", "Launch"): Usual(70.0, 85.0, 3, 55.0),
}
"""Of `every_look`: one step is as usual, one takes nearly three times as long."""


def many(bars: int, lanes: int, *, running: bool = False) -> Chart:
    """A chart of this size, a day long: every tenth lane is a workflow, one bar in three hundred failed."""
    chance = Random(bars)
    each = bars // lanes
    shown: list[Lane] = []
    made: list[Bar] = []
    for index in range(lanes):
        top = index - index % 10
        above = None if index == top else top
        shown.append(Lane(f"lane {index}", f"Lane {index}", 0 if above is None else 1, above, Kind.STEP))
        at = chance.uniform(0, 30)
        length = 86_400 / each
        for number in range(each):
            end = at + length * chance.uniform(0.2, 0.98)
            status = "FAILED" if chance.random() < 1 / 300 else "SKIPPED" if chance.random() < 0.03 else "COMPLETED"
            last = running and number == each - 1
            made.append(
                replace(
                    bar(f"Step{number}", index, at, None if last else end, status="RUNNING" if last else status),
                    key=f"component {len(made)}",
                    skipped=status == "SKIPPED" and not last,
                )
            )
            at += length
    status = ImageStatus.BUILDING if running else ImageStatus.AVAILABLE
    return chart_of(tuple(shown), *made, end=86_400, status=status)


def curves(seconds: int = 260, begin: datetime = BEGIN, gap: range = range(0)) -> Curves:
    """What a machine does, sampled once a second; there is none in the gap."""
    chance = Random(seconds)
    times = tuple(begin.timestamp() + each for each in range(seconds))

    def values(low: float, high: float) -> tuple[float, ...]:
        at = (low + high) / 2
        made: list[float] = []
        for second in range(seconds):
            at = min(high, max(low, at + chance.uniform(-0.15, 0.15) * (high - low)))
            made.append(float("nan") if second in gap else at)
        return tuple(made)

    return Curves(
        times,
        (
            Curve("Processors", Unit.PERCENT, values(0, 100), 100.0),
            Curve("Memory", Unit.BYTES, values(3e8, 1.8e9), 2e9),
            Curve("Disk", Unit.BYTES_PER_SECOND, values(0, 6e7)),
            Curve("Network", Unit.BYTES_PER_SECOND, values(0, 4e6)),
        ),
    )
