"""A pipeline's schedule as people speak of it: daily, weekly, every so often, and when it runs next.

What a form can't show stays an expression; `core.recipe.schedule` says what is wrong with one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from core.recipe.schedule import expression_problem

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# In AWS's expressions the week starts on Sunday, which is 1.
_NUMBERED = {str(number): day for number, day in enumerate(("sun", *WEEKDAYS[:6]), start=1)}
_CRON = re.compile(r"cron\((\d{1,2}) (\d{1,2}) (\S+) (\S+) (\S+) \*\)")
_RATE = re.compile(r"rate\((\d{1,9}) (minute|hour|day)s?\)")

Unit: TypeAlias = Literal["minute", "hour", "day"]


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day at a time of the schedule's time zone."""

    at: time

    @property
    def expression(self) -> str:
        return f"cron({self.at.minute} {self.at.hour} * * ? *)"

    @property
    def words(self) -> str:
        return f"Every day at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Weekly:
    """On some days of the week (of `WEEKDAYS`, at least one), at a time of the schedule's time zone."""

    days: tuple[str, ...]
    at: time

    @property
    def expression(self) -> str:
        days = ",".join(day for day in WEEKDAYS if day in self.days)
        return f"cron({self.at.minute} {self.at.hour} ? * {days} *)"

    @property
    def words(self) -> str:
        names = [name for day, name in zip(WEEKDAYS, _NAMES, strict=True) if day in self.days]
        listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        return f"Every {listed} at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes, hours or days, counted from when the pipeline is published."""

    count: int
    unit: Unit

    @property
    def expression(self) -> str:
        return f"rate({self.count} {self.unit}{'' if self.count == 1 else 's'})"

    @property
    def words(self) -> str:
        return f"Every {self.unit}" if self.count == 1 else f"Every {self.count} {self.unit}s"

    @property
    def interval(self) -> timedelta:
        return (
            self.count
            * {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}[self.unit]
        )


Pattern: TypeAlias = Daily | Weekly | Every


def pattern_of(expression: str) -> Pattern | None:
    """The pattern an expression writes; None for one that needs the raw text, and for a wrong one."""
    if expression_problem(expression) is not None:
        return None
    if rate := _RATE.fullmatch(expression):
        units: dict[str, Unit] = {"minute": "minute", "hour": "hour", "day": "day"}
        return Every(int(rate[1]), units[rate[2]])
    cron = _CRON.fullmatch(" ".join(expression.split()))
    if cron is None or cron[4] != "*":
        return None
    at, day_of_month, day_of_week = time(int(cron[2]), int(cron[1])), cron[3], cron[5].lower()
    if (day_of_month, day_of_week) in (("*", "?"), ("?", "*")):
        return Daily(at)
    days = [_NUMBERED.get(day, day) for day in day_of_week.split(",")]
    return Weekly(tuple(days), at) if day_of_month == "?" and set(days) <= set(WEEKDAYS) else None


def next_runs(expression: str, timezone: str, now: datetime, count: int = 5) -> tuple[datetime, ...]:
    """When a schedule runs next, in its time zone ("" is UTC); fewer where it ends, none while it is wrong.

    A rate counts from when the pipeline is published: here, from `now` (aware). A time that a change of the clocks
    leaves out is skipped, one that comes twice runs once (EventBridge Scheduler user guide, schedule-types).

    Raises:
        ZoneInfoNotFoundError, ValueError: there is no such time zone.
    """
    zone = ZoneInfo(timezone or "UTC")
    if expression_problem(expression) is not None:
        return ()
    pattern = pattern_of(expression)
    if isinstance(pattern, Every):
        start = now.astimezone(UTC)
        return tuple((start + number * pattern.interval).astimezone(zone) for number in range(1, count + 1))
    return tuple(islice(_matches(expression, zone, now), count))


def _matches(expression: str, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    from aws_croniter import AwsCroniter

    cron = AwsCroniter(" ".join(expression[5:-1].split()))
    # The library knows UTC only, so it is given the clock on the wall as if that were UTC.
    wall = now.astimezone(zone).replace(tzinfo=UTC)
    while (found := cron.occurrence(wall).next()) is not None:
        wall = found
        local = found.replace(tzinfo=zone)
        exists = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == found.replace(tzinfo=None)
        if exists and local > now:
            yield local
