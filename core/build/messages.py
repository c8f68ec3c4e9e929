"""The messages of many records as one text: as values of their own, a million of them take longer to make than anything
else that is done with a log.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, overload

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

END: Final = 0x0A
"""What stands after every message in their text."""


class Messages(Sequence[str]):
    """`text` is printable ASCII, a line to each message; `starts` are where these begin in it, and where the last ends.
    `apart` are those that are no such line, by their number: in the text they are empty."""

    __slots__ = ("apart", "starts", "text")

    def __init__(self, text: bytes, starts: "NDArray[int64]", apart: Mapping[int, str]) -> None:
        self.text = text
        self.starts = starts
        self.apart = apart

    @classmethod
    def of(cls, messages: Sequence[str]) -> "Messages":
        if isinstance(messages, Messages):
            return messages
        import numpy as np

        apart = {at: one for at, one in enumerate(messages) if not (one.isascii() and one.isprintable())}
        lines = ["" if at in apart else one for at, one in enumerate(messages)] if apart else messages
        starts = np.zeros(len(lines) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, lines), np.int64, len(lines)) + 1, out=starts[1:])
        return cls("".join([f"{line}\n" for line in lines]).encode("ascii"), starts, apart)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> "Messages": ...

    def __getitem__(self, at: int | slice) -> "str | Messages":
        if isinstance(at, slice):
            return self._part(*at.indices(len(self)))
        number = range(len(self))[at]
        if number in self.apart:
            return self.apart[number]
        return self.text[self.starts[number] : self.starts[number + 1] - 1].decode("ascii")

    def _part(self, begin: int, end: int, step: int) -> "Messages":
        if step != 1:
            return Messages.of([self[number] for number in range(begin, end, step)])
        if (begin, end) == (0, len(self)):
            return self
        starts = self.starts[begin : max(begin, end) + 1]
        apart = {number - begin: one for number, one in self.apart.items() if begin <= number < end}
        return Messages(self.text[starts[0] : starts[-1]], starts - starts[0], apart)
