"""How long the app takes from the start of its process to a window that can be used, and what it costs when idle.

A child process shows the window as `bakehouse` does. It says so when the first paint is done, then presses a key on the
canvas and says so again when the card that the key has chosen is painted: a window that is only a picture would not
do. The clock is the kernel's own, from the moment the process was made. The home is an empty one: nothing is asked,
nothing is started.
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

from tests.bench.idle import Idle, measure

ROUNDS = 7
REST, AT_REST, PATIENCE = 10.0, 0.002, 60.0
"""An app that takes next to nothing of a core for ten seconds has done what it does after its start."""
PAINTED, ANSWERED = "painted", "answered"

CHILD = """
import sys, time
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

import gui.__main__
from tests.bench.offscreen import spare_what_is_not_there

class Watch(QObject):
    def __init__(self, window):
        super().__init__()
        self.window = window
        self.canvas = next(each for each in window.findChildren(QWidget) if type(each).__name__ == "CanvasView")
        self.pressed = False

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest and watched is self.window:
            if not self.pressed:
                self.pressed = True
                QTimer.singleShot(0, self.press)
            elif self.canvas.selection.part == "parent":
                QApplication.instance().removeEventFilter(self)
                QTimer.singleShot(0, lambda: say("answered"))
        return False

    def press(self):
        say("painted")
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
            QCoreApplication.postEvent(self.canvas.pipeline, key)

def say(word):
    print(word, time.process_time(), flush=True)

loop = QApplication.exec
def watched(application):
    spare_what_is_not_there()
    window = next(each for each in application.topLevelWidgets() if type(each).__name__ == "MainWindow")
    watch = Watch(window)
    application.installEventFilter(watch)
    return loop()
QApplication.exec = watched
gui.__main__.main()
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A window that is there: the seconds until it was `painted` and until it had `answered` a key, those of a
    processor until then, and its process id."""

    painted: float
    answered: float
    processor: float
    pid: int


@contextmanager
def shown(folder: Path, *arguments: str) -> Iterator[Shown]:
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "",  # warm is as a user has it: compiled by the first start
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
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
            seen = {}
            for expected in (PAINTED, ANSWERED):
                said, processor = process.stdout.readline().split()
                assert said == expected, said
                seen[said] = time.monotonic() - began
            yield Shown(seen[PAINTED], seen[ANSWERED], float(processor), process.pid)
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
    """What the app costs with its window shown and nobody there, once it has done what it does after the start."""
    with tempfile.TemporaryDirectory(prefix="bakehouse-idle.") as name, shown(Path(name)) as start:
        given_up = time.monotonic() + PATIENCE
        while measure(start.pid, REST).core > AT_REST and time.monotonic() < given_up:
            pass
        return measure(start.pid, seconds)
