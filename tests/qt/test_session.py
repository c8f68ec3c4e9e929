"""The open recipe file: edits, undo, problems, and what the disk has of it."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from core.recipe.document_file import Change
from gui.document import Document
from gui.session import CHECKING, Session, lane_of, warmed
from tests.installed import ROOT

EXAMPLE = ROOT / "resources/examples/web-server/web-server.yml"


def test_an_edit_is_undone_and_redone_to_the_identical_text(session: Session) -> None:
    before = session.document.text
    session.edit("Rename", session.draft.put("name", "web-server"))
    after = session.document.text
    assert session.draft.canvas.name == "web-server"
    session.document.undo.undo()
    assert (session.document.text, session.draft.text) == (before, before)
    session.document.undo.redo()
    assert session.document.text == after


def test_typing_is_undone_at_once_and_a_new_run_apart(session: Session) -> None:
    for name in ("w", "we", "web"):
        session.edit("Rename", session.draft.put("name", name), run="name")
    session.edit("Describe", session.draft.put("description", "A server"), run="description")
    session.document.undo.undo()
    assert session.canvas.name == "web"
    session.document.undo.undo()
    assert session.canvas.name == "untitled"
    assert session.document.clean


def test_problems_are_found_off_the_gui_thread(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.checked):
        session.edit("Rename", session.draft.put("name", "?"))
    assert any(problem.address == "name" for problem in session.problems)


def test_a_file_is_saved_and_changes_of_others_are_seen(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "a.yml"
    path.write_text(EXAMPLE.read_text())
    session.open(Document.read(path))
    assert session.canvas.name == "web-server"
    session.edit("Rename", session.draft.put("name", "other"))
    assert list(session.dirty) == [session.document]
    session.document.save()
    assert not session.dirty
    assert "name: other" in path.read_text()
    assert session.document.changed_on_disk() is None
    path.write_text(path.read_text() + "# somebody was here\n")
    versions = session.document.changed_on_disk()
    assert versions is not None
    assert (versions.theirs, versions.change) == (path.read_text(), Change.THEIRS)
    assert session.document.changed_on_disk() is None


def test_a_document_typed_into_changes_what_its_card_says(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "components").mkdir()
    for file in (EXAMPLE, EXAMPLE.parent / "components/nginx.yml"):
        (tmp_path / file.relative_to(EXAMPLE.parent)).write_text(file.read_text())
    session.open(Document.read(tmp_path / "web-server.yml"))
    warmed(session.draft)
    (card,) = session.canvas.components
    assert card.path is not None
    document = session.component(card.path)
    with qtbot.waitSignal(session.checked):
        document.edit("Type", document.text.replace("name: Install\n", "name: I!\n", 1))
    assert session.canvas.components[0].document_problems


def test_a_connection_may_have_any_name() -> None:
    """One called "checking", which waited for the network, kept the recipe from being checked."""
    assert lane_of(CHECKING) != CHECKING
