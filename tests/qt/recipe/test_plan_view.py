"""The plan view against a real local service: what would be made, used and changed, and why; errors in place."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.aws.connection import LocalConnection
from core.errors import Denied
from core.local.endpoint import Endpoint, Home
from core.publish.apply import apply
from core.publish.prepared import planned, read_for
from gui.actions import Desk, Intent, ShowAddress
from gui.document import Document
from gui.recipe.plan_view import PlanView
from gui.session import Session, warmed
from gui.theme.theme import Theme
from tests.fakes.stock import Account, AccountConnection
from tests.functional.service.running import KEYS, REGION, running_service
from tests.installed import ROOT
from tests.qt.waiting import press, until

EXAMPLE = ROOT / "resources/examples/web-server"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalConnection]:
    with running_service(Home(tmp_path_factory.mktemp("home"))) as running:
        endpoint = Endpoint(running.url, 1, KEYS.access_key_id, KEYS.secret_access_key)
        yield LocalConnection(REGION, running.home, lambda home: endpoint)


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The example under a name of this test."""
    shutil.copytree(EXAMPLE, tmp_path / "recipe")
    found = tmp_path / "recipe/web-server.yml"
    name = f"t{abs(hash(request.node.name)) % 10**8}"
    text = found.read_text().replace("name: web-server", f"name: {name}", 1)
    found.write_text(text.replace("components/nginx.yml", f"components/{name}.yml"))
    (found.parent / "components/nginx.yml").rename(found.parent / f"components/{name}.yml")
    return found


View = Callable[[Path | None], PlanView]


@pytest.fixture
def view(theme: Theme, desk: Desk, session: Session, service: LocalConnection, qtbot: QtBot) -> View:
    """Shows the plan of a file, once it was made."""

    def show(file: Path | None) -> PlanView:
        session.connect_to(service)
        if file is not None:
            session.open(Document.read(file))
            warmed(session.draft)
        made = PlanView(theme, desk, session)
        qtbot.addWidget(made)
        made.resize(1100, 740)
        made.show()
        until(qtbot, lambda: not made.busy)
        return made

    return show


def published(file: Path, at: LocalConnection) -> None:
    list(apply(planned(read_for(file, file.read_text(), at.kind, at.name), at), at.image_builder()))


def rows(view: PlanView) -> list[tuple[str, str]]:
    model = view.table.rows
    return [(str(model.index(row, 0).data()), str(model.index(row, 1).data())) for row in range(model.rowCount())]


def test_everything_of_a_new_recipe_is_to_be_created(view: View, file: Path) -> None:
    shown = view(file)
    kinds = ["Component", "Image recipe", "Infrastructure configuration", "Distribution configuration", "Pipeline"]
    assert rows(shown) == [("Create", kind) for kind in kinds]
    assert shown.said == f"On Local in {REGION}: 5 to create."


def test_what_is_there_with_the_same_content_is_used_again(view: View, file: Path, service: LocalConnection) -> None:
    published(file, service)
    shown = view(file)
    assert {what for what, _ in rows(shown)} == {"Reuse"}
    assert "everything is there already" in shown.said


def test_a_change_of_a_document_that_is_not_saved_yet_is_planned(
    view: View, file: Path, service: LocalConnection, session: Session, qtbot: QtBot
) -> None:
    published(file, service)
    shown = view(file)
    (path,) = (file.parent / "components").iterdir()
    document = session.component(path.resolve())
    document.edit("Type", document.text + "# more\n")
    session.document.edit("Type", session.document.text.replace("t3.medium", "t3.large"))
    until(qtbot, lambda: shown.stale)
    shown.refresh()
    until(qtbot, lambda: not shown.busy)
    assert rows(shown)[0] == ("New build", "Component")
    assert ("Update", "Infrastructure configuration") in rows(shown)
    assert not shown.stale
    assert "1 to renew, 1 to update and 3 to reuse" in shown.said


def test_keys_work_on_the_plan_as_soon_as_it_is_there(view: View, file: Path) -> None:
    shown = view(file)
    assert shown.table.hasFocus()
    press(shown.table, Qt.Key.Key_Down)
    press(shown.table, Qt.Key.Key_Return)
    assert shown.details.text.hasFocus()


def test_a_step_shows_why_and_what_is_sent(view: View, file: Path) -> None:
    shown = view(file)
    shown.table.choose_at(1)
    assert ("Why", "There is no 1.0.x yet") in shown.details.facts.shown
    assert 'semanticVersion: "1.0.0"' in shown.details.text.toPlainText()


def test_problems_that_only_the_connection_knows_are_listed_with_the_way_to_them(
    view: View, file: Path, desk: Desk
) -> None:
    file.write_text(file.read_text().replace("debian-12-x86", "debian-13-x86"))
    shown = view(file)
    intents: list[Intent] = []
    desk.intended.connect(intents.append)
    assert rows(shown) == [("Error", "web-server.yml")]
    shown.table.choose_at(0)
    press(shown.table, Qt.Key.Key_Return)
    (intent,) = intents
    assert isinstance(intent, ShowAddress)
    assert (intent.address, intent.file) == ("imageRecipe.parentImage", "")


def test_a_connection_that_refuses_is_said_with_its_hint(
    view: View, file: Path, session: Session, qtbot: QtBot
) -> None:
    shown = view(file)
    account = Account()
    account.failing = Denied("team-eu may not read components.", hint="Ask for imagebuilder:GetComponent.")
    session.connect_to(AccountConnection(account))
    until(qtbot, lambda: "imagebuilder:GetComponent" in shown.said)


def test_a_recipe_without_a_file_is_to_be_saved_first(view: View) -> None:
    assert "Save the recipe first" in view(None).said


def test_it_bakes_if_that_is_possible_and_is_left(view: View, file: Path, desk: Desk, qtbot: QtBot) -> None:
    taken: list[str] = []
    desk.bind("run.bake", lambda: taken.append("baked"))
    shown = view(file)
    button(shown, "Bake").click()
    assert taken == ["baked"]
    desk.allow("run.bake", False, "A bake is being prepared.")
    assert not button(shown, "Bake").isEnabled()
    with qtbot.waitSignal(shown.left):
        button(shown, "Close").click()


def button(view: PlanView, text: str) -> QPushButton:
    (found,) = [each for each in view.findChildren(QPushButton) if each.text() == text]
    return found
