"""Recorded builds, shown at every stage of them as if they were going on."""

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import resources
from core.build import journal
from core.build.chart import Charter
from core.build.run import Run, fold
from core.build.usual import critical_path, usual
from gui.build.timeline.look import FAILED, LOOKS
from gui.build.timeline.table import TimelineTable
from gui.build.timeline.view import TimelineView
from gui.theme.theme import Theme

FOLDER = Path(resources.__file__).parent / "rehearsal"


@pytest.mark.parametrize("recipe", ["web-server", "hardened-base"])
def test_a_recorded_build_is_shown_from_its_first_moment_to_its_last(
    recipe: str, theme: Theme, qtbot: QtBot, qapp: QApplication
) -> None:
    events = tuple(journal.events(FOLDER / f"{recipe}.jsonl"))
    view, table, charter, run = TimelineView(theme), TimelineTable(theme), Charter(), Run()
    for each in (view, table):
        qtbot.addWidget(each)
        each.resize(1100, 500)
        each.show()
    counts = []
    for number, event in enumerate(events):
        run = fold(run, event)
        if number % 7 == 0 or event is events[-1]:
            chart = charter.chart(run, event.at)
            view.show_chart(chart, {}, frozenset(critical_path(chart)))
            table.show_chart(chart, {})
            qapp.processEvents()
            counts.append(len(view.scene.columns.bars))
            if chart.bars and not view.scene.key:
                view.select(chart.bars[0].key)
    assert all(before <= after for before, after in pairwise(counts))
    assert view.scene.bar is not None
    assert not view.scene.chart.running
    assert len(table.table.rows.shown) == counts[-1] + len(view.scene.chart.pending)
    view.show_chart(view.scene.chart, usual([view.scene.chart]))
    qapp.processEvents()
    failed = [
        view.scene.columns.bars[at].name for at, code in enumerate(view.scene.columns.codes) if LOOKS[code] is FAILED
    ]
    assert failed == (["Install"] if recipe == "hardened-base" else [])
