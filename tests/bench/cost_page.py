"""How fast the cost page is: first shown, a view opened, and a slider of a what-if to the screen.

Run alone as ``python -m tests.bench.cost_page``.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication
from rich.console import Console

from core.aws.connection import LocalConnection
from core.local.endpoint import Home
from gui.actions import Desk
from gui.cost.page import CostPage
from gui.cost.reckoning import Reckoning
from gui.cost.scenario import Scenario
from gui.cost.views import HISTORY, REGIONS, WHAT_IF
from gui.document import Document
from gui.ops import Ops
from gui.session import Session
from gui.settings import Settings
from gui.theme.theme import Theme
from tests.bench.offscreen import application
from tests.installed import ROOT

EXAMPLE = ROOT / "resources/examples/web-server/web-server.yml"
KEPT = 3
TURNS = 6
"""Of the event loop, after which what was asked for is painted."""
out = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Shown:
    """Milliseconds: the longest that the window stands still while the page comes, and with each view that is opened
    for the first time; until that view is painted; the median and the slowest of a slider's steps to the screen, beside
    `KEPT` other scenarios."""

    longest: float
    views: tuple[float, ...]
    painted: tuple[float, ...]
    step: float
    slowest: float


def measure(app: QApplication, theme: Theme, folder: Path) -> Shown:
    with ExitStack() as stack:
        ops = Ops()
        stack.callback(ops.close)
        session = Session(ops, LocalConnection("eu-central-1", Home(folder / "home")))
        stack.callback(session.close)
        reckoning = Reckoning(session, folder / "runs")
        page = CostPage(theme, Desk(), session, reckoning, Settings(folder / "config"))
        stack.callback(page.deleteLater)
        session.open(Document.read(EXAMPLE))
        page.resize(1112, 730)
        page.show()
        longest = _until(app, lambda: page.views is not None and not ops.waiting and not session.checking)
        assert page.views is not None
        views, tabs = page.views, page.views.tabs
        _turns(app, lambda: None)
        opened = [_turns(app, partial(tabs.setCurrentIndex, number)) for number in (REGIONS, HISTORY, WHAT_IF)]
        form = views.what_if.form
        for versions in range(2, 2 + KEPT):
            form.use(Scenario(versions=versions))
            views.what_if.keep.click()
        slider = form.volume_gib.slider
        steps = [sum(_turns(app, partial(slider.setValue, gib))) for gib in range(9, 250, 6)]
        page.close()
    longests, painted = tuple(map(max, opened)), tuple(map(sum, opened))
    return Shown(longest, longests, painted, statistics.median(steps), max(steps))


def _until(app: QApplication, over: Callable[[], bool]) -> float:
    longest = 0.0
    while not over():
        longest = max(longest, _milliseconds(app, lambda: None))
        time.sleep(0.001)
    return longest


def _turns(app: QApplication, work: Callable[[], None]) -> tuple[float, ...]:
    """How long each turn of the event loop takes from `work` on, the first with it."""
    return (_milliseconds(app, work), *(_milliseconds(app, lambda: None) for _ in range(TURNS - 1)))


def _milliseconds(app: QApplication, work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    app.processEvents()
    return (time.perf_counter() - began) * 1000


def report_cost_page() -> None:
    app = application()
    with tempfile.TemporaryDirectory(prefix="bakehouse-cost.") as name:
        found = measure(app, Theme(app), Path(name))
    opened = ", ".join(f"{each:.0f}" for each in found.views)
    painted = ", ".join(f"{each:.0f}" for each in found.painted)
    out.print("the cost page")
    out.print(f"  stands still at most         {found.longest:7.1f} ms while it comes")
    out.print(f"  regions, history, what if    {opened} ms at most, opened for the first time; painted in {painted} ms")
    out.print(f"  a slider, to the screen      {found.step:7.1f} ms, slowest {found.slowest:.1f}")


if __name__ == "__main__":
    report_cost_page()
