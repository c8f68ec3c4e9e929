"""The timeline's own actions: what its keys do, also from the menu and the command palette."""

from collections.abc import Callable, Mapping
from typing import Final

from gui.actions import ACTIONS, Desk, Page, ShowPage
from gui.build.charts import Charts
from gui.build.timeline.view import TimelineView

NAMES: Final = tuple(action.id for action in ACTIONS if action.menu == "Timeline")
NOTHING: Final = "No build is shown that has begun."


def bind_timeline(desk: Desk, charts: Charts) -> None:
    """Each is done where it can be seen, and from then on the keys do it as well."""
    timeline = charts.timeline

    def bind(name: str, does: Callable[[], None]) -> None:
        def take() -> None:
            desk.intend(ShowPage(Page.TIMELINE))
            charts.setCurrentWidget(timeline)
            timeline.setFocus()
            does()

        desk.bind(name, take)

    for name, does in _doings(timeline).items():
        bind(f"timeline.{name}", does)


def allow_timeline(desk: Desk, charts: Charts, *, shown: bool) -> None:
    """They make sense where there is a bar."""
    possible = shown and bool(charts.timeline.scene.chart.bars)
    for name in NAMES:
        desk.allow(name, possible, NOTHING)


def _doings(timeline: TimelineView) -> Mapping[str, Callable[[], None]]:
    scene, canvas = timeline.scene, timeline.canvas
    return {
        "search": timeline.search,
        "next": lambda: timeline.step(1),
        "previous": lambda: timeline.step(-1),
        "zoom-in": lambda: canvas.zoom_by(1),
        "zoom-out": lambda: canvas.zoom_by(-1),
        "earlier": lambda: canvas.pan(-1),
        "later": lambda: canvas.pan(1),
        "fit": scene.fit,
        "zoom-to": canvas.look_at_chosen,
        "measure": canvas.measure,
        "critical": timeline.trace,
        "fold": canvas.fold,
        "fold-all": lambda: scene.fold_all(folded=True),
        "unfold-all": lambda: scene.fold_all(folded=False),
        "log": scene.take,
    }
