"""What is usual: how long the same step took in earlier runs, what that says of this one, and how long it will go on.

Steps are the same when their paths are. Only what was completed counts, because a step that failed at once says nothing
of how long it takes. An estimate is a range, wider the fewer runs it rests on, and there is none without any run.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from core.build.bars import CLOCKS_APART, Bar, Chart, Kind, Path
from core.build.run import WAITING_ACTION
from core.build.source import ImageStatus

WHOLE: Final[Path] = ()
"""The path of a run as a whole."""

NOTICEABLE: Final = 2.0
"""Seconds: nobody looks for the cause of less."""

FEW: Final = 5
"""Below so many runs the spread of what they took is not known, and widened by `DOUBT`."""

DOUBT: Final = 1.25

_SLOW, _FAST = 1.25, 0.5
_GOOD: Final = frozenset({"COMPLETED", ImageStatus.AVAILABLE.value})


@dataclass(frozen=True, slots=True)
class Range:
    """Seconds from `low` to `high`, None where nobody can say how long at most."""

    low: float
    high: float | None


@dataclass(frozen=True, slots=True)
class Usual:
    """How long something took in `count` earlier runs, in seconds: half of them at most `median`, nine of ten at most
    `p90`, none less than `least`. `after` is for how long the runs went on when it was over."""

    median: float
    p90: float
    count: int
    least: float = 0.0
    after: Range = Range(0.0, None)


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far a bar is from the usual: `factor` of the median, `seconds` more (or less, negative). `text` says it."""

    factor: float
    seconds: float
    text: str

    @property
    def slow(self) -> bool:
        return self.seconds > 0


def usual(charts: Iterable[Chart]) -> Mapping[Path, Usual]:
    """What is usual in these runs, by path; `WHOLE` is of those that made an image."""
    took: dict[Path, list[float]] = defaultdict(list)
    after: dict[Path, list[float]] = defaultdict(list)
    for chart in charts:
        whole = chart.status is ImageStatus.AVAILABLE
        if whole:
            took[WHOLE].append((chart.end - chart.begin).total_seconds())
        for bar in chart.bars:
            if bar.end is None or bar.skipped or bar.status not in _GOOD or bar.what == WAITING_ACTION:
                continue
            took[bar.path].append((bar.end - bar.start).total_seconds())
            if whole:
                after[bar.path].append((chart.end - bar.end).total_seconds())
    return {path: _usual(seconds, after.get(path, ())) for path, seconds in took.items()}


def deviation(bar: Bar, known: Usual | None, now: datetime) -> Deviation | None:
    """In how far the bar is not as usual; None where it is, and where nothing is known of it."""
    if known is None or bar.skipped:
        return None
    seconds = bar.seconds(now)
    more = seconds - known.median
    factor = seconds / known.median if known.median > 0 else float("inf")
    slow = more > NOTICEABLE and seconds > known.p90 and factor > _SLOW
    fast = -more > NOTICEABLE and bar.end is not None and factor < _FAST and seconds < known.least
    if not slow and not fast:
        return None
    usually = f"usually {spoken(known.median)}"
    if slow and factor >= 2:
        return Deviation(factor, more, f"{_times(factor)} as long as usual ({usually})")
    return Deviation(factor, more, f"{spoken(abs(more))} {'longer' if slow else 'shorter'} than usual ({usually})")


def remaining(chart: Chart, known: Mapping[Path, Usual], now: datetime) -> Range | None:
    """For how many seconds the run will go on; None when that can't be said.

    What runs now, as finely as earlier runs know it, takes its usual time, and after it comes what came then. What is
    longer under way than nine of ten were tells only how long at least: nobody knows what it waits for.
    """
    if not chart.running:
        return None
    open_bars = [bar for bar in chart.bars if bar.end is None and bar.path in known and bar.kind is not Kind.STATE]
    outer = {bar.parent for bar in open_bars}
    estimates = [_rest(bar, known[bar.path], now) for bar in open_bars if bar.key not in outer]
    if any(bar.waiting for bar in chart.bars):
        return None
    if not estimates:
        whole = known.get(WHOLE)
        return _left(whole, (now - chart.begin).total_seconds(), Range(0.0, 0.0)) if whole else None
    highs = [each.high for each in estimates if each.high is not None]
    return Range(max(each.low for each in estimates), max(highs) if len(highs) == len(estimates) else None)


def critical_path(chart: Chart) -> tuple[str, ...]:
    """Keys of the bars that the run's length is made of, in the order of time, each before its parts: had one of them
    been shorter, the run would have been. Of what ran side by side it is what ended last."""
    within: dict[str | None, list[Bar]] = defaultdict(list)
    for bar in chart.bars:
        if bar.kind is not Kind.STATE:
            within[bar.parent].append(bar)
    found: list[str] = []
    pending = list(reversed(_chain(within[None], chart.end)))
    while pending:
        bar = pending.pop()
        found.append(bar.key)
        pending += reversed(_chain(within.get(bar.key, []), chart.end))
    return tuple(found)


def spoken(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 5 s``, ``2 h 10 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _times(factor: float) -> str:
    if factor == float("inf"):
        return "many times"
    return f"{factor:.0f} times" if factor >= 9.95 else f"{factor:.1f} times".replace(".0 times", " times")


def _usual(took: list[float], after: Iterable[float]) -> Usual:
    took = sorted(took)
    later = sorted(after)
    doubt = DOUBT if len(later) < FEW else 1.0
    rest = Range(later[0] / doubt, _at(later, 0.9) * doubt) if later else Range(0.0, None)
    return Usual(_at(took, 0.5), _at(took, 0.9), len(took), took[0], rest)


def _at(ordered: list[float], share: float) -> float:
    """The value that `share` of an ordered list is at most, between two values in proportion."""
    position = share * (len(ordered) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def _rest(bar: Bar, known: Usual, now: datetime) -> Range:
    return _left(known, bar.seconds(now), known.after)


def _left(known: Usual, elapsed: float, after: Range) -> Range:
    """What is left of something that is under way for `elapsed` seconds, and of what comes after it."""
    doubt = DOUBT if known.count < FEW else 1.0
    low = max(0.0, known.least / doubt - elapsed) + after.low
    longest = known.p90 * doubt
    if after.high is None or elapsed > longest:
        return Range(low, None)
    return Range(low, longest - elapsed + after.high)


def _chain(bars: Iterable[Bar], end: datetime) -> list[Bar]:
    """Of bars that are parts of one thing, those that led to its end: back from the last to end, each time the one that
    ended last before it began."""
    ordered = sorted(bars, key=lambda bar: (bar.end or end, bar.start))
    chain: list[Bar] = []
    for _, group in groupby(reversed(ordered), key=lambda bar: bar.end or end):
        bar = min(group, key=lambda each: each.start)
        if not chain or (bar.end or end) <= chain[-1].start + CLOCKS_APART:
            chain.append(bar)
    return chain[::-1]
