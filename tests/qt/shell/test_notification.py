"""The desktop is told when a bake has ended; where there is no desktop nobody is bothered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.actions import Page
from gui.shell.notification import Notifier, send
from tests.fakes.desktop import Desktop, Notification, desktop, session_bus
from tests.qt.shell.conftest import Started


@pytest.fixture
def recorder() -> Iterator[Desktop]:
    with desktop() as made, session_bus(made.address):
        yield made


@pytest.fixture
def notifier(qapp: QApplication) -> Iterator[Notifier]:
    made = Notifier()
    yield made
    made.close()
    made.deleteLater()


def test_a_bake_that_ends_well_is_told(recorder: Desktop, starts: Started, file: Path, qtbot: QtBot) -> None:
    app = starts.start(file)
    app.desk.take("run.bake")
    qtbot.waitUntil(lambda: bool(app.session.runs) and not app.session.running, timeout=30_000)
    told = recorder.next()
    assert told == Notification("Bakehouse", "web-server 1.0.0/1 is available", "web-server on rehearsal", 1)


def test_a_click_lands_on_the_build_it_told_of(recorder: Desktop, starts: Started, file: Path, qtbot: QtBot) -> None:
    app = starts.start(file)
    app.desk.take("run.bake")
    qtbot.waitUntil(lambda: bool(app.session.runs) and not app.session.running, timeout=30_000)
    assert recorder.next() is not None
    app.window.show_page(Page.RECIPE)
    recorder.click()
    qtbot.waitUntil(lambda: app.window.page is Page.TIMELINE)
    qtbot.waitUntil(lambda: app.timeline.current is app.session.runs[0])


def test_a_failure_is_urgent(recorder: Desktop, notifier: Notifier) -> None:
    notifier.notify("web-server 1.0.0/1 failed", "web-server on local", urgent=True)
    told = recorder.next()
    assert told is not None
    assert told.urgency == 2


def test_a_click_comes_back_with_what_it_was_about(recorder: Desktop, notifier: Notifier, qtbot: QtBot) -> None:
    notifier.notify("web-server 1.0.0/1 failed", "", token="arn:one")
    assert recorder.next() is not None
    with qtbot.waitSignal(notifier.taken) as taken:
        recorder.click()
    assert taken.args == ["arn:one"]


def test_nothing_is_said_where_nobody_shows_notifications(qtbot: QtBot) -> None:
    with desktop(shows=False) as silent, session_bus(silent.address):
        assert send("title", "text", urgent=False) is None


def test_nothing_is_said_where_there_is_no_bus(qtbot: QtBot) -> None:
    with session_bus(None):
        assert send("title", "text", urgent=False) is None
    with session_bus("unix:path=/nowhere"):
        assert send("title", "text", urgent=False) is None
