"""The whole app in a folder of its own, over a connection that plays recorded builds."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from core.aws.rehearsal import Rehearsal, RehearsedConnection
from gui.app import App
from gui.shell.places import Places
from gui.theme.theme import Scheme, Theme
from tests.installed import ROOT
from tests.qt.conftest import settle

EXAMPLE = ROOT / "resources/examples/web-server/web-server.yml"
SPEED = 400.0
"""Times as fast as the recorded builds were."""


@dataclass
class Started:
    """Starts apps over the same folders one after the other, as a user does."""

    places: Places
    qapp: QApplication
    qtbot: QtBot
    stack: ExitStack
    app: App | None = None

    def start(self, file: Path | None = None, *, speed: float = SPEED, rehearsal: Rehearsal | None = None) -> App:
        """`rehearsal` is a service that outlives apps."""
        self.end()
        connection = RehearsedConnection(rehearsal or Rehearsal.bundled(speed))
        app = App(self.qapp, connection, self.places, self.stack)
        self.app = app
        with self.qtbot.waitSignal(app.window.appeared):
            app.begin(file)
        self.qtbot.waitUntil(lambda: idle(app))
        return app

    def end(self) -> None:
        """The process ends without being asked; nothing is saved, nothing is written down."""
        app, self.app = self.app, None
        self.stack.close()
        if app is not None:
            app.window.hide()
            app.window.deleteLater()
            settle(self.qapp)
            app.theme.set_scheme(Scheme.LIGHT)  # when nothing is left that would have to be dressed anew
            app.theme.deleteLater()
            app.deleteLater()
            settle(self.qapp)


def idle(app: App) -> bool:
    """Whether everything that was asked is answered."""
    return not app.ops.waiting and not app.session.checking


@pytest.fixture
def starts(theme: Theme, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Started]:
    made = Started(Places.within(tmp_path / "places"), qapp, qtbot, ExitStack())
    yield made
    made.end()


@pytest.fixture
def app(starts: Started) -> App:
    """The app with an empty recipe, without a file."""
    return starts.start()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy of the shipped example."""
    for part in ("web-server.yml", "components/nginx.yml"):
        copy = tmp_path / "recipes" / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((EXAMPLE.parent / part).read_bytes())
    return tmp_path / "recipes/web-server.yml"


@pytest.fixture
def opened(starts: Started, file: Path) -> App:
    """The app with the example open."""
    return starts.start(file)


def question(app: App) -> QMessageBox:
    """The question that is asked now."""
    (box,) = dialogs(app, QMessageBox)
    assert isinstance(box, QMessageBox)
    return box


def dialogs(app: App, kind: type[QDialog]) -> list[QDialog]:
    """The dialogs of a kind that are open over the window."""
    return [each for each in app.window.findChildren(kind) if each.isVisible()]


def answer(app: App, qtbot: QtBot, text: str) -> None:
    """Press the button of this text in the question that is asked."""
    box = question(app)
    found = [each for each in box.buttons() if each.text().replace("&", "") == text]
    assert found, [each.text() for each in box.buttons()]
    with qtbot.waitSignal(box.finished):
        found[0].click()


def choose(app: App, path: Path) -> None:
    """Choose a path in the file dialog that is open."""
    (dialog,) = dialogs(app, QFileDialog)
    assert isinstance(dialog, QFileDialog)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    field.setText(str(path))
    dialog.accept()


def edit(app: App, name: str = "other") -> None:
    """Rename the recipe."""
    app.session.edit("Rename", app.session.draft.put("name", name))
