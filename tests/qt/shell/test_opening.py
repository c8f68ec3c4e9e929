"""Opening, saving, closing: nothing that was edited is ever lost without having been asked for."""

import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from gui.app import App
from gui.document import Document
from tests.qt.shell.conftest import Started, answer, choose, dialogs, edit, idle, question


def shown_error(app: App) -> str:
    banner = app.window.banner
    return banner.accessibleName() if banner.isVisible() else ""


def open_file(app: App, qtbot: QtBot, path: Path) -> None:
    app.opening.open(path)
    qtbot.waitUntil(lambda: idle(app))


def test_a_file_that_is_named_is_open_at_the_start(opened: App, file: Path) -> None:
    assert opened.session.document.path == file
    assert opened.session.canvas.name == "web-server"
    assert opened.window.windowTitle().startswith("web-server")


def test_an_opened_file_is_offered_among_the_recent_ones(opened: App, file: Path, tmp_path: Path, qtbot: QtBot) -> None:
    other = tmp_path / "other.yml"
    other.write_text(file.read_text())
    open_file(opened, qtbot, other)
    assert opened.settings.recent == [other, file]
    open_file(opened, qtbot, file)
    assert opened.settings.recent == [file, other]


def test_saving_writes_the_file_and_takes_the_mark_away(opened: App, file: Path, qtbot: QtBot) -> None:
    edit(opened)
    assert "•" in opened.window.top_bar.name.text()
    QTest.keyClick(opened.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: idle(opened))
    assert "name: other" in file.read_text()
    assert "•" not in opened.window.top_bar.name.text()


def test_what_is_edited_while_the_file_is_written_is_still_to_be_saved(opened: App, file: Path, qtbot: QtBot) -> None:
    """Writing takes as long as the disk needs, and the window does not wait for it."""
    edit(opened)
    opened.desk.take("file.save")
    edit(opened, "later")
    assert opened.session.dirty
    qtbot.waitUntil(lambda: idle(opened))
    assert "name: other" in file.read_text()
    assert opened.session.dirty
    opened.desk.take("file.save")
    opened.desk.take("file.new")
    qtbot.waitUntil(lambda: opened.session.document.path is None)
    assert "name: later" in file.read_text()
    assert not dialogs(opened, QMessageBox)


def test_a_recipe_without_a_file_asks_for_a_name_when_it_is_saved(app: App, tmp_path: Path, qtbot: QtBot) -> None:
    edit(app)
    app.desk.take("file.save")
    choose(app, tmp_path / "fresh.yml")
    qtbot.waitUntil(lambda: idle(app))
    assert "name: other" in (tmp_path / "fresh.yml").read_text()
    assert app.session.document.path == tmp_path / "fresh.yml"
    assert app.settings.recent == [tmp_path / "fresh.yml"]
    assert not app.session.dirty


def test_saving_as_goes_on_with_the_new_file(opened: App, file: Path, tmp_path: Path, qtbot: QtBot) -> None:
    before = file.read_text()
    edit(opened)
    opened.desk.take("file.save-as")
    choose(opened, tmp_path / "second.yml")
    qtbot.waitUntil(lambda: idle(opened))
    assert opened.session.document.path == tmp_path / "second.yml"
    assert file.read_text() == before


@pytest.mark.parametrize("action", ["file.new", "file.open"])
def test_another_recipe_is_opened_at_once_when_nothing_was_edited(opened: App, action: str) -> None:
    opened.desk.take(action)
    assert not dialogs(opened, QMessageBox)
    if action == "file.new":
        assert opened.session.document.path is None
    else:
        assert dialogs(opened, QFileDialog)
        dialogs(opened, QFileDialog)[0].reject()


def test_a_new_recipe_after_save_has_saved_the_old_one(opened: App, file: Path, qtbot: QtBot) -> None:
    edit(opened)
    opened.desk.take("file.new")
    assert "web-server.yml" in question(opened).text()
    answer(opened, qtbot, "Save")
    qtbot.waitUntil(lambda: opened.session.document.path is None)
    assert "name: other" in file.read_text()


def test_a_new_recipe_after_discard_leaves_the_file_as_it_was(opened: App, file: Path, qtbot: QtBot) -> None:
    before = file.read_text()
    edit(opened)
    opened.desk.take("file.new")
    answer(opened, qtbot, "Discard")
    assert file.read_text() == before
    assert opened.session.document.path is None


