"""Builds that nobody starts here and now: those of earlier days, from their journals, and those that the connection
tells of besides. All of it is read off the GUI thread and opened when somebody looks at it.

Only head and end of a journal are read for the list, and only the newest journals, so a folder of years costs nothing.
A build that had not ended is followed on as soon as its connection is there, and again when following it broke off:
after a lost connection by itself, after a refused sign-in once there is one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.aws.connection import Connection
from core.build import journal
from core.build.events import RunOpened
from core.build.journal import Entry
from core.errors import BakehouseError, Denied, Invalid, NotFound, Throttled, Unreachable, Unsupported
from gui.build import timeline
from gui.build.rows import Elsewhere, Key, Source, Told, key_of, row_of
from gui.following import Followed, on, recorded
from gui.session import Session

if TYPE_CHECKING:
    from core.aws.imagebuilder import ImageBuilder
    from core.build.chart import Chart

MOST: Final = 2000
LANE: Final = "history"
ELSEWHERE: Final = "builds of the connection"
OPEN: Final = 8
"""Replayed runs that stay in memory, those looked at last."""

OPEN_LOGS: Final = 128 * 1024 * 1024
"""Bytes of their logs, but for the one that is looked at now."""

FORGOTTEN: Final = timedelta(days=8)
"""A step waits a week for an action at most: a build that had not ended by then is not asked about any more."""

AGAIN_S: Final = 15
LONGEST_S: Final = 300
"""Seconds until a build whose connection was lost is asked for again, doubled each time up to the longest."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a folder of journals holds, the newest run first, and that as rows."""

    entries: tuple[Entry, ...] = ()
    told: Told = field(default_factory=Told)

    def unfinished(self, connection: str, now: datetime) -> tuple[Entry, ...]:
        """The builds of a connection that may still be running."""
        return tuple(
            each
            for each in self.entries
            if each.ended is None and each.opened.connection == connection and now - each.opened.at < FORGOTTEN
        )


