"""The window: menus, shortcuts, navigation, what its bars say, and that all of it can be reached and read."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.aws.book import Book, checked
from core.aws.rehearsal import Rehearsal, RehearsedConnection
from core.secrets import SessionSecrets
from gui.actions import ACTIONS, BY_ID, MENUS, Page
from gui.app import App
from gui.connections.roster import Sources
from gui.recipe.selection import Part, Selection
from gui.settings import Settings
from gui.shell.palette import action_entries
from gui.shell.report import Report
from gui.shell.shortcuts import ShortcutSheet
from gui.theme.theme import Scheme
from tests.fakes.connections import PlayedOpening, PlayedService
from tests.qt.accessible import nameless
from tests.qt.fit import clipped
from tests.qt.shell.conftest import SPEED, Started, dialogs, edit, idle, question

SIZES = ((1280, 800), (1920, 1080), (960, 600))


def menu_actions(app: App) -> Iterator[QAction]:
    for top in app.window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        yield from (each for each in menu.actions() if not each.isSeparator())


def page(app: App) -> Page:
    return app.window.page


def press(app: App, keys: str) -> None:
    QTest.keySequence(app.window, QKeySequence(keys))


def test_every_action_is_in_a_menu_with_its_shortcut(app: App) -> None:
    shown = {each.objectName(): each.shortcut().toString() for each in menu_actions(app)}
    assert shown == {action.id: QKeySequence(action.shortcut).toString() for action in ACTIONS}
    assert [each.text().replace("&", "") for each in app.window.menuBar().actions()] == list(MENUS)


def test_no_two_actions_have_one_shortcut() -> None:
    keys = [action.shortcut for action in ACTIONS if action.shortcut]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("page", list(Page))
def test_the_shortcut_of_an_action_takes_it_wherever_it_is_possible(app: App, page: Page) -> None:
    """Each action is bound to a note of itself, so that nothing but the way to it is tried."""
    app.window.show_page(page)
    app.window.activateWindow()
    taken: list[str] = []
    for action in ACTIONS:
        app.desk.bind(action.id, partial(taken.append, action.id))
        app.desk.allow(action.id, True)
    for action in ACTIONS:
        if action.shortcut:
            taken.clear()
            press(app, action.shortcut)
            assert taken == ([action.id] if action.page in (None, page) else []), action


def test_every_enabled_action_is_found_in_the_palette_and_in_a_menu(app: App) -> None:
    found = {entry.text for entry in action_entries(app.desk)} | {BY_ID["view.palette"].text}
    enabled = {each.text() for each in menu_actions(app) if each.isEnabled()}
    assert enabled
    assert enabled <= found


def test_an_action_that_cannot_be_taken_says_why(app: App) -> None:
    (cancel,) = (each for each in menu_actions(app) if each.objectName() == "run.cancel")
    assert not cancel.isEnabled()
    assert cancel.toolTip() == "No build is running."
    app.desk.allow("run.bake", False, "A bake is being prepared.")
    assert not app.window.top_bar.bake.isEnabled()
    assert app.window.top_bar.bake.toolTip() == "A bake is being prepared."
    app.desk.allow("run.bake", True)
    assert app.window.top_bar.bake.isEnabled()
    assert "Ctrl+B" in app.window.top_bar.bake.toolTip()


def test_pages_turn_by_mouse_and_keyboard_and_back_again(app: App, qtbot: QtBot) -> None:
    window = app.window
    assert page(app) is Page.RECIPE
    QTest.mouseClick(window.navigation.entry(Page.LIBRARY), Qt.MouseButton.LeftButton)
    assert page(app) is Page.LIBRARY
    press(app, "Ctrl+2")
    assert page(app) is Page.TIMELINE
    assert window.navigation.entry(Page.TIMELINE).isChecked()
    press(app, "Alt+Left")
    assert page(app) is Page.LIBRARY
    press(app, "Alt+Left")
    assert page(app) is Page.RECIPE
    press(app, "Alt+Right")
    assert page(app) is Page.LIBRARY


def test_back_and_forward_are_possible_only_where_there_is_a_way(app: App) -> None:
    assert not app.desk.possible("view.back")
    app.window.show_page(Page.COST)
    assert app.desk.possible("view.back")
    assert not app.desk.possible("view.forward")
    app.desk.take("view.back")
    assert app.desk.possible("view.forward")
    assert not app.desk.possible("view.back")


def test_the_top_bar_names_the_recipe_and_the_connection(opened: App) -> None:
    bar = opened.window.top_bar
    assert bar.name.text() == "web-server"
    assert str(opened.session.document.path) in bar.name.toolTip()
    edit(opened, "another")
    assert "not saved" in bar.name.accessibleName()
    assert opened.session.connection.region in bar.chip.text()
    assert bar.chip.accessibleName().startswith("Connection: ")
    bar.chip.click()
    assert opened.window.page is Page.CONNECTIONS


def test_the_status_line_counts_problems_and_leads_to_them(app: App, qtbot: QtBot) -> None:
    asked: list[str] = []
    app.desk.bind("recipe.problems", lambda: asked.append("problems"))
    with qtbot.waitSignal(app.session.checked):
        edit(app, "?")
    assert "error" in app.window.status_line.problems.text()
    app.window.status_line.problems.click()
    assert asked == ["problems"]
    assert app.window.status_line.runs.text() == "No build running"
    app.window.status_line.runs.click()
    assert app.window.page is Page.TIMELINE


def test_colours_are_set_from_the_menu_and_remembered(app: App, starts: Started) -> None:
    app.desk.take("view.theme-dark")
    assert app.theme.dark
    again = starts.start()
    assert again.theme.scheme is Scheme.DARK
    again.desk.take("view.theme-light")
    assert not again.theme.dark
    again.desk.take("view.theme-system")
    assert Settings(starts.places.config).text("scheme") == "system"


def test_size_splitters_page_and_file_are_as_they_were_left(opened: App, starts: Started, qtbot: QtBot) -> None:
    path = opened.session.document.path
    opened.window.resize(960, 720)
    opened.window.show_page(Page.TIMELINE)
    opened.timeline.split.setSizes([400, 600])
    left = opened.timeline.split.sizes()
    opened.window.close()
    again = starts.start()
    assert (again.window.width(), again.window.height()) == (960, 720)
    assert again.window.page is Page.TIMELINE
    assert again.session.document.path == path
    assert again.timeline.split.sizes() == left


def test_geometry_that_is_nonsense_is_no_reason_not_to_start(starts: Started) -> None:
    settings = Settings(starts.places.config)
    settings.set_text("geometry", "nonsense")
    settings.set_text("open", "/nowhere/at/all.yml")
    settings.sync()
    app = starts.start()
    assert app.window.isVisible()
    assert app.session.document.path is None


@pytest.mark.parametrize("page", [Page.TIMELINE, Page.COST])
def test_every_control_of_the_window_has_a_name(opened: App, page: Page) -> None:
    opened.window.show_page(page)
    assert nameless(opened.window.top_bar) == []
    assert nameless(opened.window.navigation) == []
    assert nameless(opened.window.status_line) == []
    assert nameless(opened.palette) == []
    assert nameless(opened.timeline) == []


@pytest.mark.parametrize("size", SIZES, ids=["laptop", "desktop", "smallest"])
def test_no_text_of_the_window_is_cut(opened: App, size: tuple[int, int], qapp: QApplication) -> None:
    opened.window.resize(*size)
    opened.window.show_page(Page.TIMELINE)
    opened.window.tell("web-server.yml could not be saved: Permission denied.", "Save it under another name.")
    qapp.processEvents()
    assert clipped(opened.window) == []


def test_dialogs_have_names_and_cut_no_text(app: App, qapp: QApplication) -> None:
    app.desk.take("help.shortcuts")
    app.ops.bug.emit("Traceback: a test")
    app.desk.take("help.about")
    qapp.processEvents()
    shown = [*dialogs(app, ShortcutSheet), *dialogs(app, Report)]
    assert [type(each) for each in shown] == [ShortcutSheet, Report]
    for dialog in shown:
        assert nameless(dialog) == []
        assert clipped(dialog) == []
    assert "Bakehouse" in question(app).text()
    for dialog in dialogs(app, QDialog):
        dialog.reject()


def test_tab_walks_through_the_window_and_comes_back(app: App, qtbot: QtBot) -> None:
    app.window.show_page(Page.TIMELINE)
    app.window.activateWindow()
    app.window.top_bar.chip.setFocus()
    walked: list[QWidget] = []
    while (at := app.window.focusWidget()) not in walked:
        walked.append(at)
        QTest.keyClick(at, Qt.Key.Key_Tab)
    bar, line = app.window.top_bar, app.window.status_line
    expected = [bar.chip, bar.plan, bar.bake]
    assert walked[: len(expected)] == expected
    order = [line.problems, line.runs, line.service, app.window.navigation.entry(Page.RECIPE)]
    assert [each for each in walked if each in order] == order


def test_in_a_narrow_window_shelf_and_inspector_take_turns(opened: App, qapp: QApplication) -> None:
    recipe = opened.recipe

    def shown() -> tuple[bool, bool]:
        qapp.processEvents()
        return recipe.shelf.isVisible(), recipe.inspector.isVisible()

    opened.window.resize(1280, 800)
    assert shown() == (True, True)
    opened.window.resize(960, 600)
    assert shown() == (False, True)
    opened.desk.take("recipe.add-component")
    assert shown() == (True, False)
    recipe.canvas.select(Selection(Part.COMPONENT, (0,)))
    assert shown() == (False, True)


@pytest.mark.parametrize(("last", "used"), [("sandbox", "sandbox"), ("gone", "rehearsal")])
def test_a_bake_waits_for_the_connection_that_was_used_last(
    starts: Started, qtbot: QtBot, tmp_path: Path, last: str, used: str
) -> None:
    """One that was begun before ran on Local."""
    settings = Settings(starts.places.config)
    settings.set_text("connection", last)
    settings.sync()
    at = RehearsedConnection(Rehearsal.bundled(SPEED))
    app = starts.app = App(starts.qapp, at, starts.places, starts.stack)
    book = Book(tmp_path / "connections.json", SessionSecrets())
    book.add(checked(name="sandbox", region="eu-central-1", source={"kind": "profile", "profile": "sandbox"}))
    app.roster.sources = Sources(book, at, PlayedService(), PlayedOpening(), tuple)
    with qtbot.waitSignal(app.window.appeared):
        app.begin(None)
    assert not app.desk.possible("run.bake")
    assert "used last" in app.desk.why_not("run.bake")
    qtbot.waitUntil(lambda: app.desk.possible("run.bake"))
    assert app.session.connection.name == used
    qtbot.waitUntil(lambda: idle(app))