def test_cancel_goes_on_with_what_is_edited(opened: App, file: Path, qtbot: QtBot) -> None:
    edit(opened)
    opened.desk.take("file.new")
    answer(opened, qtbot, "Cancel")
    assert opened.session.document.path == file
    assert opened.session.canvas.name == "other"


def test_closing_asks_about_what_is_not_saved_and_closes_when_it_was_saved(
    opened: App, file: Path, qtbot: QtBot
) -> None:
    edit(opened)
    opened.window.close()
    assert opened.window.isVisible()
    answer(opened, qtbot, "Cancel")
    assert opened.window.isVisible()
    opened.window.close()
    with qtbot.waitSignal(opened.window.closed):
        answer(opened, qtbot, "Save")
    assert "name: other" in file.read_text()
    assert not opened.window.isVisible()


def test_closing_with_discard_writes_nothing(opened: App, file: Path, qtbot: QtBot) -> None:
    before = file.read_text()
    edit(opened)
    opened.window.close()
    with qtbot.waitSignal(opened.window.closed):
        answer(opened, qtbot, "Discard")
    assert file.read_text() == before


def test_the_question_is_asked_once_however_often_one_closes(opened: App, qtbot: QtBot) -> None:
    edit(opened)
    opened.window.close()
    opened.window.close()
    answer(opened, qtbot, "Cancel")
    assert not dialogs(opened, QMessageBox)


def test_what_another_program_wrote_is_taken_where_nothing_was_edited(opened: App, file: Path, qtbot: QtBot) -> None:
    file.write_text(file.read_text().replace("name: web-server", "name: theirs", 1))
    opened.opening.look_at_disk()
    assert opened.session.canvas.name == "theirs"
    assert not opened.session.dirty
    opened.desk.take("edit.undo")
    assert opened.session.canvas.name == "web-server"


def test_it_is_asked_only_when_both_sides_changed(opened: App, file: Path, qtbot: QtBot) -> None:
    edit(opened, "mine")
    opened.opening.look_at_disk()
    assert not dialogs(opened, QMessageBox)
    file.write_text(file.read_text().replace("name: web-server", "name: theirs", 1))
    opened.opening.look_at_disk()
    answer(opened, qtbot, "Take what is on disk")
    assert opened.session.canvas.name == "theirs"
    opened.desk.take("edit.undo")
    assert opened.session.canvas.name == "mine"


def test_keeping_mine_leaves_theirs_one_undo_away(opened: App, file: Path, qtbot: QtBot) -> None:
    edit(opened, "mine")
    file.write_text(file.read_text().replace("name: web-server", "name: theirs", 1))
    opened.opening.look_at_disk()
    opened.opening.look_at_disk()
    answer(opened, qtbot, "Keep mine")
    assert opened.session.canvas.name == "mine"
    opened.desk.take("edit.undo")
    assert opened.session.canvas.name == "theirs"


def test_saving_over_a_change_of_another_window_asks_first(opened: App, file: Path, qtbot: QtBot) -> None:
    edit(opened, "mine")
    file.write_text(file.read_text().replace("name: web-server", "name: theirs", 1))
    opened.desk.take("file.save")
    assert "name: theirs" in file.read_text()
    answer(opened, qtbot, "Keep mine")
    opened.desk.take("file.save")
    qtbot.waitUntil(lambda: idle(opened))
    assert "name: mine" in file.read_text()


def test_a_place_that_takes_no_file_keeps_the_edit_and_says_what_to_do(opened: App, file: Path, qtbot: QtBot) -> None:
    edit(opened)
    shutil.rmtree(file.parent)
    opened.opening.look_at_disk()
    opened.desk.take("file.save")
    qtbot.waitUntil(lambda: idle(opened))
    assert "be saved" in shown_error(opened)
    assert "another name" in shown_error(opened)
    assert opened.session.dirty


def test_a_file_that_vanished_is_told_once_and_written_again_by_save(opened: App, file: Path, qtbot: QtBot) -> None:
    edit(opened)
    file.unlink()
    opened.opening.look_at_disk()
    assert "is gone" in shown_error(opened)
    opened.window.banner.hide()
    opened.opening.look_at_disk()
    assert not shown_error(opened)
    opened.desk.take("file.save")
    qtbot.waitUntil(lambda: idle(opened))
    assert "name: other" in file.read_text()


