"""The whole log of a build in memory, to be shown and searched: a million lines in little more than their text.

Records of the log stream come in as they are read, in one thread, and are there for every other thread at once: the log
is a row of chunks that never change, only the last one gives way to a longer one. Text is kept as it is shown, in
UTF-8, without escape sequences and control characters (see `core.build.escapes`); what was left out is in the journal.
Lines count from 0, in the same way as the log's reader counts them from 1 (`Span.key`). Places in a line are bytes, as
searching finds them; columns are cells of a grid (see `core.build.cells`).
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from core.build import cells, escapes
from core.build.messages import Messages
from core.build.toe_log import timed

if TYPE_CHECKING:
    from numpy import bool_, int64
    from numpy.typing import NDArray

CHUNK: Final = 32 * 1024
"""Bytes from which on a chunk is full: what `watch` reads at a time from a chatty build makes one."""

BATCH: Final = 2000
"""Records that are made lines at a time."""

FEW: Final = 100
"""Records up to which lines are made one by one: a build that is watched brings a few at a time, and for those numpy
need not be imported."""

LONG: Final = 16 * 1024
"""Bytes from which on a line that isn't plain has stops, so that nobody reads it from its beginning."""

STRIDE: Final = 512
"""Letters between two stops."""

FOREVER: Final = 2**63 - 1
CENTURY: Final = ord("2")
"""How a line begins that may begin with a time of its own."""

_CODE: Final = 16
"""Bits of a style's code in a change."""


Place = tuple[int, int]
"""A line, and a byte of it at which a letter begins."""

