"""How long a search takes in a library and on a shelf of five thousand components: from a letter typed to the screen.

Run alone as ``python -m tests.bench.library``.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget
from rich.console import Console

from gui.actions import Desk
from gui.library.page import LibraryPage
from gui.library.sections import COMPONENTS, SECTIONS
from gui.ops import Ops
from gui.recipe.shelf import Shelf
from gui.session import Session
from gui.theme.theme import Theme
from gui.widgets.search import SearchField
from tests.bench.offscreen import application
from tests.fakes.stock import Account, AccountConnection

COUNT = 5000
TYPED = (
    "n",
    "ng",
    "ngi",
    "ngin",
    "nginx",
    "nginx 1",
    "nginx 12",
    "nginx",
    "",
    "monitoring backup",
    "no such thing",
    "",
)
PATIENCE = 60.0
out = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Searched:
    """Milliseconds from the letter to the painted answer; `work` is what of it the GUI thread computed, the median."""

    median: float
    worst: float
    work: float

    def __str__(self) -> str:
        return f"{self.median:7.1f} ms   (worst {self.worst:.1f}; {self.work:.1f} of work)"


@dataclass(frozen=True, slots=True)
class Measured:
    library: Searched
    shelf: Searched


def measure() -> Measured:
    app = application()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ops = Ops()
        stack.callback(ops.close)
        account = Account.huge(COUNT)
        session = Session(ops, AccountConnection(account, folder))
        stack.callback(session.close)
        theme = Theme(app)
        page, shelf = LibraryPage(theme, Desk(), session), Shelf(theme, Desk(), session)
        for each in (page, shelf):
            theme.dress(each)
        page.tabs.setCurrentIndex(SECTIONS.index(COMPONENTS))
        library = _searched(page, page.search, lambda: page.view.count == COUNT)
        return Measured(library, _searched(shelf, shelf.search, lambda: not shelf.busy))


def _searched(widget: QWidget, field: SearchField, ready: Callable[[], bool]) -> Searched:
    widget.resize(1750, 1010)
    widget.show()
    begun = time.monotonic()
    while not ready():
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError("the components were not read")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    times, works = [], []
    for text in TYPED:
        start, worked = time.perf_counter(), time.thread_time()
        field.setText(text)
        QApplication.processEvents()
        times.append((time.perf_counter() - start) * 1000)
        works.append((time.thread_time() - worked) * 1000)
    widget.close()
    return Searched(statistics.median(times), max(times), statistics.median(works))


def report_library() -> None:
    found = measure()
    out.print(f"search in a library of {COUNT:,}   {found.library}")
    out.print(f"search on a shelf of {COUNT:,}     {found.shelf}")


if __name__ == "__main__":
    report_library()
