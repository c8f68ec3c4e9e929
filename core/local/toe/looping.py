"""The values a loop runs over, and the outputs of all its turns as one (user guide, toe-looping-constructs)."""

from collections.abc import Iterable
from typing import assert_never

from core.local.toe.outcome import Outputs
from core.local.toe.stream import KEPT_STDOUT_BYTES
from core.local.toe.values import Values
from core.recipe.component import ForEachDelimited, ForEachList, ForRange, Loop


async def turns(loop: Loop, values: Values) -> Iterable[str]:
    """The values, evaluated once and then frozen; a range is counted as it is used, however long it is."""
    match loop.over:
        case ForRange(start, end, update_by):
            return map(str, range(start, end + (1 if update_by > 0 else -1), update_by))
        case ForEachList(items):
            return [await values.text(item) for item in items]
        case ForEachDelimited(text, delimiter):
            return (await values.text(text)).split(delimiter)
        case _:
            assert_never(loop.over)


class MergedOutputs:
    """Outputs of the turns that succeeded: per position and key, joined by line ends and cut at 1 MiB of text."""

    def __init__(self) -> None:
        self._texts: list[dict[str, list[str]]] = []
        self._room: dict[tuple[int, str], int] = {}

    def add(self, outputs: Outputs) -> None:
        for position, entry in enumerate(outputs):
            if position == len(self._texts):
                self._texts.append({})
            for key, text in entry.items():
                room = self._room.get((position, key), KEPT_STDOUT_BYTES)
                if room > 0:
                    self._texts[position].setdefault(key, []).append(text[:room])
                    self._room[position, key] = room - len(text) - 1

    @property
    def outputs(self) -> Outputs:
        return tuple({key: "\n".join(texts) for key, texts in entry.items()} for entry in self._texts)
