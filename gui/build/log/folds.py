"""The steps of a build as stretches of its log that can be folded: their first line stays, the rest is hidden."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gui.build.log.rows import Range


@dataclass(frozen=True, slots=True)
class Fold:
    """`last` is None as long as the step goes on."""

    first: int
    last: int | None
    title: str


class Folds:
    """Which folds there are, and which are folded. Where several begin with the same line, the longest counts."""

    def __init__(self) -> None:
        self.by_line: dict[int, Fold] = {}
        self.folded: set[int] = set()

    def set(self, folds: Iterable[Fold]) -> bool:
        """Other folds, or the same ones grown; what is folded stays so. Whether anything is different."""
        longest: dict[int, Fold] = {}
        for fold in sorted(folds, key=_size):
            if fold.last is None or fold.last > fold.first:
                longest[fold.first] = fold
        if longest == self.by_line:
            return False
        self.by_line = longest
        self.folded &= longest.keys()
        return True

    def toggle(self, line: int) -> bool:
        """Fold or unfold what begins with a line; whether something does."""
        if line not in self.by_line:
            return False
        self.folded ^= {line}
        return True

    def fold_all(self) -> None:
        self.folded = set(self.by_line)

    def unfold_all(self) -> None:
        self.folded = set()

    def unfold_around(self, line: int) -> bool:
        """Show a line; whether it was hidden."""
        hiding = {first for first in self.folded if first < line and self._holds(first, line)}
        self.folded -= hiding
        return bool(hiding)

    def around(self, line: int) -> int | None:
        """The first line of the innermost fold that holds a line."""
        return max((first for first in self.by_line if first <= line and self._holds(first, line)), default=None)

    def hidden(self, end: int) -> Iterator[Range]:
        """Lines that are hidden, of a log of `end` lines."""
        for first in self.folded:
            last = self.by_line[first].last
            yield first + 1, end - 1 if last is None else last

    def _holds(self, first: int, line: int) -> bool:
        last = self.by_line[first].last
        return last is None or line <= last


def _size(fold: Fold) -> float:
    return float("inf") if fold.last is None else fold.last - fold.first
