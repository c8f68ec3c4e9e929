"""The component editor: both sides show and edit one text, and nothing but what was edited changes."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QMenu, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Desk
from gui.document import Document
from gui.recipe.component.cards import Card, StepBox
from gui.recipe.component.condition_field import ConditionField
from gui.recipe.component.fields import ChoiceField, LineField, ListField
from gui.recipe.component.sheet import ComponentSheet
from gui.recipe.component_editor import ComponentEditor
from gui.session import Session
from gui.theme.theme import Theme
from tests.installed import ROOT

EXAMPLE = ROOT / "resources/examples/web-server"
NGINX = (EXAMPLE / "components/nginx.yml").read_text()

Key = Qt.Key
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)

Opens = Callable[[str], ComponentSheet]


@pytest.fixture
def folder(session: Session, tmp_path: Path) -> Path:
    """The folder of the open recipe, with its component."""
    (tmp_path / "components").mkdir()
    (tmp_path / "web-server.yml").write_text((EXAMPLE / "web-server.yml").read_text())
    (tmp_path / "components/nginx.yml").write_text(NGINX)
    session.open(Document.read(tmp_path / "web-server.yml"))
    return tmp_path


@pytest.fixture
def editor(theme: Theme, desk: Desk, session: Session, folder: Path, qtbot: QtBot) -> ComponentEditor:
    made = ComponentEditor(theme, desk, session)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def opens(editor: ComponentEditor, folder: Path, qtbot: QtBot) -> Opens:
    """Opens a document with this text."""

    def opened(text: str) -> ComponentSheet:
        path = folder / "components/nginx.yml"
        path.write_bytes(text.encode())
        editor.open(path)
        sheet = editor.sheet
        assert sheet is not None
        read(sheet, qtbot)
        return sheet

    return opened


def read(sheet: ComponentSheet, qtbot: QtBot) -> None:
    """Wait until both sides show the text as it is."""
    qtbot.waitUntil(lambda: not sheet.drafting.reading)


def text_of(sheet: ComponentSheet) -> str:
    assert sheet.text.editor.text == sheet.drafting.document.text
    return sheet.drafting.document.text


def card(sheet: ComponentSheet, phase: int, step: int) -> StepBox:
    found = sheet.lanes.card((phase, step))
    assert isinstance(found, StepBox)
    return found


def names(sheet: ComponentSheet, phase: int = 0) -> list[str]:
    return [step.name for step in sheet.drafting.draft.lanes.phases[phase].steps]


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [(old, new) for old, new in pairs if old != new]


def test_phases_are_lanes_and_steps_are_cards(opens: Opens) -> None:
    sheet = opens(NGINX)
    assert [len(lane.steps) for lane in sheet.lanes.lanes] == [5, 3, 3]
    install = card(sheet, 0, 1)
    assert install.accessibleName() == "Step Install, ExecuteBash"
    assert "time-out 900 s" in install.accessibleDescription()
    assert "3 attempts" in install.accessibleDescription()
    assert not sheet.drafting.problems


def test_typing_in_the_text_changes_the_card(opens: Opens, qtbot: QtBot) -> None:
    sheet = opens(NGINX)
    view = sheet.text.editor.view
    view.setFocus()
    view.go_to(NGINX.index("Install\n"))
    QTest.keyClicks(view, "Re")
    read(sheet, qtbot)
    assert card(sheet, 0, 1).accessibleName() == "Step ReInstall, ExecuteBash"
    assert text_of(sheet) == NGINX.replace("name: Install", "name: ReInstall")
    assert sheet.lanes.place == (0, 1)


def test_typing_in_a_form_changes_exactly_one_line(opens: Opens) -> None:
    sheet = opens(NGINX)
    sheet.lanes.choose((0, 1))
    field = sheet.step_panel.field("timeoutSeconds")
    assert isinstance(field, LineField)
    field.entry.setFocus()
    field.entry.selectAll()
    QTest.keyClicks(field.entry, "60")
    assert changed_lines(NGINX, text_of(sheet)) == [("        timeoutSeconds: 900", "        timeoutSeconds: 60")]
    sheet.drafting.document.undo.undo()
    assert text_of(sheet) == NGINX


def test_a_comment_behind_a_value_stays(opens: Opens) -> None:
    sheet = opens(NGINX)
    sheet.lanes.choose((0, 1))
    field = sheet.step_panel.field("maxAttempts")
    assert isinstance(field, LineField)
    QTest.keyClick(field.entry, Key.Key_A, CTRL)
    QTest.keyClicks(field.entry, "5")
    expected = ("        maxAttempts: 3 # a mirror may be busy", "        maxAttempts: 5 # a mirror may be busy")
    assert changed_lines(NGINX, text_of(sheet)) == [expected]


def test_a_line_of_a_script_is_edited_in_its_form(opens: Opens) -> None:
    sheet = opens(NGINX)
    sheet.lanes.choose((0, 1))
    field = sheet.step_panel.field("commands")
    assert isinstance(field, ListField)
    (entry,) = field.entries
    cursor = entry.textCursor()
    cursor.setPosition(entry.toPlainText().index("nginx"))
    entry.setTextCursor(cursor)
    QTest.keyClicks(entry, "my")
    assert text_of(sheet) == NGINX.replace("recommends nginx", "recommends mynginx")


def test_a_condition_is_edited_in_its_form(opens: Opens) -> None:
    sheet = opens(NGINX)
    sheet.lanes.choose((0, 0))
    field = sheet.step_panel.field("")
    assert isinstance(field, ConditionField)
    last = field.rows[2]
    QTest.keyClick(last.right, Key.Key_A, CTRL)
    QTest.keyClicks(last.right, "1023")
    assert changed_lines(NGINX, text_of(sheet)) == [
        ("            - numberLessThanEquals: 65535", "            - numberLessThanEquals: 1023")
    ]
    last.operator.emit("numberLessThan")
    assert "            - numberLessThan: 1023\n              value: " in text_of(sheet)


def test_another_action_takes_along_what_means_the_same(opens: Opens) -> None:
    sheet = opens(NGINX)
    sheet.lanes.choose((0, 2))
    field = sheet.step_panel.field("action")
    assert isinstance(field, ChoiceField)
    field.entry.setFocus()
    field.entry.setCurrentText("AppendFile")
    field.entry.edited.emit("AppendFile")
    after = text_of(sheet)
    assert (
        'action: AppendFile\n        inputs:\n          - path: "{{ Root }}/index.html"\n            content: |'
        in after
    )
    sheet.drafting.document.undo.undo()
    assert text_of(sheet) == NGINX


def test_a_text_that_is_no_yaml_keeps_the_cards_and_says_why(opens: Opens, qtbot: QtBot) -> None:
    sheet = opens(NGINX)
    view = sheet.text.editor.view
    view.setFocus()
    view.go_to(NGINX.index("  - name: build"))
    QTest.keyClicks(view, "[")
    read(sheet, qtbot)
    assert sheet.paused.isVisible()
    assert sheet.paused.accessibleName().startswith("Line ")
    assert len(sheet.lanes.lanes[0].steps) == 5
    assert not sheet.step_panel.isEnabled()
    before = text_of(sheet)
    QTest.keyClick(card(sheet, 0, 1), Key.Key_Delete)
    assert text_of(sheet) == before
    QTest.keyClick(view, Key.Key_Backspace)
    read(sheet, qtbot)
    assert sheet.paused.isHidden()
    assert sheet.step_panel.isEnabled()


def test_steps_are_moved_copied_and_removed_by_keys(opens: Opens) -> None:
    sheet = opens(NGINX)
    card(sheet, 0, 1).setFocus()
    QTest.keyClick(card(sheet, 0, 1), Key.Key_Down, ALT)
    assert names(sheet) == ["PortIsANumber", "WritePage", "Install", "WriteSite", "Activate"]
    assert card(sheet, 0, 2).hasFocus()
    QTest.keyClick(card(sheet, 0, 2), Key.Key_Up, ALT)
    QTest.keyClick(card(sheet, 0, 1), Key.Key_D, CTRL)
    assert names(sheet)[1:3] == ["Install", "Install-2"]
    QTest.keyClick(card(sheet, 0, 2), Key.Key_Delete)
    assert text_of(sheet) == NGINX
    QTest.keyClick(card(sheet, 0, 1), Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().startswith("- name: Install\n")
    QTest.keyClick(card(sheet, 0, 1), Key.Key_Down)
    assert card(sheet, 0, 2).hasFocus()
    QTest.keyClick(card(sheet, 0, 2), Key.Key_V, CTRL)
    assert names(sheet)[2:4] == ["WritePage", "Install-2"]


def test_a_step_moves_over_the_border_of_its_phase(opens: Opens) -> None:
    sheet = opens(NGINX)
    QTest.keyClick(card(sheet, 0, 4), Key.Key_Down, ALT)
    assert (names(sheet, 0)[-1], names(sheet, 1)[0]) == ("WriteSite", "Activate")
    assert sheet.lanes.place == (1, 0)
    QTest.keyClick(card(sheet, 1, 0), Key.Key_Up, ALT)
    assert names(sheet, 0)[-1] == "Activate"


def test_everything_is_undone_and_redone_to_the_identical_text(opens: Opens, qtbot: QtBot) -> None:
    sheet = opens(NGINX)
    undo = sheet.drafting.document.undo
    QTest.keyClick(card(sheet, 0, 1), Key.Key_Down, ALT)
    QTest.keyClick(card(sheet, 0, 2), Key.Key_D, CTRL)
    sheet.lanes.step_wanted.emit(2, "Reboot")
    sheet.document_panel.parameters.add.click()
    sheet.document_panel.constants.boxes[0].gone.emit()
    view = sheet.text.editor.view
    view.go_to(0)
    QTest.keyClicks(view, "# remark")
    QTest.keyClick(view, Key.Key_Return)
    after = text_of(sheet)
    while undo.canUndo():
        undo.undo()
    assert text_of(sheet) == NGINX
    while undo.canRedo():
        undo.redo()
    assert text_of(sheet) == after
    read(sheet, qtbot)
    assert len(sheet.lanes.lanes[2].steps) == 4


@pytest.mark.parametrize("seed", range(3))
def test_any_row_of_edits_is_undone_to_the_identical_text(opens: Opens, qtbot: QtBot, seed: int) -> None:
    sheet, chance = opens(NGINX), random.Random(seed)
    undo, view = sheet.drafting.document.undo, sheet.text.editor.view
    for _ in range(20):
        phases = sheet.drafting.draft.lanes.phases
        places = [(step.phase, step.index) for phase in phases for step in phase.steps]
        match chance.randrange(4):
            case 0:
                sheet.ask(chance.choice(places), chance.choice(["up", "down", "duplicate", "copy", "paste", "delete"]))
            case 1:
                sheet.lanes.step_wanted.emit(chance.randrange(len(phases)), chance.choice(["Reboot", "CopyFile"]))
            case 2:
                sheet.lanes.choose(chance.choice(places))
                field = sheet.step_panel.field("name")
                assert isinstance(field, LineField)
                QTest.keyClicks(field.entry, "x")
            case _:
                view.go_to(chance.choice([0, len(view.text)]))
                QTest.keyClicks(view, "# y")
                QTest.keyClick(view, Key.Key_Return)
        read(sheet, qtbot)
    after, steps = text_of(sheet), [len(lane.steps) for lane in sheet.lanes.lanes]
    assert after != NGINX
    while undo.canUndo():
        undo.undo()
    assert text_of(sheet) == NGINX
    while undo.canRedo():
        undo.redo()
    read(sheet, qtbot)
    assert (text_of(sheet), [len(lane.steps) for lane in sheet.lanes.lanes]) == (after, steps)


def test_undo_keys_in_a_form_undo_the_document(opens: Opens, qtbot: QtBot) -> None:
    sheet = opens(NGINX)
    sheet.lanes.choose((0, 1))
    field = sheet.step_panel.field("name")
    assert isinstance(field, LineField)
    field.entry.setFocus()
    QTest.keyClick(field.entry, Key.Key_End)
    QTest.keyClicks(field.entry, "X")
    assert text_of(sheet) != NGINX
    QTest.keyClick(field.entry, Key.Key_Z, CTRL)
    read(sheet, qtbot)
    assert (text_of(sheet), field.entry.text()) == (NGINX, "Install")
    QTest.keyClick(field.entry, Key.Key_Z, CTRL | SHIFT)
    assert "name: InstallX" in text_of(sheet)


def test_parameters_are_added_renamed_and_given_a_default(opens: Opens) -> None:
    sheet = opens(NGINX)
    panel = sheet.document_panel.parameters
    QTest.mouseClick(panel.add, Qt.MouseButton.LeftButton)
    box = panel.boxes[1]
    QTest.keyClick(box.name, Key.Key_A, CTRL)
    QTest.keyClicks(box.name, "Host")
    default = box.rows.field("default")
    assert isinstance(default, LineField)
    QTest.keyClick(default.entry, Key.Key_A, CTRL)
    QTest.keyClicks(default.entry, "localhost")
    added = "  - Host:\n      type: string\n      default: localhost\n"
    assert text_of(sheet) == NGINX.replace("65535\n\nconstants", f"65535\n{added}\nconstants")


def test_the_menu_of_a_phase_offers_the_actions_of_the_platform(opens: Opens) -> None:
    sheet = opens(NGINX)
    menu = sheet.lanes.lanes[0].add.menu()
    menu.aboutToShow.emit()
    groups = {group.title(): {one.text(): one for one in group.actions()} for group in menu.findChildren(QMenu)}
    assert list(groups) == ["Run", "Transfer", "Files", "System"]
    assert "ExecuteBash" in groups["Run"]
    assert "ExecutePowerShell" not in groups["Run"]
    groups["System"]["Reboot"].trigger()
    assert names(sheet)[-1] == "Reboot"


def test_an_empty_phase_takes_its_first_step_from_the_menu_or_the_clipboard(opens: Opens) -> None:
    sheet = opens("name: a\nschemaVersion: 1.0\n\nphases:\n  - name: build\n    steps: []\n")
    sheet.lanes.phase_wanted.emit("test")
    assert [lane.name for lane in sheet.drafting.draft.lanes.phases] == ["build", "test"]
    sheet.lanes.step_wanted.emit(0, "CreateFile")
    assert names(sheet) == ["CreateFile"]
    QGuiApplication.clipboard().setText("- name: Pasted\n  action: Reboot\n")
    QTest.keyClick(card(sheet, 0, 0), Key.Key_V, CTRL)
    assert names(sheet) == ["CreateFile", "Pasted"]


def test_what_is_pasted_and_no_step_is_refused_in_words(opens: Opens) -> None:
    sheet = opens(NGINX)
    QGuiApplication.clipboard().setText("just words")
    QTest.keyClick(card(sheet, 0, 0), Key.Key_V, CTRL)
    assert text_of(sheet) == NGINX
    assert sheet.banner.isVisible()


def test_completion_puts_an_action_and_a_reference_in(opens: Opens, qtbot: QtBot) -> None:
    sheet = opens(NGINX)
    view = sheet.text.editor.view
    view.setFocus()
    start = NGINX.index("ExecuteBash")
    view.go_to(start, start + len("ExecuteBash"))
    QTest.keyClicks(view, "Reb")
    qtbot.waitUntil(lambda: view.offered == ("Reboot",))
    QTest.keyClick(view, Key.Key_Return)
    assert text_of(sheet) == NGINX.replace("ExecuteBash", "Reboot", 1)
    view.go_to(view.text.index("apt-get -q update") + len("apt-get -q update"))
    QTest.keyClicks(view, " {{ Po")
    qtbot.waitUntil(lambda: "Port" in view.offered)
    QTest.keyClick(view, Key.Key_Tab)
    assert "apt-get -q update {{ Port }}\n" in text_of(sheet)


def test_a_problem_is_underlined_where_it_is_and_said_at_the_cursor(opens: Opens) -> None:
    sheet = opens(NGINX.replace("action: ExecuteBash", "action: ExecuteBsh", 1))
    (problem,) = sheet.drafting.problems
    view = sheet.text.editor.view
    offset = view.text.index("ExecuteBsh")
    mark = view.mark_at(offset)
    assert mark is not None
    assert view.text[mark.start : mark.end] == "ExecuteBsh"
    assert problem.message in mark.tip
    assert "Did you mean" in mark.tip
    assert "1 error" in card(sheet, 0, 1).accessibleDescription()
    view.go_to(offset)
    assert problem.message in sheet.text.problem.text()


ALIGNED = NGINX.replace("timeoutSeconds: 900", "timeoutSeconds:    900   # long")


@pytest.mark.parametrize(
    "text", [NGINX.replace("\n", "\r\n"), "\ufeff" + NGINX, ALIGNED], ids=["crlf", "bom", "aligned"]
)
def test_an_edit_leaves_the_other_lines_byte_for_byte(opens: Opens, text: str) -> None:
    sheet = opens(text)
    sheet.lanes.choose((0, 1))
    field = sheet.step_panel.field("timeoutSeconds")
    assert isinstance(field, LineField)
    QTest.keyClick(field.entry, Key.Key_A, CTRL)
    QTest.keyClicks(field.entry, "60")
    assert text_of(sheet) == text.replace("900", "60")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<<<<<<< HEAD\n" + NGINX, "merge conflict"),
        (NGINX.replace("    steps:", "\tsteps:", 1), "tab"),
    ],
)
def test_a_document_that_cannot_be_read_is_said_and_can_be_corrected(opens: Opens, text: str, said: str) -> None:
    sheet = opens(text)
    assert said in sheet.paused.accessibleName()
    assert sheet.halves.isHidden()
    assert text_of(sheet) == text


def test_every_control_has_a_name_for_screen_readers(opens: Opens, editor: ComponentEditor) -> None:
    sheet = opens(NGINX)
    for place in (None, (0, 0), (0, 1), (0, 2)):
        sheet.lanes.choose(place)
        nameless = [
            f"{type(one).__name__} in {type(one.parent()).__name__}"
            for one in editor.findChildren(QWidget)
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus
            and one.isVisibleTo(editor)
            and not (one.accessibleName() or (isinstance(one, QAbstractButton) and one.text()))
            and one.focusProxy() is None
            and isinstance(one, QAbstractButton | QLineEdit | QComboBox | QPlainTextEdit | Card)
        ]
        assert not nameless


def test_the_keyboard_leads_from_the_cards_to_the_form_to_the_text_and_out(
    opens: Opens, editor: ComponentEditor, qtbot: QtBot
) -> None:
    sheet = opens(NGINX)
    assert sheet.lanes.document.hasFocus()
    QTest.keyClick(sheet.lanes.document, Key.Key_Down)
    first = card(sheet, 0, 0)
    assert first.hasFocus()
    QTest.keyClick(first, Key.Key_Return)
    name = sheet.step_panel.field("name")
    assert isinstance(name, LineField)
    assert name.entry.hasFocus()
    QTest.keyClick(name.entry, Key.Key_Escape)
    assert first.hasFocus()
    QTest.keyClick(first, Key.Key_F6)
    assert sheet.text.editor.view.hasFocus()
    with qtbot.waitSignal(editor.left):
        QTest.keyClick(sheet.text.editor.view, Key.Key_Escape)
