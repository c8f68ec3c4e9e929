"""What can be done to cards: each action is one edit that undo takes back to the identical file."""

import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from core.recipe.draft import Draft
from gui.actions import Desk
from gui.recipe.canvas import CanvasView
from gui.recipe.selection import Part, Selection
from gui.session import Session
from gui.shell.menus import Menus
from gui.theme.theme import Theme
from tests.qt.recipe.conftest import EXAMPLE, Opened, current_of

TEXT = (EXAMPLE / "hardened-base.yml").read_text(encoding="utf-8")
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
ACTIONS = (
    "edit.cut",
    "edit.copy",
    "edit.paste",
    "edit.duplicate",
    "edit.delete",
    "recipe.move-up",
    "recipe.move-down",
    "recipe.disable",
)


@pytest.fixture(autouse=True)
def empty_clipboard() -> Iterator[None]:
    QGuiApplication.clipboard().clear()
    yield
    QGuiApplication.clipboard().clear()


def names(session: Session) -> list[str]:
    return [card.name for card in session.canvas.components]


def choose(canvas: CanvasView, *indexes: int) -> None:
    canvas.select(Selection(Part.COMPONENT, indexes))


def test_the_keys_of_the_actions_do_them(
    theme: Theme, desk: Desk, session: Session, canvas: CanvasView, qtbot: QtBot
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    Menus(window, desk, theme)
    window.setCentralWidget(canvas)
    with qtbot.waitExposed(window):
        window.show()
    QTest.mouseClick(canvas.pipeline.build.cards[0], Qt.MouseButton.LeftButton)
    expected = (
        (Qt.Key.Key_Down, ALT, ["accounts", "packages", "sshd", "firewall", "kernel-settings"]),
        (Qt.Key.Key_Up, ALT, ["packages", "accounts", "sshd", "firewall", "kernel-settings"]),
        (Qt.Key.Key_D, CTRL, ["packages", "packages-2", "accounts", "sshd", "firewall", "kernel-settings"]),
        (Qt.Key.Key_X, CTRL, ["packages", "accounts", "sshd", "firewall", "kernel-settings"]),
        (Qt.Key.Key_V, CTRL, ["packages", "accounts", "packages-2", "sshd", "firewall", "kernel-settings"]),
        (Qt.Key.Key_Delete, NONE, ["packages", "accounts", "sshd", "firewall", "kernel-settings"]),
    )
    for key, modifiers, after in expected:
        QTest.keyClick(current_of(canvas), key, modifiers)
        assert names(session) == after, key
    QTest.keyClick(current_of(canvas), Qt.Key.Key_E, CTRL)
    assert [card.disabled for card in session.canvas.components] == [False, False, True, False, False]
    assert canvas.pipeline.build.cards[2].face.state == "Disabled"
    canvas.setParent(None)


def test_several_cards_are_moved_and_disabled_as_one_edit(canvas: CanvasView, session: Session, desk: Desk) -> None:
    choose(canvas, 0, 2)
    desk.take("recipe.move-down")
    assert names(session) == ["accounts", "firewall", "packages", "sshd", "kernel-settings"]
    assert canvas.selection == Selection(Part.COMPONENT, (2, 3))
    desk.take("recipe.disable")
    assert [card.disabled for card in session.canvas.components] == [False, False, True, True, False]
    desk.take("recipe.disable")
    assert not any(card.disabled for card in session.canvas.components)
    assert session.document.undo.count() == 3
    assert session.document.undo.undoText() == "Enable 2 components"


def test_what_is_copied_is_yaml_with_its_remarks_and_can_be_pasted(
    canvas: CanvasView, session: Session, desk: Desk
) -> None:
    choose(canvas, 1)
    desk.take("edit.copy")
    text = QGuiApplication.clipboard().text()
    assert text.startswith("- document: components/accounts.yml\n")
    assert "# AuthorizedKey: ssh-ed25519" in text
    choose(canvas, 4)
    desk.take("edit.paste")
    assert names(session)[5] == "accounts"
    assert canvas.selection == Selection(Part.COMPONENT, (5,))


@pytest.mark.parametrize(
    "text",
    [
        "components:\n  - componentArn: aws/update-linux/x.x.x\n",
        "componentArn: aws/update-linux/x.x.x\n",
        "aws/update-linux/x.x.x",
        "- componentArn: aws/update-linux/x.x.x\n",
    ],
)
def test_text_of_any_editor_is_pasted(canvas: CanvasView, session: Session, desk: Desk, text: str) -> None:
    choose(canvas, 0)
    QGuiApplication.clipboard().setText(text)
    desk.take("edit.paste")
    assert names(session)[1] == "update-linux"


@pytest.mark.parametrize("text", ["hello, world", "- [", "foo: bar\n", "- 1\n- 2\n", "\n", "foo: bar\nname: x\n"])
def test_a_bad_text_is_refused_in_words_and_changes_nothing(
    canvas: CanvasView, session: Session, desk: Desk, text: str
) -> None:
    QGuiApplication.clipboard().setText(text)
    desk.take("edit.paste")
    assert session.document.text == TEXT
    assert canvas.banner.isVisible()
    assert "paste" in canvas.banner.accessibleName()


def test_a_region_is_copied_deleted_and_pasted_among_the_regions(
    canvas: CanvasView, session: Session, desk: Desk
) -> None:
    canvas.select(Selection(Part.REGION, (0,)))
    desk.take("edit.cut")
    assert session.draft.count("distributions") == 0
    choose(canvas, 0)
    desk.take("edit.paste")
    (region,) = session.canvas.regions
    assert region.region == "eu-central-1"
    assert canvas.selection == Selection(Part.REGION, (0,))


def test_after_deleting_the_keyboard_is_at_the_next_card(canvas: CanvasView, desk: Desk, qtbot: QtBot) -> None:
    QTest.mouseClick(canvas.pipeline.build.cards[1], Qt.MouseButton.LeftButton)
    desk.take("edit.delete")
    qtbot.waitUntil(canvas.pipeline.build.cards[1].hasFocus)
    assert canvas.selection == Selection(Part.COMPONENT, (1,))


def test_actions_are_possible_only_when_they_make_sense(canvas: CanvasView, desk: Desk) -> None:
    canvas.select(Selection(Part.PARENT))
    assert [action for action in ACTIONS if desk.possible(action)] == []
    assert desk.why_not("edit.delete") == "Select components, regions or workflows first."
    choose(canvas, 0)
    assert [action for action in ACTIONS if not desk.possible(action)] == ["edit.paste", "recipe.move-up"]
    choose(canvas, 4)
    desk.take("edit.copy")
    assert [action for action in ACTIONS if not desk.possible(action)] == ["recipe.move-down"]


def test_the_actions_come_back_after_another_editor_had_them(canvas: CanvasView, desk: Desk, session: Session) -> None:
    choose(canvas, 1)
    canvas.editing.hand_over()
    desk.bind("edit.delete", lambda: None)
    desk.allow("edit.delete", False, "Nothing is selected.")
    choose(canvas, 2)
    assert desk.why_not("edit.delete") == "Nothing is selected."
    canvas.editing.take_over()
    desk.take("edit.delete")
    assert names(session) == ["packages", "accounts", "firewall", "kernel-settings"]


def test_a_schedule_is_deleted(canvas: CanvasView, opened: Opened, session: Session, desk: Desk) -> None:
    opened(TEXT + 'schedule: {scheduleExpression: "cron(0 2 ? * sun *)"}\n')
    canvas.select(Selection(Part.SCHEDULE))
    desk.take("edit.delete")
    assert session.document.text == TEXT
    assert not desk.possible("edit.delete")


def test_a_region_is_searched_by_name_and_added_with_the_keyboard(
    canvas: CanvasView, session: Session, desk: Desk, qtbot: QtBot
) -> None:
    desk.take("recipe.add-region")
    QTest.keyClicks(canvas.regions.search, "europe")
    QTest.keyClick(canvas.regions.search, Qt.Key.Key_Down)
    assert canvas.regions.list.currentRow() == 1
    canvas.regions.search.clear()
    QTest.keyClicks(canvas.regions.search, "stockholm")
    assert canvas.regions.list.item(0).text() == "Europe (Stockholm) · eu-north-1"
    QTest.keyClick(canvas.regions.search, Qt.Key.Key_Return)
    assert not canvas.regions.isVisible()
    assert session.canvas.regions[1].region == "eu-north-1"
    assert session.canvas.regions[1].ami_name == "hardened-base {{ imagebuilder:buildDate }}"
    assert canvas.selection == Selection(Part.REGION, (1,))


def test_regions_that_are_there_already_are_not_offered_and_those_without_image_builder_are_marked(
    canvas: CanvasView, desk: Desk
) -> None:
    desk.take("recipe.add-region")
    offered = [canvas.regions.list.item(row).text() for row in range(canvas.regions.list.count())]
    canvas.regions.close()
    assert not any("eu-central-1" in each for each in offered)
    assert "AWS European Sovereign Cloud (Germany) · eusc-de-east-1 · Image Builder not known" in offered


@pytest.mark.parametrize("seed", range(8))
def test_every_action_is_undone_and_redone_to_the_identical_file(
    canvas: CanvasView, session: Session, desk: Desk, seed: int
) -> None:
    chance = random.Random(seed)
    texts = [session.document.text]
    for _ in range(25):
        part = chance.choice([Part.COMPONENT] * 4 + [Part.REGION])
        count = session.draft.count(canvas.editing.place(part))
        if count:
            canvas.select(Selection(part, tuple(sorted(chance.sample(range(count), chance.randint(1, min(3, count)))))))
        desk.take(chance.choice(ACTIONS))
        if session.document.text != texts[-1]:
            texts.append(session.document.text)
    undo = session.document.undo
    assert undo.count() == len(texts) - 1 > 5
    for text in reversed(texts[:-1]):
        undo.undo()
        assert session.document.text == text
        assert names(session) == [card.name for card in Draft.of(text).canvas.components]
        assert [shown.face.title for shown in canvas.pipeline.build.cards] == names(session)
    for text in texts[1:]:
        undo.redo()
        assert session.document.text == text


def test_a_text_too_long_for_parts_of_a_recipe_is_refused_without_reading_it(
    canvas: CanvasView, session: Session
) -> None:
    before = session.document.text
    QGuiApplication.clipboard().setText("- componentArn: aws/update-linux/x.x.x\n" * 100_000)
    canvas.editing.paste()
    assert "too long" in canvas.banner.accessibleName()
    assert session.document.text == before
    QGuiApplication.clipboard().clear()


@pytest.mark.parametrize(("cut", "left"), [((1,), (1,)), ((4,), (3,)), ((3, 4), (2,)), ((0,), (0,))])
def test_where_something_was_cut_its_neighbour_is_chosen(
    canvas: CanvasView, desk: Desk, cut: tuple[int, ...], left: tuple[int, ...]
) -> None:
    """At the end of the list it was the button below it, and so the recipe as a whole."""
    choose(canvas, *cut)
    desk.take("edit.cut")
    assert canvas.selection == Selection(Part.COMPONENT, left)
