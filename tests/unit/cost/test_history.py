"""What earlier runs cost, by month and by pipeline, and what the months to come will."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.build.events import ConnectionKind
from core.build.source import ImageStatus
from core.cost.cost import Amount, Range
from core.cost.estimate import estimate
from core.cost.history import History, Past, Spent, by_month, by_pipeline, past, projection, total
from core.cost.ledger import charged
from tests.unit.cost.examples import PRICES, SHAPE
from tests.unit.cost.runs import PIPELINE, Story


def ran(story: Story) -> Past:
    found = past(charged(story.events()))
    assert found is not None
    return found


def test_runs_add_up_by_month_and_by_pipeline() -> None:
    runs = [ran(Story(days=days)) for days in (0, 1, 35)]
    spent = [Spent(each, Amount(Decimal(usd), Decimal(usd))) for each, usd in zip(runs, (1, 2, 4), strict=True)]
    assert {month: amount.low for month, amount in by_month(reversed(spent)).items()} == {"2026-09": 3, "2026-10": 4}
    assert {pipeline: amount.low for pipeline, amount in by_pipeline(spent).items()} == {PIPELINE: 7}


def test_a_projection_grows_until_the_versions_that_are_kept_are_there() -> None:
    """Two runs a month and five versions kept, one of them there: 3, 5, 5 of 1.4168 each, and 0.8620 for the runs."""
    cost = estimate(replace(SHAPE, versions=5, runs_per_month=Range.of(2)), PRICES)
    months = projection(cost, 3, kept=1)
    assert [ahead.versions.high for ahead in months] == [3, 5, 5]
    assert [f"{ahead.standing.low:.4f}" for ahead in months] == ["4.2504", "7.0840", "7.0840"]
    assert [f"{ahead.runs.low:.4f}" for ahead in months] == ["0.8620"] * 3
    assert f"{total(months).low:.4f}" == "21.0043"


def test_without_a_schedule_only_what_is_kept_goes_on_costing() -> None:
    months = projection(estimate(SHAPE, PRICES), 2, kept=1)
    assert [f"{ahead.amount.low:.4f}" for ahead in months] == ["1.4168", "1.4168"]


def test_a_run_that_is_not_over_is_no_history() -> None:
    assert past(charged(Story(status=ImageStatus.BUILDING).events())) is None


@pytest.mark.parametrize(
    ("connection", "kind", "timed"),
    [
        ("production", "aws", True),
        ("rehearsal", "local", False),
        ("localhost", "aws", True),
        ("local", "local", False),
        ("production", "", True),
        ("local", "", False),
        ("imported local", "", False),
    ],
)
def test_the_kind_of_connection_says_whose_minutes_they_are(connection: str, kind: ConnectionKind, timed: bool) -> None:
    """By its name alone a rehearsal, and a run that was imported, taught that AWS builds in two minutes."""
    run = ran(Story(connection=connection, kind=kind))
    assert run.timed == timed
    assert (History((run,)).build is not None) == timed
