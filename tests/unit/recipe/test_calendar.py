"""Schedules as people speak of them, and when they run next."""

from datetime import UTC, datetime, time

import pytest

from core.recipe.calendar import Daily, Every, Pattern, Weekly, next_runs, pattern_of
from core.recipe.schedule import expression_problem

NOW = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "expression", "words"),
    [
        (Daily(time(2, 30)), "cron(30 2 * * ? *)", "Every day at 02:30"),
        (Weekly(("sun",), time(2)), "cron(0 2 ? * sun *)", "Every Sunday at 02:00"),
        (
            Weekly(("mon", "wed", "fri"), time(23, 5)),
            "cron(5 23 ? * mon,wed,fri *)",
            "Every Monday, Wednesday and Friday at 23:05",
        ),
        (Every(1, "day"), "rate(1 day)", "Every day"),
        (Every(12, "hour"), "rate(12 hours)", "Every 12 hours"),
    ],
)
def test_a_pattern_writes_an_expression_and_is_read_from_it(pattern: Pattern, expression: str, words: str) -> None:
    assert pattern.expression == expression
    assert pattern.words == words
    assert pattern_of(expression) == pattern
    assert expression_problem(expression) is None


def test_aws_counts_the_days_of_a_week_from_sunday() -> None:
    assert pattern_of("cron(0 2 ? * 1,7 *)") == Weekly(("sun", "sat"), time(2))


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 2 ? * fri#2 *)",
        "cron(0 2 L * ? *)",
        "cron(0/5 2 * * ? *)",
        "cron(0 2 ? 1 sun *)",
        "cron(0 2 * * 0)",
        "x",
    ],
)
def test_what_a_form_cannot_show_is_no_pattern(expression: str) -> None:
    assert pattern_of(expression) is None


def runs(expression: str, timezone: str = "Europe/Berlin", count: int = 3) -> list[str]:
    return [run.isoformat() for run in next_runs(expression, timezone, NOW, count)]


def test_runs_are_told_in_the_schedules_time_zone() -> None:
    assert runs("cron(0 2 ? * sun *)") == [
        "2026-04-05T02:00:00+02:00",
        "2026-04-12T02:00:00+02:00",
        "2026-04-19T02:00:00+02:00",
    ]
    assert runs("cron(0 2 ? * fri#2 *)", "", 1) == ["2026-04-10T02:00:00+00:00"]


def test_a_time_that_the_clocks_leave_out_is_skipped() -> None:
    """In Berlin, 2:30 on 29 March 2026 does not exist."""
    assert runs("cron(30 2 * * ? *)") == [
        "2026-03-28T02:30:00+01:00",
        "2026-03-30T02:30:00+02:00",
        "2026-03-31T02:30:00+02:00",
    ]


def test_a_time_that_comes_twice_runs_once() -> None:
    autumn = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    found = next_runs("cron(30 2 * * ? *)", "Europe/Berlin", autumn, 2)
    assert [run.isoformat() for run in found] == ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]


def test_a_rate_counts_from_now() -> None:
    assert runs("rate(12 hours)", "UTC", 2) == ["2026-03-28T00:00:00+00:00", "2026-03-28T12:00:00+00:00"]


def test_a_schedule_that_ends_runs_no_more() -> None:
    assert runs("cron(0 2 1 1 ? 2027)") == ["2027-01-01T02:00:00+01:00"]
    assert runs("cron(0 2 1 * ? 2020)") == []


def test_a_wrong_expression_never_runs() -> None:
    assert runs("cron(0 2 * * 0)") == []
