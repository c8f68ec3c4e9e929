"""How a log of a million lines opens, is searched and is scrolled, and what it takes of memory and of the GUI's time.

Run alone as ``python -m tests.bench.log``. Every figure is wall time and, in brackets, processor time of the process,
since other work on the machine makes the first longer and hardly the second. GitHub states 50,000 lines as what its
log view is made for (github.blog, March 2021).
"""

import gc
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from rich.console import Console

from core.build import journal
from core.build.events import LogText, RunOpened
from core.build.finding import Search, Wanted, pattern
from core.build.lines import Lines
from core.build.toe_log import Reading
from gui.build.log.view import LogView
from gui.following import Followed, recorded
from gui.theme.theme import Theme
from gui.threads import keep_memory, take_turns
from tests.bench.offscreen import application

COUNT: Final = 1_000_000
PER_EVENT: Final = 500
PATIENCE: Final = 120.0
PLAIN: Final = (("unpacking", False), ("Unpacking", True), ("no such line", False))
EXPRESSIONS: Final = (
    r"error: .* \d+$",
    r"frobnicate|is old",
    r"libgpg-error\d \(1\.46-1\) .*done",
    r"(?:Get|Setting up).*bookworm.*kB",
)
HOSTILE: Final = r"[aeiou][^#]{60}#"
"""Every letter may be one of the sixty, or not: more states than any machine can hold."""

WORDS: Final = (
    *("Get", "Unpacking", "Setting up", "libgpg-error0", "(1.46-1)", "amd64", "bookworm", "main", "Selecting", "kB"),
    *("previously", "unselected", "package", "http://deb.debian.org/debian", "nginx-common", "done"),
)
BEAT_MS: Final = 5
LONG_LINE: Final = 50 * 1024 * 1024
out = Console(highlight=False, soft_wrap=True)


@dataclass
class Took:
    wall: float = 0.0
    work: float = 0.0

    def __str__(self) -> str:
        return f"{self.wall * 1000:8.0f} ms ({self.work * 1000:6.0f})"


@contextmanager
def clocked() -> Iterator[Took]:
    took = Took()
    begun, worked = time.perf_counter(), time.process_time()
    yield took
    took.wall, took.work = time.perf_counter() - begun, time.process_time() - worked


def message(number: int, chance: random.Random) -> str:
    if number % 5000 == 7:
        return f"Stdout: error: cannot frobnicate {number}"
    if number % 900 == 3:
        return f"Stdout: W: target {number} is old"
    return "Stdout: " + " ".join(chance.choices(WORDS, k=chance.randint(4, 14))) + f" {number}"


def write_journal(folder: Path, count: int = COUNT) -> tuple[Path, RunOpened]:
    """A journal of one build with so many lines of log, as `watch` writes it."""
    chance = random.Random(1)
    opened = RunOpened(at=datetime(2026, 11, 1, tzinfo=UTC), image_arn="arn:aws:imagebuilder:::image/big/1.0.0/1")
    writer, _ = journal.create(folder, opened)
    writer.close()
    with writer.path.open("a", encoding="utf-8") as file:
        for first in range(0, count, PER_EVENT):
            numbers = range(first, min(first + PER_EVENT, count))
            events = [{"timestamp": 1_793_491_200_000 + 3 * n, "message": message(n, chance)} for n in numbers]
            read = {
                "type": "log-read", "number": first // PER_EVENT + 1, "at": "2026-11-01T00:00:01Z", "first": first,
                "events": events, "token": f"f/{first}", "token_position": first + len(events),
                "reading": Reading(line=first + len(events)).model_dump(mode="json"),
            }  # fmt: skip
            file.write(json.dumps(read, ensure_ascii=False, separators=(",", ":")) + "\n")
    return writer.path, opened


