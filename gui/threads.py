"""Threads that work for the app. They are daemons, and the end of the app waits for them only so long: a request may
hang in the network for a minute and more, and nobody wants its answer any longer.
"""

import sys
from collections.abc import Iterable
from threading import Thread
from time import monotonic
from typing import Final

PATIENCE: Final = 3.0
"""Seconds: enough for whatever writes a file or asks the keyring to come to its end."""

TURN: Final = 0.0005
"""Seconds after which a thread that computes lets another one go on. Python's own are ten times as many, and the GUI
thread would wait that long whenever Qt comes back to it, a dozen times while it paints."""


def take_turns() -> None:
    """Let the GUI thread be served at once while others compute."""
    sys.setswitchinterval(TURN)


def joined(threads: Iterable[Thread], patience: float = PATIENCE) -> bool:
    """Wait until all are over, for `patience` seconds together: whether they are."""
    until = monotonic() + patience
    waited_for = tuple(threads)
    for thread in waited_for:
        thread.join(max(0.0, until - monotonic()))
    return not any(thread.is_alive() for thread in waited_for)
