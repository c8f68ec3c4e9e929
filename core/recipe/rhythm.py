"""Schedules as people say them, weekly and daily, from and to the cron text of a recipe file; and when they run next.

A cron text that is neither stays what it is: nothing is lost by showing it as its text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from aws_croniter import AwsCroniter

from core.recipe.schedule import expression_problem, timezone_problem

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_NUMBERED: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_CRON: Final = re.compile(r"cron\(\s*(\d{1,2})\s+(\d{1,2})\s+(\S+)\s+\*\s+(\S+)\s+\*\s*\)")


@dataclass(frozen=True, slots=True)
class Weekly:
    """On some days of the week, in the order of DAYS."""

    days: tuple[str, ...]
    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class Daily:
    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class Written:
    """Any other expression."""

    expression: str


Rhythm: TypeAlias = Weekly | Daily | Written


def rhythm_of(expression: str) -> Rhythm:
    """What an expression says."""
    found = _CRON.fullmatch(expression.strip())
    if found is None or int(found[1]) > 59 or int(found[2]) > 23:
        return Written(expression)
    minute, hour = int(found[1]), int(found[2])
    match found[3], found[4]:
        case ("*", "?") | ("?", "*"):
            return Daily(hour, minute)
        case ("?", days) if named := _days(days):
            return Weekly(named, hour, minute)
    return Written(expression)


def expression_of(rhythm: Rhythm) -> str:
    """The expression that says it; a week without days runs never, and "" says so."""
    match rhythm:
        case Daily(hour, minute):
            return f"cron({minute} {hour} * * ? *)"
        case Weekly((), _, _):
            return ""
        case Weekly(days, hour, minute):
            return f"cron({minute} {hour} ? * {','.join(days)} *)"
        case Written(expression):
            return expression


def next_runs(expression: str, timezone: str, after: datetime, count: int = 5) -> tuple[datetime, ...]:
    """The next times in the schedule's own time zone (UTC without one); none for a text that is no schedule, and none
    for a rate, which counts from when the pipeline is made."""
    if expression_problem(expression) or (timezone and timezone_problem(timezone)):
        return ()
    if not expression.startswith("cron("):
        return ()
    fields = expression.removeprefix("cron(").removesuffix(")")
    zone = ZoneInfo(timezone or "UTC")
    # A schedule is about the clock on the wall; the library counts in UTC, so the wall's time is handed in as such.
    wall = after.astimezone(zone).replace(tzinfo=UTC)
    return tuple(islice(_upcoming(AwsCroniter(" ".join(fields.split())), wall, zone), count))


def _upcoming(cron: AwsCroniter, wall: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    while (found := cron.get_next(wall, 1)[0]) is not None:
        yield found.replace(tzinfo=zone)
        wall = found


def _days(text: str) -> tuple[str, ...]:
    """The days of ``mon,wed-fri`` or ``2,4-6`` (1 is Sunday); none for what is not such a list."""
    named: set[str] = set()
    for part in text.lower().split(","):
        first, _, last = part.partition("-")
        start, end = _day(first), _day(last or first)
        if start is None or end is None:
            return ()
        while True:
            named.add(_NUMBERED[start])
            if start == end:
                break
            start = (start + 1) % len(_NUMBERED)
    return tuple(day for day in DAYS if day in named)


def _day(text: str) -> int | None:
    if text in _NUMBERED:
        return _NUMBERED.index(text)
    return int(text) - 1 if text.isdigit() and 1 <= int(text) <= len(_NUMBERED) else None
