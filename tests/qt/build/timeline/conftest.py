"""A timeline view on the screen, showing one bar of every look."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.build.timeline.frame import BAR, BAR_TOP
from gui.build.timeline.view import TimelineView
from gui.theme.theme import Theme
from tests.fakes.charts import USUAL, every_look

CRITICAL = frozenset({"0 build-image", "2 Done", "2 Restarted"})


@pytest.fixture
def view(theme: Theme, qtbot: QtBot, qapp: QApplication) -> Iterator[TimelineView]:
    made = TimelineView(theme)
    qtbot.addWidget(made)
    made.resize(1100, 500)
    made.show_chart(every_look(), USUAL, CRITICAL)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.hide()


def point_of(view: TimelineView, key: str, share: float = 0.5) -> QPoint:
    """Where a bar is on the canvas, at a share of its length."""
    scene = view.scene
    at = scene.columns.place(key)
    start, end = scene.columns.starts[at], scene.columns.ends[at]
    x = scene.window.x(float(start + (end - start) * share), view.canvas.width())
    row = scene.rows.rows[scene.rows.of(scene.columns.lane(at))]
    return QPoint(round(x), row.top + BAR_TOP + BAR // 2 - view.scroll_bar.value())


PointOf = Callable[[TimelineView, str], QPoint]
