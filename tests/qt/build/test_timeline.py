"""The timeline: builds of today and of earlier days, why one failed, what it made, and its log."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from core.aws.imagebuilder import Kind
from core.build.chart import Bar
from core.build.events import RunOpened
from core.build.source import ImageStatus, Progress
from gui.build.baking import Baking
from gui.build.outcome import amount, going_on
from gui.build.page import TimelinePage
from gui.build.rows import Row, span_text
from gui.build.runs import said
from gui.following import Followed, on
from gui.session import Session
from gui.theme.theme import Scheme
from gui.theme.tokens import Size
from tests.fakes.connections import FakeConnection
from tests.qt.accessible import nameless
from tests.qt.build.conftest import Journals, shown
from tests.qt.fit import clipped

DAY = timedelta(days=1)


def load(page: TimelinePage, qtbot: QtBot) -> None:
    page.history.load()
    qtbot.waitUntil(lambda: not page.place.session.ops.waiting)


def wait_for_end(page: TimelinePage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.current is not None and page.current.over, timeout=30_000)


def names(page: TimelinePage) -> list[str]:
    return page.list.titles


def line(page: TimelinePage, number: int) -> str:
    """All that is said of a build in the list."""
    row = [each for each in page.list.model.shown if isinstance(each, Row)][number]
    return "\n".join(said(row, page.list.model.today))


def step(page: TimelinePage, name: str) -> Bar:
    """The bar of this name, as it is drawn now."""
    page.view.refresh()
    assert page.view.chart is not None
    return next(bar for bar in page.view.chart.bars if bar.name == name)


def texts(page: TimelinePage) -> str:
    card = page.view.failure
    return "\n".join((*(each.text() for each in card.findChildren(QLabel)), card.printed.toPlainText()))


def start(session: Session, page: TimelinePage, journals: Journals) -> Followed:
    """A build of the recipe that is published already, which fails."""
    builder = session.connection.image_builder()
    arn = builder.start(builder.arn(Kind.PIPELINE, "hardened-base"))
    baking = Baking(session, journals.folder, page)
    opened = RunOpened(
        at=datetime.now(UTC), image_arn=arn, recipe_name="hardened-base", connection=session.connection.name
    )
    return baking.watch(session.connection, opened)


def test_without_builds_it_says_what_to_do(page: TimelinePage, qtbot: QtBot) -> None:
    load(page, qtbot)
    assert page.current is None
    assert page.list.model.count == 0
    assert not page.list.isVisible()


def test_builds_of_earlier_days_are_listed_newest_first_and_the_newest_is_shown(
    page: TimelinePage, journals: Journals, qtbot: QtBot
) -> None:
    journals.write("web-server", 1, 3 * DAY)
    journals.write("hardened-base", 1, DAY)
    load(page, qtbot)
    assert names(page) == ["hardened-base 1.0.0/1", "web-server 1.0.0/1"]
    assert "Failed" in line(page, 0)
    assert "Available" in line(page, 1)
    wait_for_end(page, qtbot)
    assert page.view.header.name.text() == "hardened-base 1.0.0/1"


def test_a_failure_shows_first_the_line_that_matters(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    journals.write("hardened-base", 1, DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    card = page.view.failure
    assert card.isVisible()
    assert card.headline.text() == "packages 1.0.0 › build › Install: E: Unable to locate package nftable"
    qtbot.waitUntil(lambda: "apt-get -q -y install" in texts(page))
    assert "100" in texts(page)
    assert "What it means" in texts(page)
    QTest.mouseClick(card.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(card.headline.text())
    assert "  $ apt-get -q update" in copied
    assert step(page, "Install").status == "FAILED"


def test_a_good_build_shows_its_images_and_copies_their_ids(
    page: TimelinePage, journals: Journals, qtbot: QtBot
) -> None:
    journals.write("web-server", 1, DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    assert [region for region, _, _ in page.view.result.shown] == ["eu-central-1", "us-east-1"]
    first = page.view.result.shown[0][1]
    copy = next(each for each in page.view.result.findChildren(QToolButton) if first in each.accessibleName())
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == first
    assert not page.view.failure.isVisible()
    assert not page.view.header.buttons["run.cancel"].isVisible()
    assert step(page, "test-image").end is not None


def test_a_build_is_followed_live_to_its_end(
    page: TimelinePage, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    followed = start(session, page, journals)
    assert shown(page) is followed
    qtbot.waitUntil(lambda: not followed.running, timeout=30_000)
    assert followed.run.status is ImageStatus.FAILED
    qtbot.waitUntil(lambda: followed.over)
    assert page.view.failure.isVisible()
    load(page, qtbot)
    assert names(page).count("hardened-base 1.0.0/1") == 1


def test_what_had_not_ended_is_followed_on_at_the_next_start(
    page: TimelinePage, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    builder = session.connection.image_builder()
    assert builder.start(builder.arn(Kind.PIPELINE, "hardened-base")).endswith("/1")
    journals.write("hardened-base", 1, timedelta(seconds=1), upto=3)
    load(page, qtbot)
    (followed,) = session.runs
    qtbot.waitUntil(lambda: followed.over, timeout=30_000)
    assert followed.error is None
    assert followed.run.status is ImageStatus.FAILED
    assert names(page) == ["hardened-base 1.0.0/1"]


def test_a_build_the_service_has_forgotten_says_so_in_its_place_only(
    page: TimelinePage, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    journals.write("web-server", 7, timedelta(hours=1), upto=20)
    load(page, qtbot)
    (followed,) = session.runs
    qtbot.waitUntil(lambda: followed.over, timeout=30_000)
    assert page.view.trouble.isVisible()
    assert "does not exist" in page.view.trouble.accessibleName()
    assert "Not followed to its end" in line(page, 0)


def test_a_build_that_was_not_followed_to_its_end_grows_no_more(
    page: TimelinePage, journals: Journals, qtbot: QtBot
) -> None:
    """Its newest record says BUILDING; drawn up to now, its bars would be days long and go on growing."""
    journals.write("web-server", 1, 9 * DAY, upto=40)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    page.view.refresh()
    chart = page.view.chart
    assert chart is not None
    assert not chart.running
    assert chart.end - chart.begin < timedelta(hours=1)


def test_old_builds_and_those_of_other_connections_are_not_asked_about(
    page: TimelinePage, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    journals.write("web-server", 1, 9 * DAY, upto=20)
    journals.write("web-server", 2, timedelta(hours=1), upto=20, connection="prod-eu")
    load(page, qtbot)
    assert session.runs == []
    assert page.list.model.count == 2


def test_a_journal_that_is_damaged_hides_no_other(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    journals.write("web-server", 1, DAY)
    (journals.folder / "20300101T000000Z-x-0123456789.jsonl").write_text("no journal\n")
    load(page, qtbot)
    assert names(page) == ["web-server 1.0.0/1"]


def test_what_is_selected_stays_selected_when_a_build_begins(
    page: TimelinePage, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    for build in range(1, 41):
        journals.write("web-server", build, build * timedelta(hours=5))
    load(page, qtbot)
    page.list.choose_at(20)
    wait_for_end(page, qtbot)
    chosen = shown(page).arn
    followed = start(session, page, journals)
    assert page.list.model.count == 41
    assert shown(page).arn == chosen
    page.show_arn(followed.arn)
    assert shown(page) is followed
    qtbot.waitUntil(lambda: followed.over, timeout=30_000)


def test_cancel_is_asked_for_where_a_build_runs(
    page: TimelinePage, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    followed = start(session, page, journals)
    baking = Baking(session, journals.folder, page)
    assert page.view.header.buttons["run.cancel"].isVisible()
    baking.cancel(followed)
    qtbot.waitUntil(lambda: followed.over, timeout=30_000)
    assert followed.run.status in (ImageStatus.CANCELLED, ImageStatus.FAILED)
    assert not page.view.header.buttons["run.cancel"].isVisible()


def test_a_build_is_cancelled_on_the_connection_it_runs_on_also_when_another_is_in_use(
    page: TimelinePage, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    followed = start(session, page, journals)
    session.connect_to(FakeConnection("elsewhere"))
    baking = Baking(session, journals.folder, page)
    refused: list[object] = []
    baking.refused.connect(refused.append)
    baking.cancel(followed)
    qtbot.waitUntil(lambda: followed.over, timeout=30_000)
    assert followed.run.status in (ImageStatus.CANCELLED, ImageStatus.FAILED)
    assert refused == []


def test_a_cancelling_that_is_refused_leaves_a_bake_that_is_being_prepared(
    session: Session, journals: Journals, qtbot: QtBot
) -> None:
    baking = Baking(session, journals.folder)
    opened = RunOpened(at=datetime.now(UTC), image_arn="arn", recipe_name="x", connection="elsewhere")
    baking.busy = True
    with qtbot.waitSignal(baking.refused):
        baking.cancel(on(FakeConnection("elsewhere"), opened, journals.folder))
    assert baking.busy
    baking.deleteLater()


def ticks(page: TimelinePage) -> bool:
    return page.ticking


def test_long_tasks_show_how_far_they_are(page: TimelinePage) -> None:
    rows = page.view.progress
    rows.show_tasks((Progress(label="Making the base image", done=3, total=4, unit="steps"), Progress(label="Waiting")))
    assert [bar.value() for bar in rows.bars] == [750, 0]
    assert rows.bars[0].isVisibleTo(rows)
    assert not rows.bars[1].isVisibleTo(rows)
    rows.show_tasks(())
    assert not rows.isVisibleTo(page)


def test_amounts_and_durations_read_as_people_say_them() -> None:
    assert amount(Progress(label="", done=13_631_488, total=293_601_280, unit="bytes")) == "13.0 of 280.0 MiB"
    assert amount(Progress(label="", done=3, total=5, unit="packages")) == "3 of 5 packages"
    assert amount(Progress(label="")) == ""
    assert [span_text(each) for each in (None, 0.04, 61, 3720)] == ["", "0 s", "1 min 1 s", "1 h 2 min"]


def test_no_timer_runs_when_no_build_does(
    page: TimelinePage, journals: Journals, session: Session, qtbot: QtBot
) -> None:
    journals.write("web-server", 1, DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    assert not ticks(page)
    followed = start(session, page, journals)
    assert ticks(page)
    qtbot.waitUntil(lambda: followed.over, timeout=30_000)
    assert not ticks(page)


SMALLEST = (960 - Size.SIDEBAR, 500)
"""What the smallest window leaves to a page."""


@pytest.mark.parametrize("size", [SMALLEST, (1100, 700)])
@pytest.mark.parametrize("recipe", ["web-server", "hardened-base"])
def test_every_control_has_a_name_and_no_text_is_cut(
    page: TimelinePage, journals: Journals, recipe: str, size: tuple[int, int], scheme: Scheme, qtbot: QtBot
) -> None:
    page.resize(*size)
    journals.write(recipe, 1, DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    page.view.refresh()
    qtbot.waitUntil(lambda: not page.place.session.ops.waiting)
    qtbot.wait(1)
    assert page.size().width() == size[0]
    assert nameless(page) == []
    assert clipped(page) == []


def test_tasks_that_are_over_or_have_no_measure_are_not_going_on() -> None:
    copying = Progress(label="Copying", done=1, total=2, unit="bytes")
    over = Progress(label="Making the base image", done=4, total=4, unit="steps")
    assert going_on((over, Progress(label="Capturing the image"), copying)) == (copying,)
