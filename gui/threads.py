"""Threads that work for the app. They are daemons, and the end of the app waits for them only so long: a request may
hang in the network for a minute and more, and nobody wants its answer any longer.
"""

from collections.abc import Iterable
from threading import Thread
from time import monotonic
from typing import Final

PATIENCE: Final = 3.0
"""Seconds: enough for whatever writes a file or asks the keyring to come to its end."""


def joined(threads: Iterable[Thread], patience: float = PATIENCE) -> bool:
    """Wait until all are over, for `patience` seconds together: whether they are."""
    until = monotonic() + patience
    waited_for = tuple(threads)
    for thread in waited_for:
        thread.join(max(0.0, until - monotonic()))
    return not any(thread.is_alive() for thread in waited_for)
