"""Builds of earlier days, from their journals: listed off the GUI thread, opened when somebody looks at one.

Only head and end of a journal are read for the list, and only the newest journals, so a folder of years costs nothing.
A build that had not ended is followed on as soon as its connection is there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from core.build import journal
from core.build.journal import Entry
from core.errors import Invalid, NotFound
from gui.following import Followed, on, recorded
from gui.session import Session

MOST: Final = 200
LANE: Final = "history"
OPEN: Final = 8
"""Replayed runs that stay in memory."""

FORGOTTEN: Final = timedelta(days=3)
"""No build lasts as long: one that had not ended by then is not asked about any more."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a folder of journals holds, the newest run first."""

    entries: tuple[Entry, ...]

    def unfinished(self, connection: str, now: datetime) -> tuple[Entry, ...]:
        """The builds of a connection that may still be running."""
        return tuple(
            each
            for each in self.entries
            if each.ended is None and each.opened.connection == connection and now - each.opened.at < FORGOTTEN
        )


class History(QObject):
    """Signals: `changed` — other entries are listed; `read` — a replayed run is another."""

    changed = Signal()
    read = Signal()

    def __init__(self, session: Session, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder
        self._replays: dict[Path, Followed] = {}
        self.entries: tuple[Entry, ...] = ()
        session.connected.connect(self._go_on)

    @Slot()
    def load(self) -> None:
        """List the journals, and go on following what had not ended."""
        self._session.ops.run(self, lambda: listed(self._folder), self._take, lane=LANE)

    def replay(self, entry: Entry) -> Followed:
        """The run of a journal, read off the GUI thread."""
        if entry.path not in self._replays:
            while len(self._replays) >= OPEN:
                old = self._replays.pop(next(iter(self._replays)))
                old.stop()
                old.deleteLater()
            made = Followed(entry.opened, recorded(entry.path), parent=self)
            self._replays[entry.path] = made
            made.changed.connect(self.read)
            made.begin()
        return self._replays[entry.path]

    def close(self) -> None:
        for replay in self._replays.values():
            replay.stop()

    def _take(self, found: Listed) -> None:
        self.entries = found.entries
        self.changed.emit()
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        at = self._session.connection
        known = {run.arn for run in self._session.runs if run.opened.connection == at.name}
        unfinished = Listed(self.entries).unfinished(at.name, datetime.now(UTC))
        for entry in reversed([each for each in unfinished if each.opened.image_arn not in known]):
            self._session.follow(on(at, entry.opened, self._folder))


def listed(folder: Path) -> Listed:
    """The newest journals of a folder; what is no journal of ours is passed over, its path says what it is."""
    return Listed(tuple(islice(_entries(journal.listing(folder)), MOST)))


def _entries(paths: Iterable[Path]) -> Iterable[Entry]:
    for path in paths:
        try:
            found = journal.entry(path)
        except (Invalid, NotFound):
            continue
        if found is not None:
            yield found
