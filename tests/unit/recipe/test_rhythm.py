"""Schedules as people say them: from and to cron text, and their next runs."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recipe.rhythm import DAYS, Daily, Rhythm, Weekly, Written, expression_of, next_runs, rhythm_of
from core.recipe.schedule import expression_problem

hours, minutes = st.integers(0, 23), st.integers(0, 59)
days = st.sets(st.sampled_from(DAYS), min_size=1).map(lambda chosen: tuple(day for day in DAYS if day in chosen))


@given(st.one_of(st.builds(Daily, hours, minutes), st.builds(Weekly, days, hours, minutes)))
def test_what_is_written_says_the_same_when_read_and_is_a_right_schedule(rhythm: Rhythm) -> None:
    assert rhythm_of(expression_of(rhythm)) == rhythm
    assert expression_problem(expression_of(rhythm)) is None


@pytest.mark.parametrize(
    ("expression", "rhythm"),
    [
        ("cron(0 2 ? * sun *)", Weekly(("sun",), 2, 0)),
        ("cron(0 2 ? * SUN,2-4 *)", Weekly(("mon", "tue", "wed", "sun"), 2, 0)),
        ("cron(0 2 ? * fri-mon *)", Weekly(("mon", "fri", "sat", "sun"), 2, 0)),
        ("cron(5 23 * * ? *)", Daily(23, 5)),
        ("cron(5 23 ? * * *)", Daily(23, 5)),
        ("cron(0 2 1 * ? *)", Written("cron(0 2 1 * ? *)")),
        ("cron(0 2 ? * sun#2 *)", Written("cron(0 2 ? * sun#2 *)")),
        ("cron(0 25 ? * sun *)", Written("cron(0 25 ? * sun *)")),
        ("rate(1 day)", Written("rate(1 day)")),
        ("", Written("")),
    ],
)
def test_an_expression_is_read_as_people_say_it_or_kept_as_it_is(expression: str, rhythm: Rhythm) -> None:
    assert rhythm_of(expression) == rhythm


def test_the_next_runs_follow_the_clock_on_the_wall_through_summer_time() -> None:
    after = datetime(2026, 10, 24, 12, tzinfo=UTC)
    runs = next_runs("cron(0 4 * * ? *)", "Europe/Berlin", after, 2)
    assert [run.astimezone(UTC).hour for run in runs] == [3, 3]
    before = next_runs("cron(0 4 * * ? *)", "Europe/Berlin", datetime(2026, 10, 23, 12, tzinfo=UTC), 1)
    assert before[0].astimezone(UTC).hour == 2
    assert next_runs("cron(0 4 * * ? *)", "", after, 1)[0] == datetime(2026, 10, 25, 4, tzinfo=UTC)


@pytest.mark.parametrize("expression", ["", "rate(1 day)", "cron(1 2 3)", "cron(0 2 ? * sun 2020)"])
def test_what_is_no_schedule_or_over_has_no_next_run(expression: str) -> None:
    assert next_runs(expression, "UTC", datetime(2026, 1, 1, tzinfo=UTC)) == ()


def test_a_week_without_days_is_no_schedule() -> None:
    assert expression_of(Weekly((), 2, 0)) == ""
