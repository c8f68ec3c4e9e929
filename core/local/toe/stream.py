"""A command's output on its way into the log: bytes in pieces of any size become lines while it still runs.

A line is passed on as soon as it is complete, and what a command has printed of an unfinished line after a second (a
progress bar, a prompt) or after 64 KiB. Memory is bounded: of an endless output the beginning is kept for
``outputs.stdout`` and the end for the log.
"""

import asyncio
import codecs
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

PARTIAL_LINE_SECONDS: Final = 1.0
PARTIAL_LINE_CHARACTERS: Final = 64 * 1024
LOGGED_BYTES: Final = 16 * 1024 * 1024
LOGGED_LINES: Final = 100_000
KEPT_STDOUT_BYTES: Final = 1024 * 1024
KEPT_STDERR_BYTES: Final = 64 * 1024

_UNDECODABLE = "backslashreplace"


def decode(data: bytes) -> str:
    """UTF-8 text; a byte that is none shows as ``\\xff``."""
    return data.decode("utf-8", _UNDECODABLE)


class Head:
    """The first `limit` bytes of a stream, and how many came after them."""

    def __init__(self, limit: int) -> None:
        self.cut = 0
        self._limit = limit
        self._data = bytearray()

    def __call__(self, data: bytes) -> None:
        room = self._limit - len(self._data)
        self._data += data[:room]
        self.cut += max(0, len(data) - room)

    @property
    def data(self) -> bytes:
        return bytes(self._data)


class Tail:
    """The last `limit` bytes of a stream, and how many came before them."""

    def __init__(self, limit: int) -> None:
        self.cut = 0
        self._limit = limit
        self._data = bytearray()

    def __call__(self, data: bytes) -> None:
        self._data += data[-self._limit :]
        self.cut += max(0, len(data) - self._limit)
        if (excess := len(self._data) - self._limit) > 0:
            del self._data[:excess]
            self.cut += excess

    @property
    def data(self) -> bytes:
        return bytes(self._data)


class LineStream:
    """Bytes in, lines out, within the running event loop. Use as a context manager; `close` says what is left."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._decoder = codecs.getincrementaldecoder("utf-8")(_UNDECODABLE)
        self._partial = ""
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop_timer()

    def __call__(self, data: bytes) -> None:
        text = self._decoder.decode(data)
        *lines, rest = text.split("\n")
        if lines:
            self._stop_timer()
            lines[0] = self._partial + lines[0]
            self._partial = ""
            for line in lines:
                self._say_in_pieces(line.removesuffix("\r"))
        self._partial += rest
        while len(self._partial) >= PARTIAL_LINE_CHARACTERS:
            self._say(self._partial[:PARTIAL_LINE_CHARACTERS])
            self._partial = self._partial[PARTIAL_LINE_CHARACTERS:]
        if self._partial and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PARTIAL_LINE_SECONDS, self._flush)

    def close(self) -> None:
        """The stream has ended: say the last, unfinished line."""
        self._partial += self._decoder.decode(b"", final=True)
        self._flush()

    def _say_in_pieces(self, line: str) -> None:
        for start in range(0, max(len(line), 1), PARTIAL_LINE_CHARACTERS):
            self._say(line[start : start + PARTIAL_LINE_CHARACTERS])

    def _flush(self) -> None:
        self._stop_timer()
        if self._partial:
            self._say(self._partial)
            self._partial = ""

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class LoggedOutput:
    """The log of one command's stdout, bounded: the beginning line by line as it appears, the end when it is over.

    Between them lies what is not logged, once a command has printed 16 MiB or 100,000 lines; a notice says how much.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._lines = LineStream(self._count)
        self._tail = Tail(KEPT_STDERR_BYTES)
        self._bytes_left = LOGGED_BYTES
        self._lines_left = LOGGED_LINES
        self._full = False
        self._left = False

    def __enter__(self) -> Self:
        self._lines.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._lines.__exit__(kind, error, at)
        self._left = True

    def __call__(self, data: bytes) -> None:
        if self._left:
            # A process the command has left behind still prints: that is no other step's output.
            return
        if self._full:
            self._tail(data)
            return
        taken = self._acceptable(data)
        self._bytes_left -= taken
        self._lines(data[:taken])
        if taken < len(data) or self._bytes_left == 0 or self._lines_left <= 0:
            self._lines.close()
            self._full = True
            self._say("[The command has printed 16 MiB or 100,000 lines; from here on only the end is logged]")
            self._tail(data[taken:])

    def close(self) -> None:
        if not self._full:
            self._lines.close()
            return
        if self._tail.cut:
            self._say(f"[{self._tail.cut:,} bytes of output are not logged; the output ends with]")
        with LineStream(self._say) as lines:
            lines(self._tail.data)
            lines.close()

    def _acceptable(self, data: bytes) -> int:
        taken = min(len(data), self._bytes_left)
        if data.count(b"\n", 0, taken) <= self._lines_left:
            return taken
        end = 0
        for _ in range(self._lines_left):
            end = data.index(b"\n", end) + 1
        return end

    def _count(self, line: str) -> None:
        self._lines_left -= 1
        self._say(line)