Stops = tuple["array[int]", "array[int]"]
"""Bytes and cells of a line, each at the same letters."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line: its letters, and the cell and the byte of the line that it begins in."""

    text: str
    cell: int
    byte: int


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Lines from `first` on: `text` with a line feed after each; per line where it starts in it (one more for the
    end), its cells, and its time in milliseconds since 1970 UTC. `changes` of style are byte of the text and code in
    one number, `stops` bytes and cells within a long line."""

    first: int
    text: bytes
    starts: "array[int]"
    cells: "array[int]"
    times: "array[int]"
    changes: "array[int]"
    stops: Mapping[int, Stops]

    def __len__(self) -> int:
        return len(self.times)

    def begin(self, index: int) -> int:
        return self.starts[index]

    def end(self, index: int) -> int:
        return self.starts[index + 1] - 1

    def line_at(self, byte: int) -> int:
        """The index of the line that holds this byte of the text."""
        return bisect_right(self.starts, byte, hi=len(self)) - 1

    def plain(self, index: int) -> bool:
        """Whether every byte of a line is a cell."""
        begin, end = self.begin(index), self.end(index)
        if end - begin > LONG:
            return index not in self.stops
        line = self.text[begin:end]
        return line.isascii() and b"\t" not in line

    def stop(self, index: int, value: int, *, of: int) -> tuple[int, int]:
        """Byte and cell of the last stop of a line up to a byte (`of` 0) or a cell (`of` 1)."""
        stops = self.stops.get(index)
        if stops is None:
            return 0, 0
        number = max(bisect_right(stops[of], value) - 1, 0)
        return stops[0][number], stops[1][number]


class Lines:
    """A log that grows. One thread calls `take`; any may read."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []
        self.records = 0
        self.widest = 0

    def __len__(self) -> int:
        if not self.chunks:
            return 0
        last = self.chunks[-1]
        return last.first + len(last)

    @property
    def size(self) -> int:
        """Bytes of memory, but for the few of its parts' headers."""
        return sum(len(chunk.text) + sum(part.itemsize * len(part) for part in _arrays(chunk)) for chunk in self.chunks)

    def take(self, first: int, messages: Sequence[str], times: Sequence[int]) -> None:
        """Records of the stream from its `first`th on, each with its time in milliseconds. What is known is passed
        over, so that records may come again."""
        known = self.records - first
        if known > 0:
            messages, times = messages[known:], times[known:]
        for begin in range(0, len(messages), BATCH):
            self._append(messages[begin : begin + BATCH], times[begin : begin + BATCH])
        self.records = max(self.records, first + max(known, 0) + len(messages))

    def at(self, line: int) -> tuple[Chunk, int]:
        """The chunk that holds a line, and its index there."""
        chunk = self.chunks[self.chunk_of(line)]
        return chunk, line - chunk.first

    def chunk_of(self, line: int) -> int:
        return bisect_right(self.chunks, line, key=_first) - 1

    def line(self, line: int) -> bytes:
        chunk, index = self.at(line)
        return chunk.text[chunk.begin(index) : chunk.end(index)]

    def text(self, line: int) -> str:
        return self.line(line).decode()

    def part(self, line: int, begin: int, end: int) -> bytes:
        """Bytes of a line from `begin` to before `end`."""
        chunk, index = self.at(line)
        start = chunk.begin(index)
        return chunk.text[start + max(begin, 0) : min(start + end, chunk.end(index))]

    def between(self, begin: Place, end: Place) -> Iterator[bytes]:
        """What stands between two places, in parts."""
        for number in range(self.chunk_of(begin[0]), self.chunk_of(end[0]) + 1):
            chunk = self.chunks[number]
            low = chunk.begin(begin[0] - chunk.first) + begin[1] if begin[0] >= chunk.first else 0
            within = end[0] < chunk.first + len(chunk)
            yield chunk.text[low : chunk.begin(end[0] - chunk.first) + end[1] if within else len(chunk.text)]

    def distance(self, begin: Place, end: Place) -> int:
        """Bytes between two places."""
        low, high = self.chunk_of(begin[0]), self.chunk_of(end[0])
        whole = sum(len(chunk.text) for chunk in self.chunks[low:high])
        return whole + self._offset(end) - self._offset(begin)

    def time(self, line: int) -> int:
        chunk, index = self.at(line)
        return chunk.times[index]

    def cells(self, line: int) -> int:
        chunk, index = self.at(line)
        return chunk.cells[index]

    def length(self, line: int) -> int:
        """Bytes of a line."""
        chunk, index = self.at(line)
        return chunk.end(index) - chunk.begin(index)

    def piece(self, line: int, begin: int, end: int) -> Piece:
        """The letters of a line that begin in the cells from `begin` to before `end`; a letter that lies across
        `begin` is among them."""
        chunk, index = self.at(line)
        start, stop = chunk.begin(index), chunk.end(index)
        if chunk.plain(index):
            at = min(begin, stop - start)
            return Piece(chunk.text[start + at : max(min(start + end, stop), start + at)].decode(), at, at)
        byte, cell = chunk.stop(index, begin, of=1)
        taken: list[str] = []
        for letter, place, takes in cells.letters(self._from(chunk, index, byte, end - cell), cell):
            if place >= end:
                break
            if place + takes > begin:
                if not taken:
                    cell = place
                taken.append(letter)
            else:
                byte += len(letter.encode())
        return Piece("".join(taken), cell if taken else begin, byte)

    def byte_at(self, line: int, cell: int) -> int:
        """The byte of the letter that lies in a cell, or of the line's end."""
        chunk, index = self.at(line)
        length = chunk.end(index) - chunk.begin(index)
        if cell >= chunk.cells[index]:
            return length
        return min(self.piece(line, cell, cell + 1).byte, length)

    def cell_at(self, line: int, byte: int) -> int:
        """The cell in which the letter at a byte begins."""
        chunk, index = self.at(line)
        start, stop = chunk.begin(index), chunk.end(index)
        if chunk.plain(index):
            return min(byte, stop - start)
        known, cell = chunk.stop(index, byte, of=0)
        return cell + cells.width(chunk.text[start + known : min(start + byte, stop)].decode("utf-8", "ignore"), cell)

    def styles(self, line: int) -> tuple[tuple[int, escapes.Style], ...]:
        """(byte, style from there on) wherever the style of a line changes."""
        chunk, index = self.at(line)
        begin, end = chunk.begin(index), chunk.end(index)
        low = bisect_right(chunk.changes, (begin << _CODE) - 1)
        high = bisect_right(chunk.changes, (end << _CODE) - 1)
        mask = (1 << _CODE) - 1
        return tuple(((change >> _CODE) - begin, escapes.Style.of(change & mask)) for change in chunk.changes[low:high])

    def _offset(self, place: Place) -> int:
        chunk, index = self.at(place[0])
        return chunk.begin(index) + place[1]

    def _from(self, chunk: Chunk, index: int, byte: int, cells_wanted: int) -> str:
        """A line from a byte on, as much of it as `cells_wanted` can need: four bytes a letter, and marks beside."""
        start, stop = chunk.begin(index) + byte, chunk.end(index)
        return chunk.text[start : min(stop, start + 4 * (max(cells_wanted, 0) + STRIDE))].decode("utf-8", "ignore")

    def _append(self, messages: Sequence[str], times: Sequence[int]) -> None:
        last = self.chunks[-1] if self.chunks else None
        if last is None or len(last.text) >= CHUNK:
            made = _made(len(self), 0, messages, times)
            self.chunks.append(made)
        else:
            made = _made(len(self), len(last.text), messages, times)
            self.chunks[-1] = _joined(last, made)
        self.widest = max(self.widest, _most(made.cells))


