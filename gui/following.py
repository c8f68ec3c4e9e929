"""A build that the app follows: its events folded into a Run, its log's tail, its journal.

The thread that polls hands events through a bridge; folding happens in the GUI thread, in batches, so what views see
is one Run that nobody else changes. Leaving the app stops the following and not the build: the next start takes the
journal up where it ends.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from core.aws.connection import Connection
from core.build import journal
from core.build.events import Event, LogRead, RunOpened
from core.build.keeping import Keeper
from core.build.run import Run, fold
from core.build.watch import watch
from core.errors import BakehouseError, Conflict, HostFault
from gui.bridge import Bridge
from gui.threads import PATIENCE

TAIL: Final = 5000
"""Lines of the log that are kept for showing; all of it is in the journal."""

Source = Callable[[Callable[[float], object]], Iterator[object]]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class NotKept:
    """The build is followed and its journal can't be written: `message` says why."""

    message: str


def now() -> datetime:
    return datetime.now(UTC)


class Followed(QObject):
    """Signals: `changed` — the run is another; `lines` — a list of new log lines; `ended` — None or the BakehouseError
    that ended the following; `bug` — the text of a traceback.

    `at` is the connection it is asked of; None for one that is only told from its journal. `clock` says what time it is
    for the build, which is another time for one that is played again. `unkept` says why its journal is not written.
    """

    changed = Signal()
    lines = Signal(list)
    ended = Signal(object)
    bug = Signal(str)

    def __init__(
        self,
        opened: RunOpened,
        source: Source,
        at: Connection | None = None,
        parent: QObject | None = None,
        clock: Clock = now,
    ) -> None:
        super().__init__(parent)
        self.opened = opened
        self.at = at
        self.clock = clock
        self.unkept = ""
        self.run = Run()
        self.tail: deque[str] = deque(maxlen=TAIL)
        self.over = False
        self.error: BakehouseError | None = None
        self._bridge = Bridge(self)
        self._bridge.batch.connect(self._take)
        self._bridge.ended.connect(self._end)
        self._bridge.bug.connect(self.bug)
        self._source = source

    @property
    def arn(self) -> str:
        return self.opened.image_arn

    @property
    def running(self) -> bool:
        return not self.over and not self.run.status.terminal

    def begin(self) -> None:
        self._bridge.follow(self._source)

    def cease(self) -> None:
        """Ask for no more news; `stop` waits for the thread that asks."""
        self._bridge.cease()

    def stop(self, patience: float = PATIENCE) -> None:
        """Follow no longer; the build goes on."""
        self._bridge.stop(patience)

    @Slot(list)
    def _take(self, events: list[Event | NotKept]) -> None:
        run = self.run
        fresh: list[str] = []
        for event in events:
            if isinstance(event, NotKept):
                self.unkept = event.message
                continue
            run = fold(run, event)
            if isinstance(event, LogRead):
                fresh += [one.message for one in event.events]
        self.run = run
        if fresh:
            self.tail.extend(fresh)
            self.lines.emit(fresh)
        self.changed.emit()

    @Slot(object)
    def _end(self, error: object) -> None:
        self.over = True
        self.error = error if isinstance(error, BakehouseError) else None
        self.changed.emit()
        self.ended.emit(error)


def followed(at: Connection, opened: RunOpened, folder: Path) -> Source:
    """What tells of a build on a connection: its journal first, as far as there is one, then news, kept in it."""

    def source(sleep: Callable[[float], object]) -> Iterator[object]:
        builder = at.image_builder()
        notes: list[str] = []
        try:
            writer, run = journal.follow(folder, opened)
        except (Conflict, HostFault) as fault:
            # Another process follows it and writes, or the disk takes nothing: this one only looks.
            if isinstance(fault, HostFault):
                yield NotKept(fault.message)
            yield opened
            yield from watch(builder, fold(Run(), opened), pace=at.pace, sleep=sleep)
            return
        with Keeper(writer, told=run.number, notice=notes.append) as keeper:
            told = journal.events(writer.path)
            for event in chain(told, watch(builder, run, pace=at.pace, sleep=sleep)):
                keeper.keep(event)
                yield event
                if notes:
                    yield NotKept(notes.pop())

    return source


def on(at: Connection, opened: RunOpened, folder: Path) -> Followed:
    """A build to be followed on a connection, its journal in `folder`."""
    return Followed(opened, followed(at, opened, folder), at)


def recorded(path: Path) -> Source:
    """A run as its journal tells it, without asking anybody."""

    def source(_sleep: Callable[[float], object]) -> Iterator[object]:
        yield from journal.events(path)

    return source
