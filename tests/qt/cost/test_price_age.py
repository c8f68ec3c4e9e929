"""Refreshing prices from the app: with progress, to be stopped, and saying what came of it."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from core.aws.connection import Capability
from core.aws.price_questions import Question
from core.aws.quote import Answer
from core.cost.prices import cache_file
from core.errors import Denied, Throttled
from gui.cost.price_age import PriceAge
from gui.session import Session
from gui.theme.theme import Theme
from gui.widgets.notice import Banner
from tests.fakes.connections import FakeConnection
from tests.fakes.price_list import PlayedPriceList, quote
from tests.qt.waiting import until

ONE = Answer((quote(960_000_000),), {}, ())
PATIENCE = 10.0


class Waiting:
    """Answers the second question only when it is let go on."""

    def __init__(self) -> None:
        self.asked = 0
        self.goes_on = Event()

    def answer(self, question: Question, check: Callable[[], None]) -> Answer:
        self.asked += 1
        if self.asked == 2:
            assert self.goes_on.wait(PATIENCE)
        check()
        return ONE


@pytest.fixture
def aws(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The session on a connection that may ask for prices, and a cache of its own."""
    monkeypatch.setenv("BAKEHOUSE_CACHE", str(tmp_path / "cache"))
    session.connection = FakeConnection("sandbox", capabilities=frozenset({Capability.BILLING}))
    return session


@pytest.fixture
def banner(theme: Theme, qtbot: QtBot) -> Banner:
    made = Banner(theme, "warn")
    qtbot.addWidget(made)
    return made


def age(theme: Theme, session: Session, banner: Banner, source: object, qtbot: QtBot) -> PriceAge:
    made = PriceAge(theme, session, banner, lambda _at: source)  # type: ignore[arg-type,return-value]
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_refresh_keeps_what_was_answered_and_says_how_much_that_was(
    theme: Theme, aws: Session, banner: Banner, qtbot: QtBot
) -> None:
    shown = age(theme, aws, banner, PlayedPriceList([ONE]), qtbot)
    with qtbot.waitSignal(shown.refreshed):
        shown.refresh.click()
        assert not shown.refresh.isVisible()
        assert shown.stop.isVisible()
    assert "1 price is up to date" in banner.accessibleName()
    assert shown.refresh.isVisible()
    assert cache_file().exists()


def test_progress_is_shown_and_stopping_keeps_what_was_answered_before(
    theme: Theme, aws: Session, banner: Banner, qtbot: QtBot
) -> None:
    source = Waiting()
    shown = age(theme, aws, banner, source, qtbot)
    shown.refresh.click()
    until(qtbot, lambda: shown.bar.value() == 1)
    assert shown.bar.maximum() > 1
    assert "1 prices so far" in shown.bar.toolTip()
    shown.stop.click()
    source.goes_on.set()
    until(qtbot, lambda: not aws.ops.waiting)
    assert source.asked == 2
    assert shown.refresh.isVisible()
    assert cache_file().exists()
    assert banner.isHidden()


@pytest.mark.parametrize(
    "fault",
    [
        Denied("pricing:GetProducts is not allowed.", hint="Allow it."),
        Throttled("AWS asks to slow down.", hint="Wait."),
    ],
    ids=["denied", "throttled"],
)
def test_a_refresh_that_ends_early_says_why_and_what_to_do(
    theme: Theme, aws: Session, banner: Banner, qtbot: QtBot, fault: Denied | Throttled
) -> None:
    shown = age(theme, aws, banner, PlayedPriceList([ONE, fault]), qtbot)
    with qtbot.waitSignal(shown.refreshed):
        shown.refresh.click()
    assert fault.message in banner.accessibleName()
    assert fault.hint in banner.accessibleName()
    assert "kept" in banner.accessibleName()


def test_a_connection_without_a_price_list_says_which_has_one(
    theme: Theme, session: Session, banner: Banner, qtbot: QtBot
) -> None:
    shown = age(theme, session, banner, PlayedPriceList([]), qtbot)
    assert not shown.refresh.isEnabled()
    assert "connection to AWS" in shown.refresh.toolTip()
