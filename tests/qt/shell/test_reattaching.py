"""An app that ends in the middle of a build: the next one takes it up and shows what one shows that never ended."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from core.aws.rehearsal import Rehearsal, RehearsedConnection
from core.build.chart import chart
from core.build.events import RunOpened
from core.build.run import replay
from core.build.source import ImageStatus
from core.build.watch import watch
from tests.qt.shell.conftest import Started

SPEED = 60.0


def test_a_build_is_taken_up_again_and_its_timeline_is_that_of_an_app_that_never_ended(
    starts: Started, file: Path, qtbot: QtBot
) -> None:
    rehearsal = Rehearsal.bundled(SPEED)
    app = starts.start(file, rehearsal=rehearsal)
    app.desk.take("run.bake")
    qtbot.waitUntil(lambda: bool(app.session.runs) and len(app.session.runs[0].run.steps) > 2, timeout=30_000)
    arn, status = app.session.runs[0].arn, app.session.runs[0].run.status
    assert not status.terminal, "the build was over before the app could end"
    starts.end()
    again = starts.start(file, rehearsal=rehearsal)
    qtbot.waitUntil(lambda: [each.arn for each in again.session.runs] == [arn], timeout=30_000)
    (followed,) = again.session.runs
    qtbot.waitUntil(lambda: followed.over, timeout=60_000)
    assert followed.run.status is ImageStatus.AVAILABLE
    assert followed.run.ended is not None
    at = RehearsedConnection(rehearsal)
    opened = RunOpened(at=followed.opened.at, image_arn=arn, connection=at.name)
    never_ended = replay((opened, *watch(at.image_builder(), replay([opened]), pace=at.pace)))
    moment = followed.run.ended.at
    assert chart(followed.run, moment).bars == chart(never_ended, moment).bars
    assert len(followed.log) == never_ended.log.events