class History(QObject):
    """`told` are the builds nobody follows. `trouble` says why the connection's own can't be listed.

    Signals: `changed` — others are listed; `read` — a replayed run is another.
    """

    changed = Signal()
    read = Signal()

    def __init__(self, session: Session, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.folder = folder
        self._replays: dict[Path, Followed] = {}
        self._pasts: dict[RunOpened, tuple[Chart, ...]] = {}
        self._elsewhere: tuple[Elsewhere, ...] = ()
        self._pause = AGAIN_S
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.again_now)
        self.entries: tuple[Entry, ...] = ()
        self.told = Told()
        self._journals = Told()
        self.trouble: BakehouseError | None = None
        session.connected.connect(self._connect)
        session.following.connect(self._watch)
        for run in session.runs:
            self._watch(run)

    @Slot()
    def load(self) -> None:
        """List the journals, and go on following what had not ended."""
        self._session.ops.run(self, lambda: listed(self.folder), self.tell, lane=LANE)

    @Slot()
    def ask(self) -> None:
        """List what the connection has built; asked for where somebody sees it."""
        at = self._session.connection
        builder = self._session.image_builder

        def read() -> tuple[Elsewhere, ...]:
            # A service that has yet to be started for it builds nothing now, and what it built is in the journals.
            return elsewhere(at, builder()) if at.awake else ()

        self._session.ops.run(self, read, self._know, self._complain, lane=ELSEWHERE)

    def open(self, source: Source) -> Followed:
        """The run of a row of the list, read off the GUI thread."""
        match source:
            case Followed():
                return source
            case Entry():
                return self.replay(source.path, source)
            case Elsewhere():
                return self._follow(source)

    def replay(self, path: Path, entry: Entry) -> Followed:
        """The run of a journal."""
        if path in self._replays:
            self._replays[path] = self._replays.pop(path)
        else:
            self._forget_old()
            made = Followed(entry.opened, recorded(path), parent=self)
            self._replays[path] = made
            made.changed.connect(self.read)
            made.begin()
        return self._replays[path]

    def _forget_old(self) -> None:
        while len(self._replays) >= OPEN or sum(each.log.size for each in self._replays.values()) > OPEN_LOGS:
            old = self._replays.pop(next(iter(self._replays)))
            old.stop()
            old.deleteLater()

    def past(self, of: RunOpened, done: "Callable[[tuple[Chart, ...]], None]") -> None:
        """Tell `done` the charts of the builds before one, of its pipeline and connection; at once where they are
        known, else when they are read."""
        known = self._pasts.get(of)
        if known is not None:
            done(known)
            return
        entries = self.entries

        def read() -> "tuple[Chart, ...]":
            from core.build.past import past

            return past(entries, of)

        def know(found: "tuple[Chart, ...]") -> None:
            while len(self._pasts) >= OPEN:
                self._pasts.pop(next(iter(self._pasts)))
            self._pasts[of] = found
            done(found)

        self._session.ops.run(self, read, know, lane=LANE)

    def progress(self) -> float | None:
        """How far the newest running build is, measured by how long its pipeline usually takes; None where none runs or
        nothing is known."""
        for run in self._session.running:
            row = row_of(run)
            usual = self.told.usual.get((row.connection, row.pipeline))
            if usual and run.run.start:
                return (run.clock() - run.run.start).total_seconds() / usual
        return None

    def follow_again(self, run: Followed, at: Connection | None = None) -> None:
        """Take up following that broke off, from where its journal ends."""
        connection = at or run.at
        if connection is not None:
            known = run if run in self._session.runs else None
            self._session.follow(on(connection, run.opened, self.folder), instead_of=known)

    @Slot()
    def signed_in(self) -> None:
        """There are credentials again: what was refused is asked for anew."""
        at = self._session.connection
        if at.time_left is None or at.time_left > timedelta(0):
            self._retry_those((Denied,))

    def close(self) -> None:
        self._again.stop()
        for replay in self._replays.values():
            replay.stop()

    @Slot()
    def _connect(self) -> None:
        self._elsewhere = ()
        self._pause = AGAIN_S
        self.trouble = None
        self._tell()
        self._go_on()
        self._retry_those((Denied, Unreachable, Throttled))

    def tell(self, found: Listed) -> None:
        """These are the journals now."""
        self.entries, self._journals = found.entries, found.told
        self._pasts.clear()
        self._tell()
        self._go_on()
        if self.entries:
            # Whoever has builds looks at one of them, and what draws it takes a fifth of a second to import.
            self._session.ops.run(self, timeline.load, lambda _: None, lane=LANE, quiet=True)

    def _know(self, found: tuple[Elsewhere, ...]) -> None:
        self._elsewhere = tuple(each for each in found if each.connection == self._session.connection.name)
        self.trouble = None
        self._tell()

    def _complain(self, error: BakehouseError) -> None:
        self.trouble = error
        self.changed.emit()

    def _tell(self) -> None:
        """With what the connection tells besides."""
        keys = {row.key for row in self._journals.rows}
        if any((each.connection, each.image.arn) not in keys for each in self._elsewhere):
            self.told = Told.of(self.entries, self._elsewhere)
        else:
            self.told = self._journals
        self.changed.emit()

    def _go_on(self) -> None:
        at = self._session.connection
        known = self._followed()
        unfinished = Listed(self.entries).unfinished(at.name, datetime.now(UTC))
        for entry in reversed([each for each in unfinished if key_of(each.opened) not in known]):
            self._session.follow(on(at, entry.opened, self.folder))

    def _followed(self) -> dict[Key, Followed]:
        return {key_of(run.opened): run for run in self._session.runs}

    def _follow(self, source: Elsewhere) -> Followed:
        known = self._followed().get(key_of(source.opened))
        if known is None:
            known = on(self._session.connection, source.opened, self.folder)
            self._session.follow(known)
        return known

    @Slot(object)
    def _watch(self, run: Followed) -> None:
        run.ended.connect(self._broke_off)

    @Slot(object)
    def _broke_off(self, error: object) -> None:
        if error is None:
            self._pause = AGAIN_S
            self.load()  # what it took is what is usual for the next
        elif isinstance(error, Unreachable | Throttled) and not self._again.isActive():
            self._again.start(self._pause * 1000)
            self._pause = min(2 * self._pause, LONGEST_S)

    @Slot()
    def again_now(self) -> None:
        """Ask for the builds again whose connection was lost."""
        self._retry_those((Unreachable, Throttled))

    def _retry_those(self, errors: tuple[type[BakehouseError], ...]) -> None:
        at = self._session.connection
        for run in tuple(self._session.runs):
            broke_off = run.over and isinstance(run.error, errors) and not run.run.status.terminal
            if broke_off and run.opened.connection == at.name:
                self.follow_again(run, at)


def elsewhere(at: Connection, builder: "ImageBuilder") -> tuple[Elsewhere, ...]:
    """What the connection has built, and which of it waits, as far as whoever asks may know that."""
    builds = builder.own_builds()
    try:
        waiting = builder.waiting_builds() if any(not each.state.status.terminal for each in builds) else frozenset()
    except (Denied, Unsupported):
        waiting = frozenset()
    return tuple(Elsewhere(at.name, at.region, image, image.arn in waiting, at.kind) for image in builds)


def listed(folder: Path) -> Listed:
    """The newest journals of a folder; what is no journal of ours is passed over, its path says what it is."""
    entries = tuple(islice(_entries(journal.listing(folder)), MOST))
    return Listed(entries, Told.of(entries))


def _entries(paths: Iterable[Path]) -> Iterable[Entry]:
    for path in paths:
        try:
            found = journal.entry(path)
        except (Invalid, NotFound):
            continue
        if found is not None:
            yield found