def test_a_file_that_is_not_there_is_told_and_nothing_else_changes(opened: App, file: Path, qtbot: QtBot) -> None:
    open_file(opened, qtbot, file.parent / "absent.yml")
    assert "absent.yml" in shown_error(opened)
    assert opened.session.document.path == file
    assert opened.settings.recent == [file]


def test_a_huge_file_is_refused(opened: App, file: Path, tmp_path: Path, qtbot: QtBot) -> None:
    huge = tmp_path / "huge.yml"
    with huge.open("wb") as out:
        os.truncate(out.fileno(), 3 * 1024**3)
    open_file(opened, qtbot, huge)
    assert "huge.yml" in shown_error(opened)
    assert opened.session.document.path == file


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("<<<<<<< HEAD\nname: a\n=======\nname: b\n>>>>>>> theirs\n", "conflict"),
        ("name: a\n\tdescription: b\n", "tab"),
        ("- a list\n- and no recipe\n", "map"),
    ],
)
def test_a_file_that_is_no_recipe_opens_with_the_problem_in_words(
    starts: Started, tmp_path: Path, text: str, word: str, qtbot: QtBot
) -> None:
    path = tmp_path / "odd.yml"
    path.write_text(text)
    app = starts.start(path)
    assert app.session.document.text == text
    said = " ".join(f"{problem.message} {problem.hint}" for problem in app.session.problems).lower()
    assert word in said
    assert "error" in app.window.status_line.problems.text()


def test_a_byte_order_mark_stays_and_hurts_nobody(starts: Started, file: Path, qtbot: QtBot) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    app = starts.start(file)
    assert app.session.canvas.name == "web-server"
    edit(app)
    app.desk.take("file.save")
    qtbot.waitUntil(lambda: idle(app))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"name: other" in file.read_bytes()


def test_a_second_window_on_the_file_notices_the_save_of_the_first(
    opened: App, file: Path, starts: Started, qtbot: QtBot
) -> None:
    second = Document.read(file)
    second.edit("Rename", second.text.replace("name: web-server", "name: second", 1))
    second.save()
    opened.application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert opened.session.canvas.name == "second"
    second.deleteLater()


def test_two_files_changed_on_both_sides_are_asked_about_one_after_the_other(
    opened: App, file: Path, qtbot: QtBot
) -> None:
    document = opened.session.component(file.parent / "components/nginx.yml")
    edit(opened)
    document.edit("Type", document.text + "# mine\n")
    for path in (file, file.parent / "components/nginx.yml"):
        path.write_text(path.read_text() + "# theirs\n")
    opened.opening.look_at_disk()
    opened.opening.look_at_disk()
    assert "nginx.yml" in question(opened).text()
    answer(opened, qtbot, "Keep mine")
    qtbot.waitUntil(lambda: "web-server.yml" in question(opened).text())
    answer(opened, qtbot, "Take what is on disk")
    assert opened.session.document.text.endswith("# theirs\n")
    assert document.text.endswith("# mine\n")


def test_the_disk_is_not_looked_at_while_something_is_asked(opened: App, file: Path, qtbot: QtBot) -> None:
    edit(opened)
    opened.desk.take("file.new")
    file.write_text(file.read_text() + "# theirs\n")
    opened.opening.look_at_disk()
    assert len(dialogs(opened, QMessageBox)) == 1
    answer(opened, qtbot, "Cancel")
    opened.opening.look_at_disk()
    assert "changed on disk" in question(opened).text()
    answer(opened, qtbot, "Keep mine")


def test_adopted_documents_that_lead_out_of_the_folder_are_refused_before_anything_is_written(
    app: App, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "there").mkdir()
    app.opening.adopt("name: a\n", {"components/good.yml": "name: good\n", "../bad.yml": "name: bad\n"})
    choose(app, tmp_path / "there")
    qtbot.waitUntil(lambda: "leads out" in shown_error(app))
    assert not list((tmp_path / "there").iterdir())
    assert not (tmp_path / "bad.yml").exists()
