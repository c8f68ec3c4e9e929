"""A file's text and the same as a text widget shows it, and how an edit of the one is an edit of the other.

Qt knows one kind of line end, no byte order mark, and counts in UTF-16. A file has its own line ends, sometimes several
kinds of them, and whoever edits one line of it wants only that line changed. So the widget's text is derived, and what
is typed is spliced into the text of the file.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

_BREAK: Final = re.compile(r"\r\n|\r|\u2029")
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Change:
    """`removed` characters from `start` on give way to `inserted`."""

    start: int
    removed: int
    inserted: str


def change_between(before: str, after: str) -> Change:
    """The one stretch in which two texts differ, as short as it can be."""
    shorter = min(len(before), len(after))
    start = _agreeing(before, after, shorter)
    end = _agreeing(before[::-1], after[::-1], shorter - start)
    return Change(start, len(before) - start - end, after[start : len(after) - end])


def _agreeing(one: str, other: str, most: int) -> int:
    """How many first characters agree; halving, since comparing slices is far faster than comparing characters."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


@dataclass(frozen=True)
class ShownText:
    """`source` is the file's text; offsets count its characters, as offsets of `shown` count those of that."""

    source: str = ""

    @cached_property
    def shown(self) -> str:
        """Without byte order mark, every line end a line feed."""
        return _BREAK.sub("\n", self.source.removeprefix(_BOM))

    @cached_property
    def line_end(self) -> str:
        """The line end that most lines have, for new lines."""
        windows = self.source.count("\r\n")
        return "\r\n" if windows > self.source.count("\n") - windows else "\n"

    @cached_property
    def _shift(self) -> int:
        return len(self.source) - len(self.source.removeprefix(_BOM))

    @cached_property
    def _pairs(self) -> tuple[int, ...]:
        """Where the two characters of a Windows line end are, in the source."""
        return tuple(found.start() for found in re.finditer("\r\n", self.source))

    def source_offset(self, offset: int) -> int:
        """Where the file has what is shown at `offset`."""
        place = offset + self._shift
        for pair in self._pairs:
            if pair >= place:
                break
            place += 1
        return place

    def shown_offset(self, offset: int) -> int:
        """Where what the file has at `offset` is shown."""
        pairs = sum(1 for pair in self._pairs if pair < offset)
        return max(0, offset - self._shift - pairs)

    def typed(self, shown: str) -> "ShownText":
        """The file's text once the widget's has become `shown`; all but the typed stretch stays as it is."""
        change = change_between(self.shown, shown)
        start, end = self.source_offset(change.start), self.source_offset(change.start + change.removed)
        inserted = change.inserted.replace("\n", self.line_end)
        return ShownText(self.source[:start] + inserted + self.source[end:])


def units(text: str, offset: int) -> int:
    """The offset in UTF-16, as Qt counts."""
    return offset if text.isascii() else len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def characters(text: str, position: int) -> int:
    """The offset in characters of a position of Qt's."""
    if text.isascii():
        return position
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * position].decode("utf-16-le", "replace"))
