"""An app that ends in the middle of a build: the next one takes it up and shows what one shows that never ended."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from core.aws.rehearsal import Rehearsal, RehearsedConnection
from core.build.chart import chart
from core.build.events import RunOpened
from core.build.run import Run, replay
from core.build.source import ImageStatus
from core.build.watch import watch
from gui.actions import ShowRun
from gui.app import App
from tests.qt.shell.conftest import Started

SPEED = 60.0


def test_a_build_is_taken_up_again_and_its_timeline_is_that_of_an_app_that_never_ended(
    starts: Started, file: Path, qtbot: QtBot
) -> None:
    leave_and_come_back(starts, file, qtbot, steps=3)


def leave_and_come_back(starts: Started, file: Path, qtbot: QtBot, *, steps: int, bars: int = 0) -> None:
    """End the app as soon as the build has so many workflow steps, and bars of its log, and start another."""
    rehearsal = Rehearsal.bundled(SPEED)
    app = starts.start(file, rehearsal=rehearsal)
    app.desk.take("run.bake")
    qtbot.waitUntil(lambda: bool(app.session.runs), timeout=30_000)
    (left,) = app.session.runs
    qtbot.waitUntil(
        lambda: left.over or (len(left.run.steps) >= steps and len(left.run.components) >= bars), timeout=30_000
    )
    arn = left.arn
    starts.end()
    again = starts.start(file, rehearsal=rehearsal)
    if left.run.ended is None:
        qtbot.waitUntil(lambda: [each.arn for each in again.session.runs] == [arn], timeout=30_000)
    run, log = _followed(again, arn, qtbot)
    assert run.status is ImageStatus.AVAILABLE
    assert run.ended is not None
    at = RehearsedConnection(rehearsal)
    opened = RunOpened(at=run.ended.at, image_arn=arn, connection=at.name)
    never_ended = replay((opened, *watch(at.image_builder(), replay([opened]), pace=at.pace)))
    assert chart(run, run.ended.at).bars == chart(never_ended, run.ended.at).bars
    assert log == never_ended.log.events


def _followed(app: App, arn: str, qtbot: QtBot) -> tuple[Run, int]:
    """The build as the app knows it in the end, and how many lines its log has."""
    app.desk.intend(ShowRun(arn))
    qtbot.waitUntil(lambda: app.timeline.current is not None and app.timeline.current.arn == arn, timeout=30_000)
    followed = app.timeline.current
    assert followed is not None
    qtbot.waitUntil(lambda: followed.over, timeout=60_000)
    return followed.run, len(followed.log)
