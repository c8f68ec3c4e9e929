"""Threads that work for the app. They are daemons, and the end of the app waits for them only so long: a request may
hang in the network for a minute and more, and nobody wants its answer any longer.
"""

import ctypes
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

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
KEPT: Final = 16 * 1024 * 1024
"""Bytes of freed memory that a thread keeps at hand."""

OF_ITS_OWN: Final = 4 * 1024 * 1024
"""Bytes from which a piece of memory is the system's, and goes back to it at once."""


def keep_memory() -> None:
    """Let threads use the memory again that they have freed. By itself glibc returns whatever is over 128 KiB to the
    system, which zeroes it and maps it anew for the next piece of a log that is read: a third of the time of that."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_M_MMAP_THRESHOLD, OF_ITS_OWN)
        mallopt(_M_TRIM_THRESHOLD, KEPT)


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
