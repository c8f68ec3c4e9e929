"""How often a schedule starts a pipeline, on average, so that what one run costs becomes what a month costs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from aws_croniter import AwsCroniter

from core.cost.cost import MONTHS_PER_YEAR
from core.recipe.calendar import Every, pattern_of
from core.recipe.schedule import expression_problem

DAYS: Final = 365
_WEEK: Final = timedelta(days=7)
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
    fields = expression[5:-1].split()
    cron = AwsCroniter(" ".join(fields))
    return len(set(cron.minutes)) * len(set(cron.hours)) * _days_per_year(fields, timezone, now) / MONTHS_PER_YEAR


def _days_per_year(fields: list[str], timezone: str, now: datetime) -> Decimal:
    """Days on which it starts at all. What repeats every week is counted in a week, because a year has no whole number
    of them."""
    month, day_of_week, year = fields[3:]
    weekly = month == year == "*" and day_of_week != "?" and not {"#", "L", "l"} & set(day_of_week)
    span = _WEEK if weekly else timedelta(days=DAYS)
    return Decimal(_days(fields, timezone, now, span) * DAYS) / span.days


def _days(fields: list[str], timezone: str, now: datetime, span: timedelta) -> int:
    midnights = AwsCroniter(" ".join(["0", "0", *fields[2:]]))
    # The library knows UTC only, so it is given the clock on the wall as if that were UTC.
    begin = now.astimezone(ZoneInfo(timezone or "UTC")).replace(tzinfo=UTC, hour=0, minute=0, second=0, microsecond=0)
    found, at = 0, begin
    while (following := midnights.occurrence(at).next()) is not None and following <= begin + span:
        found, at = found + 1, following
    return found
