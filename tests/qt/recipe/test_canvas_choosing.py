"""Choosing cards by mouse and keyboard, as one tab stop."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui.actions import Desk, EditComponent
from gui.recipe.canvas import CanvasView
from gui.recipe.selection import Part, Selection
from gui.session import Session
from tests.qt.recipe.conftest import current_of

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


def click(canvas: CanvasView, index: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(canvas.pipeline.build.cards[index], LEFT, modifiers)


def press(canvas: CanvasView, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(current_of(canvas), key, modifiers)


def components(*indexes: int) -> Selection:
    return Selection(Part.COMPONENT, indexes)


def test_a_click_chooses_a_card_and_tells_it(canvas: CanvasView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.selected) as told:
        click(canvas, 2)
    assert told.args == [components(2)]
    assert [card.chosen for card in canvas.pipeline.build.cards] == [False, False, True, False, False]


def test_ctrl_adds_and_takes_away_and_shift_chooses_up_to_there(canvas: CanvasView) -> None:
    click(canvas, 0)
    click(canvas, 2, CTRL)
    assert canvas.selection == components(0, 2)
    click(canvas, 0, CTRL)
    assert canvas.selection == components(2)
    click(canvas, 2)
    click(canvas, 4, SHIFT)
    assert canvas.selection == components(2, 3, 4)
    click(canvas, 3)
    assert canvas.selection == components(3)


def test_a_card_of_the_test_lane_chooses_its_component(canvas: CanvasView) -> None:
    QTest.mouseClick(canvas.pipeline.test.cards[1], LEFT)
    assert canvas.selection == components(2)
    assert canvas.pipeline.build.cards[2].chosen


def test_arrows_go_through_everything_from_top_to_bottom(canvas: CanvasView) -> None:
    canvas.select(Selection())
    stops = canvas.pipeline.stops()
    stops[0].setFocus()
    visited = []
    for _ in range(len(stops) - 1):
        press(canvas, Qt.Key.Key_Down)
        visited.append(canvas.choosing.current)
    assert visited == stops[1:]
    assert canvas.selection == Selection(Part.SCHEDULE)
    press(canvas, Qt.Key.Key_Home)
    assert canvas.selection == Selection()
    press(canvas, Qt.Key.Key_End)
    assert canvas.selection == Selection(Part.SCHEDULE)


def test_the_canvas_is_one_tab_stop(canvas: CanvasView) -> None:
    click(canvas, 2)
    strong = [stop for stop in canvas.pipeline.stops() if stop.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert strong == [canvas.pipeline.build.cards[2]]


def test_shift_with_arrows_extends_and_space_toggles(canvas: CanvasView) -> None:
    click(canvas, 1)
    press(canvas, Qt.Key.Key_Down, SHIFT)
    press(canvas, Qt.Key.Key_Down, SHIFT)
    assert canvas.selection == components(1, 2, 3)
    press(canvas, Qt.Key.Key_Up, SHIFT)
    assert canvas.selection == components(1, 2)
    press(canvas, Qt.Key.Key_Down, CTRL)
    press(canvas, Qt.Key.Key_Down, CTRL)
    press(canvas, Qt.Key.Key_Space)
    assert canvas.selection == components(1, 2, 4)
    press(canvas, Qt.Key.Key_Space)
    assert canvas.selection == components(1, 2)


def test_enter_and_a_double_click_ask_to_edit(canvas: CanvasView, qtbot: QtBot) -> None:
    click(canvas, 1)
    with qtbot.waitSignal(canvas.edit_asked) as asked:
        press(canvas, Qt.Key.Key_Return)
    assert asked.args == [components(1)]
    click(canvas, 3)
    with qtbot.waitSignal(canvas.edit_asked) as asked:
        QTest.mouseDClick(canvas.pipeline.build.cards[3], LEFT)
    assert asked.args == [components(3)]


def test_enter_on_the_button_of_a_lane_takes_its_action(canvas: CanvasView, desk: Desk) -> None:
    asked: list[str] = []
    desk.bind("recipe.add-component", lambda: asked.append("add"))
    click(canvas, 4)
    press(canvas, Qt.Key.Key_Down)
    press(canvas, Qt.Key.Key_Return)
    press(canvas, Qt.Key.Key_Space)
    assert asked == ["add", "add"]


def test_the_document_of_a_component_is_opened_by_its_action(canvas: CanvasView, desk: Desk, session: Session) -> None:
    intents: list[object] = []
    desk.intended.connect(intents.append)
    canvas.select(components(2))
    desk.take("recipe.edit-component")
    path = session.canvas.components[2].path
    assert path is not None
    assert intents == [EditComponent(path)]
    canvas.select(components(2, 3))
    assert not desk.possible("recipe.edit-component")


def test_the_menu_of_a_card_has_its_actions(canvas: CanvasView, desk: Desk) -> None:
    QGuiApplication.clipboard().clear()
    click(canvas, 0)
    card = canvas.pipeline.build.cards[0]
    middle = card.rect().center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, card.mapToGlobal(middle))
    QCoreApplication.sendEvent(card, asked)
    (menu,) = canvas.findChildren(QMenu)
    assert menu.isVisible()
    possible = {action.objectName(): action.isEnabled() for action in menu.actions() if action.objectName()}
    assert {each for each, can in possible.items() if not can} == {"edit.paste", "recipe.move-up"}
    next(action for action in menu.actions() if action.objectName() == "edit.duplicate").trigger()
    menu.close()
    assert len(canvas.pipeline.build.cards) == 6


def test_select_all_takes_every_component(canvas: CanvasView, desk: Desk) -> None:
    desk.take("edit.select-all")
    assert canvas.selection == components(0, 1, 2, 3, 4)


def test_focus_given_to_the_canvas_goes_to_where_the_keyboard_was(canvas: CanvasView, qtbot: QtBot) -> None:
    canvas.select(components(3))
    canvas.pipeline.setFocus()
    qtbot.waitUntil(canvas.pipeline.build.cards[3].hasFocus)
