"""How often schedules fire in an average month."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.cost.frequency import runs_per_month

NOW = datetime(2026, 11, 26, 1, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "per_year"),
    [
        ("cron(0 2 * * ? *)", "365"),
        ("cron(0 2 ? * sun *)", "52.142857"),
        ("cron(30 2,14 ? * mon-fri *)", "521.428571"),
        ("cron(0 2 ? * 1 *)", "52.142857"),
        ("cron(0 2 1 * ? *)", "12"),
        ("cron(0 2 L * ? *)", "12"),
        ("cron(0 2 ? * 2#1 *)", "12"),
        ("cron(0 2 ? * 6L *)", "12"),
        ("cron(0 2 1 1,7 ? *)", "2"),
        ("cron(0 0 29 2 ? *)", "0"),
        ("cron(* * * * ? *)", "525600"),
        ("cron(0/15 * ? * * *)", "35040"),
        ("rate(1 minute)", "525600"),
        ("rate(12 hours)", "730"),
        ("rate(7 days)", "52.142857"),
    ],
)
def test_a_year_of_starts_in_twelfths(expression: str, per_year: str) -> None:
    """The next leap day is in 2028, more than a year from now."""
    assert round(runs_per_month(expression, "Europe/Berlin", NOW) * 12, 6) == Decimal(per_year)


@pytest.mark.parametrize("expression", ["cron(0 2 * * ? 2020)", "cron(0 2 30 2 ? *)", "cron(0 2 * *)", "never", ""])
def test_a_schedule_that_never_fires_or_is_wrong_starts_nothing(expression: str) -> None:
    assert runs_per_month(expression, "", NOW) == 0


@pytest.mark.parametrize("expression", ["cron(0 2 * * ? *)", "cron(0/5 * ? * * *)"])
def test_what_repeats_every_day_is_counted_in_a_week(expression: str) -> None:
    """A recipe is priced at every key: counting the days of a year one by one took 100 ms."""
    begun = time.process_time()
    for day in range(20):
        runs_per_month(expression, "", NOW + timedelta(days=day))
    assert (time.process_time() - begun) / 20 < 0.02


def test_a_schedule_of_one_day_to_come_counts_once_in_the_year() -> None:
    assert runs_per_month("cron(0 2 1 3 ? 2027)", "", NOW) * 12 == 1
