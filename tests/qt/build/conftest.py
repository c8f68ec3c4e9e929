"""A timeline page over a connection that plays recorded builds, and journals of earlier days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.aws.connection import Connection
from core.aws.rehearsal import Rehearsal, RehearsedConnection
from core.build import journal
from core.build.events import Event, RunOpened, from_json, to_json
from core.build.recording import Recording, shifted
from gui.actions import Desk
from gui.build.baking import Baking
from gui.build.history import History
from gui.build.page import TimelinePage
from gui.build.workplace import Workplace
from gui.following import Followed
from gui.ops import Ops
from gui.session import Session
from gui.settings import Settings
from gui.theme.theme import Theme


@dataclass
class Journals:
    """Writes journals as if builds had been followed."""

    folder: Path
    rehearsal: Rehearsal

    def recording(self, recipe: str) -> Recording:
        return next(each for each in self.rehearsal.recordings if each.recipe == recipe)

    def write(
        self, recipe: str, build: int, ago: timedelta, *, upto: int | None = None, connection: str = "rehearsal"
    ) -> str:
        """The journal of a build; the first `upto` events only for one that had not ended. Its image's ARN."""
        recording = self.recording(recipe)
        first, *rest = shifted(recording, datetime.now(UTC) - ago - recording.begin)
        assert isinstance(first, RunOpened)
        arn = f"{recording.image.arn.rpartition('/')[0]}/{build}"
        opened = first.model_copy(update={"connection": connection, "image_arn": arn})
        writer, _ = journal.create(self.folder, opened)
        with writer:
            writer.append(*(_of(event, recording.image.arn, arn) for event in rest[:upto]))
        return arn


def _of(event: Event, recorded: str, arn: str) -> Event:
    before, after = ("/".join(each.split("/")[-2:]) for each in (recorded, arn))
    text = to_json(event).decode().replace(recorded, arn)
    return from_json(text.replace(f'"version":"{before}"', f'"version":"{after}"').encode())


@pytest.fixture
def rehearsal() -> Rehearsal:
    return Rehearsal.bundled(400)


@pytest.fixture
def at(rehearsal: Rehearsal) -> Connection:
    """The connection that the page is over; modules with another one name it so."""
    return RehearsedConnection(rehearsal)


@pytest.fixture
def session(ops: Ops, at: Connection) -> Iterator[Session]:
    made = Session(ops, at)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def journals(tmp_path: Path, rehearsal: Rehearsal) -> Journals:
    return Journals(tmp_path / "runs", rehearsal)


@pytest.fixture
def history(session: Session, journals: Journals) -> Iterator[History]:
    made = History(session, journals.folder, session)
    yield made
    made.close()


@pytest.fixture
def place(
    theme: Theme, desk: Desk, session: Session, history: History, journals: Journals, tmp_path: Path
) -> Workplace:
    baking = Baking(session, journals.folder, session)
    desk.bind("run.cancel", lambda: None)  # the app's own
    return Workplace(theme, desk, session, history, baking, Settings(tmp_path / "config"))


@pytest.fixture
def page(place: Workplace, qtbot: QtBot, qapp: QApplication) -> Iterator[TimelinePage]:
    made = TimelinePage(place)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.stop()


def shown(page: TimelinePage) -> Followed:
    assert page.current is not None
    return page.current
