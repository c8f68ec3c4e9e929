"""How long a list of a thousand builds takes: read from its journals, put on the screen, searched, and changed live.

Run alone as ``python -m tests.bench.runs``.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from rich.console import Console

from core.aws.rehearsal import Rehearsal, RehearsedConnection
from gui.actions import Desk
from gui.build.baking import Baking
from gui.build.history import History, Listed, listed
from gui.build.page import TimelinePage
from gui.build.workplace import Workplace
from gui.ops import Ops
from gui.session import Session
from gui.theme.theme import Theme
from tests.fakes.past_runs import write_past_runs

COUNT = 1000
SIZE = (1700, 1000)
ROUNDS = 7
TYPED = ("w", "we", "web", "web s", "web-server", "web-server prod", "web-server", "")
PATIENCE = 60.0
out = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds, medians: `read` off the GUI thread; `shown` from there to the screen, `again` when nothing is new,
    `searched` from a letter to the screen (`slowest` of them)."""

    read: float
    shown: float
    again: float
    searched: float
    slowest: float


def measure(count: int = COUNT) -> Speed:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    if not isinstance(application, QApplication):
        raise RuntimeError("there is an application already, and it is none with widgets")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name) / "runs"
        write_past_runs(folder, count)
        ops = Ops()
        stack.callback(ops.close)
        session = Session(ops, RehearsedConnection(Rehearsal.bundled()))
        stack.callback(session.close)
        history = History(session, folder, session)
        stack.callback(history.close)
        place = Workplace(Theme(application), Desk(), session, history, Baking(session, folder, session))
        page = TimelinePage(place)
        page.resize(*SIZE)
        page.show()
        _until(lambda: not ops.waiting)
        read = _timed(lambda: listed(folder))
        shown = [_shown(page, history, folder) for _ in range(ROUNDS)]
        again = [_timed(lambda: _paint(history.changed.emit)) for _ in range(ROUNDS)]
        searched = [_timed(partial(_paint, partial(page.list.search.setText, text))) for text in TYPED]
        page.close()
        page.stop()
        page.deleteLater()
    middle = statistics.median
    return Speed(read, middle(shown), middle(again), middle(searched), max(searched))


def _shown(page: TimelinePage, history: History, folder: Path) -> float:
    """From no list to the painted one."""
    found = listed(folder)
    history.tell(Listed())
    QApplication.processEvents()
    time_taken = _timed(lambda: _paint(lambda: history.tell(found)))
    if page.list.model.count != len(found.entries):
        raise RuntimeError("the list is not what was read")
    return time_taken


def _paint(does: Callable[[], None]) -> None:
    does()
    QApplication.processEvents()


def _timed(does: Callable[[], object]) -> float:
    begun = time.perf_counter()
    does()
    return (time.perf_counter() - begun) * 1000


def _until(ready: Callable[[], bool]) -> None:
    given_up = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > given_up:
            raise TimeoutError("the builds were not listed")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)


def report_runs() -> None:
    speed = measure()
    out.print(
        f"{COUNT:,} builds, listed              {speed.shown:7.1f} ms   (their journals read in {speed.read:.0f} ms)"
    )
    out.print(f"  listed again, nothing new    {speed.again:7.1f} ms")
    out.print(f"  a letter searched for        {speed.searched:7.1f} ms   (worst {speed.slowest:.1f})")


if __name__ == "__main__":
    report_runs()
