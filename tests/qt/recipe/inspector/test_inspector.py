"""Fields of the inspector: what they write, what they leave alone, and what they say is wrong."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.recipe.forms.bound import Bound, TableField, TextField
from gui.recipe.forms.component import ComponentForm
from gui.recipe.inspector import Inspector
from gui.recipe.selection import Part, Selection
from gui.session import Session
from gui.theme.tokens import Size
from gui.widgets.entry import Choice, SearchEntry, TextArea, TextEntry, focus_proxy
from gui.widgets.tab_order import stops

RECIPE = """\
schemaVersion: 1
name: web   # as everybody calls it
description: "A server"

imageRecipe:
  semanticVersion:   1.0.x   # counts up
  parentImage: debian-12-x86

imageTestsConfiguration: {imageTestsEnabled: true, timeoutMinutes: 60}
tags:
  # who pays
  team:  bakers
"""

Opened = Callable[..., str]


def field(inspector: Inspector, name: str) -> Bound:
    assert inspector.form is not None
    (found,) = [bound for bound in inspector.form.bounds() if bound.name == name]
    return found


def text_field(inspector: Inspector, name: str) -> TextField:
    found = field(inspector, name)
    assert isinstance(found, TextField)
    return found


def typed(qtbot: QtBot, inspector: Inspector, name: str, text: str) -> None:
    """Put a text in place of what a field has, as a user does."""
    control = focus_proxy(text_field(inspector, name).control)
    assert isinstance(control, QLineEdit | QPlainTextEdit)
    control.selectAll()
    QTest.keyClicks(control, text) if text else QTest.keyClick(control, Qt.Key.Key_Delete)


def chosen(inspector: Inspector, name: str, value: str) -> None:
    control = text_field(inspector, name).control
    assert isinstance(control, Choice)
    control.setCurrentIndex(control.findData(value))
    control.activated.emit(control.currentIndex())


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    assert len(before.splitlines()) == len(after.splitlines())
    return [(b, a) for b, a in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]


def test_typing_in_a_field_changes_exactly_that_line(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    before = opened(RECIPE)
    typed(qtbot, inspector, "Name", "web-server")
    line = ("name: web   # as everybody calls it", "name: web-server   # as everybody calls it")
    assert changed_lines(before, asking.document.text) == [line]


def test_one_undo_takes_back_what_was_typed(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    before = opened(RECIPE)
    typed(qtbot, inspector, "Name", "web-server")
    typed(qtbot, inspector, "Description", "For pages")
    asking.document.undo.undo()
    asking.document.undo.undo()
    assert asking.document.text == before
    assert text_field(inspector, "Name").control.property("text") == "web"


def test_clearing_a_field_removes_its_key(inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot) -> None:
    before = opened(RECIPE)
    typed(qtbot, inspector, "Description", "")
    assert asking.document.text == before.replace('description: "A server"\n', "")


def test_a_required_field_that_is_emptied_keeps_its_place(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    before = opened(RECIPE)
    typed(qtbot, inspector, "Name", "")
    typed(qtbot, inspector, "Name", "web")
    assert asking.document.text.replace('"', "") == before.replace('"', "")


def test_a_value_at_its_default_is_not_written(inspector: Inspector, opened: Opened, asking: Session) -> None:
    opened(RECIPE)
    inspector.show_selection(Selection(Part.TESTS))
    chosen(inspector, "Test the image", "")
    assert "imageTestsEnabled" not in asking.document.text
    chosen(inspector, "Test the image", "false")
    assert asking.draft.canvas.tests.enabled is False


def test_a_number_is_written_as_a_number_and_other_text_as_it_is(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    opened(RECIPE)
    inspector.show_selection(Selection(Part.TESTS))
    typed(qtbot, inspector, "Time-out in minutes", "90")
    assert "timeoutMinutes: 90}" in asking.document.text
    typed(qtbot, inspector, "Time-out in minutes", "soon")
    assert "soon" in asking.document.text


def test_a_problem_appears_below_its_field_with_its_hint(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    opened(RECIPE)
    assert not field(inspector, "Name").notes.shown
    typed(qtbot, inspector, "Name", "?")
    qtbot.waitUntil(lambda: bool(field(inspector, "Name").notes.shown))
    (note,) = field(inspector, "Name").notes.shown
    assert note.shown.word == "Error"
    assert note.hint
    assert note.message in field(inspector, "Name").control.accessibleDescription()
    typed(qtbot, inspector, "Name", "web")
    qtbot.waitUntil(lambda: not field(inspector, "Name").notes.shown)


def test_a_problem_without_a_field_is_said_on_top(inspector: Inspector, opened: Opened, qtbot: QtBot) -> None:
    opened(RECIPE.replace("schemaVersion: 1\n", "schemaVersion: 7\n"))
    form = inspector.form
    assert form is not None
    qtbot.waitUntil(lambda: any("7" in note.message for note in form.notes.shown))


def test_a_value_of_the_wrong_type_still_shows_its_text(inspector: Inspector, opened: Opened) -> None:
    opened(RECIPE.replace("imageTestsEnabled: true", "imageTestsEnabled: [a, b]").replace('"A server"', "{a: b}"))
    description = field(inspector, "Description").control
    assert isinstance(description, TextArea)
    assert description.toPlainText() == "{a: b}"
    inspector.show_selection(Selection(Part.TESTS))
    tests = field(inspector, "Test the image").control
    assert isinstance(tests, QComboBox)
    assert tests.currentText() == "[a, b]"


def test_reading_the_file_again_leaves_cursor_and_undo_of_the_field_alone(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    opened(RECIPE)
    line = text_field(inspector, "Name").control
    assert isinstance(line, QLineEdit)
    line.setCursorPosition(1)
    with qtbot.waitSignal(asking.checked):
        QTest.keyClicks(line, "xy")
    assert (line.text(), line.cursorPosition()) == ("wxyeb", 3)
    assert line.isUndoAvailable()


def test_what_cannot_be_changed_in_place_says_so_below_the_field(
    inspector: Inspector, opened: Opened, asking: Session
) -> None:
    before = opened("schemaVersion: 1\ntags: &shared {team: bakers}\nname: web\nimageTags: *shared\n")
    tags = field(inspector, "Image tags")
    assert isinstance(tags, TableField)
    tags.pairs[0][1].end(False)
    QTest.keyClicks(tags.pairs[0][1], "!")
    assert asking.document.text == before
    assert "imageTags" in tags.notes.text


def test_a_file_that_cannot_be_read_cannot_be_changed_in_a_form(
    inspector: Inspector, opened: Opened, asking: Session
) -> None:
    opened(RECIPE)
    asking.document.edit("Type", RECIPE + "tags: [\n")
    assert inspector.form is not None
    assert not field(inspector, "Name").control.isEnabled()
    assert "Correct the text first" in inspector.form.notes.text
    asking.document.undo.undo()
    assert field(inspector, "Name").control.isEnabled()


def test_a_tag_is_added_changed_renamed_and_removed_each_in_its_line(
    inspector: Inspector, opened: Opened, asking: Session, qtbot: QtBot
) -> None:
    before = opened(RECIPE)
    tags = field(inspector, "Tags")
    assert isinstance(tags, TableField)
    tags.pairs[0][1].end(False)
    QTest.keyClicks(tags.pairs[0][1], "!")
    assert changed_lines(before, asking.document.text) == [("  team:  bakers", "  team:  bakers!")]
    tags.focus_place(("tags",))
    key, value = tags.pairs[1]
    QTest.keyClicks(key, "cost.center")
    assert asking.document.text.count("\n") == before.count("\n")
    QTest.keyClicks(value, "12")
    assert asking.document.text.endswith('  team:  bakers!\n  cost.center: "12"\n')
    assert len(tags.pairs) == 2
    key.setText("centre")
    key.left.emit()
    assert asking.draft.source.value("tags") == {"team": "bakers!", "centre": "12"}
    (remove,) = [each for each in tags.findChildren(QAbstractButton) if each.accessibleName() == "Remove tag 1"]
    remove.click()
    assert asking.draft.source.value("tags") == {"centre": "12"}


def test_focus_goes_to_the_field_of_an_address_and_opens_its_section(
    inspector: Inspector, opened: Opened, qtbot: QtBot
) -> None:
    opened(RECIPE)
    assert inspector.focus_address("executionRole")
    assert field(inspector, "Execution role").control.isVisibleTo(inspector)
    assert inspector.form is not None
    assert not inspector.focus_address("schedule.timezone")
    assert not inspector.focus_address("[[")


def test_a_card_that_is_gone_has_no_form_until_it_is_back(
    inspector: Inspector, opened: Opened, asking: Session
) -> None:
    opened(RECIPE)
    asking.edit("Add", asking.draft.add_component("aws/update-linux/x.x.x"))
    inspector.show_selection(Selection(Part.COMPONENT, (0,)))
    asking.document.undo.undo()
    assert inspector.form is None
    asking.document.undo.redo()
    assert isinstance(inspector.form, ComponentForm)


def test_the_same_selection_keeps_its_form(inspector: Inspector, opened: Opened) -> None:
    opened(RECIPE)
    inspector.show_selection(Selection(Part.TESTS))
    form = inspector.form
    inspector.show_selection(Selection(Part.TESTS))
    assert inspector.form is form


EVERY = [
    Selection(),
    Selection(Part.PARENT),
    Selection(Part.INFRASTRUCTURE),
    Selection(Part.COMPONENT),
    Selection(Part.COMPONENT, (0,)),
    Selection(Part.COMPONENT, (0, 1)),
    Selection(Part.OUTPUT),
    Selection(Part.TESTS),
    Selection(Part.REGION),
    Selection(Part.REGION, (0,)),
    Selection(Part.SCHEDULE),
    Selection(Part.WORKFLOW),
    Selection(Part.WORKFLOW, (0,)),
]

FULL = """\
schemaVersion: 1
name: full
imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86
  components:
    - document: app.yml
    - componentArn: aws/update-linux/x.x.x
  blockDeviceMappings:
    - deviceName: /dev/xvda
      ebs: {volumeSize: 20, encrypted: true}
