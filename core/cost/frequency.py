"""How often a schedule starts a pipeline, on average, so that what one run costs becomes what a month costs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from aws_croniter import AwsCroniter

from core.cost.amount import MONTHS_PER_YEAR
from core.recipe.calendar import Every, pattern_of
from core.recipe.schedule import expression_problem

DAYS: Final = 365
_WEEK: Final = timedelta(days=7)
_MINUTE: Final = timedelta(minutes=1)
_SECOND: Final = timedelta(seconds=1)


def runs_per_month(expression: str, timezone: str, now: datetime) -> Decimal:
    """Starts in an average month of the coming year (from `now`, aware); 0 for a schedule that is wrong or over.

    A time that a change of the clocks leaves out, one in a year, is counted all the same.
    """
    if expression_problem(expression) is not None:
        return Decimal(0)
    pattern = pattern_of(expression)
    if isinstance(pattern, Every):
        return Decimal(timedelta(days=DAYS) // _SECOND) / (pattern.interval // _SECOND) / MONTHS_PER_YEAR
    fields = tuple(expression[5:-1].split())
    cron = AwsCroniter(" ".join(fields))
    # The library knows UTC only, so it is given the clock on the wall as if that were UTC.
    today = now.astimezone(ZoneInfo(timezone or "UTC")).replace(tzinfo=UTC, hour=0, minute=0, second=0, microsecond=0)
    return len(set(cron.minutes)) * len(set(cron.hours)) * _days_per_year(fields, today) / MONTHS_PER_YEAR


@lru_cache(maxsize=64)
def _days_per_year(fields: tuple[str, ...], today: datetime) -> Decimal:
    """Days on which it starts at all. What repeats every week is counted in a week and what repeats every month in
    whole months, because a year has no whole number of weeks, and twelve months from today may hold a thirteenth last
    Friday. What has a year of its own is counted from now on.

    Remembered, since a recipe is priced anew at every key and counting days takes up to 100 ms.
    """
    day_of_month, month, day_of_week, year = fields[2:]
    if month == year == "*" and day_of_month in ("*", "?") and not {"#", "L"} & set(day_of_week):
        return Decimal(_days(fields, today, today + _WEEK) * DAYS) / _WEEK.days
    if year != "*":
        return Decimal(_days(fields, today, today + timedelta(days=DAYS)))
    first = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    return Decimal(_days(fields, first - _MINUTE, first.replace(year=first.year + 1) - _MINUTE))


def _days(fields: tuple[str, ...], after: datetime, until: datetime) -> int:
    midnights = AwsCroniter(" ".join(["0", "0", *fields[2:]]))
    found, at = 0, after
    while (following := midnights.occurrence(at).next()) is not None and following <= until:
        found, at = found + 1, following
    return found
