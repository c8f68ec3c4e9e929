"""How long a build may still go on, in words: a range, and an honest one."""

from collections.abc import Mapping
from datetime import datetime

from core.build.chart import Chart, Path
from core.build.usual import WHOLE, Range, Usual, remaining, spoken

NO_HISTORY = "Time left: no history yet"
FAR = 1.3
"""Bounds nearer to each other than so many times are one number to people."""


def left_text(chart: Chart, known: Mapping[Path, Usual], now: datetime) -> str:
    """Empty for a build that is over."""
    if not chart.running:
        return ""
    if not known:
        return NO_HISTORY
    left = remaining(chart, known, now)
    return range_text(left) if left is not None else "Time left: not known at this step"


def range_text(left: Range) -> str:
    low, high = _rounded(left.low), None if left.high is None else _rounded(left.high)
    if high is None:
        return f"At least {spoken(low)} left" if low else "Longer than usual already"
    if high <= low * FAR or high - low <= 5:
        return f"About {spoken(high)} left" if high else "Nearly done"
    return f"{spoken(low)} to {spoken(high)} left" if low else f"Up to {spoken(high)} left"


def usual_text(known: Mapping[Path, Usual]) -> str:
    """``usually 1 min 30 s, 9 of 10 under 2 min``; empty without history."""
    whole = known.get(WHOLE)
    if whole is None:
        return ""
    often = f", 9 of 10 within {spoken(whole.p90)}" if whole.count > 1 and whole.p90 > whole.median * FAR else ""
    return f"usually {spoken(whole.median)}{often}"


def _rounded(seconds: float) -> float:
    """To what people count in: nobody believes the second in half an hour."""
    step = 1 if seconds < 20 else 5 if seconds < 120 else 15 if seconds < 600 else 60
    return float(round(seconds / step) * step)
