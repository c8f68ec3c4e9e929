"""Everything that is known of a bar, in words: for tool tips, for the line below the timeline, for screen readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.build.chart import Bar, Chart, Kind, Path
from core.build.usual import Deviation, Usual, deviation, spoken
from gui.build.timeline.look import DONE, RUNNING, look_of, title_of, word_of
from gui.build.timeline.window import clock_text

KINDS = {
    Kind.STATE: "Image state",
    Kind.WORKFLOW: "Workflow",
    Kind.WORKFLOW_STEP: "Workflow step",
    Kind.DOCUMENT: "Component document",
    Kind.PHASE: "Phase",
    Kind.STEP: "Step",
    Kind.REGION: "Region",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What a bar is read against: its chart, what is usual, what the run's length is made of, and what time it is."""

    chart: Chart
    usual: Mapping[Path, Usual]
    critical: frozenset[str]
    now: datetime

    def deviation(self, bar: Bar) -> Deviation | None:
        return deviation(bar, self.usual.get(bar.path), self.now)


def took(bar: Bar, now: datetime) -> str:
    """``12 s``, ``12 s so far``."""
    return spoken(bar.seconds(now)) + (" so far" if bar.end is None else "")


def word_of_unusual(bar: Bar) -> str:
    """What its status is called, "" for what is done or goes on as one would expect."""
    return "" if look_of(bar) in (DONE, RUNNING) else word_of(bar)


def facts(bar: Bar, context: Context) -> tuple[tuple[str, str], ...]:
    """Names and values; those that have nothing to say are left out."""
    known = context.usual.get(bar.path)
    deviates = context.deviation(bar)
    since = clock_text((bar.start - context.chart.begin).total_seconds())
    reboots = ", ".join(clock_text((each - context.chart.begin).total_seconds()) for each in bar.reboots)
    found = (
        ("Status", word_of(bar)),
        ("Note", bar.note),
        ("Action" if bar.kind in (Kind.STEP, Kind.WORKFLOW_STEP) else "Type", bar.what),
        ("Took", took(bar, context.now)),
        ("Usual", _usual(known) if known else "no earlier run to compare with"),
        ("Against that", deviates.text if deviates else "as usual" if known and not bar.skipped else ""),
        ("Started", f"{bar.start.astimezone():%H:%M:%S}, {since} into the run"),
        ("Executions", str(bar.executions) if bar.executions > 1 else ""),
        ("Reboots", f"{len(bar.reboots)}, at {reboots}" if bar.reboots else ""),
        ("Part of", " › ".join(bar.path[:-1])),
        ("Log", f"lines {bar.lines[0] + 1:,} to {bar.lines[1] + 1:,}" if bar.lines else ""),
        ("Critical path", "yes: shorter here is a shorter run" if bar.key in context.critical else ""),
    )
    return tuple((name, value) for name, value in found if value)


def tip(bar: Bar, context: Context) -> str:
    """A tool tip of plain text: what services and users call things never becomes markup."""
    lines = [f"{KINDS[bar.kind]} {title_of(bar)}", *(f"{name}: {value}" for name, value in facts(bar, context))]
    return "\n".join(lines).replace("<", "‹")


def spoken_name(bar: Bar, context: Context) -> str:
    """What a screen reader says first."""
    return f"{title_of(bar)}, {word_of(bar)}, {took(bar, context.now)}"


def reboots_of(bar: Bar) -> str:
    """``2 reboots``; "" for none."""
    return f"{len(bar.reboots)} reboot{'s' if len(bar.reboots) > 1 else ''}" if bar.reboots else ""


def sentence(bar: Bar, context: Context) -> str:
    """One line on a bar."""
    deviates = context.deviation(bar)
    attempts = f"{bar.executions} executions" if bar.executions > 1 else ""
    parts = (
        title_of(bar),
        word_of(bar),
        took(bar, context.now),
        deviates.text if deviates else "",
        attempts,
        reboots_of(bar),
        f"at {clock_text((bar.start - context.chart.begin).total_seconds())}",
        " › ".join(bar.path[:-1]),
    )
    return "  ·  ".join(filter(None, parts))


def _usual(known: Usual) -> str:
    runs = f"{known.count} earlier run{'s' if known.count != 1 else ''}"
    return f"{spoken(known.median)} (median), 9 of 10 within {spoken(known.p90)}, from {runs}"
