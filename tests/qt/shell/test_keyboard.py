"""The joined window without a mouse: every action, every page, every control, in every state of a recipe."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import ACTIONS, BY_ID, Page
from gui.app import App
from gui.recipe.selection import Part
from gui.theme.theme import Scheme
from tests.qt.accessible import nameless
from tests.qt.fit import clipped
from tests.qt.shell.conftest import Started, dialogs, idle
from tests.qt.waiting import until

SIZES = ((1280, 800), (1920, 1080))
MOST_STOPS = 200

FAILING = """\
schemaVersion: 1
name: web server with a long and impossible name
imageRecipe:
  semanticVersion: one
  parentImage: debian-12-x86
  components:
    - document: components/gone.yml
    - componentArn: nobody/knows/1.0.0
infrastructureConfiguration:
  instanceTypes: [t9.enormous]
distributions:
  - region: nowhere-1
    amiDistributionConfiguration: {name: always the same}
schedule: {scheduleExpression: whenever}
"""

ONE_OF_TWENTY = "    - document: components/nginx.yml\n      name: nginx-{}\n      parameters: {{Port: '{}'}}\n"


def twenty(text: str) -> str:
    """The example with twenty components."""
    head, rest = text.split("    - document: components/nginx.yml\n", 1)
    _, tail = rest.split("infrastructureConfiguration:", 1)
    cards = "".join(ONE_OF_TWENTY.format(number, 8000 + number) for number in range(20))
    return f"{head}{cards}\ninfrastructureConfiguration:{tail}"


STATES: dict[str, Callable[[str], str]] = {
    "example": str,
    "failing": lambda _text: FAILING,
    "twenty": twenty,
}


def press(app: App, keys: str) -> None:
    """Where the keyboard is."""
    focused = cast("QWidget | None", app.window.focusWidget())
    QTest.keySequence(app.window if focused is None else focused, QKeySequence(keys))


def test_every_action_is_bound_or_says_why_it_cannot_be_taken(opened: App, qapp: QApplication) -> None:
    silent = []
    for page in Page:
        opened.window.show_page(page)
        qapp.processEvents()
        for action in ACTIONS:
            here = action.page in (None, page)
            if here and not opened.desk.possible(action.id) and not opened.desk.why_not(action.id):
                silent.append(action.id)
    assert set(silent) <= {"edit.undo", "edit.redo"}  # nothing to say: nothing has been done


def test_every_action_is_taken_from_the_palette(opened: App, qapp: QApplication) -> None:
    """Each is bound to a note of itself, so that nothing but the way to it is tried."""
    for page in Page:  # a page binds its actions when it is first shown
        opened.window.show_page(page)
    taken: list[str] = []
    others = [action for action in ACTIONS if action.id != "view.palette"]
    for action in others:
        opened.desk.bind(action.id, partial(taken.append, action.id))
    for action in others:
        if action.page is not None:
            opened.window.show_page(action.page)
        opened.desk.allow(action.id, True)  # the page has just said what is possible
        taken.clear()
        QTest.keySequence(opened.window, QKeySequence(BY_ID["view.palette"].shortcut))
        QTest.keyClicks(opened.palette.field, action.text.rstrip("…"))
        QTest.keyClick(opened.palette.field, Qt.Key.Key_Return)
        qapp.processEvents()
        assert taken == [action.id], action.text


def test_a_recipe_is_edited_by_keys_alone(opened: App, qtbot: QtBot) -> None:
    app, session = opened, opened.session

    def many() -> int:
        return len(session.canvas.components)

    app.window.activateWindow()
    app.recipe.canvas.pipeline.setFocus()
    for _ in range(3):
        press(app, "Down")
    assert app.recipe.canvas.selection.part is Part.COMPONENT
    press(app, "Ctrl+C")
    press(app, "Ctrl+V")
    assert many() == 2
    press(app, "Ctrl+D")
    assert many() == 3
    before = app.recipe.canvas.selection.index
    press(app, "Alt+Up")
    assert before is not None
    assert app.recipe.canvas.selection.index == before - 1
    press(app, "Alt+Down")
    assert app.recipe.canvas.selection.index == before
    press(app, "Ctrl+E")
    assert session.canvas.components[before].disabled
    press(app, "Ctrl+X")
    assert many() == 2
    press(app, "Ctrl+Z")
    assert many() == 3
    press(app, "Ctrl+Shift+Z")
    assert many() == 2
    press(app, "Up")
    press(app, "Del")
    assert many() == 1
    while app.desk.possible("edit.undo"):
        press(app, "Ctrl+Z")
    assert not session.dirty


def test_views_of_the_recipe_open_and_close_by_keys(opened: App, qtbot: QtBot) -> None:
    app = opened
    app.window.activateWindow()
    press(app, "Ctrl+T")
    assert app.recipe.text.isVisible()
    press(app, "Esc")
    assert not app.recipe.text.isVisible()
    app.recipe.canvas.pipeline.setFocus()
    for _ in range(3):
        press(app, "Down")
    press(app, "Return")
    until(qtbot, app.recipe.editor.isVisible)
    press(app, "Esc")
    until(qtbot, lambda: not app.recipe.editor.isVisible())
    press(app, "Ctrl+Shift+A")
    assert app.recipe.shelf.search.hasFocus()
    press(app, "Ctrl+Shift+M")
    assert app.recipe.problems.isVisible()
    press(app, "Ctrl+Shift+M")
    assert not app.recipe.problems.isVisible()
    for keys in ("F1", "Ctrl+O", "Ctrl+Shift+S"):
        press(app, keys)
        (dialog,) = dialogs(app, QDialog)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialogs(app, QDialog), keys


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab], ids=["forwards", "backwards"])
def test_tab_goes_through_every_page_and_comes_back(opened: App, qapp: QApplication, key: Qt.Key) -> None:
    opened.window.activateWindow()
    for page in Page:
        opened.window.show_page(page)
        qapp.processEvents()
        start = opened.window.navigation.entry(page)
        start.setFocus()
        walked: list[QWidget] = []
        while len(walked) < MOST_STOPS and (at := opened.window.focusWidget()) not in walked:
            walked.append(at)
            QTest.keyClick(at, key)
        assert opened.window.focusWidget() is start, (page, [each.accessibleName() for each in walked[-3:]])
        assert opened.window.top_bar.bake in walked, page
        assert opened.window.status_line.service in walked, page
        assert [each for each in walked if not each.isVisible()] == [], page


def look_at(app: App, qapp: QApplication, qtbot: QtBot) -> list[str]:
    """What is wrong with any page, at any size, light and dark."""
    wrong = []

    def rests() -> bool:
        """Views that are made ahead begin in a turn of their own, and ask for more; what was answered is laid out."""
        answered = idle(app)
        qapp.processEvents()
        return answered and idle(app)

    for scheme in (Scheme.DARK, Scheme.LIGHT):
        app.theme.set_scheme(scheme)
        for size in SIZES:
            app.window.resize(*size)
            for page in Page:
                app.window.show_page(page)
                qtbot.waitUntil(rests, timeout=20_000)
                found = [*clipped(app.window), *nameless(app.window)]
                wrong += [f"{page}: {each} ({scheme}, {size[0]} px)" for each in found]
    return wrong


def test_an_empty_window_has_names_and_room_for_its_words(app: App, qapp: QApplication, qtbot: QtBot) -> None:
    assert look_at(app, qapp, qtbot) == []


@pytest.mark.parametrize("state", STATES)
def test_every_page_has_names_and_room_for_its_words(
    starts: Started, file: Path, state: str, qapp: QApplication, qtbot: QtBot
) -> None:
    file.write_text(STATES[state](file.read_text()))
    app = starts.start(file)
    until(qtbot, lambda: app.session.document.path is not None and idle(app))
    if state == "failing":
        assert app.session.problems
        app.desk.take("recipe.problems")
    assert look_at(app, qapp, qtbot) == []
