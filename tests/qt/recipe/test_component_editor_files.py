"""Component documents as files: opened, new ones made, saved, and those that can't be."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.recipe.component import check_component
from gui.actions import Desk
from gui.document import Document
from gui.recipe.component_editor import ComponentEditor
from gui.session import Session
from gui.theme.theme import Theme
from tests.installed import ROOT

EXAMPLE = ROOT / "resources/examples/web-server"
NGINX = (EXAMPLE / "components/nginx.yml").read_text()
Key = Qt.Key


@pytest.fixture
def folder(session: Session, tmp_path: Path) -> Path:
    (tmp_path / "components").mkdir()
    (tmp_path / "web-server.yml").write_text((EXAMPLE / "web-server.yml").read_text())
    (tmp_path / "components/nginx.yml").write_text(NGINX)
    session.open(Document.read(tmp_path / "web-server.yml"))
    return tmp_path


@pytest.fixture
def editor(theme: Theme, desk: Desk, session: Session, qtbot: QtBot) -> ComponentEditor:
    made = ComponentEditor(theme, desk, session)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    with qtbot.waitExposed(made):
        made.show()
    return made


def settled(editor: ComponentEditor, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: editor.sheet is None or not editor.sheet.drafting.reading)


def test_a_new_component_is_written_beside_the_recipe_and_added_in_one_step(
    editor: ComponentEditor, desk: Desk, session: Session, folder: Path, qtbot: QtBot
) -> None:
    before = session.document.text
    desk.take("recipe.new-component")
    page = editor.new_page
    QTest.keyClick(page.list, Key.Key_Down)
    QTest.keyClick(page.name, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(page.name, "site.yml")
    QTest.keyClick(page.name, Key.Key_Return)
    path = folder / "components/site.yml"
    assert path.read_text().startswith("name: site\ndescription: Put files onto the machine\n")
    assert not check_component(path.read_text())
    assert editor.path == path
    assert session.canvas.components[-1].name == "site"
    assert session.document.undo.count() == 1
    session.document.undo.undo()
    assert session.document.text == before
    settled(editor, qtbot)


def test_a_file_that_is_there_already_is_not_overwritten(editor: ComponentEditor, folder: Path) -> None:
    editor.begin_new()
    page = editor.new_page
    page.name.setText("")
    QTest.keyClicks(page.name, "nginx")
    assert "already" in page.problem.text()
    assert not page.make.isEnabled()
    QTest.keyClick(page.name, Key.Key_Return)
    assert (folder / "components/nginx.yml").read_text() == NGINX


@pytest.mark.parametrize("name", ["", "../escape", "a/b", ".hidden", "two words"])
def test_names_that_are_no_file_names_are_refused(editor: ComponentEditor, folder: Path, name: str) -> None:
    editor.begin_new()
    editor.new_page.name.setText("")
    editor.new_page.name.edited.emit("")
    QTest.keyClicks(editor.new_page.name, name)
    assert not editor.new_page.make.isEnabled()


def test_a_recipe_without_a_file_has_to_be_saved_first(
    editor: ComponentEditor, desk: Desk, session: Session, tmp_path: Path
) -> None:
    saved: list[str] = []
    desk.bind("file.save", lambda: saved.append("asked"))
    editor.begin_new()
    assert not editor.new_page.list.isVisible()
    session.document.save(tmp_path / "new.yml")
    assert editor.new_page.list.isVisible()


def test_a_template_that_was_used_gets_another_name(editor: ComponentEditor, folder: Path) -> None:
    (folder / "components/install-packages.yml").write_text(NGINX)
    editor.begin_new()
    assert editor.new_page.name.text() == "install-packages-2"


def test_undo_means_the_document_while_it_is_open_and_the_recipe_afterwards(
    editor: ComponentEditor, session: Session, folder: Path, qtbot: QtBot
) -> None:
    editor.open(folder / "components/nginx.yml")
    assert session.undo.activeStack() is session.component(folder / "components/nginx.yml").undo
    settled(editor, qtbot)
    editor.leave()
    assert session.undo.activeStack() is session.document.undo


def test_what_is_not_saved_is_shown_and_kept_when_left(
    editor: ComponentEditor, session: Session, folder: Path, qtbot: QtBot
) -> None:
    path = folder / "components/nginx.yml"
    editor.open(path)
    settled(editor, qtbot)
    assert editor.sheet is not None
    assert not editor.unsaved.isVisible()
    QTest.keyClicks(editor.sheet.text.editor.view, "#")
    assert editor.unsaved.isVisible()
    settled(editor, qtbot)
    editor.leave()
    assert session.dirty
    editor.open(path)
    sheet = editor.sheet
    assert sheet is not None
    assert sheet.text.editor.text == "#" + NGINX
    assert editor.unsaved.isVisible()
    for document in session.dirty:
        document.save()
    assert not editor.unsaved.isVisible()
    assert path.read_text() == "#" + NGINX
    settled(editor, qtbot)


def test_a_file_that_is_not_there_is_said_in_its_place(editor: ComponentEditor, folder: Path, qtbot: QtBot) -> None:
    editor.open(folder / "components/gone.yml")
    assert editor.sheet is None
    assert editor.gone.isVisible()
    with qtbot.waitSignal(editor.left):
        QTest.keyClick(editor.gone, Key.Key_Escape)


def test_a_file_that_vanished_while_open_can_be_written_again(
    editor: ComponentEditor, folder: Path, qtbot: QtBot
) -> None:
    path = folder / "components/nginx.yml"
    editor.open(path)
    settled(editor, qtbot)
    path.unlink()
    editor.leave()
    editor.open(path)
    assert editor.banner.isVisible()
    assert editor.sheet is not None
    assert editor.sheet.text.editor.text == NGINX
    (again,) = [one for one in editor.banner.findChildren(QPushButton) if one.text() == "Write it again"]
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    assert path.read_text() == NGINX
    settled(editor, qtbot)


def test_a_file_that_is_read_only_is_shown_and_not_edited(
    editor: ComponentEditor, session: Session, folder: Path, qtbot: QtBot
) -> None:
    path = folder / "components/nginx.yml"
    session.component(path).read_only = True
    editor.open(path)
    settled(editor, qtbot)
    assert editor.sheet is not None
    card = editor.sheet.lanes.card((0, 1))
    assert card is not None
    QTest.keyClicks(editor.sheet.text.editor.view, "x")
    QTest.keyClick(card, Key.Key_Delete)
    assert session.component(path).text == NGINX
    assert "read-only" in editor.sheet.banner.accessibleName()
    assert not editor.sheet.step_panel.isEnabled()


def test_a_file_of_a_mebibyte_is_opened_as_text(editor: ComponentEditor, folder: Path, qtbot: QtBot) -> None:
    path = folder / "components/nginx.yml"
    huge = NGINX + "# " + "x" * (1024 * 1024 - len(NGINX) - 3) + "\n"
    path.write_text(huge)
    editor.open(path)
    settled(editor, qtbot)
    assert editor.sheet is not None
    assert len(editor.sheet.lanes.lanes) == 3


def test_a_larger_file_is_refused_in_words(editor: ComponentEditor, folder: Path) -> None:
    path = folder / "components/larger.yml"
    path.write_text("# " + "x" * 1024 * 1024)
    editor.open(path)
    assert editor.sheet is None
    assert editor.gone.isVisible()


def test_another_recipe_closes_the_document(
    editor: ComponentEditor, session: Session, folder: Path, qtbot: QtBot
) -> None:
    editor.open(folder / "components/nginx.yml")
    settled(editor, qtbot)
    with qtbot.waitSignal(editor.left):
        session.open(Document("name: other\n", None))
    assert editor.sheet is None


def test_the_actions_of_the_window_mean_the_chosen_step(
    editor: ComponentEditor, desk: Desk, folder: Path, qtbot: QtBot
) -> None:
    editor.open(folder / "components/nginx.yml")
    settled(editor, qtbot)
    assert editor.sheet is not None
    assert not desk.possible("edit.duplicate")
    editor.sheet.lanes.choose((0, 1))
    desk.take("edit.duplicate")
    assert editor.sheet.drafting.draft.lanes.phases[0].steps[2].name == "Install-2"
    desk.take("recipe.move-up")
    desk.take("edit.delete")
    assert [step.name for step in editor.sheet.drafting.draft.lanes.phases[0].steps][:3] == [
        "PortIsANumber",
        "Install",
        "WritePage",
    ]
    settled(editor, qtbot)
