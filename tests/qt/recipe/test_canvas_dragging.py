"""Dragging cards to another place and out, and components, files and text in."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.errors import Invalid
from core.recipe.draft import Draft
from gui.actions import COMPONENT_MIME, Desk
from gui.recipe.arrivals import copied
from gui.recipe.canvas import CanvasView
from gui.recipe.dragging import mime_of
from gui.recipe.selection import Part, Selection
from gui.session import Session
from gui.theme.theme import Theme
from tests.qt.recipe.conftest import EXAMPLE

TEXT = (EXAMPLE / "hardened-base.yml").read_text(encoding="utf-8")
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
BOTH = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


def names(session: Session) -> list[str]:
    return [card.name for card in session.canvas.components]


def above(canvas: CanvasView, index: int) -> QPoint:
    """A place of the column in the upper half of a card."""
    card = canvas.pipeline.build.cards[index]
    return card.mapTo(canvas.pipeline, QPoint(card.width() // 2, 4))


def enter(canvas: CanvasView, data: QMimeData, at: QPoint) -> bool:
    """Whether what is dragged is welcome."""
    event = QDragEnterEvent(at, BOTH, data, LEFT, NONE)
    QCoreApplication.sendEvent(canvas.pipeline, event)
    return event.isAccepted()


def drop(canvas: CanvasView, data: QMimeData, at: QPoint) -> bool:
    enter(canvas, data, at)
    QCoreApplication.sendEvent(canvas.pipeline, QDragMoveEvent(at, BOTH, data, LEFT, NONE))
    event = QDropEvent(QPointF(at), BOTH, data, LEFT, NONE)
    QCoreApplication.sendEvent(canvas.pipeline, event)
    return event.isAccepted()


def component_data(*references: str) -> QMimeData:
    data = QMimeData()
    data.setData(COMPONENT_MIME, QByteArray("\n".join(references).encode()))
    return data


def file_data(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def offered(canvas: CanvasView, text: str) -> QPushButton:
    return next(button for button in canvas.banner.findChildren(QPushButton) if button.text() == text)


def test_a_component_of_the_library_goes_to_where_the_line_is(canvas: CanvasView, session: Session) -> None:
    data = component_data("aws/update-linux/x.x.x", "components/other.yml")
    assert enter(canvas, data, above(canvas, 2))
    assert canvas.pipeline.build.gap.isVisible()
    assert drop(canvas, data, above(canvas, 2))
    assert not canvas.pipeline.build.gap.isVisible()
    assert names(session)[1:5] == ["accounts", "update-linux", "other", "sshd"]
    assert canvas.selection == Selection(Part.COMPONENT, (2, 3))
    session.document.undo.undo()
    assert session.document.text == TEXT


def test_the_line_goes_when_the_drag_leaves(canvas: CanvasView) -> None:
    assert enter(canvas, component_data("aws/update-linux/x.x.x"), above(canvas, 1))
    QCoreApplication.sendEvent(canvas.pipeline, QDragLeaveEvent())
    assert not canvas.pipeline.build.gap.isVisible()


def test_what_is_dropped_below_the_lane_goes_to_its_end(canvas: CanvasView, session: Session) -> None:
    assert drop(canvas, component_data("aws/update-linux/x.x.x"), QPoint(200, canvas.pipeline.height() - 2))
    assert names(session)[-1] == "update-linux"


def test_a_drag_of_something_else_is_not_welcome(canvas: CanvasView, tmp_path: Path) -> None:
    picture = QMimeData()
    picture.setImageData(b"")
    assert not enter(canvas, picture, above(canvas, 1))
    assert not enter(canvas, file_data(tmp_path / "a.png"), above(canvas, 1))
    assert not canvas.pipeline.build.gap.isVisible()


def test_yaml_text_of_an_editor_is_dropped_as_it_is_pasted(canvas: CanvasView, session: Session) -> None:
    data = QMimeData()
    data.setText("- componentArn: aws/update-linux/x.x.x\n")
    assert drop(canvas, data, above(canvas, 0))
    assert names(session)[0] == "update-linux"


def test_a_document_below_the_recipes_folder_is_named_where_it_is(
    canvas: CanvasView, session: Session, recipe: Path
) -> None:
    (recipe.parent / "more").mkdir()
    document = recipe.parent / "more/extra.yml"
    document.write_text((recipe.parent / "components/sshd.yml").read_text(encoding="utf-8"), encoding="utf-8")
    assert drop(canvas, file_data(document), above(canvas, 1))
    assert session.canvas.components[1].reference == "more/extra.yml"


def test_a_document_from_elsewhere_is_copied_beside_the_recipe_when_the_user_wants_that(
    canvas: CanvasView, session: Session, recipe: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    outside = tmp_path / "sshd.yml"
    outside.write_text("name: another\n", encoding="utf-8")
    assert drop(canvas, file_data(outside), above(canvas, 1))
    assert session.document.text == TEXT
    assert "outside the recipe's folder" in canvas.banner.accessibleName()
    offered(canvas, "Copy and add").click()
    qtbot.waitUntil(lambda: len(names(session)) == 6)
    assert session.canvas.components[1].reference == "components/sshd-2.yml"
    assert (recipe.parent / "components/sshd-2.yml").read_text(encoding="utf-8") == "name: another\n"


@pytest.mark.parametrize("name", ["huge.yml", "disk.yml", "folder.yml"])
def test_what_is_no_document_is_not_copied(
    canvas: CanvasView, session: Session, recipe: Path, tmp_path: Path, name: str, qtbot: QtBot
) -> None:
    outside = tmp_path / name
    match name:
        case "folder.yml":
            outside.mkdir()
        case "huge.yml":
            with outside.open("wb") as out:
                os.truncate(out.fileno(), 3 * 1024**3)
        case _:
            outside.write_bytes(b"\xff\x00" * 100)
    before = sorted(recipe.parent.rglob("*"))
    if drop(canvas, file_data(outside), above(canvas, 1)):
        offered(canvas, "Copy and add").click()
        qtbot.waitUntil(lambda: name in canvas.banner.accessibleName() and not session.ops.waiting)
    assert session.document.text == TEXT
    assert sorted(recipe.parent.rglob("*")) == before


def test_a_document_is_not_copied_through_a_link_out_of_the_recipes_folder(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "recipe", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (root / "components").symlink_to(elsewhere)
    document = tmp_path / "a.yml"
    document.write_text("name: a\n")
    with pytest.raises(Invalid, match="leads out"):
        copied(document, root)
    assert not list(elsewhere.iterdir())


def test_a_link_that_leads_in_a_circle_is_refused_in_words(
    canvas: CanvasView, session: Session, tmp_path: Path
) -> None:
    """It raised a RuntimeError, which opened the report of a bug."""
    link = tmp_path / "circle.yml"
    link.symlink_to(link)
    assert drop(canvas, file_data(link), above(canvas, 1))
    assert session.document.text == TEXT
    assert "circle.yml is a link that leads in a circle" in canvas.banner.accessibleName()


def test_a_document_dropped_on_a_recipe_that_was_never_saved_asks_to_save_it(
    theme: Theme, desk: Desk, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    view = CanvasView(theme, desk, session)
    qtbot.addWidget(view)
    saved: list[str] = []
    desk.bind("file.save", lambda: saved.append("save"))
    before = session.document.text
    assert drop(view, file_data(tmp_path / "a.yml"), QPoint(100, 100))
    assert session.document.text == before
    offered(view, "Save…").click()
    assert saved == ["save"]


def test_what_is_dragged_out_is_yaml(canvas: CanvasView, session: Session) -> None:
    canvas.select(Selection(Part.COMPONENT, (1, 3)))
    data = mime_of(canvas.editing, canvas.choosing)
    assert [card.name for card in Draft.blank().paste(session.draft.components, data.text()).canvas.components] == [
        "accounts",
        "firewall",
    ]


@pytest.mark.parametrize(
    ("chosen", "target", "after"),
    [
        ((0,), 3, ["accounts", "sshd", "packages", "firewall", "kernel-settings"]),
        ((3, 4), 0, ["firewall", "kernel-settings", "packages", "accounts", "sshd"]),
        ((0, 4), 2, ["accounts", "packages", "kernel-settings", "sshd", "firewall"]),
        ((1,), 1, ["packages", "accounts", "sshd", "firewall", "kernel-settings"]),
    ],
)
def test_cards_are_dragged_to_another_place(
    canvas: CanvasView, session: Session, qtbot: QtBot, chosen: tuple[int, ...], target: int, after: list[str]
) -> None:
    """The pointer presses, moves and so begins a drag."""
    canvas.select(Selection(Part.COMPONENT, chosen))
    card = canvas.pipeline.build.cards[chosen[0]]
    at = above(canvas, target)
    dropped: list[bool] = []
    # The offscreen platform has no drag and drop of its own.
    canvas.dragging.carry = lambda drag: dropped.append(drop(canvas, drag.mimeData(), at))
    QTest.mousePress(card, LEFT, NONE, QPoint(60, 10))
    far = QPointF(60, 60)
    moved = QMouseEvent(QEvent.Type.MouseMove, far, QPointF(card.mapToGlobal(far)), LEFT, LEFT, NONE)
    QCoreApplication.sendEvent(card, moved)
    assert dropped == [True]
    assert names(session) == after
    assert canvas.selection.part is Part.COMPONENT
    session.document.undo.undo()
    assert session.document.text == TEXT


def test_dragging_near_the_edge_scrolls(canvas: CanvasView, qtbot: QtBot) -> None:
    bar = canvas.area.verticalScrollBar()
    assert bar.maximum() > 0
    low = QPoint(200, canvas.area.viewport().height() - 4)
    enter(canvas, component_data("aws/update-linux/x.x.x"), low)
    qtbot.waitUntil(lambda: bar.value() > 40)
    QCoreApplication.sendEvent(canvas.pipeline, QDragLeaveEvent())


def test_nothing_is_welcome_while_the_text_is_unreadable(canvas: CanvasView, session: Session) -> None:
    session.document.edit("Type", TEXT.replace("  components:\n", "  components: [\n"))
    assert not enter(canvas, component_data("aws/update-linux/x.x.x"), above(canvas, 1))
