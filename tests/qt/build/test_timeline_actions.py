"""What the timeline's keys do is also in the menu, the palette and the sheet of shortcuts, and does the same there."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.build.source import ImageStatus
from gui.actions import ACTIONS, Action, Desk, Page, ShowPage
from gui.build.charts import Charts
from gui.build.timeline.scene import Stretch
from gui.build.timeline_actions import allow_timeline, bind_timeline
from gui.theme.theme import Theme
from tests.fakes.charts import USUAL, after, chart_of, every_look

TIMELINE = tuple(action for action in ACTIONS if action.menu == "Timeline")
CRITICAL = frozenset({"0 build-image", "2 Done"})


@pytest.fixture
def charts(theme: Theme, desk: Desk, qtbot: QtBot, qapp: QApplication) -> Iterator[Charts]:
    made = Charts(theme)
    qtbot.addWidget(made)
    made.resize(1100, 500)
    made.show_chart(every_look(ImageStatus.AVAILABLE), USUAL, CRITICAL, "")
    made.show()
    qtbot.waitExposed(made)
    bind_timeline(desk, made)
    allow_timeline(desk, made, shown=True)
    yield made
    made.hide()


def state(charts: Charts) -> tuple[object, ...]:
    """All that a key can change."""
    scene, view = charts.timeline.scene, charts.timeline
    stretch = scene.stretch
    return scene.window, scene.key, scene.folded, stretch, scene.critical_shown, view.find_bar.isVisible()


def begin(charts: Charts) -> None:
    """Zoomed in a little, a bar chosen, a search made and left."""
    view = charts.timeline
    view.scene.fold_all(folded=False)
    view.scene.show_critical(False)
    view._critical.setChecked(False)
    view.search("step")
    view.find_bar.field.setText("done")
    view.find_bar.hide()
    view.scene.draw(None)
    view.select("1 Launch")
    view.scene.fit()
    view.canvas.zoom(2, 300)
    view.canvas.setFocus()


@pytest.mark.parametrize("action", [each for each in TIMELINE if each.keys], ids=lambda each: each.id)
def test_an_action_does_what_its_keys_do(action: Action, charts: Charts, desk: Desk, qtbot: QtBot) -> None:
    gone: list[str] = []
    charts.activated.connect(gone.append)
    begin(charts)
    before = state(charts)
    QTest.keySequence(charts.timeline.canvas, QKeySequence(action.keys))
    by_key, taken = state(charts), list(gone)
    assert by_key != before or taken, "the key does nothing"
    begin(charts)
    gone.clear()
    desk.take(action.id)
    assert (state(charts), gone) == (by_key, taken)


def test_an_action_is_done_where_it_can_be_seen(charts: Charts, desk: Desk, qtbot: QtBot) -> None:
    """Taken from the palette on another page, or with the table in front, it changed what nobody saw."""
    charts.setCurrentWidget(charts.table)
    with qtbot.waitSignal(desk.intended, check_params_cb=lambda intent: intent == ShowPage(Page.TIMELINE)):
        desk.take("timeline.fold-all")
    assert charts.currentWidget() is charts.timeline
    assert charts.timeline.canvas.hasFocus()


def test_without_a_bar_none_can_be_taken_and_says_so(charts: Charts, desk: Desk) -> None:
    charts.show_chart(chart_of((), end=1), {}, frozenset(), "")
    allow_timeline(desk, charts, shown=True)
    assert not any(desk.possible(action.id) for action in TIMELINE)
    assert all(desk.why_not(action.id) for action in TIMELINE)


def test_measuring_goes_on_from_the_bar_it_began_at(charts: Charts, desk: Desk) -> None:
    """By keys a measurement reaches over many bars as it does by mouse."""
    choose: Callable[[str], None] = charts.timeline.select
    choose("2 Done")
    desk.take("timeline.measure")
    choose("2 Restarted")
    desk.take("timeline.measure")
    assert charts.timeline.scene.stretch == Stretch(after(0).timestamp(), after(190).timestamp(), measured=True)
