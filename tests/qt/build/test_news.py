"""Which notifications the builds give: a start if it is wanted, the end, a step that waits; never old news."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.build.events import Event, ImageChanged, RunOpened
from core.build.source import Image, ImageState, ImageStatus
from gui.build.news import CHOICES, News, Newsroom, Notice, want, wanted
from gui.build.news_menu import news_button
from gui.following import Followed
from gui.settings import Settings
from gui.theme.theme import Theme
from tests.qt.build.test_commands import waiting

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:image/web-server/1.0.0/3"

Tell = Callable[..., list[Notice]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "config")


@pytest.fixture
def tell(settings: Settings, qapp: QApplication, qtbot: QtBot) -> Iterator[Tell]:
    """Tells these events of a build, and gives the notices that came of them."""
    owner = QObject()

    def tell(*events: Event, by: str = "Bakehouse") -> list[Notice]:
        opened = RunOpened(at=AT, image_arn=ARN, recipe_name="web-server", connection="local", started_by=by)
        told: list[Notice] = []

        def source(sleep: Callable[[float], object]) -> Iterator[object]:
            yield opened
            for event in events:
                yield event
                while followed.run.number < event.number and not sleep(0.01):
                    pass  # each in a batch of its own, as polling gives them

        newsroom = Newsroom(settings, owner)
        newsroom.told.connect(told.append)
        followed = Followed(opened, source, parent=owner)
        newsroom.watch(followed)
        with qtbot.waitSignal(followed.ended):
            followed.begin()
        followed.stop()
        return told

    yield tell
    owner.deleteLater()


def image(number: int, status: ImageStatus, reason: str = "") -> ImageChanged:
    state = ImageState(status=status, reason=reason)
    return ImageChanged(number=number, at=AT, image=Image(arn=ARN, name="web-server", version="1.0.0/3", state=state))


BUILDING, AVAILABLE = image(1, ImageStatus.BUILDING), image(20, ImageStatus.AVAILABLE)


def test_a_success_is_told_with_what_leads_to_it(tell: Tell) -> None:
    (notice,) = tell(BUILDING, AVAILABLE)
    assert notice == Notice(News.SUCCESS, "web-server 1.0.0/3 is available", "web-server on local", ARN)
    assert not notice.urgent


def test_a_failure_says_why_and_is_urgent(tell: Tell) -> None:
    (notice,) = tell(BUILDING, image(20, ImageStatus.FAILED, "The disk is full."))
    assert (notice.news, notice.urgent) == (News.FAILURE, True)
    assert "The disk is full" in notice.text


def test_a_step_that_waits_is_told_once(tell: Tell) -> None:
    step = waiting()
    notices = tell(BUILDING, step, step.model_copy(update={"number": 11}), AVAILABLE)
    assert [each.news for each in notices] == [News.WAITING, News.SUCCESS]
    assert "Approve" in notices[0].text


def test_a_start_is_told_only_where_it_is_wanted(tell: Tell, settings: Settings) -> None:
    assert [each.news for each in tell(BUILDING, AVAILABLE)] == [News.SUCCESS]
    want(settings, News.START, wants=True)
    assert [each.news for each in tell(BUILDING, AVAILABLE)] == [News.START, News.SUCCESS]


def test_what_is_not_wanted_is_not_told(tell: Tell, settings: Settings) -> None:
    want(settings, News.SUCCESS, wants=False)
    assert tell(BUILDING, AVAILABLE) == []


def test_a_build_that_was_over_before_anybody_looked_is_no_news(tell: Tell) -> None:
    """Opening an old image of the connection follows it to its end, at once."""
    assert tell(AVAILABLE, by="its schedule") == []
    assert [each.news for each in tell(BUILDING, AVAILABLE, by="its schedule")] == [News.SUCCESS]


def test_the_bell_shows_and_keeps_what_is_wanted(theme: Theme, settings: Settings, qtbot: QtBot) -> None:
    bell = news_button(theme, settings)
    qtbot.addWidget(bell)
    entries = {each.text(): each for each in bell.menu().actions() if each.isCheckable()}
    assert [text for text, each in entries.items() if not each.isChecked()] == [CHOICES[News.START]]
    entries[CHOICES[News.START]].trigger()
    entries[CHOICES[News.FAILURE]].trigger()
    assert wanted(settings, News.START)
    assert not wanted(settings, News.FAILURE)