infrastructureConfiguration: {instanceTypes: [t3.medium], securityGroupIds: [sg-1], subnetId: subnet-1}
distributions:
  - region: eu-central-1
    launchTemplateConfigurations: [{launchTemplateId: lt-0123456789abcdef0}]
    ssmParameterConfigurations: [{parameterName: /images/full}]
schedule: {scheduleExpression: "cron(0 2 ? * sun *)"}
executionRole: builder
workflows:
  - workflowArn: self/test/smoke/1.0.0
"""

APP = """\
schemaVersion: 1.0
phases: [{name: build, steps: [{name: Say, action: ExecuteBash, inputs: {commands: [a]}}]}]
"""


@pytest.mark.parametrize("selection", EVERY, ids=lambda each: f"{each.part}{each.indexes}")
def test_every_control_has_an_accessible_name(inspector: Inspector, opened: Opened, selection: Selection) -> None:
    opened(FULL, app=APP)
    inspector.show_selection(selection)
    assert inspector.form is not None
    nameless = [
        type(each).__name__
        for each in inspector.form.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not each.accessibleName()
        and each.window() is inspector
        and not isinstance(each.parent(), QComboBox | QAbstractSpinBox)
    ]
    assert not nameless


@pytest.mark.parametrize("width", [340, 420])
@pytest.mark.parametrize("selection", EVERY, ids=lambda each: f"{each.part}{each.indexes}")
def test_no_text_is_clipped(
    inspector: Inspector, opened: Opened, selection: Selection, width: int, qtbot: QtBot
) -> None:
    opened(FULL, app=APP)
    inspector.show_selection(selection)
    inspector.resize(width, 700)
    QApplication.processEvents()
    assert inspector.form is not None
    assert inspector.form.width() <= inspector.scroll_area.viewport().width()
    for text in inspector.form.findChildren(QLabel):
        if text.isVisible() and text.text():
            needed = text.heightForWidth(text.width()) if text.wordWrap() else text.sizeHint().height()
            assert text.height() >= needed, text.text()
            assert text.wordWrap() or text.width() >= text.sizeHint().width(), text.text()


class Windows(QObject):
    """Notes every window that comes up."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("selection", EVERY, ids=lambda each: f"{each.part}{each.indexes}")
