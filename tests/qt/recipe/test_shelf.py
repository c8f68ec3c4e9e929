"""The shelf: components of the connection and beside the file, found by letters, put in by key, button and drag."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.errors import Denied
from gui.actions import COMPONENT_MIME, Desk
from gui.document import Document
from gui.recipe.shelf import Shelf
from gui.recipe.shelved import Shelf as Source
from gui.session import Session, warmed
from gui.theme.theme import Theme
from tests.fakes.stock import Account, AccountConnection, component
from tests.installed import ROOT
from tests.qt.waiting import press, until

EXAMPLE = ROOT / "resources/examples/hardened-base"
Shown = Callable[[Account], Shelf]


@pytest.fixture
def shown(theme: Theme, desk: Desk, session: Session, tmp_path: Path, qtbot: QtBot) -> Shown:
    """Shows the shelf beside a recipe file with documents, once all of it was read."""

    def show(account: Account) -> Shelf:
        session.connect_to(AccountConnection(account))
        shutil.copytree(EXAMPLE, tmp_path / "recipe")
        session.open(Document.read(tmp_path / "recipe/hardened-base.yml"))
        warmed(session.draft)
        shelf = Shelf(theme, desk, session)
        qtbot.addWidget(shelf)
        shelf.resize(280, 700)
        shelf.show()
        until(qtbot, lambda: not shelf.busy)
        return shelf

    return show


def names(shelf: Shelf, source: Source | None = None) -> list[str]:
    return [row.name for row in shelf.table.rows.shown if source in (None, row.shelf)]


def references(session: Session) -> list[str]:
    return [card.reference for card in session.canvas.components]


def test_documents_beside_the_file_come_first_then_own_shared_and_amazons(shown: Shown) -> None:
    shelf = shown(Account.typical())
    assert names(shelf, Source.BESIDE) == ["accounts", "firewall", "kernel-settings", "packages", "sshd"]
    shelves = [row.shelf for row in shelf.table.rows.shown]
    assert shelves == sorted(shelves, key=list(Source).index)
    assert set(shelves) == set(Source)


def test_only_components_of_the_recipes_platform_are_shown_unless_asked_for(shown: Shown) -> None:
    shelf = shown(Account.typical())
    assert "update-windows" not in names(shelf)
    shelf.platform.setCurrentText("Windows")
    assert names(shelf, Source.AMAZON) == ["update-windows"]
    shelf.platform.setCurrentIndex(0)
    assert {"update-windows", "update-linux"} <= set(names(shelf))


def test_only_the_newest_version_is_on_the_shelf(shown: Shown) -> None:
    assert names(shown(Account.typical())).count("update-linux") == 1


def test_letters_and_source_narrow_the_list(shown: Shown) -> None:
    shelf = shown(Account.typical())
    shelf.search.setText("fire")
    assert names(shelf) == ["firewall", "firewall"]
    shelf.source.setCurrentText(Source.OWN.value)
    assert [row.reference for row in shelf.table.rows.shown] == ["self/firewall/1.0.0"]


def test_nothing_found_offers_everything(shown: Shown, qtbot: QtBot) -> None:
    shelf = shown(Account.typical())
    shelf.search.setText("no such thing")
    assert "Nothing found" in shelf.stage.said
    shelf.show_everything()
    assert shelf.stage.said == ""
    assert shelf.search.text() == ""


def test_enter_puts_the_chosen_component_at_the_end_of_the_recipe(shown: Shown, session: Session) -> None:
    shelf = shown(Account.typical())
    shelf.search.setText("update linux")
    press(shelf.search, Qt.Key.Key_Down)
    press(shelf.table, Qt.Key.Key_Return)
    assert references(session)[-1] == "aws/update-linux/x.x.x"
    session.document.undo.undo()
    assert "aws/update-linux/x.x.x" not in references(session)


def test_the_button_adds_a_document_by_its_path(shown: Shown, session: Session, qtbot: QtBot) -> None:
    shelf = shown(Account.typical())
    shelf.table.choose("components/sshd.yml")
    with qtbot.waitSignal(shelf.added) as added:
        shelf.add()
    assert added.args == ["components/sshd.yml"]
    assert references(session).count("components/sshd.yml") == 2


def test_a_recipe_that_is_no_yaml_is_not_touched_and_it_is_said(shown: Shown, session: Session) -> None:
    shelf = shown(Account.typical())
    broken = session.document.text + "\n\t- :"
    session.document.edit("Type", broken)
    shelf.table.choose_at(0)
    shelf.add()
    assert session.document.text == broken
    assert shelf.banner.accessibleName()


def test_a_component_is_dragged_as_a_recipe_names_it(shown: Shown) -> None:
    shelf = shown(Account.typical())
    model = shelf.table.rows
    dragged = [bytes(model.mimeData([model.index(at, 0)]).data(COMPONENT_MIME).data()).decode() for at in (0, 5)]
    assert dragged == ["components/accounts.yml", "self/accounts/1.0.0"]


def test_the_document_of_the_chosen_component_is_shown(shown: Shown, qtbot: QtBot) -> None:
    shelf = shown(Account.typical())
    shelf.table.choose("components/sshd.yml")
    until(qtbot, lambda: shelf.preview == (EXAMPLE / "components/sshd.yml").read_text())
    shelf.table.choose("self/nginx/1.0.0")
    until(qtbot, lambda: "apt-get install -y nginx" in shelf.preview)


def test_a_connection_that_refuses_leaves_what_is_beside_the_file(shown: Shown, qtbot: QtBot) -> None:
    account = Account.typical()
    account.failing = Denied("team-eu may not list components.", hint="Ask for imagebuilder:ListComponents.")
    shelf = shown(account)
    assert names(shelf) == ["accounts", "firewall", "kernel-settings", "packages", "sshd"]
    assert "imagebuilder:ListComponents" in shelf.state
    account.failing = None
    shelf.refresh()
    until(qtbot, lambda: names(shelf, Source.AMAZON))
    assert shelf.state == ""


def test_a_document_saved_beside_the_file_appears(shown: Shown, session: Session, qtbot: QtBot) -> None:
    shelf = shown(Account.typical())
    folder = session.folder
    assert folder is not None
    text = (EXAMPLE / "components/sshd.yml").read_text()
    (folder / "motd.yml").write_text(text)
    (folder / "notes.yml").write_text("just: notes\n")
    session.dirty_changed.emit()
    until(qtbot, lambda: "motd" in names(shelf, Source.BESIDE))
    assert "notes" not in names(shelf)


def test_an_open_file_without_a_folder_and_an_empty_account_say_what_to_do(
    theme: Theme, desk: Desk, session: Session, qtbot: QtBot
) -> None:
    session.connect_to(AccountConnection(Account()))
    shelf = Shelf(theme, desk, session)
    qtbot.addWidget(shelf)
    shelf.show()
    until(qtbot, lambda: "No components" in shelf.stage.said)


def test_the_chosen_component_stays_chosen_when_others_come(shown: Shown, session: Session, qtbot: QtBot) -> None:
    account = Account.typical()
    shelf = shown(account)
    shelf.table.choose("self/nginx/1.0.0")
    account.components.append(component("aaa"))
    shelf.refresh()
    until(qtbot, lambda: "aaa" in names(shelf))
    assert shelf.table.row.reference == "self/nginx/1.0.0"
