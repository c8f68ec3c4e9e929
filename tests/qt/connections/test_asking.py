"""Signing in from the window: one page, one answer, and an end whoever brings it about."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from core.aws.asking import MfaQuestion, SignInPage
from core.aws.flight import Cancellation, Flight, cancelling, current
from core.errors import Cancelled
from gui.connections.asker import GuiAsker
from gui.connections.questions import Questions
from gui.theme.theme import Theme
from tests.fakes.signing_in import Noticed
from tests.qt.connections.test_page import offered, press, visible

PAGE = SignInPage(
    "prod-eu",
    "https://bakers.awsapps.com/start",
    "https://device.sso.eu-west-1.amazonaws.com/?user_code=WXYZ-ABCD",
    "WXYZ-ABCD",
    datetime(2026, 11, 25, 12, 10, tzinfo=UTC),
)
MFA = MfaQuestion("sandbox", "arn:aws:iam::444455556666:mfa/mira")


class Tabs(list[str]):
    """The pages that were opened."""


@pytest.fixture
def tabs() -> Tabs:
    return Tabs()


@pytest.fixture
def asker(qapp: object, tabs: Tabs) -> Iterator[GuiAsker]:
    made = GuiAsker(tabs.append)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def questions(theme: Theme, asker: GuiAsker, qtbot: QtBot) -> Questions:
    made = Questions(theme, asker)
    qtbot.addWidget(made)
    return made


class Elsewhere:
    """Runs works in other threads, each with a cancellation of its own."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._notices: list[Noticed] = []

    def __call__(self, work: Callable[[], str]) -> "Future[str]":
        notice = Noticed()
        self._notices.append(notice)
        return self._pool.submit(self._run, work, notice)

    @staticmethod
    def _run(work: Callable[[], str], notice: Noticed) -> str:
        with cancelling(notice):
            return work()

    def all_wait(self) -> bool:
        return all(notice.waiting.is_set() for notice in self._notices)

    def give_up(self) -> None:
        for notice in self._notices:
            notice.cancel()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Nobody waits for ever, not even where a test has failed."""
    with ThreadPoolExecutor(4) as pool:
        made = Elsewhere(pool)
        try:
            yield made
        finally:
            made.give_up()


def signing_in(asker: GuiAsker, confirmed: threading.Event) -> str:
    """As a portal does it."""
    asker.show_page(PAGE)
    try:
        with current().telling(confirmed.set):
            confirmed.wait()
        current().check()
    finally:
        asker.page_done(PAGE)
    return "token"


def test_ten_requests_that_wait_open_one_tab(
    asker: GuiAsker, questions: Questions, tabs: Tabs, elsewhere: Elsewhere, qtbot: QtBot
) -> None:
    confirmed = threading.Event()
    flight: Flight[str] = Flight()
    waiting = [elsewhere(lambda: flight.join(lambda: signing_in(asker, confirmed))) for _ in range(4)]
    qtbot.waitUntil(lambda: questions.isVisible() and elsewhere.all_wait())
    assert "WXYZ-ABCD" in visible(questions)
    assert "waiting for the browser" in visible(questions)
    assert tabs == [PAGE.url]
    confirmed.set()
    qtbot.waitUntil(lambda: not questions.isVisible())
    assert {each.result(5) for each in waiting} == {"token"}
    assert tabs == [PAGE.url]


def test_cancel_gives_the_sign_in_up_for_all_who_wait(
    asker: GuiAsker, questions: Questions, tabs: Tabs, elsewhere: Elsewhere, qtbot: QtBot
) -> None:
    flight: Flight[str] = Flight()
    waiting = [elsewhere(lambda: flight.join(lambda: signing_in(asker, threading.Event()))) for _ in range(2)]
    qtbot.waitUntil(lambda: questions.isVisible() and elsewhere.all_wait())
    press(qtbot, offered(questions, "Cancel"))
    for each in waiting:
        with pytest.raises(Cancelled):
            each.result(5)
    qtbot.waitUntil(lambda: not questions.isVisible())


def test_a_lost_page_can_be_opened_again(
    asker: GuiAsker, questions: Questions, tabs: Tabs, elsewhere: Elsewhere, qtbot: QtBot
) -> None:
    confirmed = threading.Event()
    done = elsewhere(lambda: signing_in(asker, confirmed))
    qtbot.waitUntil(questions.isVisible)
    press(qtbot, offered(questions, "Open again"))
    assert tabs == [PAGE.url, PAGE.url]
    confirmed.set()
    assert done.result(5) == "token"
    qtbot.waitUntil(lambda: not questions.isVisible())


def test_a_code_is_asked_in_place_and_reaches_the_thread_that_waits(
    asker: GuiAsker, questions: Questions, elsewhere: Elsewhere, qtbot: QtBot
) -> None:
    code = elsewhere(lambda: asker.mfa_code(MFA, current()))
    qtbot.waitUntil(questions.isVisible)
    assert "sandbox" in visible(questions)
    assert MFA.serial in visible(questions)
    (entry,) = questions.findChildren(QLineEdit)
    QTest.keyClicks(entry, "12a345")
    assert not offered(questions, "Sign in").isEnabled()
    QTest.keyClicks(entry, "6")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert code.result(5) == "123456"
    assert entry.text() == ""
    qtbot.waitUntil(lambda: not questions.isVisible())


def test_a_code_that_the_user_will_not_give_is_a_cancelled_wait(
    asker: GuiAsker, questions: Questions, elsewhere: Elsewhere, qtbot: QtBot
) -> None:
    code = elsewhere(lambda: asker.mfa_code(MFA, current()))
    qtbot.waitUntil(questions.isVisible)
    press(qtbot, offered(questions, "Cancel"))
    with pytest.raises(Cancelled):
        code.result(5)
    qtbot.waitUntil(lambda: not questions.isVisible())


def test_a_wait_given_up_elsewhere_takes_the_question_away(
    asker: GuiAsker, questions: Questions, elsewhere: Elsewhere, qtbot: QtBot
) -> None:
    cancellation = Cancellation()
    code = elsewhere(lambda: asker.mfa_code(MFA, cancellation))
    qtbot.waitUntil(questions.isVisible)
    cancellation.cancel()
    with pytest.raises(Cancelled):
        code.result(5)
    qtbot.waitUntil(lambda: not questions.isVisible())


def test_an_app_that_ends_leaves_nobody_waiting(
    asker: GuiAsker, questions: Questions, elsewhere: Elsewhere, qtbot: QtBot
) -> None:
    code = elsewhere(lambda: asker.mfa_code(MFA, current()))
    qtbot.waitUntil(questions.isVisible)
    asker.close()
    with pytest.raises(Cancelled):
        code.result(5)
    with pytest.raises(Cancelled):
        elsewhere(lambda: asker.mfa_code(MFA, current())).result(5)
    qtbot.waitUntil(lambda: not questions.isVisible())