def _first(chunk: Chunk) -> int:
    return chunk.first


def _arrays(chunk: Chunk) -> tuple["array[int]", ...]:
    within = (part for stops in chunk.stops.values() for part in stops)
    return (chunk.starts, chunk.cells, chunk.times, chunk.changes, *within)


def _made(first: int, base: int, messages: Sequence[str], times: Sequence[int]) -> Chunk:
    """The lines of some records, from line `first` on, whose text will stand at `base`."""
    if len(messages) < FEW:
        return _made_with_care(first, base, *_split(messages, times))
    import numpy as np

    told = Messages.of(messages)
    careful = np.frombuffer(told.text, np.uint8)[told.starts[:-1]] == CENTURY
    careful[list(told.apart)] = True
    if careful.any():
        return _mixed(first, base, told, _moments(times), careful)
    cells = _packed(told.starts[1:] - told.starts[:-1] - 1)
    return Chunk(first, told.text, _packed(told.starts + base), cells, _moments(times), array("Q"), {})


def _mixed(first: int, base: int, told: Messages, times: "array[int]", careful: "NDArray[bool_]") -> Chunk:
    """The same of messages of which some need care: they aren't shown as they are."""
    import numpy as np

    odd = np.flatnonzero(careful)
    split = [_split([told[number]], [times[number]]) for number in odd.tolist()]
    made = _made_with_care(0, 0, list(chain(*(lines for lines, _ in split))), list(chain(*(own for _, own in split))))
    counts = np.ones(len(told), np.int64)
    counts[odd] = [len(lines) for lines, _ in split]
    own = np.repeat(careful, counts)  # which lines are theirs
    made_starts = np.array(made.starts, np.int64)
    sizes = np.repeat(np.diff(told.starts), counts)
    sizes[own] = np.diff(made_starts)
    cells = sizes - 1
    cells[own] = made.cells
    moments = np.repeat(np.array(times, np.int64), counts)
    moments[own] = made.times
    starts = np.append(0, np.cumsum(sizes)) + base
    theirs = np.append(0, np.cumsum(counts[odd]))
    text = _woven(told.text, told.starts[odd], told.starts[odd + 1], made.text, made_starts[theirs])
    lines = np.flatnonzero(own)
    changes = np.array(made.changes, np.int64)
    changes += (starts[:-1][own] - made_starts[:-1])[
        np.searchsorted(made_starts, changes >> _CODE, "right") - 1
    ] << _CODE
    stops = {int(lines[index]): known for index, known in made.stops.items()}
    shown = array("q", moments.tobytes()), array("Q", changes.tobytes())
    return Chunk(first, text, _packed(starts), _packed(cells), *shown, stops)


