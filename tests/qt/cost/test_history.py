"""What builds have cost: each opened down to its inputs, one that goes on metered, one that is asked for chosen."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.aws.rehearsal import Rehearsal
from core.build import journal
from core.build.events import RunOpened
from core.build.recording import shifted
from gui.cost.views import HISTORY
from gui.following import Followed
from tests.qt.cost.conftest import Shown
from tests.qt.waiting import until

BEGAN = datetime(2026, 3, 4, 8, 12, tzinfo=UTC)


def write(
    shown: Shown, recipe: str, connection: str = "local", *, share: float = 1, begin: datetime = BEGAN
) -> RunOpened:
    """The journal of a recorded build, or of its beginning."""
    recording = next(each for each in Rehearsal.bundled().recordings if each.recipe == recipe)
    first, *rest = shifted(recording, begin - recording.begin)
    assert isinstance(first, RunOpened)
    opened = first.model_copy(update={"connection": connection})
    writer, _ = journal.create(shown.reckoning.runs, opened)
    with writer:
        writer.append(*rest[: int(share * len(rest))])
    return opened


@pytest.fixture
def runs(shown: Shown) -> tuple[RunOpened, RunOpened]:
    return (
        write(shown, "web-server"),
        write(shown, "hardened-base", begin=BEGAN + timedelta(days=40)),
    )


def test_each_run_is_listed_with_its_cost_by_month_and_by_pipeline(
    shown: Shown, runs: tuple[RunOpened, RunOpened]
) -> None:
    shown.click_tab(HISTORY)
    history = shown.views.history
    assert [each.key for each in history.table.rows.shown] == [runs[1].image_arn, runs[0].image_arn]
    assert "2 runs" in history.runs.said
    months = [bar.says.splitlines()[0] for bar in history.months.plot.drawing.bars if "followed" in bar.says]
    assert months == ["2026-03", "2026-04"]
    assert len(history.pipelines.plot.drawing.y.marks) == 2


def test_a_run_on_local_shows_what_aws_would_bill_with_every_input_opened(
    shown: Shown, runs: tuple[RunOpened, RunOpened]
) -> None:
    """Its minutes were those of this machine, and made a build on AWS look nearly free."""
    shown.page.show_run(runs[0].image_arn)
    shown.settle()
    history = shown.views.history
    assert shown.views.tabs.currentIndex() == HISTORY
    assert history.table.row.key == runs[0].image_arn
    told = {row[0].strip(): row for row in history.breakdown.rows}
    assert "durations are those usual on AWS" in told["From"][2]
    assert "×" in told["Build instance"][2]
    assert "USD per hour" in told["Price of t3.medium (Linux) in eu-central-1"][1]


def test_a_run_on_aws_is_priced_with_its_own_minutes(shown: Shown) -> None:
    write(shown, "web-server", "sandbox")
    shown.click_tab(HISTORY)
    told = {row[0].strip(): row for row in shown.views.history.breakdown.rows}
    assert "measured on AWS" in told["From"][2]
    assert "measured in this run" in {row[2] for row in shown.views.history.breakdown.rows}


def test_a_build_that_goes_on_is_metered_and_counted_once_it_has_ended(
    shown: Shown, qtbot: QtBot, tmp_path: Path
) -> None:
    opened = write(shown, "web-server", "sandbox", share=0.5, begin=datetime.now(UTC) - timedelta(minutes=5))
    over: list[bool] = []

    def source(sleep: Callable[[float], object]) -> Iterator[object]:
        while not over and not sleep(0.01):
            yield from ()

    shown.session.follow(Followed(opened, source))
    shown.click_tab(HISTORY)
    history = shown.views.history
    until(qtbot, lambda: history.table.rows.shown)
    (row,) = history.table.rows.shown
    assert row.past is None
    assert row.cost.run.amount.low > 0
    assert "so far" in history.runs.said
    assert shown.views._ticking.running
    over.append(True)
    until(qtbot, lambda: not shown.session.running)
    shown.click_tab(0)
    assert not shown.views._ticking.running


def test_a_damaged_journal_hides_no_other(shown: Shown, runs: tuple[RunOpened, RunOpened]) -> None:
    path = journal.listing(shown.reckoning.runs)[0]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join((*lines[:5], b"{broken\n", *lines[6:])))
    shown.click_tab(HISTORY)
    assert [each.key for each in shown.views.history.table.rows.shown] == [runs[0].image_arn]
    assert "1 record can't be read" in shown.views.history.runs.said
    assert path.name in shown.views.history.runs.toolTip()
