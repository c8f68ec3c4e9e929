"""From the page through the real connection to (a played) AWS: keys, a second factor, and the window that asks."""

import logging
from collections.abc import Iterator
from pathlib import Path

import moto
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from core.aws.connection import Opener
from gui.connections.asker import GuiAsker
from gui.connections.page import ConnectionsPage
from gui.connections.questions import Questions
from gui.connections.roster import Roster, Sources
from gui.theme.theme import Theme
from tests.fakes.connections import local
from tests.qt.connections.conftest import SECRET, Bench
from tests.qt.connections.test_page import offered, press, texts, visible

SERIAL = "arn:aws:iam::123456789012:mfa/mira"


@pytest.fixture(autouse=True)
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of the person who runs the tests."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    with moto.mock_aws():
        yield


@pytest.fixture
def asker(bench: Bench) -> Iterator[GuiAsker]:
    made = GuiAsker(lambda url: pytest.fail(f"{url} was opened"))
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def page(theme: Theme, bench: Bench, asker: GuiAsker, qtbot: QtBot) -> Iterator[ConnectionsPage]:
    bench.keys("sandbox", mfaSerial=SERIAL)
    sources = Sources(bench.book, local(), bench.service, Opener(bench.book, asker), lambda: ())
    roster = Roster(bench.session, sources)
    made = ConnectionsPage(theme, bench.desk, bench.session, roster)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: len(roster.entries) == 2)
    made.listing.choose("sandbox")
    yield made
    made.close()
    roster.deleteLater()


@pytest.fixture
def questions(theme: Theme, asker: GuiAsker, qtbot: QtBot) -> Questions:
    made = Questions(theme, asker)
    qtbot.addWidget(made)
    return made


def test_a_second_factor_is_asked_once_and_opens_the_connection(
    page: ConnectionsPage, questions: Questions, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    press(qtbot, page.aws.renew)
    qtbot.waitUntil(questions.isVisible)
    assert "Signing in…" in visible(page)
    (entry,) = questions.findChildren(QLineEdit)
    QTest.keyClicks(entry, "123456")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "11 h 59 min left" in visible(page.aws))
    assert "Account\n123456789012" in visible(page.aws)
    assert not questions.isVisible()
    with qtbot.waitSignal(page.aws.findings.ended):
        press(qtbot, page.aws.test)
    assert not questions.isVisible()
    assert SECRET not in texts(page) + texts(questions)
    assert SECRET not in caplog.text


def test_a_second_factor_that_is_not_given_leaves_the_connection_signed_out(
    page: ConnectionsPage, questions: Questions, qtbot: QtBot
) -> None:
    press(qtbot, page.aws.renew)
    qtbot.waitUntil(questions.isVisible)
    press(qtbot, offered(questions, "Cancel"))
    qtbot.waitUntil(lambda: "Signing in…" not in visible(page))
    assert "Not signed in" in visible(page)


def test_a_locked_keyring_is_said_and_unlock_tries_again(
    page: ConnectionsPage, bench: Bench, questions: Questions, qtbot: QtBot
) -> None:
    bench.shelf.locked = True
    press(qtbot, page.aws.renew)
    qtbot.waitUntil(lambda: "Keyring locked" in visible(page))
    bench.shelf.locked = False
    press(qtbot, offered(page.aws, "Unlock"))
    qtbot.waitUntil(questions.isVisible)
    press(qtbot, offered(questions, "Cancel"))
    qtbot.waitUntil(lambda: "Not signed in" in visible(page))