def _woven(
    text: bytes, begins: "NDArray[int64]", ends: "NDArray[int64]", other: bytes, borders: "NDArray[int64]"
) -> bytes:
    """A text with parts of another one in place of what is between these begins and ends."""
    parts: list[bytes] = []
    at = 0
    for begin, end, low, high in zip(
        begins.tolist(), ends.tolist(), borders[:-1].tolist(), borders[1:].tolist(), strict=True
    ):
        parts += (text[at:begin], other[low:high])
        at = end
    return b"".join((*parts, text[at:]))


def _made_with_care(first: int, base: int, messages: Sequence[str], times: Sequence[int]) -> Chunk:
    """The same of lines of which some aren't shown as they are."""
    shown: list[bytes] = []
    starts, wide, changes = array("I", [base]), array("I"), array("Q")
    stops: dict[int, Stops] = {}
    for number, message in enumerate(messages):
        piece, cells_taken, styles, places = _line(message)
        changes.extend((starts[-1] + byte) << _CODE | code for byte, code in styles)
        if places:
            stops[number] = places
        shown += (piece, b"\n")
        wide.append(cells_taken)
        starts.append(starts[-1] + len(piece) + 1)
    return Chunk(first, b"".join(shown), starts, wide, _moments(times), changes, stops)


def _joined(*chunks: Chunk) -> Chunk:
    """All as one; each was made to stand behind the one before it."""
    if len(chunks) == 1:
        return chunks[0]
    starts, cells, times, changes = array("I"), array("I"), array("q"), array("Q")
    stops: dict[int, Stops] = {}
    for chunk in chunks:
        stops |= {len(times) + index: known for index, known in chunk.stops.items()}
        del starts[-1:]
        starts.extend(chunk.starts)
        cells.extend(chunk.cells)
        times.extend(chunk.times)
        changes.extend(chunk.changes)
    return Chunk(chunks[0].first, b"".join(chunk.text for chunk in chunks), starts, cells, times, changes, stops)


def _moments(times: Sequence[int]) -> "array[int]":
    """A service may send any number for a time."""
    if isinstance(times, array):
        return times
    try:
        return array("q", times)
    except OverflowError:
        return array("q", (max(min(time, FOREVER), -FOREVER) for time in times))


def _most(numbers: "array[int]") -> int:
    if len(numbers) < FEW:
        return max(numbers)
    import numpy as np

    return int(np.frombuffer(numbers, np.uint32).max())


def _packed(numbers: "NDArray[int64]") -> "array[int]":
    packed = array("I")
    packed.frombytes(numbers.astype("u4").tobytes())
    return packed


def _split(messages: Sequence[str], times: Sequence[int]) -> tuple[list[str], list[int]]:
    """Records of several lines as lines, each at its record's own time where that begins with one."""
    lines: list[str] = []
    moments: list[int] = []
    for message, moment in zip(messages, times, strict=True):
        first, *more = (line.rstrip("\r") for line in message.rstrip("\r\n").split("\n"))
        own, first = timed(first)
        if own is not None:
            moment = round(own.timestamp() * 1000)
        lines += (first, *more)
        moments += [moment] * (1 + len(more))
    return lines, moments


def _line(message: str) -> tuple[bytes, int, tuple[tuple[int, int], ...], Stops | None]:
    """A line as it is shown, its cells, its changes of style and, if it is long, its stops."""
    if message.isascii() and message.isprintable():
        return message.encode(), len(message), (), None
    shown, styles = escapes.read(message)
    if shown.isascii() and b"\t" not in shown:
        return shown, len(shown), styles, None
    text = shown.decode()
    if len(shown) <= LONG:
        return shown, cells.width(text), styles, None
    bytes_at, cells_at = array("I", [0]), array("I", [0])
    for begin in range(0, len(text), STRIDE):
        part = text[begin : begin + STRIDE]
        bytes_at.append(bytes_at[-1] + len(part.encode()))
        cells_at.append(cells_at[-1] + cells.width(part, cells_at[-1]))
    return shown, cells_at[-1], styles, (bytes_at, cells_at)
