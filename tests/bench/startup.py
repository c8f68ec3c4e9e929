"""How long the app takes from the start of its process to a window that can be used, and what it costs when idle.

A child process shows the window as `bakehouse` does and says so when it is exposed and its first paint is done; the
clock is the kernel's own, from the moment the process was made. The home is an empty one: nothing is asked, nothing is
started.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.idle import Idle, measure

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


@contextmanager
def shown(folder: Path, *arguments: str) -> Iterator[tuple[float, int]]:
    """An app whose window is there: the seconds that took, and its process id."""
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
            yield time.monotonic() - began, process.pid
        finally:
            process.terminate()


def startup(rounds: int = ROUNDS, *arguments: str) -> list[float]:
    """Seconds of each start, the first (cold) one left out."""
    with tempfile.TemporaryDirectory(prefix="bakehouse-startup.") as name:
        times = []
        for _ in range(rounds + 1):
            with shown(Path(name), *arguments) as (seconds, _pid):
                times.append(seconds)
    return times[1:]


def idle(seconds: float = 30) -> Idle:
    """What the app costs with its window shown and nobody there."""
    with tempfile.TemporaryDirectory(prefix="bakehouse-idle.") as name, shown(Path(name)) as (_, pid):
        time.sleep(3)
        return measure(pid, seconds)


if __name__ == "__main__":
    found = startup()
    print(f"window usable after {statistics.median(found):.2f} s   ({', '.join(f'{each:.2f}' for each in found)})")  # noqa: T201
    cost = idle()
    print(f"idle                {cost.core:.2%} of a core, {cost.resident / 1e6:.0f} MB")  # noqa: T201