def test_no_part_of_a_form_comes_up_as_a_window(
    inspector: Inspector, opened: Opened, selection: Selection, qapp: QApplication
) -> None:
    opened(FULL, app=APP)
    windows = Windows()
    qapp.installEventFilter(windows)
    inspector.show_selection(selection)
    qapp.processEvents()
    qapp.removeEventFilter(windows)
    assert windows.shown == []


def test_tab_goes_from_top_to_bottom(inspector: Inspector, opened: Opened, qtbot: QtBot) -> None:
    opened(FULL, app=APP)
    inspector.show_selection(Selection(Part.INFRASTRUCTURE))
    assert inspector.form is not None
    expected = stops(inspector.form)
    reached = [expected[0]]
    widget = expected[0].nextInFocusChain()
    while widget is not None and widget is not expected[0]:
        if widget in expected:
            reached.append(widget)
        widget = widget.nextInFocusChain()
    assert reached == expected
    tops = [each.mapTo(inspector.form, QPoint()).y() for each in expected if each.isVisible()]
    assert len(tops) > 5
    assert all(after > before - Size.CONTROL for before, after in pairwise(tops))


def test_entries_are_of_the_kinds_that_forms_bind(inspector: Inspector, opened: Opened) -> None:
    opened(FULL, app=APP)
    assert isinstance(field(inspector, "Name").control, TextEntry)
    inspector.show_selection(Selection(Part.INFRASTRUCTURE))
    assert isinstance(field(inspector, "Subnet").control, SearchEntry)
