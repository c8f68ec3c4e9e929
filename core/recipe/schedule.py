"""When a pipeline runs by itself: ``cron(…)`` with six fields or ``rate(…)``, in an IANA time zone.

Source: EC2 Image Builder user guide, cron-expressions (service reference 5). Five-field cron, still seen in samples,
has been refused since 2021.
"""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from core.recipe.findings import did_you_mean

_WRAPPED = re.compile(r"(cron|rate)\((.*)\)", re.DOTALL)
_RATE = re.compile(r"([1-9][0-9]{0,8}) (minute|hour|day)(s?)")
_SIX_FIELDS = "Six fields: cron(minute hour day-of-month month day-of-week year), one of the two day fields '?'"


def expression_problem(expression: str) -> tuple[str, str] | None:
    """What is wrong with a schedule expression, as sentence and hint; None when it is right."""
    wrapped = _WRAPPED.fullmatch(expression)
    if wrapped is None:
        return f"{expression!r} is neither cron(…) nor rate(…)", _SIX_FIELDS
    if wrapped[1] == "rate":
        rate = _RATE.fullmatch(wrapped[2])
        if rate is None or (rate[1] == "1") == (rate[3] == "s"):
            return f"{expression!r} is not a rate", "Such as rate(1 day) or rate(12 hours): minutes, hours or days"
        return None
    fields = wrapped[2].split()
    if len(fields) == 5:
        return f"{expression!r} has five fields", f"{_SIX_FIELDS}; the sixth is the year, usually '*'"
    from aws_croniter import AwsCroniter  # few recipes have a schedule

    try:
        AwsCroniter(" ".join(fields))
    except ValueError as error:
        return f"{expression!r} is not a schedule: {error}", _SIX_FIELDS
    return None


def timezone_problem(timezone: str) -> tuple[str, str] | None:
    """What is wrong with a time zone, as sentence and hint; None when it is an IANA name or this host knows none."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = available_timezones()
        if known:
            return f"{timezone!r} is not an IANA time zone", did_you_mean(timezone, known) or "Such as Europe/Berlin"
    return None
