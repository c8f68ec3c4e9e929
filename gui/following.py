"""A build that the app follows: its events folded into a Run, its log, its journal.

The thread that polls takes the log's text into memory and hands events through a bridge; folding happens in the GUI
thread, in batches, so what views see is one Run that nobody else changes. Leaving the app stops the following and not
the build: the next start takes the journal up where it ends.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.aws.connection import Connection
from core.build import journal
from core.build.events import Event, LogRead, LogText, RunOpened
from core.build.keeping import Keeper
from core.build.lines import Lines
from core.build.run import Run, fold, replay
from core.build.watch import watch
from core.errors import BakehouseError, Conflict, HostFault
from gui.bridge import Bridge
from gui.threads import PATIENCE

Source = Callable[[Callable[[float], object]], Iterator[object]]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class NotKept:
    """The build is followed and its journal can't be written: `message` says why."""

    message: str


def now() -> datetime:
    return datetime.now(UTC)


class Followed(QObject):
    """Signals: `changed` — the run is another; `grew` — `log` has more lines; `ended` — None or the BakehouseError that
    ended the following; `bug` — the text of a traceback.

    `at` is the connection it is asked of; None for one that is only told from its journal. `clock` says what time it is
    for the build, which is another time for one that is played again. `unkept` says why its journal is not written.
    """

    changed = Signal()
    grew = Signal()
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
        self.log = Lines()
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
        self._bridge.follow(self._told)

    def cease(self) -> None:
        """Ask for no more news; `stop` waits for the thread that asks."""
        self._bridge.cease()

    def stop(self, patience: float = PATIENCE) -> None:
        """Follow no longer; the build goes on."""
        self._bridge.stop(patience)

    def _told(self, sleep: Callable[[float], object]) -> Iterator[object]:
        """What the source tells but for the log's text, which is lines before anybody hears of it."""
        with closing(self._source(sleep)) as events:  # type: ignore[type-var]
            for event in events:
                text = event.text if isinstance(event, LogRead) else event
                if isinstance(text, LogText):
                    self.log.take(text.first, text.messages, text.times)
                if not isinstance(event, LogText):
                    yield event

    @Slot(list)
    def _take(self, events: list[Event | NotKept]) -> None:
        for event in events:
            if isinstance(event, NotKept):
                self.unkept = event.message
        run = replay((event for event in events if not isinstance(event, NotKept)), self.run)
        grown = run.log.events != self.run.log.events
        self.run = run
        if grown:
            self.grew.emit()
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
            told = journal.told(writer.path)
            for event in chain(told, watch(builder, run, pace=at.pace, sleep=sleep)):
                if not isinstance(event, LogText):
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
        yield from journal.told(path)

    return source