def resident() -> int:
    """Bytes of memory that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


@dataclass(frozen=True)
class Away:
    """The longest that the GUI thread did not come round, and the longest that it worked meanwhile, in seconds."""

    gap: float
    work: float

    def __str__(self) -> str:
        return f"GUI thread away at most {self.gap * 1000:.0f} ms ({self.work * 1000:.0f} of work)"


def until(ready: Callable[[], bool]) -> Away:
    """Let the app work until it is so."""
    beats: list[tuple[float, float]] = []
    timer = QTimer()
    timer.setInterval(BEAT_MS)
    timer.timeout.connect(lambda: beats.append((time.perf_counter(), time.thread_time())))
    timer.start()
    begun = time.perf_counter()
    while not ready():
        if time.perf_counter() - begun > PATIENCE:
            raise TimeoutError("it did not come about")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    timer.stop()
    pairs = tuple(pairwise(beats))
    return Away(
        max((after[0] - before[0] for before, after in pairs), default=0.0),
        max((after[1] - before[1] for before, after in pairs), default=0.0),
    )


def report_log(count: int = COUNT) -> None:
    app = application()
    take_turns()
    keep_memory()
    with tempfile.TemporaryDirectory() as name:
        path, opened = write_journal(Path(name), count)
        theme = Theme(app)
        view = LogView(theme)
        theme.dress(view)
        view.resize(1200, 700)
        view.show()
        QApplication.processEvents()
        import numpy  # noqa: F401 - the charts beside the log have it anyhow

        gc.collect()
        before = resident()
        run = _report_opening(view, path, opened, count)
        gc.collect()
        held = resident() - before
        out.print(f"  memory taken by it              {held / 1e6:8.0f} MB, {run.log.size / 1e6:.0f} of it the lines")
        out.print(f"  memory of the whole process     {resident() / 1e6:8.0f} MB")
        _report_reading(path)
        for text, case in PLAIN:
            _report_search(run.log, Wanted(text, case=case))
        for text in EXPRESSIONS:
            _report_search(run.log, Wanted(text, regular=True))
        _report_typing(view)
        _report_frames(view)
        run.stop()
        for unit in ("x" * 99 + " ", "ä" * 49 + " 漢"):
            _report_long_line(view, unit)
        view.stop()
        view.close()


def _report_reading(path: Path) -> None:
    """The journal alone, in one thread, without a window."""
    lines = Lines()
    with clocked() as took:
        for event in journal.told(path):
            if isinstance(event, LogText):
                lines.take(event.first, event.messages, event.times)
    out.print(f"  read alone, without a window    {took}")


def _report_opening(view: LogView, path: Path, opened: RunOpened, count: int) -> Followed:
    run = Followed(opened, recorded(path))
    run.grew.connect(view.grow)
    first: list[float] = []
    run.grew.connect(lambda: first.append(time.perf_counter()))
    view.show_log(run.log)
    begun = time.perf_counter()
    with clocked() as took:
        run.begin()
        away = until(lambda: len(run.log) == count and run.over)
    out.print(f"log of {count:,} lines ({path.stat().st_size / 1e6:.0f} MB journal): opened {took}")
    out.print(f"  first lines on the screen       {(first[0] - begun) * 1000:8.0f} ms")
    out.print(f"  {away}")
    return run


def _report_search(lines: Lines, wanted: Wanted) -> None:
    search = Search(lines, pattern(wanted))
    first = 0.0
    with clocked() as took:
        for _ in search.work():
            first = first or (time.perf_counter() if search.found else 0.0)
    kind = "expression" if wanted.regular else "text, its case" if wanted.case else "text"
    out.print(f"  {kind:<15} {wanted.text[:36]:<36} {took}, {search.found:,} found")


def _report_typing(view: LogView) -> None:
    """From the last letter typed to the exact count on the screen."""
    bar = view.finder.bar
    view.finder.open()
    for text, regular in (("unpacking", False), (r"frobnicate|is old", True)):
        bar.field.clear()
        bar.regular.setChecked(regular)
        with clocked() as took:
            bar.field.setText(text)
            away = until(lambda: " of " in bar.said)
        out.print(f"  typed {text:<20} to {bar.said:<20} {took}, {away}")
    bar.field.setText(HOSTILE)
    begun = time.perf_counter()
    away = until(lambda: time.perf_counter() - begun > 3)
    out.print(f"  hostile expression, 3 s of it: {bar.said}, {away}")
    bar.leave()


def _report_frames(view: LogView) -> None:
    """Scrolling by a screen at a time, wrapped and not."""
    for wrapped in (False, True):
        with clocked() as took:
            view.tools.wrap.setChecked(wrapped)
        scroll = view.canvas.verticalScrollBar()
        times = []
        for step in range(200):
            begun = time.thread_time()
            scroll.setValue(scroll.maximum() // 200 * step)
            view.canvas.viewport().repaint()
            times.append((time.thread_time() - begun) * 1000)
        kind = "wrapped" if wrapped else "not wrapped"
        middle, worst = statistics.median(times), max(times)
        out.print(f"  {kind:<12} set in {took}; a frame takes {middle:.1f} ms (longest {worst:.1f}, processor time)")


def _report_long_line(view: LogView, unit: str) -> None:
    """One line of 50 MB, drawn in its middle, and searched."""
    text = unit * (LONG_LINE // len(unit.encode()))
    lines = Lines()
    before = resident()
    with clocked() as took:
        lines.take(0, ["before", text, "after"], [0, 0, 0])
    del text
    gc.collect()
    kind = "ASCII" if unit.isascii() else "other letters"
    out.print(f"one line of 50 MB, {kind}: taken in {took}, {(resident() - before) / 1e6:.0f} MB of memory")
    _report_search(lines, Wanted(unit[-4:], case=True))
    view.tools.wrap.setChecked(False)
    view.show_log(lines)
    until(lambda: not view._errors.running)
    for wrapped in (False, True):
        view.tools.wrap.setChecked(wrapped)
        scroll = view.canvas.verticalScrollBar() if wrapped else view.canvas.horizontalScrollBar()
        times = []
        for step in range(100):
            begun = time.thread_time()
            scroll.setValue(scroll.maximum() // 100 * step)
            view.canvas.viewport().repaint()
            times.append((time.thread_time() - begun) * 1000)
        kind = "wrapped" if wrapped else "not wrapped"
        out.print(f"  {kind:<12} a frame takes {statistics.median(times):.1f} ms (longest {max(times):.1f})")


if __name__ == "__main__":
    report_log()
