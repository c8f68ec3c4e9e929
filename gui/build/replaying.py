"""A build played again from its journal, at speed: what happened in an hour is seen in a minute."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final

from core.build import journal
from core.build.events import RunOpened
from gui.following import Followed

SPEEDS: Final = (1, 10, 60, 600)
LONGEST_NAP: Final = 0.5
"""Seconds until another speed is taken notice of."""


class Playing:
    """How fast, and what time it is in the build. `speed` may be changed from the GUI thread while it plays."""

    def __init__(self, begin: datetime, speed: float) -> None:
        self._speed = speed
        self._begin, self._since = begin, monotonic()

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._begin, self._since, self._speed = self.now(), monotonic(), speed

    def now(self) -> datetime:
        return self._begin + timedelta(seconds=(monotonic() - self._since) * self._speed)

    def source(self, path: Path) -> Callable[[Callable[[float], object]], Iterator[object]]:
        """The events of the journal, each when its time has come."""

        def source(sleep: Callable[[float], object]) -> Iterator[object]:
            for event in journal.events(path):
                while (left := (event.at - self.now()).total_seconds()) > 0:
                    if sleep(min(left / self.speed, LONGEST_NAP)):
                        return
                yield event

        return source


def played(opened: RunOpened, path: Path, begin: datetime, speed: float = SPEEDS[2]) -> tuple[Followed, Playing]:
    """The run of a journal as one that goes on; not begun yet. `begin` is when its build began."""
    playing = Playing(begin.astimezone(UTC), speed)
    return Followed(opened, playing.source(path), clock=playing.now), playing
