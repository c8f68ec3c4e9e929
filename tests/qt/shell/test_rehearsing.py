"""`bakehouse --rehearse`: an app with something to show, that asks no service and touches nothing of the user's."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.build.source import ImageStatus
from gui.actions import Page
from gui.app import App
from gui.shell.places import Places
from gui.shell.rehearsal import rehearsed
from tests.qt.shell.conftest import Started, idle

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def rehearsal(starts: Started, tmp_path: Path, qtbot: QtBot) -> App:
    folder = tmp_path / "rehearsal"
    folder.mkdir()
    connection, file = rehearsed(folder, 60)
    app = App(starts.qapp, connection, Places.within(folder), starts.stack)
    starts.app = app
    app.begin(file)
    qtbot.waitExposed(app.window)
    qtbot.waitUntil(lambda: idle(app) and bool(app.history.entries), timeout=30_000)
    return app


def test_it_begins_with_the_example_and_builds_of_earlier_days(rehearsal: App) -> None:
    assert rehearsal.session.canvas.name == "web-server"
    assert not [each for each in rehearsal.session.problems if each.severity == "error"]
    assert {each.status for each in rehearsal.history.entries} == {ImageStatus.AVAILABLE, ImageStatus.FAILED}


def test_what_is_played_teaches_nothing_about_the_minutes_of_aws(rehearsal: App, qtbot: QtBot) -> None:
    """A connection called "rehearsal" was taken for an account of AWS, whose builds take five minutes."""
    assert not any(each.opened.on_aws for each in rehearsal.history.entries)
    QTest.keyClick(rehearsal.window, Qt.Key.Key_B, CTRL)
    qtbot.waitUntil(lambda: bool(rehearsal.session.runs), timeout=10_000)
    (followed,) = rehearsal.session.runs
    assert not followed.opened.on_aws
    qtbot.waitUntil(lambda: followed.over, timeout=30_000)


def test_a_bake_by_keyboard_is_played_to_its_end(rehearsal: App, qtbot: QtBot) -> None:
    QTest.keyClick(rehearsal.window, Qt.Key.Key_B, CTRL)
    qtbot.waitUntil(lambda: bool(rehearsal.session.runs), timeout=10_000)
    page = rehearsal.window.page
    assert page is Page.TIMELINE
    (followed,) = rehearsal.session.runs
    assert rehearsal.timeline.current is followed
    assert rehearsal.window.status_line.runs.text() == "1 build running"
    qtbot.waitUntil(lambda: followed.over, timeout=30_000)
    assert followed.run.status is ImageStatus.AVAILABLE
    assert rehearsal.window.status_line.runs.text() == "No build running"
    assert len(rehearsal.timeline.view.result.shown) == 2


def test_nothing_outside_its_folder_is_written(tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    (tmp_path / "demo").mkdir()
    _, file = rehearsed(tmp_path / "demo", 1)
    assert file.is_relative_to(tmp_path / "demo")
    assert set(tmp_path.iterdir()) - before == {tmp_path / "demo"}
