"""Costs where the recipe is edited and baked: on the canvas, in the plan, on the Bake button, and from a run."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.build import journal
from gui.actions import Page
from gui.app import App
from gui.cost.views import HISTORY
from tests.qt.shell.conftest import Started, idle
from tests.qt.waiting import until


def change_type(app: App, qtbot: QtBot, name: str) -> None:
    edited = app.session.draft.put(("infrastructureConfiguration", "instanceTypes"), [name])
    with qtbot.waitSignal(app.costs.reckoning.changed):
        app.session.edit("Change type", edited)
    until(qtbot, lambda: idle(app))


def test_costs_are_told_where_the_recipe_is_edited_and_move_with_it(opened: App, qtbot: QtBot) -> None:
    until(qtbot, lambda: opened.costs.reckoning.current)
    chip, bake = opened.recipe.canvas.cost, opened.window.top_bar.bake
    found = opened.costs.reckoning.current
    assert found is not None
    before = found.cost.run.amount.text
    assert chip.isVisible()
    assert chip.text().startswith(f"{before} a run")
    assert before in bake.toolTip()
    assert "Ctrl+B" in bake.toolTip()
    change_type(opened, qtbot, "t3.2xlarge")
    after = opened.costs.reckoning.current
    assert after is not None
    assert after.cost.run.amount.text != before
    assert chip.text().startswith(f"{after.cost.run.amount.text} a run")
    assert "Since it was saved: +$" in chip.toolTip()
    assert after.cost.run.amount.text in bake.toolTip()
    opened.desk.take("run.plan")
    until(qtbot, lambda: idle(opened) and not opened.recipe.plan.busy)
    assert opened.recipe.plan.costs.isVisible()
    assert "Since it was saved: +$" in opened.recipe.plan.costs.said
    opened.desk.take("edit.undo")
    until(qtbot, lambda: idle(opened) and "No edit has changed that" in opened.recipe.plan.costs.said)


def test_the_chip_leads_to_the_cost_page_and_a_run_to_what_it_cost(starts: Started, file: Path, qtbot: QtBot) -> None:
    app = starts.start(file)
    until(qtbot, app.recipe.canvas.cost.isVisible)
    QTest.mouseClick(app.recipe.canvas.cost, Qt.MouseButton.LeftButton)
    assert app.window.page is Page.COST
    until(qtbot, lambda: app.costs.page.widget.views)
    app.desk.take("run.bake")
    until(qtbot, lambda: app.session.runs and app.session.runs[0].over)
    app.window.show_page(Page.TIMELINE)
    until(qtbot, app.timeline.view.header.buttons["run.cost"].isVisible)
    app.timeline.view.header.buttons["run.cost"].click()
    assert app.window.page is Page.COST
    views = app.costs.page.widget.views
    assert views is not None
    until(qtbot, lambda: idle(app) and views.history.table.row is not None)
    assert views.tabs.currentIndex() == HISTORY
    assert views.history.table.row.key == app.session.runs[0].arn
    assert any("USD per hour" in row[1] for row in views.history.breakdown.rows)
    assert journal.listing(starts.places.runs)
    app.window.show_page(Page.TIMELINE)
    ran = app.session.runs[0].opened
    until(qtbot, lambda: app.costs.of((ran.connection, ran.image_arn)))
    assert app.costs.of((ran.connection, ran.image_arn)).endswith(" on AWS")
    assert app.costs.of((ran.connection, "arn:aws:imagebuilder:::image/none/1.0.0/1")) == ""
