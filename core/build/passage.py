"""Reading the log out of a journal, many records at a time.

A journal of a million lines is read in the time that its bytes need: records are made no values, and long LogReads are
not even parsed, but cut where their records meet. What stands between two messages can stand nowhere else in JSON,
since a quote within a text has a backslash before it. So what is written as `events.to_json` writes it is taken to
pieces as it is, everything about it checked; anything else, and anything damaged, is parsed.
"""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final

import pydantic_core

from core.build.events import LogText
from core.build.messages import END, Messages
from core.errors import Invalid

if TYPE_CHECKING:
    from numpy import int64, uint8
    from numpy.typing import NDArray

SHORT: Final = 8 * 1024
"""Bytes up to which lines are parsed: what a build that is watched brings at a time, for which numpy need not be
imported."""

DIGITS: Final = 13
FIRST: Final = 10 ** (DIGITS - 1)
"""Times in milliseconds have so many digits from 2001, when it was this one, until 2286."""
TENS: Final = tuple(10.0**place for place in reversed(range(DIGITS)))

OPENING: Final = b'"},{"timestamp":'
CLOSING: Final = b',"message":"'
LEAST: Final = b"%s%d%s" % (OPENING, FIRST, CLOSING)
ABOVE: Final = bytes((*[0] * len(OPENING), 8, *[9] * (DIGITS - 1), *[0] * len(CLOSING)))
"""What stands between two messages, in bytes, at least, and how far each of them may be above that."""

GAP: Final = len(LEAST)
BRACE: Final = OPENING.index(b"{")
LEAD: Final = GAP - BRACE
"""Bytes between two messages; which of them is the first of the later record; how many of that record they are."""

_HEAD: Final = re.compile(
    rb'(\{"type":"log-read","number":(?:0|[1-9]\d*),"at":"[^"\\]*","first":)(0|[1-9]\d{0,17})(,"events":\[)'
    rb'\{"timestamp":([1-9]\d{12}),"message":"'
)
_TAIL: Final = b'"}],"token":'
_END: Final = len(b'"}')
_SPACE: Final = 0x20
_DELETE: Final = 0x7F

_MESSAGE: Final = itemgetter("message")
_TIME: Final = itemgetter("timestamp")


@dataclass(frozen=True, slots=True)
class Passage:
    """LogReads that follow each other, their text apart. `rest` is the JSON of the last one with the last of its
    records only, which is all that a Run is told."""

    text: LogText
    rest: bytes

    def followed_by(self, later: "Passage") -> "Passage":
        messages, times = [*self.text.messages, *later.text.messages], [*self.text.times, *later.text.times]
        return Passage(LogText(self.text.first, messages, times), later.rest)


def parsed(line: bytes) -> Passage:
    """Any LogRead. Raises Invalid for what is none."""
    try:
        members = pydantic_core.from_json(line, cache_strings="keys")
        records, first = members["events"], members["first"]
        text = LogText(first, list(map(_MESSAGE, records)), list(map(_TIME, records)))
        if {*map(type, text.messages)} != {str} or {type(first), *map(type, text.times)} != {int}:
            raise TypeError("a record of the log is none")
        return Passage(text, pydantic_core.to_json(members | {"first": text.end - 1, "events": records[-1:]}))
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(f"not an event of a run: {line[:80]!r}", hint=str(error)) from error


def cut(lines: Sequence[bytes]) -> Passage | None:
    """LogReads that are written as `events.to_json` writes them and follow each other; None for any others, and for so
    few bytes that it isn't worth it."""
    if sum(map(len, lines)) <= SHORT:
        return None
    frames = tuple(frame for line in lines if (frame := _frame(line)))
    if len(frames) < len(lines):
        return None
    import numpy as np

    records = b",".join([frame.records for frame in frames])
    codes = np.frombuffer(records, np.uint8)[LEAD:-1]  # from the first message to the quote after the last
    gaps, times = _gaps(codes)
    first, last = frames[0].first, LEAD + int(gaps[-1]) + BRACE if gaps.size else 0
    if not _follow(frames, gaps):
        return None
    rest = frames[-1].holding(first + len(gaps), records[last:])
    try:
        for each in (*(frame.holding(frame.first, b"") for frame in frames), rest):
            pydantic_core.from_json(each)
        messages = _messages(records, gaps)
    except ValueError:
        return None
    moments = array("q", [frames[0].time])
    moments.frombytes(times.tobytes())
    return Passage(LogText(first, messages, moments), rest)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The line of a LogRead: what stands around its `records` and, in `head`, around the number of the `first` one,
    which came at `time`."""

    head: tuple[bytes, bytes]
    first: int
    time: int
    records: memoryview
    tail: bytes

    def holding(self, first: int, records: bytes) -> bytes:
        """The line with other records."""
        return b"".join((self.head[0], b"%d" % first, self.head[1], records, self.tail))


def _frame(line: bytes) -> _Frame | None:
    head, end = _HEAD.match(line), line.rfind(_TAIL)
    if head is None or end < head.end():
        return None
    records = memoryview(line)[head.end(3) : end + _END]
    return _Frame((head[1], head[3]), int(head[2]), int(head[4]), records, line[end + _END :])


def _follow(frames: Sequence[_Frame], gaps: "NDArray[int64]") -> bool:
    """Whether every frame has as many records as the number of the next one's first says."""
    place = -GAP
    for before, frame in pairwise(frames):
        place += len(before.records) + 1
        number = frame.first - frames[0].first
        if not (0 < number <= len(gaps) and gaps[number - 1] == place):
            return False
    return True


