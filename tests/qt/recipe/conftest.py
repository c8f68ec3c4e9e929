"""A canvas on the screen with the hardened-base example: five components, three of them with tests, one region."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Desk
from gui.document import Document
from gui.recipe.canvas import CanvasView
from gui.session import Session
from gui.theme.theme import Theme
from tests.installed import ROOT

EXAMPLE = ROOT / "resources/examples/hardened-base"

Opened = Callable[[str], None]


def current_of(canvas: CanvasView) -> QWidget:
    """Where the keyboard is."""
    current = canvas.choosing.current
    assert current is not None
    return current


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """The example's recipe file, in a folder of its own."""
    shutil.copytree(EXAMPLE, tmp_path / "recipe")
    return tmp_path / "recipe/hardened-base.yml"


@pytest.fixture
def canvas(theme: Theme, desk: Desk, session: Session, recipe: Path, qtbot: QtBot) -> CanvasView:
    """The example on the screen, its problems known."""
    desk.bind("recipe.add-component", lambda: None)
    view = CanvasView(theme, desk, session)
    qtbot.addWidget(view)
    with qtbot.waitSignal(session.checked):
        session.open(Document.read(recipe))
    view.resize(700, 900)
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.fixture
def opened(session: Session, canvas: CanvasView, recipe: Path, qtbot: QtBot) -> Opened:
    """Opens another text as the recipe file, and waits until its problems are known."""

    def opens(text: str) -> None:
        recipe.write_text(text, encoding="utf-8")
        with qtbot.waitSignal(session.checked):
            session.open(Document.read(recipe))

    return opens
