"""What is said of how long a build will go on."""

from pytestqt.qtbot import QtBot

from core.build.source import ImageStatus, WorkflowStatus
from gui.build.drawn import Drawn
from gui.build.estimate import NO_HISTORY
from gui.session import Session
from tests.qt.build.test_commands import AT, build, follow, waiting


def test_of_a_build_without_history_it_is_said_that_there_is_none(session: Session, qtbot: QtBot) -> None:
    followed = follow(session, *build(ImageStatus.BUILDING, BUILD=WorkflowStatus.RUNNING))
    qtbot.waitUntil(lambda: bool(followed.run.workflows))
    drawn = Drawn(followed)
    assert drawn.left(AT) == NO_HISTORY


def test_of_a_build_that_waits_for_somebody_no_time_left_is_named(session: Session, qtbot: QtBot) -> None:
    followed = follow(session, *build(ImageStatus.BUILDING, BUILD=WorkflowStatus.RUNNING), waiting())
    qtbot.waitUntil(lambda: bool(followed.run.waiting))
    drawn = Drawn(followed)
    assert drawn.left(AT) == ""
