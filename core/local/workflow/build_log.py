"""The log stream of one build: lines in, batches of CloudWatch events out, each within half a second.

A console can print thousands of lines a second, and one transaction per line would make the database the slowest part
of a build. Lines are collected and written together; a full batch is written at once by whoever added the last line,
which slows a flood down to what the database takes, so memory stays bounded.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from core.errors import BakehouseError

LogEvent = tuple[int, str]
Append = Callable[[Sequence[LogEvent]], None]

DELAY = 0.4
BATCH_EVENTS = 5000
BATCH_CHARACTERS = 1024 * 1024


class BuildLog:
    """Used from the loop only. `append` writes events (epoch milliseconds, text) in one transaction."""

    def __init__(self, append: Append) -> None:
        self._append = append
        self._events: list[LogEvent] = []
        self._characters = 0
        self._timer: asyncio.TimerHandle | None = None
        self._fault: BakehouseError | None = None

    def line(self, text: str) -> None:
        """Add a line. Raises what the last write of this log raised: a build must not go on unrecorded."""
        if self._fault is not None:
            raise self._fault
        self._events.append((time.time_ns() // 1_000_000, text))
        self._characters += len(text)
        if len(self._events) >= BATCH_EVENTS or self._characters >= BATCH_CHARACTERS:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DELAY, self._flush_late)

    def lines(self, text: str) -> None:
        for line in text.splitlines():
            self.line(line)

    def flush(self) -> None:
        """Write what is pending. What `append` raises leaves the events in place for the next attempt."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._events:
            self._append(tuple(self._events))
            self._events.clear()
            self._characters = 0
            self._fault = None

    def close(self, last: str = "") -> None:
        """Write what is pending and a last line; silent when that fails, because nobody is left to tell."""
        if last:
            self._events.append((time.time_ns() // 1_000_000, last))
        self._flush_late()

    def _flush_late(self) -> None:
        try:
            self.flush()
        except BakehouseError as error:
            self._fault = error
