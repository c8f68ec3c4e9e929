"""What the top bar says of a connection, and the question before production is changed."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.aws.connection import Connection
from gui.connections.chip import chip
from gui.connections.production import unless_production
from gui.connections.standing import Standing, State
from gui.theme.theme import Theme
from tests.fakes.connections import WHO, FakeConnection, local

KNOWN = Standing(State.READY, WHO)


def test_local_is_named_with_its_region_and_no_clock() -> None:
    parts, icon, role, _ = chip(local())
    assert (parts, icon, role) == (("Local", "eu-central-1"), "local", "text")


def test_a_connection_nobody_has_asked_says_only_what_is_stored() -> None:
    connection = FakeConnection("sandbox")
    assert chip(connection)[0] == ("sandbox", "eu-central-1")
    assert connection.threads == set()


def test_a_connection_says_who_where_and_how_long() -> None:
    parts, icon, role, tip = chip(FakeConnection("sandbox", lasts=timedelta(hours=1, minutes=5)), KNOWN)
    assert parts == ("sandbox", "eu-central-1", "mira", "111122223333", "1 h 05 min left")
    assert (icon, role) == ("aws", "text")
    assert WHO.arn in tip


def test_a_connection_that_another_page_has_used_shows_the_time_left() -> None:
    parts, *_ = chip(FakeConnection("sandbox", lasts=timedelta(minutes=42)))
    assert parts == ("sandbox", "eu-central-1", "42 min left")


def test_an_expired_sign_in_is_shown_by_icon_word_and_colour() -> None:
    parts, icon, role, _ = chip(FakeConnection("sandbox", lasts=timedelta(0)), KNOWN)
    assert (parts[-1], icon, role) == ("expired", "warn", "warn")


def test_production_is_shown_by_icon_word_and_colour() -> None:
    parts, icon, role, _ = chip(FakeConnection("prod-eu", production=True), KNOWN)
    assert ("Production" in parts, icon, role) == (True, "production", "bad")


def ask(theme: Theme, qtbot: QtBot, connection: Connection, went: list[str]) -> object:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    return unless_production(theme, connection, "A build starts.", "Bake", parent, lambda: went.append("on"))


def test_what_is_not_production_is_not_asked_about(theme: Theme, qtbot: QtBot) -> None:
    went: list[str] = []
    assert ask(theme, qtbot, FakeConnection("sandbox"), went) is None
    assert went == ["on"]


def test_production_goes_on_only_when_its_name_was_typed(theme: Theme, qtbot: QtBot) -> None:
    went: list[str] = []
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    connection = FakeConnection("prod-eu", production=True)
    question = unless_production(theme, connection, "A build starts.", "Bake", parent, lambda: went.append("on"))
    assert question is not None
    QTest.keyClicks(question.entry, "prod")
    QTest.keyClick(question.entry, Qt.Key.Key_Return)
    assert (question.go.isEnabled(), went) == (False, [])
    QTest.keyClicks(question.entry, "-eu")
    with qtbot.waitSignal(question.accepted):
        QTest.mouseClick(question.go, Qt.MouseButton.LeftButton)
    assert went == ["on"]


def test_production_that_is_not_confirmed_changes_nothing(theme: Theme, qtbot: QtBot) -> None:
    went: list[str] = []
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    connection = FakeConnection("prod-eu", production=True)
    question = unless_production(theme, connection, "A build starts.", "Bake", parent, lambda: went.append("on"))
    assert question is not None
    with qtbot.waitSignal(question.rejected):
        QTest.keyClick(question, Qt.Key.Key_Escape)
    assert went == []
