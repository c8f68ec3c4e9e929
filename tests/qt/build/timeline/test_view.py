"""The timeline by mouse and by keyboard: chosen, walked, zoomed, measured, searched, folded, growing."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.build.chart import Pending
from core.build.curves import Curves
from core.build.source import ImageStatus
from gui.build.timeline.curves import CurvesPanel
from gui.build.timeline.facts import tip
from gui.build.timeline.frame import context_of
from gui.build.timeline.view import TimelineView
from gui.theme.theme import Scheme, Theme
from tests.fakes.charts import BEGIN, LOOKING, USUAL, after, bar, chart_of, curves, every_look, lane, many
from tests.qt.accessible import nameless
from tests.qt.build.timeline.conftest import point_of
from tests.qt.fit import clipped
from tests.qt.waiting import press, until

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def wheel(widget: QWidget, turned: int, modifiers: Qt.KeyboardModifier = NONE, x: int = 400) -> None:
    at = QPointF(x, 40)
    event = QWheelEvent(
        at, widget.mapToGlobal(at), QPoint(), QPoint(0, turned * 120), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def drag(
    widget: QWidget, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT
) -> None:
    QTest.mousePress(widget, button, modifiers, start)
    QTest.mouseMove(widget, (start + end) / 2)
    QTest.mouseMove(widget, end)
    QTest.mouseRelease(widget, button, modifiers, end)


def looked(view: TimelineView) -> tuple[float, float]:
    """The window, in seconds into the run."""
    window = view.scene.window
    return window.begin - view.scene.begin, window.end - view.scene.begin


def found(view: TimelineView) -> int | None:
    """How many bars were found; None without a search."""
    return None if view.scene.found is None else int(view.scene.found.sum())


def ticking(view: TimelineView) -> bool:
    return view._ticking.running


def test_a_click_chooses_a_bar_and_says_so_once(view: TimelineView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.selected) as told:
        QTest.mouseClick(view.canvas, LEFT, NONE, point_of(view, "2 Failed"))
    assert told.args == ["2 Failed"]
    assert view.details.words.text().startswith("Failed  ·  Failed  ·  25 s")
    assert view.canvas.accessibleName() == "Timeline: Failed, Failed, 25 s"
    assert "at 0:30" in view.canvas.accessibleDescription()
    with qtbot.waitSignal(view.selected) as told:
        QTest.mouseClick(view.canvas, LEFT, NONE, QPoint(500, view.canvas.height() - 5))
    assert told.args == [""]


def test_choosing_for_the_user_tells_nobody_and_brings_the_bar_into_sight(view: TimelineView, qtbot: QtBot) -> None:
    view.scene.fold_all(folded=True)
    view.scene.look_at(view.scene.begin, view.scene.begin + 5)
    with qtbot.assertNotEmitted(view.selected):
        view.select("2 Running")
    assert view.scene.rows.of(2) >= 0
    begin, end = looked(view)
    assert begin < 215 < end


def test_enter_and_a_double_click_go_to_the_chosen_bar(view: TimelineView, qtbot: QtBot) -> None:
    view.select("2 Done")
    with qtbot.waitSignal(view.activated) as told:
        press(view.canvas, Qt.Key.Key_Return)
    assert told.args == ["2 Done"]
    with qtbot.waitSignal(view.activated) as told:
        place = point_of(view, "2 Ignored")
        QTest.mouseClick(view.canvas, LEFT, NONE, place)
        QTest.mouseDClick(view.canvas, LEFT, NONE, place)
    assert told.args == ["2 Ignored"]


def test_arrows_walk_from_bar_to_bar_and_the_way_back_is_the_way_there(view: TimelineView) -> None:
    def walked(*keys: Qt.Key) -> str:
        for key in keys:
            press(view.canvas, key)
        return view.scene.key

    down, up, left, right = Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right
    assert walked(right) == "0 build-image"
    view.select("2 Failed")
    assert walked(right) == "2 Ignored"
    assert walked(left, left, left, left) == "2 Done"
    assert walked(*[right] * 4) == "2 Cancelled"
    assert walked(up) == "1 Approve"
    assert walked(up, up, up) == "0 build-image"
    assert walked(down, down) == "2 Cancelled"
    assert walked(down) == "3 test-image"
    assert walked(Qt.Key.Key_Escape) == ""


def test_wheel_and_keys_zoom_and_move(view: TimelineView) -> None:
    whole = looked(view)
    wheel(view.canvas, 1, CONTROL)
    nearer = looked(view)
    assert nearer[1] - nearer[0] == pytest.approx((whole[1] - whole[0]) / 1.25)
    assert nearer[0] > whole[0]
    wheel(view.canvas, -1, SHIFT)
    assert looked(view)[0] > nearer[0]
    for key in (Qt.Key.Key_W, Qt.Key.Key_W, Qt.Key.Key_A):
        press(view.canvas, key)
    near = looked(view)
    press(view.canvas, Qt.Key.Key_D)
    assert looked(view)[0] > near[0]
    press(view.canvas, Qt.Key.Key_S)
    press(view.canvas, Qt.Key.Key_0)
    assert looked(view) == pytest.approx(whole, abs=1)


def test_the_wheel_zooms_where_nothing_can_be_scrolled_and_scrolls_where_it_can(view: TimelineView) -> None:
    assert view.scroll_bar.maximum() == 0
    before = looked(view)
    wheel(view.canvas, 1)
    assert looked(view) != before
    view.show_chart(many(600, 60), {})
    QApplication.processEvents()
    before = looked(view)
    wheel(view.canvas, -2)
    assert view.scroll_bar.value() > 0
    assert looked(view) == before


def test_dragging_draws_a_range_that_can_be_zoomed_to(view: TimelineView) -> None:
    told: list[tuple[float, float]] = []
    view.ranged.connect(told.append)
    drag(view.canvas, point_of(view, "2 Failed", 0.0), point_of(view, "2 Ignored", 1.0))
    begin, end = told[-1]
    assert begin == pytest.approx(after(30).timestamp(), abs=1)
    assert " bars, 1 failed" in view.details.words.text()
    assert view.scene.key == ""
    press(view.canvas, Qt.Key.Key_F)
    assert looked(view) == pytest.approx((30, end - view.scene.begin), abs=1)
    assert told[-1] is None


def test_measuring_snaps_to_the_edges_of_bars_and_is_no_range(view: TimelineView, qtbot: QtBot) -> None:
    start, end = point_of(view, "2 Failed", 0.0), point_of(view, "2 Ignored", 1.0)
    with qtbot.assertNotEmitted(view.ranged):
        drag(view.canvas, start + QPoint(3, 0), end - QPoint(3, 0), SHIFT)
    assert view.details.words.text().startswith("Measured 50 s, from 0:30.0 to 1:20.0")
    press(view.canvas, Qt.Key.Key_Escape)
    assert view.scene.stretch is None


def test_the_middle_button_and_the_ruler_drag_time_along(view: TimelineView) -> None:
    view.scene.look_at(view.scene.begin + 100, view.scene.begin + 140)
    before = looked(view)
    drag(view.canvas, QPoint(300, 40), QPoint(200, 40), button=MIDDLE)
    moved = looked(view)
    assert moved[0] > before[0]
    drag(view.ruler, QPoint(200, 10), QPoint(300, 10))
    assert looked(view) == pytest.approx(before, abs=0.1)
    assert view.scene.stretch is None


def test_the_minimap_goes_elsewhere_at_once(view: TimelineView) -> None:
    view.scene.look_at(view.scene.begin + 10, view.scene.begin + 30)
    QApplication.processEvents()
    x = round(view.scene.whole.x(view.scene.begin + 200, view.minimap.width()))
    QTest.mouseClick(view.minimap, LEFT, NONE, QPoint(x, 20))
    begin, end = looked(view)
    assert (begin + end) / 2 == pytest.approx(200, abs=2)


def test_search_counts_steps_and_unfolds_what_it_goes_to(view: TimelineView) -> None:
    view.scene.fold_all(folded=True)
    QTest.keyClick(view.canvas, Qt.Key.Key_F, CONTROL)
    assert view.find_bar.isVisible()
    QTest.keyClicks(view.find_bar.field, "running")
    assert found(view) == 3
    names = []
    for _ in range(4):
        press(view.find_bar.field, Qt.Key.Key_Return)
        names.append(view.scene.key)
    assert names == ["0 build-image", "2 Running", "3 test-image", "0 build-image"]
    QTest.keyClick(view.find_bar.field, Qt.Key.Key_Return, SHIFT)
    assert view.scene.key == "3 test-image"
    assert any(label.text() == "3 of 3" for label in view.find_bar.findChildren(QLabel))
    press(view.find_bar.field, Qt.Key.Key_Escape)
    assert found(view) is None
    assert view.canvas.hasFocus()


def test_lanes_fold_by_click_and_by_space(view: TimelineView) -> None:
    assert len(view.scene.rows.rows) == 4
    QTest.mouseClick(view.gutter, LEFT, NONE, QPoint(12, view.scene.rows.rows[0].top + 10))
    assert [row.lane for row in view.scene.rows.rows] == [0, 3]
    view.select("2 Done")
    assert len(view.scene.rows.rows) == 4
    press(view.canvas, Qt.Key.Key_Space)
    assert [row.lane for row in view.scene.rows.rows] == [0, 1, 3]


def test_pointing_tells_all_facts(view: TimelineView) -> None:
    context = context_of(view.scene)
    restarted = view.scene.columns.bars[view.scene.columns.place("2 Restarted")]
    said = tip(restarted, context)
    for fact in ("Step Restarted", "Completed", "50 s", "2.8 times as long as usual", "Executions: 3", "Reboots: 2"):
        assert fact in said
    assert "0:15" not in said
    assert "Critical path" in said
    done = view.scene.columns.bars[view.scene.columns.place("2 Done")]
    assert "lines 5 to 121" in tip(done, context)
    assert "as usual" in tip(done, context)
    assert "<" not in tip(replace(done, name="<b>bold</b>"), context)


def test_copying_takes_the_name_of_the_chosen_bar(view: TimelineView) -> None:
    view.select("2 Cancelled")
    QTest.keyClick(view.canvas, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "Cancelled"


def test_the_menu_of_a_bar_does_what_the_keys_do(view: TimelineView, qtbot: QtBot) -> None:
    view.select("2 Done")
    menu = view.canvas.menu()
    log, zoom, copy, fold = menu.actions()
    with qtbot.waitSignal(view.activated) as told:
        log.trigger()
    assert told.args == ["2 Done"]
    zoom.trigger()
    assert looked(view) == pytest.approx((-3, 33), abs=1)
    copy.trigger()
    assert QGuiApplication.clipboard().text() == "Done"
    fold.trigger()
    assert [row.lane for row in view.scene.rows.rows] == [0, 1, 3]
    menu.deleteLater()


def test_bars_grow_while_nothing_is_told_and_stop_with_the_run(view: TimelineView, qtbot: QtBot) -> None:
    assert ticking(view)
    before = view.scene.end
    with qtbot.waitSignal(view.scene.grown):
        pass
    assert before < view.scene.end < before + 60
    view.show_chart(every_look(ImageStatus.FAILED), USUAL)
    assert not ticking(view)
    view.hide()


def test_the_whole_stays_in_sight_while_the_run_grows_and_what_was_zoomed_to_stays_put(view: TimelineView) -> None:
    view.show_chart(replace(every_look(), end=after(900)), USUAL)
    assert looked(view)[1] > 900
    view.scene.look_at(view.scene.begin + 10, view.scene.begin + 20)
    before = looked(view)
    view.show_chart(replace(every_look(), end=after(2000)), USUAL)
    assert looked(view) == before


def test_what_is_chosen_stays_chosen_when_the_run_goes_on(view: TimelineView, qtbot: QtBot) -> None:
    view.select("2 Running")
    chart = every_look()
    bars = (*chart.bars[:3], bar("Earlier", 1, 100, 110), *chart.bars[3:])
    with qtbot.assertNotEmitted(view.selected):
        view.show_chart(replace(chart, bars=bars), USUAL)
    assert view.scene.bar is not None
    assert view.scene.bar.name == "Running"


def test_the_critical_path_is_marked_on_demand(view: TimelineView) -> None:
    plain = view.canvas.grab().toImage()
    view._critical.click()
    assert view.scene.critical_flags().sum() == 3
    assert view.canvas.grab().toImage() != plain
    view.show_chart(every_look(), USUAL)
    assert not view._critical.isEnabled()


def test_steps_that_have_not_begun_are_named_after_the_last_that_has(view: TimelineView) -> None:
    plain = view.canvas.grab().toImage()
    pending = Pending("step 9", 1, "CreateOutputAMI", "CreateImage", "PENDING", "0 build-image", ("a", "b"))
    view.show_chart(replace(every_look(), pending=(pending,)), USUAL)
    assert view.canvas.grab().toImage() != plain


def test_a_run_in_which_nothing_has_begun_says_so(theme: Theme, qtbot: QtBot) -> None:
    view = TimelineView(theme)
    qtbot.addWidget(view)
    view.show_chart(chart_of((lane("Image"),), end=0, status=ImageStatus.PENDING), {})
    view.show()
    assert "Nothing has begun yet" in view._stage.said
    view.show_chart(chart_of((lane("Image"),), end=0, status=ImageStatus.CANCELLED), {})
    assert "Nothing ran" in view._stage.said
    for key in (Qt.Key.Key_Right, Qt.Key.Key_W, Qt.Key.Key_F, Qt.Key.Key_Return, Qt.Key.Key_Space):
        press(view.canvas, key)
    view.show_chart(every_look(ImageStatus.FAILED), USUAL)
    assert view._stage.said == ""


def test_steps_without_any_length_and_at_the_same_moment_are_there_all_the_same(theme: Theme, qtbot: QtBot) -> None:
    """A run of steps that took no time gave a window of no time, and a division by zero."""
    view = TimelineView(theme)
    qtbot.addWidget(view)
    view.resize(900, 400)
    view.show_chart(chart_of(LOOKING, *(bar(f"S{at}", 2, 0, 0) for at in range(5)), end=0), {})
    view.show()
    for _ in range(60):
        press(view.canvas, Qt.Key.Key_W)
    press(view.canvas, Qt.Key.Key_0)
    QApplication.processEvents()
    assert view.canvas._frame is not None
    assert (view.canvas._frame.drawn.seen >= 0).any()


def test_curves_share_the_time_axis_and_tell_the_pointed_moment(view: TimelineView, qtbot: QtBot) -> None:
    view.show_curves(Curves())
    assert view.findChildren(CurvesPanel) == []
    view.show_curves(curves(gap=range(100, 140)))
    (panel,) = view.findChildren(CurvesPanel)
    assert panel.isVisible()
    view.scene.point(BEGIN.timestamp() + 120)
    assert [value.text() for value in panel._values] == ["–"] * 4
    view.scene.point(BEGIN.timestamp() + 30.5)
    assert panel._values[0].text().endswith(" %")
    view.scene.look_at(view.scene.begin + 50, view.scene.begin + 80)
    shown = panel._items[0][0].viewRange()[0]
    assert shown == pytest.approx(list(looked(view)))
    before = looked(view)
    wheel(panel._strip, 1, CONTROL)
    assert looked(view) != before
    view._curves_shown.click()
    assert not panel.isVisible()
    view._curves_shown.click()
    assert panel.isVisible()
    view.show_chart(replace(many(60, 6), begin=after(7)), {})
    assert not panel.isVisible()


def test_in_a_low_window_the_curves_give_way_to_the_bars(view: TimelineView) -> None:
    """Below the card that says why a build failed there was room for the curves and for two lanes."""
    view.show_curves(curves())
    (panel,) = view.findChildren(CurvesPanel)
    lanes, whole = view.canvas.height(), view.height()
    view.setMinimumHeight(200)  # as the page sets one
    view.resize(view.width(), 200)
    QApplication.processEvents()
    assert not panel.isVisible()
    assert not view._curves_shown.isEnabled()
    assert view.canvas.height() > 60
    view.resize(view.width(), whole)
    QApplication.processEvents()
    assert panel.isVisible()
    assert view.canvas.height() == lanes


def test_it_is_named_readable_and_fits_in_both_schemes(
    view: TimelineView, scheme: Scheme, theme: Theme, qtbot: QtBot
) -> None:
    view.show_curves(curves())
    view.show_remaining("About 2 to 4 min left")
    view.search("step")
    QApplication.processEvents()
    assert nameless(view) == []
    assert clipped(view) == []
    ground = view.canvas.grab().toImage().pixelColor(view.canvas.width() - 5, view.canvas.height() - 40)
    assert ground.name() == theme.colours.surface


def test_a_hundred_thousand_bars_are_drawn_and_found_under_the_pointer(view: TimelineView, qtbot: QtBot) -> None:
    view.show_chart(many(20_000, 60), {})
    QApplication.processEvents()
    frame = view.canvas._frame
    assert frame is not None
    row, column = 3, 400
    place = int(frame.drawn.seen[row, column])
    if place >= 0:
        QTest.mouseClick(view.canvas, LEFT, NONE, QPoint(column, frame.rows[row].top + 14))
        assert view.scene.key == view.scene.columns.bars[place].key
    until(qtbot, lambda: view.scene.key)


def test_a_failed_run_is_opened_at_its_failure_and_left_to_who_scrolls(theme: Theme, qtbot: QtBot) -> None:
    """In a low window the step that failed was below what was seen."""
    view = TimelineView(theme)
    qtbot.addWidget(view)
    chart = many(600, 60)
    bars = [replace(each, status="COMPLETED", skipped=False) for each in chart.bars]
    bars[405] = replace(bars[405], status="FAILED")
    view.show_chart(replace(chart, bars=tuple(bars)), {})
    view.resize(900, 280)
    view.show()
    qtbot.waitExposed(view)
    row = view.scene.rows.rows[view.scene.rows.of(40)]
    assert view.scroll_bar.value() <= row.top
    assert row.bottom <= view.scroll_bar.value() + view.canvas.height()
    wheel(view.canvas, 40)
    assert view.scroll_bar.value() == 0
    view.resize(900, 300)
    assert view.scroll_bar.value() == 0


def test_what_goes_on_comes_into_sight_until_somebody_scrolls(theme: Theme, qtbot: QtBot) -> None:
    """In a low window the steps of the component that ran were below what was seen."""
    view = TimelineView(theme)
    qtbot.addWidget(view)
    view.resize(900, 280)
    lanes = tuple(lane(f"lane {number}") for number in range(12))

    def running(number: int) -> None:
        bars = (bar(f"step {each}", each, each, None if each == number else each + 1) for each in range(number + 1))
        shown = tuple(replace(each, status="RUNNING" if each.end is None else each.status) for each in bars)
        view.show_chart(chart_of(lanes[: number + 1], *shown, end=number + 2, status=ImageStatus.BUILDING), {})

    def lowest() -> int:
        rows = view.scene.rows.between(view.scroll_bar.value(), view.scroll_bar.value() + view.canvas.height())
        return rows[-1].lane

    running(6)
    view.show()
    qtbot.waitExposed(view)
    assert lowest() == 6
    running(8)
    assert lowest() == 8
    wheel(view.canvas, 40)
    running(11)
    assert view.scroll_bar.value() == 0


def test_a_run_that_has_ended_fills_the_width(theme: Theme, qtbot: QtBot) -> None:
    """The room that a run has to grow into stayed empty when it was over."""
    view = TimelineView(theme)
    qtbot.addWidget(view)
    lanes, done = (lane("build-image"),), bar("step", 0, 0, 100)
    view.show_chart(chart_of(lanes, done, end=100, status=ImageStatus.BUILDING), {})
    assert looked(view)[1] > 110
    view.show_chart(chart_of(lanes, done, end=100), {})
    assert looked(view)[1] < 105


def test_in_a_narrow_place_names_and_the_small_picture_give_way_to_the_bars(view: TimelineView) -> None:
    wide = view.gutter.width(), view.minimap.height()
    view.show_remaining("1 min 15 s to 2 min left")
    view.resize(520, 280)
    QApplication.processEvents()
    assert view.gutter.width() < wide[0]
    assert view.minimap.height() < wide[1]
    assert view.details.remaining.isVisible()
    assert clipped(view) == []
    view.resize(1100, 500)
    QApplication.processEvents()
    assert (view.gutter.width(), view.minimap.height()) == wide
    assert not view.details.remaining.isVisible()
