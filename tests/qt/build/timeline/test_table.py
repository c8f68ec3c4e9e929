"""The same bars as a table: sorted, searched, chosen, and brought up to date without moving under the reader's eyes."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.build.chart import Pending
from core.build.source import ImageStatus
from gui.build.timeline.table import TimelineTable
from gui.theme.theme import Scheme, Theme
from tests.fakes.charts import USUAL, after, every_look, many
from tests.qt.accessible import nameless
from tests.qt.fit import clipped


@pytest.fixture
def table(theme: Theme, qtbot: QtBot) -> TimelineTable:
    made = TimelineTable(theme)
    qtbot.addWidget(made)
    made.resize(1100, 500)
    made.show()
    qtbot.waitExposed(made)
    made.show_chart(every_look(ImageStatus.FAILED), USUAL)
    return made


def names(table: TimelineTable) -> list[str]:
    return [line.name for line in table.table.rows.shown]


def test_it_has_every_bar_and_what_never_began(table: TimelineTable) -> None:
    pending = Pending("step 9", 1, "CreateOutputAMI", "CreateImage", "PENDING", "0 build-image", ("build-image", "x"))
    table.show_chart(replace(every_look(ImageStatus.FAILED), pending=(pending,), begin=after(-1)), USUAL)
    assert len(names(table)) == 13
    last = table.table.rows.shown[-1]
    assert (last.name, last.status, last.took) == ("CreateOutputAMI", "Never began", "")


def test_the_slowest_and_what_is_slower_than_usual_come_first_when_asked(table: TimelineTable) -> None:
    table.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert names(table)[:3] == ["build-image", "Approve", "Launch"] or names(table)[0] == "build-image"
    table.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    first = table.table.rows.shown[0]
    assert (first.name, first.against) == ("Restarted", "2.8 times as long as usual (usually 18 s)")


def test_choosing_tells_once_and_choosing_for_the_user_does_not(table: TimelineTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.selected) as told:
        table.table.choose_at(3)
    assert told.args == [table.table.rows.shown[3].key]
    with qtbot.assertNotEmitted(table.selected):
        table.select("2 Failed")
    assert table.table.row.name == "Failed"
    with qtbot.waitSignal(table.activated) as told:
        QTest.keyClick(table.table, Qt.Key.Key_Return)
    assert told.args == ["2 Failed"]


def test_search_shows_what_has_every_word(table: TimelineTable) -> None:
    QTest.keyClicks(table.search, "failed ignored")
    assert names(table) == ["Ignored"]
    assert table.count.text() == "1 of 12"


def test_what_is_scrolled_to_and_chosen_stays_there_while_the_run_goes_on(table: TimelineTable, qtbot: QtBot) -> None:
    """Each time the run was told anew, the table jumped back to the chosen row."""
    chart = many(600, 6, running=True)
    table.show_chart(chart, {})
    qtbot.waitUntil(lambda: len(names(table)) == 600)
    table.table.choose_at(0)
    bar = table.table.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    with qtbot.assertNotEmitted(table.selected):
        table.show_chart(replace(chart, end=after(90_000)), {})
        qtbot.waitUntil(lambda: not table._ticking.running)
    assert bar.value() == before
    assert table.table.position == 0
    assert any(line.took.endswith("so far") for line in table.table.rows.shown)
    table.hide()


def test_a_hidden_table_costs_nothing_until_it_is_seen(table: TimelineTable, qtbot: QtBot) -> None:
    table.hide()
    table.show_chart(many(120, 6, running=True), {})
    assert len(names(table)) == 12
    assert not table._ticking.running
    table.show()
    qtbot.waitUntil(lambda: len(names(table)) == 120)
    table.hide()


def test_it_is_named_and_fits_in_both_schemes(table: TimelineTable, scheme: Scheme) -> None:
    QApplication.processEvents()
    assert nameless(table) == []
    assert clipped(table) == []
