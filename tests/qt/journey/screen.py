"""A screen of a test's own, and somebody who sits before it: real X events for a real process, nothing from inside.

There is no window manager, so the screen does the one thing of one that the app needs: the window in front gets the
keyboard. Where things are is asked of the app (`tests.qt.journey.watched_app`), as a person would look.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.installed import ROOT

SIZE = (1440, 1000)
PATIENCE = 60.0
"""Seconds that something may take to appear."""
LOOK_AGAIN = 0.1
STILL = 0.6
"""Seconds in which nothing moved: forms ask the connection after a pause in typing, and make room for the answer."""

WHEEL = {"down": "5", "up": "4"}


@contextmanager
def screen() -> Iterator[str]:
    """An X server on a display that nobody has; yields its name, once it answers."""
    program = shutil.which("Xvfb")
    assert program is not None, "Xvfb is not installed (Debian: xvfb)"
    geometry = f"{SIZE[0]}x{SIZE[1]}x24"
    command = [program, "-displayfd", "1", "-screen", "0", geometry, "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            number = server.stdout.readline().strip()  # written when it is ready for clients
            assert number, "Xvfb did not start"
            yield f":{number}"
        finally:
            server.terminate()


@dataclass
class Person:
    """Drives one app by mouse and keyboard."""

    display: str
    process: "subprocess.Popen[str]"

    # What can be seen

    def ask(self, question: str, **more: str) -> Any:
        """What the app shows now."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"question": question, **more}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the app has ended"
        return json.loads(answer)

    def shows(self, *names: str) -> bool:
        """Whether one of these words stands on the screen."""
        return not set(names).isdisjoint(self.ask("names"))

    def until(self, condition: Callable[[], Any], what: str, patience: float = PATIENCE, pause: float = 0) -> Any:
        """Look again until it is so, every `pause` seconds: looking costs the app what it is looked at for."""
        end = time.monotonic() + patience
        while not (found := condition()):
            assert time.monotonic() < end, (
                f"never: {what}; the keyboard is at {self.ask('focus')}, on the screen: {self.ask('names')}"
            )
            time.sleep(pause)
        return found

    def place(self, name: str) -> tuple[int, int]:
        """Where the thing of this name is, once all of it is there and stands still; scrolls to it."""
        before, since = None, 0.0

        def settled() -> tuple[int, int] | None:
            nonlocal before, since
            found = self.ask("place", name=name)
            if found and found.get("scroll"):
                x, y = found["over"]
                self._do("mousemove", str(x), str(y), "click", WHEEL[found["scroll"]])
                return None
            if found != before:
                before, since = found, time.monotonic()
            still = found and time.monotonic() - since > STILL
            return (found["x"], found["y"]) if still else None

        x, y = self.until(settled, f"“{name}”")
        return int(x), int(y)

    # What can be done

    def click(self, name: str) -> None:
        x, y = self.place(name)
        self._do("mousemove", str(x), str(y), "click", "1")
        self._attend()

    def type(self, text: str) -> None:
        self._attend()
        self._do("type", "--delay", "12", "--", text)

    def press(self, *keys: str) -> None:
        self._attend()
        self._do("key", "--delay", "12", *keys)

    def fill(self, name: str, text: str) -> None:
        """Click into a field, replace what is in it, and see that it is there."""
        self.click(name)
        self.until(lambda: self.ask("focus")["name"] == name, f"the cursor in “{name}”")
        self.press("ctrl+a")
        self.type(text)
        self.until(lambda: self.ask("focus")["text"] == text, f"{text!r} in “{name}”")

    def _attend(self) -> None:
        """The keyboard to the window in front, as a window manager would have it."""

        def active() -> bool:
            front = self.ask("front")
            if not front["active"] and front["window"]:
                self._do("windowfocus", str(front["window"]))
            return bool(front["active"])

        self.until(active, "a window with the keyboard")

    def _do(self, *words: str) -> None:
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *words], env=environment, check=True, capture_output=True, text=True)


@contextmanager
def person(display: str, environment: Mapping[str, str], folder: Path) -> Iterator[Person]:
    """The app as a user starts it, in `folder`, and somebody before it."""
    variables = {**environment, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.qt.journey.watched_app"]
    with subprocess.Popen(
        command, cwd=folder, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            made = Person(display, process)
            made.until(lambda: made.ask("front")["window"], "a window")
            yield made
        finally:
            process.kill()
