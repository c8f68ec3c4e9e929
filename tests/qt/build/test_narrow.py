"""The timeline page in the smallest window there is, 960 × 600: nothing is cut, and what counts most is in sight."""

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QTabBar
from pytestqt.qtbot import QtBot

from core.aws.machines import Machine
from core.aws.rehearsal import Rehearsal
from core.build.source import ImageStatus, WorkflowStatus
from gui.actions import Desk
from gui.build.page import TimelinePage
from gui.session import Session
from tests.fakes.charts import curves
from tests.fakes.commanded import CommandedConnection
from tests.qt.build.conftest import Journals
from tests.qt.build.test_commands import build, follow, ready, waiting
from tests.qt.build.test_timeline import DAY, load, wait_for_end
from tests.qt.fit import clipped

PAGE = (790, 496)
"""What is left of that window for a page."""


@pytest.fixture
def at(rehearsal: Rehearsal) -> CommandedConnection:
    return CommandedConnection(rehearsal)


@pytest.fixture
def narrow(page: TimelinePage) -> TimelinePage:
    page.resize(*PAGE)
    return page


def fits(page: TimelinePage) -> bool:
    """Whether the build is no wider than its place, which is scrolled up and down only."""
    area = page.view.findChild(QScrollArea)
    content = area.widget() if area is not None else None
    assert area is not None
    assert content is not None
    return content.width() <= area.viewport().width() and not clipped(page)


def test_a_step_that_waits_can_be_given_a_reason(narrow: TimelinePage, session: Session, qtbot: QtBot) -> None:
    """The build was wider than the window: its last buttons were out of sight, the reason had one letter's room."""
    followed = follow(session, *build(ImageStatus.BUILDING, BUILD=WorkflowStatus.RUNNING), waiting())
    qtbot.waitUntil(lambda: bool(followed.run.waiting))
    ready(narrow, qtbot, followed)
    qtbot.waitUntil(lambda: fits(narrow))
    (reason,) = narrow.view.waiting.findChildren(QLineEdit)
    assert reason.width() > 200


def test_a_failed_build_keeps_its_name_and_a_kept_machine_its_buttons(
    narrow: TimelinePage, at: CommandedConnection, journals: Journals, desk: Desk, qtbot: QtBot
) -> None:
    """Its name was cut to five letters for the sake of buttons that are in the menu as well."""
    arn = journals.write("hardened-base", 1, DAY)
    at.told.machines = [Machine("i-0abc", arn, "build", "running", 2, 4096, "2026-11-20T12:00:00Z")]
    load(narrow, qtbot)
    wait_for_end(narrow, qtbot)
    narrow.view.refresh()
    qtbot.waitUntil(narrow.view.machines.isVisible)
    qtbot.waitUntil(lambda: fits(narrow))
    header = narrow.view.header
    assert header.name.shown == header.name.text()
    assert not header.buttons["run.cost"].isVisible()
    assert desk.possible("run.cost")
    narrow.resize(1100, 700)
    qtbot.waitUntil(header.buttons["run.cost"].isVisible)


def test_the_tabs_keep_their_words_beside_all_tools(narrow: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    """With the machine's curves there is one tool more, and while it runs the time that is left is said as well."""
    journals.write("web-server", 1, DAY)
    load(narrow, qtbot)
    wait_for_end(narrow, qtbot)
    charts = narrow.view.charts
    charts.timeline.show_curves(curves())
    charts.timeline.show_remaining("At least 1 min 15 s left")
    narrow.view.charts.timeline.toolbar.adjustSize()
    bar = charts.findChild(QTabBar)
    assert bar is not None
    qtbot.waitUntil(lambda: charts.timeline.toolbar.width() >= charts.timeline.toolbar.sizeHint().width())
    assert all(bar.tabRect(number).width() >= bar.tabSizeHint(number).width() for number in range(bar.count()))
    assert bar.geometry().right() <= charts.timeline.toolbar.geometry().left()
    assert bar.width() >= bar.sizeHint().width()


def test_without_a_log_the_words_go_before_the_picture(narrow: TimelinePage, session: Session, qtbot: QtBot) -> None:
    """The picture took the room, and what is missing and why was cut in the middle of its sentence."""
    followed = follow(session, *build(ImageStatus.BUILDING, BUILD=WorkflowStatus.RUNNING))
    ready(narrow, qtbot, followed)
    qtbot.waitUntil(lambda: fits(narrow))
    said = [each.text() for each in narrow.view.log.findChildren(QLabel) if each.isVisible()]
    assert any(text.startswith("The build has said nothing yet") for text in said)
