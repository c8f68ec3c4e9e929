"""The list of builds: who tells of them, in which part they stand, what is usual; searched, filtered, quick."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import thread_time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.build.events import ImageChanged, RunOpened, StepChanged
from core.build.source import Image, ImageState, ImageStatus, StepExecution, StepStatus
from gui.build.history import listed
from gui.build.row_painter import ROW_ROLE
from gui.build.rows import Elsewhere, Part, Row, Told, length_text, moment_text, row_of, rows
from gui.build.runs import RunList
from gui.following import Followed
from gui.theme.theme import Theme
from tests.fakes.past_runs import write_past_runs

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:image/web-server/1.0.0/{}"


def image(number: int, status: ImageStatus, **members: object) -> Image:
    made = Image(
        arn=ARN.format(number),
        name="web-server",
        version=f"1.0.0/{number}",
        state=ImageState(status=status),
        date_created=NOW,
        source_pipeline_name="web-server",
    )
    return made.model_copy(update=members)


def followed(number: int, *events: object) -> Followed:
    opened = RunOpened(at=NOW, image_arn=ARN.format(number), recipe_name="web-server", connection="local")

    def source(_sleep: object) -> Iterator[object]:
        yield from events

    made = Followed(opened, source)
    made._take([opened, *events])  # type: ignore[list-item]
    return made


def waits(number: int) -> Followed:
    step = StepExecution(step_execution_id="step-1", name="Approve", action="WaitForAction", status=StepStatus.RUNNING)
    return followed(
        number,
        ImageChanged(number=1, at=NOW, image=image(number, ImageStatus.BUILDING)),
        StepChanged(number=2, at=NOW, workflow_execution_id="wf-1", position=0, step=step),
    )


@pytest.fixture
def builds(theme: Theme, qtbot: QtBot) -> RunList:
    made = RunList(theme)
    qtbot.addWidget(made)
    made.resize(300, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def many(tmp_path: Path) -> tuple[Row, ...]:
    write_past_runs(tmp_path / "runs", 60)
    return listed(tmp_path / "runs").told.rows


def headings(builds: RunList) -> list[str]:
    return [each for each in builds.model.shown if isinstance(each, str)]


def test_what_waits_comes_first_then_what_runs_then_what_is_over(builds: RunList, many: tuple[Row, ...]) -> None:
    running = followed(2, ImageChanged(number=1, at=NOW, image=image(2, ImageStatus.TESTING)))
    builds.show_rows(rows([waits(1), running], Told(many[:3])))
    assert headings(builds) == ["Waiting for action  1", "Running  1", "Finished  3"]
    assert builds.titles[:2] == ["web-server 1.0.0/1", "web-server 1.0.0/2"]
    assert builds.current is not None
    assert builds.current.part is Part.WAITING


def test_a_build_is_listed_once_by_whoever_knows_most_of_it() -> None:
    there = Elsewhere("local", "eu-central-1", image(1, ImageStatus.BUILDING))
    told = Told.of((), (there, Elsewhere("local", "eu-central-1", image(2, ImageStatus.AVAILABLE))))
    live = followed(1, ImageChanged(number=1, at=NOW, image=image(1, ImageStatus.TESTING)))
    found = rows([live], told)
    assert sorted((row.title, row.status) for row in found) == [
        ("web-server 1.0.0/1", "TESTING"),
        ("web-server 1.0.0/2", "AVAILABLE"),
    ]


def test_a_build_started_elsewhere_says_what_began_it() -> None:
    scheduled = row_of(Elsewhere("prod-eu", "eu-central-1", image(1, ImageStatus.BUILDING, build_type="SCHEDULED")))
    assert (scheduled.started_by, scheduled.pipeline, scheduled.connection) == ("its schedule", "web-server", "prod-eu")


def test_of_a_build_that_was_retried_the_newest_journal_counts(tmp_path: Path) -> None:
    """Both journals are of one ARN; listed twice, the older would show the failure that was mended."""
    write_past_runs(tmp_path / "runs", 1)
    (first,) = listed(tmp_path / "runs").entries
    again = first.opened.model_copy(update={"at": first.opened.at + timedelta(hours=1)})
    told = Told.of((first, type(first)(first.path, again, ImageStatus.FAILED, None, first.size)))
    assert [row.status for row in told.rows] == ["FAILED"]


def test_durations_are_said_against_the_usual_one(many: tuple[Row, ...]) -> None:
    good = next(row for row in many if row.status == "AVAILABLE" and row.usual and row.seconds != row.usual)
    assert "(usually " in length_text(good)
    fresh = Row(("local", "arn"), "x", "BUILDING", NOW, good.source, usual=90.0)
    assert length_text(fresh) == "usually 1 min 30 s"


def test_a_search_finds_builds_by_pipeline_connection_and_starter(builds: RunList, many: tuple[Row, ...]) -> None:
    builds.show_rows(many)
    QTest.keyClicks(builds.search, "prod-eu schedule")
    assert builds.titles
    assert len(builds.titles) < len(many)
    found = [each for each in builds.model.shown if isinstance(each, Row)]
    assert all(row.connection == "prod-eu" and row.started_by == "its schedule" for row in found)
    QTest.keyClick(builds.search, Qt.Key.Key_Escape)
    assert len(builds.titles) == len(many)


@pytest.mark.parametrize(
    ("name", "status"), [("Failed", "FAILED"), ("Available", "AVAILABLE"), ("Not followed to the end", "INTERRUPTED")]
)
def test_a_filter_shows_only_its_own(builds: RunList, many: tuple[Row, ...], name: str, status: str) -> None:
    builds.show_rows(many)
    builds.filter.setCurrentText(name)
    found = {each.status for each in builds.model.shown if isinstance(each, Row)}
    assert found == {status}


def test_a_build_that_is_wanted_is_shown_whatever_is_searched_for(builds: RunList, many: tuple[Row, ...]) -> None:
    builds.search.setText("nothing has this")
    builds.show_rows(many, prefer=many[9].key)
    assert builds.current == many[9]


def test_arrows_pass_over_headings(builds: RunList, many: tuple[Row, ...]) -> None:
    builds.show_rows(rows([waits(1)], Told(many)))
    builds.view.setFocus()
    chosen: list[Row] = []
    builds.chosen.connect(chosen.append)
    QTest.keyClick(builds.view, Qt.Key.Key_Down)
    assert [row.key for row in chosen] == [many[0].key]
    QTest.keyClick(builds.view, Qt.Key.Key_Up)
    assert builds.current is not None
    assert builds.current.part is Part.WAITING


def test_the_reader_stays_where_he_is_when_builds_come_and_go(builds: RunList, many: tuple[Row, ...]) -> None:
    builds.show_rows(many)
    builds.choose_at(40)
    place = builds.view.verticalScrollBar().value()
    builds.show_rows(rows([waits(1)], Told(many)))
    assert builds.current == many[40]
    assert abs(builds.view.verticalScrollBar().value() - place) <= 2 * builds.view.sizeHintForRow(1)


def test_what_a_screen_reader_says_of_a_build_has_its_state_in_words(builds: RunList, many: tuple[Row, ...]) -> None:
    builds.show_rows(many)
    said = builds.model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Available" in said
    assert isinstance(builds.model.index(1, 0).data(ROW_ROLE), Row)
    assert not builds.model.flags(builds.model.index(0, 0)) & Qt.ItemFlag.ItemIsSelectable


def test_a_thousand_builds_take_no_more_work_than_a_few_frames(builds: RunList, tmp_path: Path, qtbot: QtBot) -> None:
    """With a widget for each row it takes seconds. Time of this thread only: others may keep the machine busy."""
    write_past_runs(tmp_path / "runs", 1000)
    told = listed(tmp_path / "runs").told
    begun = thread_time()
    builds.show_rows(rows((), told))
    builds.view.grab()
    assert thread_time() - begun < 0.3
    assert builds.model.count == 1000


def test_moments_are_said_as_people_say_them() -> None:
    today = NOW.astimezone().date()
    assert moment_text(NOW, today) == f"{NOW.astimezone():%H:%M}"
    assert moment_text(NOW - timedelta(days=1), today).startswith("yesterday ")
    assert moment_text(NOW - timedelta(days=400), today).endswith("2025")
