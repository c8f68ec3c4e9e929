"""Ctrl+C while a build is followed: the first asks for its end, the second leaves at once.

The handler itself only takes note. What the first Ctrl+C asks for is done where following pauses anyway, in the main
thread and between two requests, so a request is never torn apart.
"""

import signal
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Final, Self

SLICE: Final = 0.1
"""Seconds after which a pause notices the first Ctrl+C."""


class Interrupts:
    """A context manager; its `sleep` is what following pauses with.

    `first` does what the first Ctrl+C asks for and says whether that was heard; if not, it is called again after the
    next pause.
    """

    def __init__(self, first: Callable[[], bool]) -> None:
        self._first = first
        self._done = False
        self._previous: Any = None
        self.asked = False

    def __enter__(self) -> Self:
        self._previous = signal.signal(signal.SIGINT, self._noted)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        signal.signal(signal.SIGINT, self._previous)

    def sleep(self, seconds: float) -> None:
        """Pause; a first Ctrl+C ends the pause and does what it asks for."""
        until = time.monotonic() + seconds
        asked_before = self.asked
        while (left := until - time.monotonic()) > 0 and self.asked == asked_before:
            time.sleep(min(SLICE, left))
        if self.asked and not self._done:
            self._done = self._first()

    def _noted(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
