"""A recipe that is refused before any build exists: what is wrong, where it stands, and the way there."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from core.aws.rehearsal import Rehearsal
from core.errors import BakehouseError, Invalid, NotFound
from gui.actions import Page
from gui.app import App
from gui.recipe.selection import Part
from tests.fakes.commanded import CommandedConnection
from tests.qt.shell.conftest import idle
from tests.qt.waiting import until


def bake(app: App, qtbot: QtBot) -> str:
    """Bake what stands there; what is said above the page then."""
    app.window.show_page(Page.TIMELINE)
    app.desk.take("run.bake")
    until(qtbot, lambda: idle(app) and not app.baking.busy)
    assert not app.session.runs
    assert app.window.banner.isVisible()
    return app.window.banner.accessibleName()


def press(app: App, text: str, qapp: QApplication) -> None:
    (found,) = (each for each in app.window.banner.findChildren(QPushButton) if each.text() == text)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    qapp.processEvents()


def put(app: App, old: str, new: str) -> None:
    """Type something else into the file."""
    text = app.session.document.text
    assert old in text
    app.session.document.edit("Type", text.replace(old, new, 1))
    app.opening.save()


def line_of(app: App, wanted: str) -> int:
    return next(number for number, line in enumerate(app.session.document.text.splitlines(), 1) if wanted in line)


def test_a_wrong_value_is_told_with_its_place_and_gone_to(opened: App, qapp: QApplication, qtbot: QtBot) -> None:
    """It said that the file has errors, and to call another program to hear where."""
    put(opened, "region: eu-central-1", "region: nowhere-1")
    said = bake(opened, qtbot)
    assert f"web-server.yml:{line_of(opened, 'nowhere-1')}:" in said
    assert "(distributions[0].region)" in said
    assert "bakehouse check" not in said
    press(opened, "Go there", qapp)
    assert opened.window.page is Page.RECIPE
    assert opened.recipe.canvas.selection.part is Part.REGION
    assert not opened.window.banner.isVisible()


def test_several_are_counted_and_shown_together(opened: App, qapp: QApplication, qtbot: QtBot) -> None:
    put(opened, "document: components/nginx.yml", "document: components/gone.yml")
    put(opened, "region: eu-central-1", "region: nowhere-1")
    bake(opened, qtbot)
    press(opened, "Show all 2", qapp)
    until(qtbot, lambda: idle(opened))
    rows = opened.recipe.plan.table.rows
    assert [each.problem is not None for each in rows.rows] == [True, True]


def test_what_is_no_yaml_is_shown_in_the_text(opened: App, qapp: QApplication, qtbot: QtBot) -> None:
    """No card and no form has it, so going there led nowhere."""
    put(opened, "name: web-server", "name: [web-server")
    said = bake(opened, qtbot)
    assert "web-server.yml:" in said
    press(opened, "Go there", qapp)
    assert opened.recipe.text.isVisible()


@pytest.mark.parametrize(
    ("operation", "error", "address"),
    [
        ("CreateComponent", Invalid("CreateComponent (nginx): It is not valid.", hint="Mend it."), "components[0]"),
        ("CreateImageRecipe", NotFound("CreateImageRecipe (web-server): There is no such image."), "imageRecipe"),
    ],
)
def test_what_the_service_refuses_is_told_with_the_place_that_wants_it(
    opened: App, file: Path, operation: str, error: BakehouseError, address: str, qapp: QApplication, qtbot: QtBot
) -> None:
    """The service knows its own resources only: it said which call failed, and nobody which line was to blame."""
    at = CommandedConnection(Rehearsal.bundled(400))
    at.told.failing[operation] = error
    opened.session.connect_to(at)
    put(opened, "semanticVersion: 1.0.x", "semanticVersion: 1.9.x")
    document = file.parent / "components/nginx.yml"
    document.write_text(document.read_text() + "\n# anew\n")
    said = bake(opened, qtbot)
    assert error.message in said
    assert "web-server.yml:" in said
    assert address in said
    assert "rehearsal refuses what stands here" in said
    press(opened, "Go there", qapp)
    assert opened.window.page is Page.RECIPE
