"""Schedules of pipelines, checked as AWS checks them (service reference 5). They are kept, and not yet run here."""

import re
from zoneinfo import ZoneInfo

from core.local.service import faults
from core.local.service.desk import Members

_CRON = re.compile(r"cron\((?P<fields>[^()]{1,200})\)")
_RATE = re.compile(r"rate\((?P<value>[1-9]\d{0,5}) (?P<unit>minute|hour|day)(?P<plural>s?)\)")
_PARAMETER = "schedule.scheduleExpression"


def check_schedule(schedule: Members | None) -> Members | None:
    """The schedule with its defaults filled in; raises Fault when its expression or time zone is none."""
    if schedule is None:
        return None
    timezone = schedule.get("timezone", "UTC")
    try:
        ZoneInfo(timezone)
    except (ValueError, OSError, KeyError) as error:
        raise faults.invalid_value("schedule.timezone", f"'{timezone}' is not an IANA time zone.") from error
    if expression := schedule.get("scheduleExpression"):
        _check_expression(expression)
    condition = "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE"
    return {"pipelineExecutionStartCondition": condition, "timezone": timezone, **schedule}


def _check_expression(expression: str) -> None:
    if match := _RATE.fullmatch(expression):
        if (match["value"] == "1") == bool(match["plural"]):
            raise _refused("a rate of 1 has a singular unit, every other a plural one.")
        return
    match = _CRON.fullmatch(expression)
    if match is None:
        raise _refused("it must be cron(…) with six fields, or rate(value unit).")
    fields = match["fields"].split()
    if len(fields) != 6:
        raise _refused(f"Invalid CRON expression: six fields are needed, there are {len(fields)}.")
    if [fields[2], fields[4]].count("?") != 1:
        raise _refused("Invalid CRON expression: exactly one of day-of-month and day-of-week must be '?'.")
    from aws_croniter import AwsCroniter

    try:
        AwsCroniter(match["fields"])
    except (ValueError, KeyError, IndexError) as error:
        raise _refused(f"Invalid CRON expression: {error}") from error


def _refused(detail: str) -> faults.Fault:
    return faults.invalid_value(_PARAMETER, f"Invalid schedule expression. Details: {detail}")
