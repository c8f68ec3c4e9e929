"""The problems panel: live, with the way to each problem and its quick fixes, and calm while one types."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.actions import Desk, Intent, ShowAddress
from gui.document import Document
from gui.recipe.problems_panel import ProblemsPanel
from gui.session import Session, warmed
from gui.theme.theme import Theme
from tests.installed import ROOT
from tests.qt.waiting import press, until

EXAMPLE = ROOT / "resources/examples/web-server"


@pytest.fixture
def panel(theme: Theme, desk: Desk, session: Session, qtbot: QtBot) -> ProblemsPanel:
    made = ProblemsPanel(theme, desk, session)
    qtbot.addWidget(made)
    made.resize(1100, 220)
    made.show()
    return made


@pytest.fixture
def intents(desk: Desk) -> list[Intent]:
    found: list[Intent] = []
    desk.intended.connect(found.append)
    return found


def opened(session: Session, folder: Path, qtbot: QtBot, *changes: tuple[str, str], document: str = "") -> Path:
    """Open the example with texts in it changed, and an action of its document."""
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    file = folder / "web-server.yml"
    text = file.read_text()
    for old, new in changes:
        text = text.replace(old, new)
    file.write_text(text)
    if document:
        nginx = folder / "components/nginx.yml"
        nginx.write_text(nginx.read_text().replace("action: ExecuteBash", f"action: {document}", 1))
    session.open(Document.read(file))
    problems = warmed(session.draft).problems
    until(qtbot, lambda: session.problems == problems)
    return file


def shown(panel: ProblemsPanel) -> list[str]:
    model = panel.table.rows
    return [str(model.index(row, 1).data()) for row in range(model.rowCount())]


def place(panel: ProblemsPanel, row: int) -> str:
    return str(panel.table.rows.index(row, 3).data())


def typed(session: Session, qtbot: QtBot, old: str, new: str) -> None:
    session.document.edit("Type", session.document.text.replace(old, new, 1))
    problems = warmed(session.draft).problems
    until(qtbot, lambda: session.problems == problems)


WRONG = (("instanceTypes", "instanceTypos"), ("timeoutMinutes: 60", "timeoutMinutes: 5"))


def test_without_problems_it_says_so(panel: ProblemsPanel, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    opened(session, tmp_path, qtbot)
    assert panel.stage.said.startswith("No problems")


def test_problems_of_the_file_and_of_its_documents_are_listed(
    panel: ProblemsPanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    opened(session, tmp_path, qtbot, *WRONG, document="ExecuteBahs")
    assert shown(panel) == [
        "Unknown key 'instanceTypos'",
        "'5' is below 60, the least allowed",
        "Unknown action 'ExecuteBahs' in step 'Install'",
    ]
    assert place(panel, 0) == "infrastructureConfiguration.instanceTypos"
    assert place(panel, 2).startswith("nginx.yml:")


def test_a_click_leads_to_the_place(
    panel: ProblemsPanel, session: Session, intents: list[Intent], tmp_path: Path, qtbot: QtBot
) -> None:
    opened(session, tmp_path, qtbot, *WRONG, document="ExecuteBahs")
    panel.table.choose_at(1)
    press(panel.table, Qt.Key.Key_Return)
    panel.table.choose_at(2)
    press(panel.table, Qt.Key.Key_Return)
    first, second = intents
    assert isinstance(first, ShowAddress)
    assert isinstance(second, ShowAddress)
    assert (first.address, first.file) == ("imageTestsConfiguration.timeoutMinutes", "")
    assert Path(second.file).name == "nginx.yml"
    assert second.line > 0


def test_next_goes_from_problem_to_problem_and_round(
    panel: ProblemsPanel, session: Session, intents: list[Intent], tmp_path: Path, qtbot: QtBot
) -> None:
    opened(session, tmp_path, qtbot, *WRONG)
    for _ in range(3):
        panel.next()
    addresses = [intent.address for intent in intents if isinstance(intent, ShowAddress)]
    first, second = "infrastructureConfiguration.instanceTypos", "imageTestsConfiguration.timeoutMinutes"
    assert addresses == [first, second, first]


def test_the_chosen_problem_stays_chosen_while_one_types(
    panel: ProblemsPanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    opened(session, tmp_path, qtbot, *WRONG)
    panel.table.choose_at(1)
    typed(session, qtbot, "timeoutMinutes: 5\n", "timeoutMinutes: 7\n")
    assert panel.table.row.message == "'7' is below 60, the least allowed"
    typed(session, qtbot, "name: web-server", "nome: web-server")
    assert panel.table.row.message == "'7' is below 60, the least allowed"


def test_when_the_chosen_problem_is_gone_its_neighbour_is_chosen_and_nobody_is_sent_there(
    panel: ProblemsPanel, session: Session, intents: list[Intent], tmp_path: Path, qtbot: QtBot
) -> None:
    opened(session, tmp_path, qtbot, *WRONG)
    panel.table.choose_at(1)
    typed(session, qtbot, "timeoutMinutes: 5\n", "timeoutMinutes: 60\n")
    assert panel.table.row.message == "Unknown key 'instanceTypos'"
    assert intents == []


def test_a_quick_fix_puts_the_file_right_undoably(
    panel: ProblemsPanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    opened(session, tmp_path, qtbot, WRONG[0])
    panel.table.choose_at(0)
    until(qtbot, lambda: "Change to 'instanceTypes'" in panel.offered)
    push(panel, "Change to 'instanceTypes'")
    assert session.document.text == (EXAMPLE / "web-server.yml").read_text()
    until(qtbot, lambda: panel.stage.said.startswith("No problems"))
    assert session.document.undo.undoText() == "Change to 'instanceTypes'"


def test_a_quick_fix_puts_a_document_right(
    panel: ProblemsPanel, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    opened(session, tmp_path, qtbot, document="ExecuteBahs")
    panel.table.choose_at(0)
    until(qtbot, lambda: "Change to 'ExecuteBash'" in panel.offered)
    push(panel, "Change to 'ExecuteBash'")
    until(qtbot, lambda: panel.stage.said.startswith("No problems"))
    (document,) = session.components.values()
    assert document.text == (EXAMPLE / "components/nginx.yml").read_text()
    assert session.dirty == (document,)


def test_another_file_starts_anew(panel: ProblemsPanel, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    opened(session, tmp_path / "a", qtbot, *WRONG)
    panel.table.choose_at(1)
    opened(session, tmp_path / "b", qtbot, *WRONG)
    assert panel.table.row is None


def push(panel: ProblemsPanel, text: str) -> None:
    (found,) = [each for each in panel.findChildren(QPushButton) if each.text() == text]
    found.click()