def _gaps(codes: "NDArray[uint8]") -> "tuple[NDArray[int64], NDArray[int64]]":
    """Where something stands between two messages, and the time that stands in it."""
    import numpy as np

    gaps = np.flatnonzero(codes[BRACE : max(len(codes) - GAP + BRACE, BRACE)] == OPENING[BRACE])
    found = np.ndarray((max(len(codes) - GAP, 0), GAP), np.uint8, codes, 0, (1, 1))[gaps]
    found -= np.frombuffer(LEAST, np.uint8)
    fits = found <= np.frombuffer(ABOVE, np.uint8)
    if not fits.all():
        alike = fits.all(axis=1)
        gaps, found = gaps[alike], found[alike]
    times = found[:, len(OPENING) : -len(CLOSING)] @ np.array(TENS)
    return gaps, times.astype(np.int64) + FIRST


def _messages(records: bytes, gaps: "NDArray[int64]") -> Messages:
    """What stands between the gaps. Raises ValueError for what is no text of JSON."""
    import numpy as np

    codes = np.frombuffer(records, np.uint8)[LEAD:-1]
    if codes.min() < _SPACE:
        raise ValueError("a control character stands in a text as it is")
    begins, ends = np.append(0, gaps + GAP), np.append(gaps, len(codes) - 1)
    lengths, quotes = ends - begins, 0
    kept = np.ones(len(codes), np.bool_)
    np.ndarray((max(len(codes) - GAP, 0), GAP - 1), np.bool_, kept, 1, (1, 1))[gaps] = False
    apart: dict[int, str] = {}
    unusual = _unusual(codes, begins) if b"\\" in records or codes.max() >= _DELETE else []
    codes = codes.copy() if unusual else codes
    for number, message in zip(unusual, _decoded(codes, begins[unusual], ends[unusual]), strict=True):
        begin, size = int(begins[number]), 0
        if message.isascii() and message.isprintable():  # it was but longer, with its backslashes
            size = len(message)
            codes[begin : begin + size] = np.frombuffer(message.encode("ascii"), np.uint8)
            quotes += message.count('"')
        else:
            apart[number] = message
        kept[begin + size : begin + int(lengths[number])] = False
        lengths[number] = size
    starts = np.append(0, np.cumsum(lengths + 1))
    text = codes[kept]
    text[starts[1:] - 1] = END
    told = text.tobytes()
    if (np.count_nonzero(text == ord('"')) if b'"' in told else 0) != quotes:  # bytes find quickly and count slowly
        raise ValueError("a quote stands in a text as it is")
    return Messages(told, starts, apart)


def _decoded(codes: "NDArray[uint8]", begins: "NDArray[int64]", ends: "NDArray[int64]") -> list[str]:
    """Messages that stand here in JSON. Raises ValueError for what is no text of it."""
    if not len(begins):
        return []
    told = codes.tobytes()
    texts = [told[begin:end] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    # No text reaches over a line feed, so each is in one piece, and if there are as many, each is all of its piece.
    decoded: list[str] = pydantic_core.from_json(b'["%s"]' % b'"\n,\n"'.join(texts), cache_strings=False)
    if len(decoded) != len(texts) or {*map(type, decoded)} != {str}:
        raise ValueError("a quote stands in a text as it is")
    return decoded


def _unusual(codes: "NDArray[uint8]", begins: "NDArray[int64]") -> list[int]:
    """The messages, by their number, that hold more than printable ASCII as it is."""
    import numpy as np

    unusual = (codes == ord("\\")) | (codes >= _DELETE)
    return np.flatnonzero(np.logical_or.reduceat(unusual, begins)).tolist()
