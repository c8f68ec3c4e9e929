"""Searching a log of any length: exact counts, and the places of what was found where somebody looks.

Work is done chunk by chunk in small steps, in a thread of whoever searches, so that what is found shows while the rest
is still to come, a log that grows is searched on, and a search that nobody wants any more ends at once. Counts are kept
for every chunk, places only for the chunks that were looked at last: a million hits cost nothing.

Regular expressions are RE2's, whose time grows with the text and never explodes. They see one line at a time; in a line
longer than REACH, at most so much of it for one hit.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from typing import Final, Protocol

from core.build.lines import Chunk, Lines
from core.errors import Invalid

WINDOW: Final = 64 * 1024
"""Bytes searched in one step, but for a line that is longer."""

REACH: Final = 64 * 1024
"""Bytes that one hit of a regular expression may have in a line longer than that."""

LARGEST: Final = 2000
"""Instructions of a regular expression: what takes more is refused, since each costs time at every letter."""

MULTI_LINE: Final = "(?m)"
"""So that ^ and $ are begin and end of a line."""

META: Final = frozenset(r"\.^$*+?()[]{}|")
"""What makes an expression more than a text, which is searched far faster."""

MOST: Final = 1_000_000
"""Places kept of one chunk. Counts are exact beyond."""

KEPT: Final = 128
"""Chunks whose places are kept: more than there are rows on a screen, each of which may be in another where steps are
folded."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a text, or a regular expression; in any case, or as it is written."""

    text: str
    regular: bool = False
    case: bool = False


class Pattern(Protocol):
    """What finds. `places` gives the hits that begin from `begin` to before `end` and reach to `limit` at most, none
    of them empty, none across lines; `count` how many there are, of whole lines."""

    def places(self, text: bytes, begin: int, end: int, limit: int) -> Iterator[tuple[int, int]]: ...

    def count(self, text: bytes, begin: int, end: int) -> int: ...


def pattern(wanted: Wanted) -> Pattern:
    """Raises Invalid for what is no regular expression, or one that can't be searched with."""
    as_written = not wanted.regular or (wanted.text and not META.intersection(wanted.text))
    if as_written and (wanted.case or wanted.text.isascii()):
        return _Text(wanted.text.encode("utf-8", "replace"), wanted.case)
    return _Expression(wanted)


