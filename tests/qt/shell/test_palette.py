"""The command palette: found by a few letters, taken with Enter, left with Esc."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gui.actions import BY_ID, Page
from gui.app import App
from gui.shell.palette import Entry, Palette

CTRL = Qt.KeyboardModifier.ControlModifier


def texts(palette: Palette) -> list[str]:
    model = palette.view.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def entry_at(palette: Palette, row: int) -> Entry:
    found = palette.view.model().index(row, 0).data(Qt.ItemDataRole.UserRole)
    assert isinstance(found, Entry)
    return found


@pytest.fixture
def palette(app: App, qtbot: QtBot) -> Palette:
    """The palette, opened as a user opens it."""
    QTest.keyClick(app.window, Qt.Key.Key_K, CTRL)
    assert app.palette.isVisible()
    return app.palette


def test_it_shows_every_action_that_can_be_taken_with_its_shortcut(app: App, palette: Palette) -> None:
    shown = {entry_at(palette, row).text: entry_at(palette, row).note for row in range(len(texts(palette)))}
    possible = [action for action in BY_ID.values() if app.desk.possible(action.id) and action.id != "view.palette"]
    assert len(possible) > 10
    assert all(shown[action.text] == action.told for action in possible)


def test_letters_in_order_find_an_entry_wherever_they_are(palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.field, "kbsho")
    assert texts(palette)[0] == "Keyboard shortcuts"


def test_words_may_come_in_any_order(palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.field, "colours dark")
    assert texts(palette)[0] == "Dark colours"


def test_enter_takes_the_first_and_the_arrows_another(app: App, palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.field, "timeline")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert app.window.page is Page.TIMELINE
    assert not palette.isVisible()
    app.palette.open()
    QTest.keyClicks(palette.field, "view")
    second = texts(palette)[1]
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.view.currentIndex().data() == second
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.view.currentIndex().row() == 0


def test_escape_leaves_without_doing_anything_and_gives_the_focus_back(app: App, qtbot: QtBot) -> None:
    before = app.window.top_bar.bake
    before.setFocus()
    app.desk.take("view.palette")
    QTest.keyClicks(app.palette.field, "quit")
    QTest.keyClick(app.palette.field, Qt.Key.Key_Escape)
    assert not app.palette.isVisible()
    assert app.window.isVisible()
    assert app.window.focusWidget() is before


def test_a_click_takes_an_entry(app: App, palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.field, "cost")
    place = palette.view.visualRect(palette.view.model().index(0, 0)).center()
    QTest.mouseClick(palette.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert app.window.page is Page.COST


def test_what_was_taken_lately_comes_first(app: App, palette: Palette, qtbot: QtBot) -> None:
    for word in ("library", "timeline"):
        app.palette.open()
        QTest.keyClicks(palette.field, word)
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
    app.palette.open()
    assert texts(palette)[:2] == ["Timeline", "Library"]


def test_it_says_so_when_nothing_is_called_like_that(palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.field, "zzzzzz")
    assert texts(palette) == []
    assert palette.nothing.isVisible()
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_recent_files_are_found(opened: App, qtbot: QtBot) -> None:
    opened.desk.take("file.new")
    opened.desk.take("view.palette")
    QTest.keyClicks(opened.palette.field, "web-server")
    assert entry_at(opened.palette, 0).kind == "Recent file"
    with qtbot.waitSignal(opened.session.opened):
        QTest.keyClick(opened.palette.field, Qt.Key.Key_Return)
    assert opened.session.canvas.name == "web-server"


def test_focus_elsewhere_closes_it(app: App, palette: Palette, qtbot: QtBot) -> None:
    other = QLineEdit(app.window)
    other.show()
    other.setFocus()
    assert not palette.isVisible()
