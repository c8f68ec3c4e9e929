"""After a crash, what was not saved is offered, once."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.app import App
from tests.installed import ROOT
from tests.qt.shell.conftest import Started, answer, edit, idle

NAME = "not-saved"


def crash(starts: Started, file: Path | None) -> None:
    """An app that edits the file and is killed in the middle of it."""
    command = [sys.executable, "-m", "tests.qt.shell.editing_process", str(starts.places.config.parent)]
    with subprocess.Popen([*command, str(file or ""), NAME], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "kept"
        process.send_signal(signal.SIGKILL)


def offer(app: App) -> str:
    return app.window.question.accessibleName() if app.window.question.isVisible() else ""


def press(app: App, text: str) -> None:
    (found,) = (each for each in app.window.question.findChildren(QPushButton) if each.text() == text)
    found.click()


@pytest.fixture
def crashed(starts: Started, file: Path) -> App:
    """The app as it starts after a crash."""
    crash(starts, file)
    return starts.start()


def test_what_was_not_saved_is_offered_and_comes_back(crashed: App, file: Path) -> None:
    assert "before web-server.yml was saved" in offer(crashed)
    press(crashed, "Recover")
    assert crashed.session.document.path == file
    assert crashed.session.canvas.name == NAME
    assert crashed.session.dirty
    assert "name: web-server" in file.read_text()
    crashed.desk.take("edit.undo")
    assert crashed.session.document.text == file.read_text()


def test_what_is_skipped_is_not_offered_again(crashed: App, starts: Started) -> None:
    press(crashed, "Skip")
    assert not offer(crashed)
    assert not offer(starts.start())


def test_what_was_recovered_is_offered_once_only(crashed: App, starts: Started, qtbot: QtBot) -> None:
    press(crashed, "Recover")
    crashed.window.close()
    answer(crashed, qtbot, "Discard")
    assert not offer(starts.start())


def test_closing_the_offer_leaves_it_for_the_next_start(crashed: App, starts: Started) -> None:
    crashed.window.question.dismiss_button.click()
    assert offer(starts.start())


def test_a_recipe_without_a_file_is_kept_as_well(starts: Started) -> None:
    crash(starts, None)
    app = starts.start()
    assert "unnamed" in offer(app)
    press(app, "Recover")
    assert app.session.document.path is None
    assert app.session.canvas.name == NAME
    assert app.session.dirty


def test_saving_and_closing_leave_nothing_to_recover(opened: App, starts: Started, qtbot: QtBot) -> None:
    edit(opened)
    opened.recovery.keep()
    assert list(starts.places.recovery.iterdir())
    opened.desk.take("file.save")
    qtbot.waitUntil(lambda: idle(opened))
    opened.recovery.keep()
    assert not list(starts.places.recovery.iterdir())
    edit(opened, "again")
    opened.recovery.keep()
    opened.window.close()
    answer(opened, qtbot, "Discard")
    assert not offer(starts.start())


def test_a_copy_of_another_running_app_is_not_offered(opened: App, starts: Started, file: Path) -> None:
    """Two windows are open; the second one leaves the first one's copies alone."""
    edit(opened)
    opened.recovery.keep()
    assert opened.recovery.left() == ()


def test_a_copy_that_cannot_be_read_stops_no_start(starts: Started) -> None:
    starts.places.recovery.mkdir(parents=True)
    (starts.places.recovery / "broken.json").write_text("{")
    assert not offer(starts.start())


def test_what_is_told_meanwhile_does_not_take_the_offer_away(crashed: App) -> None:
    crashed.window.tell("The connection is gone.")
    assert "before web-server.yml was saved" in offer(crashed)
    assert crashed.window.banner.isVisible()
    crashed.window.banner.dismiss_button.click()
    press(crashed, "Recover")
    assert crashed.session.canvas.name == NAME


def leave(starts: Started, name: str, text: str, path: Path, recipe: Path | None = None, process: int = 2**22) -> None:
    """A copy, as a process that is over left it."""
    starts.places.recovery.mkdir(parents=True, exist_ok=True)
    record = {"process": process, "path": str(path), "text": text, "recipe": str(recipe or "")}
    (starts.places.recovery / f"{name}.json").write_text(json.dumps(record))


def test_a_components_document_comes_back_with_its_recipe(starts: Started, file: Path) -> None:
    document = file.parent / "components/nginx.yml"
    leave(starts, "a", "name: edited\n", document, file)
    app = starts.start()
    assert "nginx.yml" in offer(app)
    press(app, "Recover")
    assert app.session.document.path == file
    assert app.session.components[document].text == "name: edited\n"
    assert app.session.document.clean


def test_what_was_edited_of_a_file_that_is_no_text_any_more_comes_back_without_a_name(
    starts: Started, file: Path
) -> None:
    leave(starts, "a", "name: edited\n", file)
    file.write_bytes(b"\xff\xfe\x00")
    app = starts.start()
    press(app, "Recover")
    assert app.session.document.path is None
    assert app.session.document.text == "name: edited\n"


def test_a_copy_of_an_earlier_process_with_our_number_is_offered(starts: Started, file: Path) -> None:
    leave(starts, "a", "name: edited\n", file, process=os.getpid())
    assert "web-server.yml" in offer(starts.start())
