"""How long the app takes from the start of its process to a window that can be used, and what it costs when idle.

A child process shows the window as `bakehouse` does and says so when it is exposed and its first paint is done; the
clock is the kernel's own, from the moment the process was made. The home is an empty one: nothing is asked, nothing is
started.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.idle import Idle, measure, processor_seconds

ROUNDS = 7
SHOWN = "shown"

CHILD = """
import sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

import gui.app

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest and watched.isWindow() and watched.isVisible():
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, lambda: print("shown", flush=True))
        return False

begin = gui.app.App.begin
def watched(app, file):
    app.watch = Watch()
    app.application.installEventFilter(app.watch)
    begin(app, file)
gui.app.App.begin = watched
sys.exit(gui.app.run([], Path(sys.argv[1]) if len(sys.argv) > 1 else None))
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A window that is there: the seconds that took, those of them on a processor, and its process id."""

    seconds: float
    processor: float
    pid: int


@contextmanager
def shown(folder: Path, *arguments: str) -> Iterator[Shown]:
    environment = {
        **os.environ,
        "BAKEHOUSE_CONFIG": str(folder / "config"),
        "BAKEHOUSE_STATE": str(folder / "state/runs"),
        "BAKEHOUSE_HOME": str(folder / "home"),
    }
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = time.monotonic()
    command = [sys.executable, "-c", CHILD, *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline().strip()
            assert said == SHOWN, said
            yield Shown(time.monotonic() - began, processor_seconds(process.pid), process.pid)
        finally:
            process.terminate()


def startup(rounds: int = ROUNDS, *arguments: str) -> list[Shown]:
    """Each start, the first (cold) one left out."""
    with tempfile.TemporaryDirectory(prefix="bakehouse-startup.") as name:
        times = []
        for _ in range(rounds + 1):
            with shown(Path(name), *arguments) as start:
                times.append(start)
    return times[1:]


def idle(seconds: float = 30) -> Idle:
    """What the app costs with its window shown and nobody there."""
    with tempfile.TemporaryDirectory(prefix="bakehouse-idle.") as name, shown(Path(name)) as start:
        time.sleep(3)
        return measure(start.pid, seconds)