@dataclass(frozen=True, slots=True)
class _Text:
    needle: bytes
    case: bool

    def places(self, text: bytes, begin: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
        size = len(self.needle)
        until = min(end + size - 1, limit)
        needle, hay = self._folded(text, begin, until)
        at = hay.find(needle)
        while at >= 0:
            yield begin + at, begin + at + size
            at = hay.find(needle, at + size)

    def count(self, text: bytes, begin: int, end: int) -> int:
        if self.case:
            return text.count(self.needle, begin, end)
        needle, hay = self._folded(text, begin, end)
        return hay.count(needle)

    def _folded(self, text: bytes, begin: int, end: int) -> tuple[bytes, bytes]:
        hay = text[begin:end]
        return (self.needle, hay) if self.case else (self.needle.lower(), hay.lower())


class _Expression:
    def __init__(self, wanted: Wanted) -> None:
        import re2  # type: ignore[import-untyped]

        options = re2.Options()
        options.log_errors = False
        options.never_nl = True
        options.never_capture = True
        options.case_sensitive = wanted.case
        source = wanted.text if wanted.regular else re2.escape(wanted.text)
        try:
            self._found = re2.compile(MULTI_LINE + source, options)
        except re2.error as error:
            raise Invalid(
                _reason(error), hint="Expressions are those of RE2: no look-around, no references."
            ) from error
        if self._found.programsize > LARGEST:
            raise Invalid("This expression is too large to search with.", hint="Repeat less in it.")
        if self._found.fullmatch(b"") is not None:
            raise Invalid("This expression finds the empty text, everywhere.", hint="Write + instead of *.")

    def places(self, text: bytes, begin: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
        until = limit if limit == end else min(limit, end + REACH)
        for found in self._found.finditer(text, begin, until):
            first, last = found.span()
            if first >= end:
                return
            if last > first:
                yield first, last

    def count(self, text: bytes, begin: int, end: int) -> int:
        return sum(1 for _ in self.places(text, begin, end, end))


def _reason(error: Exception) -> str:
    told = error.args[0] if error.args else ""
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    return f"This is no regular expression: {text.replace(MULTI_LINE, '', 1)}."


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where something was found: line, its bytes there, and how many hits come before it."""

    line: int
    begin: int
    end: int
    number: int


class Unknown(Enum):
    """What can't be said yet, since the search isn't that far."""

    YET = "yet"


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where the hits in a chunk's text begin and end."""

    chunk: Chunk
    begins: "array[int]"
    ends: "array[int]"


class Search:
    """One search of one log. One thread runs `work`; another asks for what is known so far.

    `counts` are the hits of every chunk that was searched, `found` all of them.
    """

    def __init__(self, lines: Lines, sought: Pattern) -> None:
        self.lines = lines
        self.sought = sought
        self.counts: list[int] = []
        self.found = 0
        self._searched: Chunk | None = None
        self._places: OrderedDict[int, _Places] = OrderedDict()
        self._asked: deque[int] = deque(maxlen=KEPT)

    @property
    def complete(self) -> bool:
        """Whether the whole log was searched, as far as there is one."""
        chunks = self.lines.chunks
        return not chunks or chunks[-1] is self._searched

    @property
    def over(self) -> bool:
        """Whether it is complete, and all places are known that were asked for."""
        return not self._asked and self.complete

    @property
    def share(self) -> float:
        """How much of the log was searched, from 0 to 1."""
        return len(self.counts) / max(len(self.lines.chunks), 1)

    def work(self) -> Iterator[None]:
        """Search on, what is looked at first, until all is `over`; pauses after every step."""
        while not self.over:
            if self._asked:
                yield from self._place(self._asked.popleft())
            else:
                yield from self._count()

    def on_line(self, line: int, begin: int, end: int) -> tuple[tuple[int, int], ...]:
        """The hits within these bytes of a line, as far as they are known."""
        number = self.lines.chunk_of(line)
        known = self._known(number)
        if known is None:
            return ()
        chunk = self.lines.chunks[number]
        start = chunk.begin(line - chunk.first)
        first, last = bisect_right(known.ends, start + begin), bisect_left(known.begins, start + end)
        return tuple((known.begins[at] - start, known.ends[at] - start) for at in range(first, last))

    def after(self, line: int, byte: int, first: int = 0, last: int | None = None) -> Hit | Unknown | None:
        """The next hit that begins at a place or behind it, on the lines from `first` to `last`, else the first one
        there; None if there is none."""
        here, low = self._before(line, byte), self._before(first, 0)
        if isinstance(here, Unknown) or isinstance(low, Unknown):
            return Unknown.YET
        high = self._before_end(last)
        if isinstance(high, Unknown):
            return self._hit(here) if last is None and here < self.found else Unknown.YET
        if low == high:
            return None
        return self._hit(here if low <= here < high else low)

    def before(self, line: int, byte: int, first: int = 0, last: int | None = None) -> Hit | Unknown | None:
        """The last hit that begins before a place, on the lines from `first` to `last`, else the last one there."""
        here, low = self._before(line, byte), self._before(first, 0)
        if isinstance(here, Unknown) or isinstance(low, Unknown):
            return Unknown.YET
        if low < here and last is None:
            return self._hit(here - 1)
        high = self._before_end(last)
        if isinstance(high, Unknown):
            return Unknown.YET
        if low == high:
            return None
        return self._hit(here - 1 if low < here <= high else high - 1)

    def between(self, first: int, last: int | None = None) -> int | Unknown:
        """How many hits the lines from `first` to `last` have."""
        low, high = self._before(first, 0), self._before_end(last)
        return Unknown.YET if isinstance(low, Unknown) or isinstance(high, Unknown) else high - low

    def _before_end(self, last: int | None) -> int | Unknown:
        if last is None or last + 1 >= len(self.lines):
            return self.found if self.complete else Unknown.YET
        return self._before(last + 1, 0)

    def _before(self, line: int, byte: int) -> int | Unknown:
        """How many hits begin before a place."""
        if not line and not byte:
            return 0
        number = self.lines.chunk_of(line)
        if number >= len(self.counts):
            return Unknown.YET
        known = self._known(number)
        if known is None:
            return Unknown.YET
        chunk = self.lines.chunks[number]
        return sum(self.counts[:number]) + bisect_left(known.begins, chunk.begin(line - chunk.first) + byte)

    def _hit(self, number: int) -> Hit | Unknown:
        """The hit that has so many before it."""
        totals = tuple(accumulate(self.counts))
        at = bisect_right(totals, number)
        if at >= len(totals):
            return Unknown.YET
        known = self._known(at)
        if known is None or not known.begins:
            return Unknown.YET
        place = min(number - (totals[at] - self.counts[at]), len(known.begins) - 1)
        chunk = known.chunk
        index = chunk.line_at(known.begins[place])
        begin = chunk.begin(index)
        return Hit(chunk.first + index, known.begins[place] - begin, known.ends[place] - begin, number)

    def _known(self, number: int) -> _Places | None:
        """The places of a chunk, or of what there was of it; if they aren't known, they will be."""
        chunk = self.lines.chunks[number]
        known = self._places.get(number)
        if known is None or known.chunk is not chunk:
            final = number < len(self.counts) - 1 or chunk is self._searched
            if final and number < len(self.counts) and not self.counts[number]:
                return _Places(chunk, array("I"), array("I"))
            if number not in self._asked:
                self._asked.append(number)
        return known

    def _place(self, number: int) -> Iterator[None]:
        found = _Places(self.lines.chunks[number], array("I"), array("I"))
        free = 0
        for begin, end, limit in _windows(found.chunk):
            for first, last in self.sought.places(found.chunk.text, max(begin, free), end, limit):
                free = last
                found.begins.append(first)
                found.ends.append(last)
            yield
            if len(found.begins) >= MOST:
                break
        self._places[number] = found
        self._places.move_to_end(number)
        while len(self._places) > KEPT:
            self._places.popitem(last=False)

    def _count(self) -> Iterator[None]:
        """Count the hits of the next chunk, or of the last one again if it has grown."""
        chunks = self.lines.chunks
        number = len(self.counts)
        if self._searched is not None and chunks[number - 1] is not self._searched:
            number -= 1
        chunk, count, free = chunks[number], 0, 0
        for begin, end, limit in _windows(chunk):
            if end == limit and free <= begin:
                count += self.sought.count(chunk.text, begin, end)
            else:
                for _, last in self.sought.places(chunk.text, max(begin, free), end, limit):
                    count, free = count + 1, last
            yield
        if number < len(self.counts):
            self.found -= self.counts.pop()
        self.counts.append(count)
        self.found += count
        self._searched = chunk


def _windows(chunk: Chunk) -> Iterator[tuple[int, int, int]]:
    """Begin and end of every step, and where the line ends in which that is: a step is of whole lines, or of a part of
    a long one."""
    index = 0
    while index < len(chunk):
        begin = chunk.begin(index)
        following = max(chunk.line_at(begin + WINDOW), index + 1) if index + 1 < len(chunk) else index + 1
        end = chunk.end(following - 1)
        if end - begin > 2 * WINDOW:
            for at in range(begin, end, WINDOW):
                yield at, min(at + WINDOW, end), end
        else:
            yield begin, end, end
        index = following
