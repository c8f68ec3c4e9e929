"""The connections there are, each opened at most once, and how each stands; shared by the page and the top bar.

Nothing here asks AWS by itself: showing five accounts must not open five browser pages. What is stored is read and
written off the GUI thread in one lane, because the keyring may ask the user to unlock it; what is asked of a
connection runs in that connection's lane.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal, Protocol

from PySide6.QtCore import QObject, Signal

from core.aws.asking import Asker
from core.aws.book import FILE_NAME, Book
from core.aws.connection import LOCAL, Connection, LocalConnection, Opener
from core.aws.local_service import LocalService, LocalServiceOfUser
from core.aws.shared_profiles import SharedProfile, shared_profiles
from core.aws.stored import KeySecret, Profile, StoredConnection
from core.errors import BakehouseError
from core.secrets import Kind as ShelfKind
from core.secrets import UserSecrets
from gui.connections.standing import Standing, State
from gui.ops import Cancel
from gui.session import Session, lane_of

if TYPE_CHECKING:  # it loads botocore, which the window must not wait for
    from core.aws.machines import Health

LANE: Final = "connections"
Failed = Callable[[BakehouseError], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list; `stored` None for Local. `profile` has what is known of a profile not stored yet."""

    name: str
    kind: Literal["local", "stored", "profile"]
    stored: StoredConnection | None = None
    profile: SharedProfile | None = None
    for_session: bool = False

    @property
    def region(self) -> str:
        named = self.stored.region if self.stored is not None else ""
        return named or (self.profile.region if self.profile is not None else "")

    @property
    def production(self) -> bool:
        return self.stored is not None and self.stored.production


@dataclass(frozen=True, slots=True)
class Read:
    """What one look at the file, the keyring and the AWS configuration found."""

    stored: tuple[StoredConnection, ...] = ()
    for_session: frozenset[str] = frozenset()
    profiles: tuple[SharedProfile, ...] = ()
    shelf: ShelfKind = "keyring"
    faults: tuple[BakehouseError, ...] = ()


class Opening(Protocol):
    """Makes connections of what is stored (`core.aws.connection.Opener`)."""

    def open(self, stored: StoredConnection) -> Connection: ...

    def marked(self, before: Connection, stored: StoredConnection) -> Connection:
        """The same connection, signed in as it is, marked production or not as `stored` says."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the roster has everything from; tests give their own."""

    book: Book
    local: Connection
    service: LocalService
    opening: Opening
    profiles: Callable[[], Sequence[SharedProfile]]

    @classmethod
    def of_user(cls, local: LocalConnection, asker: Asker, config: Path) -> "Sources":
        """This user's own, with what is stored in the folder `config`. `local` is the connection that the session has
        while Local is in use."""
        book = Book(config / FILE_NAME, UserSecrets())
        return cls(book, local, LocalServiceOfUser(local), Opener(book, asker), shared_profiles)


class Roster(QObject):
    """Signals: `changed` — entries, or how one of them stands; `failed` — a BakehouseError of a request that has no
    place of its own."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, sources: Sources, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.sources = sources
        self.read = Read()
        self.health: Health | None = None
        self.entries: tuple[Entry, ...] = (Entry(LOCAL, "local"),)
        self._standings: dict[str, Standing] = {}
        self._live: dict[str, Connection] = {}
        self._lock = Lock()
        self._choosing: Cancel | None = None
        self._asking: dict[str, Cancel] = {}

    # What there is

    def entry(self, name: str) -> Entry | None:
        return next((each for each in self.entries if each.name == name), None)

    def standing(self, name: str) -> Standing:
        return self._standings.get(name, Standing())

    def left(self, name: str) -> timedelta | None:
        """Of the sign-in; None for never, or not known."""
        live = self._live.get(name)
        return None if live is None else live.time_left

    def place(self, entry: Entry) -> str:
        """The region's code; empty where only signing in tells."""
        live = self._live.get(entry.name)
        known = live is not None and (entry.kind == "local" or self.standing(entry.name).identity is not None)
        if live is not None and known:
            return live.region
        return self.sources.local.region if entry.kind == "local" else entry.region

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Look again at what is stored, and at the local service."""

        def take(read: Read) -> None:
            self._take(read)
            if then is not None:
                then()

        self.session.ops.run(self, lambda: _look(self.sources), take, self.failed.emit, lane=LANE)
        self.look_at_local()

    # What is asked of a connection

    def use(self, entry: Entry, failed: Failed, *, ask: bool = True) -> None:
        """Make it the session's, and find out who we are there; not with `ask` False, as when the app starts: nothing
        should open a browser page before the user does something."""

        def opened() -> Connection:
            connection = self.connection(entry)
            _ = connection.region  # of a profile: read from the configuration, which the GUI thread must not wait for
            return connection

        def connect(connection: Connection) -> None:
            self.session.connect_to(connection)
            self.changed.emit()
            if ask and entry.kind != "local":
                self.ask(entry)

        if self._choosing is not None:
            self._choosing.set()  # the last one that is chosen counts, not the one that is opened last
        self._choosing = self.session.ops.run(self, opened, connect, failed, lane=lane_of(entry.name))

    def ask(self, entry: Entry, *, anew: bool = False) -> None:
        """Find out who we are there; `anew` with new credentials, because the user asks for them."""

        def asked() -> Standing:
            try:
                connection = self.connection(entry)
                if anew:
                    connection.sign_in()
                _ = connection.region
                return Standing(State.READY, connection.identity)
            except BakehouseError as error:
                return Standing.of_error(error)

        self._stand(entry.name, Standing(State.ASKING, self.standing(entry.name).identity))
        self._asking[entry.name] = self.session.ops.run(
            self, asked, lambda found: self._stand(entry.name, found), lane=lane_of(entry.name)
        )

    def connection(self, entry: Entry) -> Connection:
        """The connection itself, opened when it isn't yet. From any thread but the GUI's."""
        if entry.stored is None:
            return self.sources.local
        with self._lock:
            if entry.name not in self._live:
                now = self.entry(entry.name)  # it may have been marked or edited while this waited for its turn
                stored = (now and now.stored) or entry.stored
                self._live[entry.name] = self.sources.opening.open(stored)
            return self._live[entry.name]

    def marked_now(self, at: Connection) -> Connection:
        """A connection that was opened some time ago, with the mark of production that its name has now."""
        entry = self.entry(at.name)
        if entry is None or entry.stored is None or entry.production == at.production:
            return at
        return self.sources.opening.marked(at, entry.stored)

    # What is stored

    def save(
        self,
        stored: StoredConnection,
        secret: KeySecret | None,
        done: Callable[[], None],
        failed: Failed,
        *,
        for_session: bool,
        old: Entry | None,
    ) -> None:
        """Add it, or put it in place of `old`, whose name it has."""
        keep = self.sources.book.add if old is None else self.sources.book.replace
        self._write(lambda: keep(stored, secret, for_session=for_session), stored.name, done, failed)

    def rename(self, entry: Entry, new: str, done: Callable[[str], None], failed: Failed) -> None:
        in_use = self.session.connection.name == entry.name

        def renamed(read: tuple[StoredConnection, Read]) -> None:
            stored, found = read
            self._forget(entry.name)
            self._take(found)
            if in_use and (now := self.entry(stored.name)) is not None:
                self.use(now, failed)
            done(stored.name)

        def work() -> tuple[StoredConnection, Read]:
            return self.sources.book.rename(entry.name, new), _look(self.sources)

        self.session.ops.run(self, work, renamed, failed, lane=LANE)

    def remove(self, entry: Entry, done: Callable[[], None], failed: Failed) -> None:
        """Local takes its place where it is in use."""
        self._write(lambda: self.sources.book.remove(entry.name), entry.name, done, failed)

    def mark(self, entry: Entry, production: bool, failed: Failed) -> None:
        """Signed in as it is."""
        if entry.stored is None:
            return
        stored = entry.stored.model_copy(update={"production": production})

        def work() -> Read:
            self.sources.book.replace(stored)
            return _look(self.sources)

        def marked(read: Read) -> None:
            self._take(read)
            with self._lock:  # whoever opens it from now on finds it marked
                live = self._live.get(entry.name)
                if live is not None:
                    live = self._live[entry.name] = self.sources.opening.marked(live, stored)
            if live is not None and self.session.connection.name == entry.name:
                self.session.connect_to(live)

        self.session.ops.run(self, work, marked, failed, lane=LANE)

    # The local service

    def look_at_local(self) -> None:
        self._serve(self.sources.service.health, None)

    def start_local(self) -> None:
        self._serve(self.sources.service.start, State.STARTING)

    def stop_local(self) -> None:
        def stop() -> None:
            self.sources.service.stop()

        self._serve(stop, State.STOPPING)

    def _serve(self, work: "Callable[[], Health | None]", meanwhile: State | None) -> None:
        if meanwhile is not None:
            self._stand(LOCAL, Standing(meanwhile))

        def served() -> "tuple[Health | None, Standing]":
            try:
                health = work()
            except BakehouseError as error:
                return None, Standing.of_error(error)
            return health, Standing(State.STOPPED if health is None else State.RUNNING)

        def tell(found: "tuple[Health | None, Standing]") -> None:
            self.health, standing = found
            self._stand(LOCAL, standing)

        self.session.ops.run(self, served, tell, lane=lane_of(LOCAL))

    # Inside

    def _write(self, work: Callable[[], None], name: str, done: Callable[[], None], failed: Failed) -> None:
        in_use = self.session.connection.name == name

        def written() -> Read:
            work()
            return _look(self.sources)

        def taken(read: Read) -> None:
            self._forget(name)
            self._take(read)
            if in_use:
                self.use(self.entry(name) or self.entries[0], failed)
            done()

        self.session.ops.run(self, written, taken, failed, lane=LANE)

    def _take(self, read: Read) -> None:
        self.read = read
        by_name = {each.name: each for each in read.profiles}
        stored = [
            Entry(each.name, "stored", each, _profile_of(each, by_name), each.name in read.for_session)
            for each in read.stored
        ]
        used = {each.name for each in read.stored} | {
            each.source.profile for each in read.stored if isinstance(each.source, Profile) and not each.role_arn
        }
        profiles = [
            Entry(each.name, "profile", _of_profile(each.name), each)
            for each in read.profiles
            if each.name not in used and each.name != LOCAL
        ]
        before = {each.name: each.stored for each in self.entries}
        self.entries = (Entry(LOCAL, "local"), *stored, *profiles)
        for each in self.entries:
            old = before.get(each.name)
            if old is not None and each.stored is not None and not _alike(old, each.stored):
                self._forget(each.name)
        self.changed.emit()

    def _forget(self, name: str) -> None:
        """What is live was opened with what is no longer stored."""
        with self._lock:
            self._live.pop(name, None)
        if name in self._asking:
            self._asking.pop(name).set()  # what is found out yet is of what was
        self._standings.pop(name, None)

    def _stand(self, name: str, standing: Standing) -> None:
        self._standings[name] = standing
        self.changed.emit()


def _look(sources: Sources) -> Read:
    """Whatever of it can be read; what can't is said beside."""
    read, faults = Read(shelf=sources.book.secrets.kind), []
    try:
        stored = sources.book.list()
        kept = frozenset(each.name for each in stored if sources.book.kept_for_session(each.name))
        read = replace(read, stored=stored, for_session=kept)
    except BakehouseError as error:
        faults.append(error)
    try:
        read = replace(read, profiles=tuple(sources.profiles()))
    except BakehouseError as error:
        faults.append(error)
    return replace(read, faults=tuple(faults))


def _alike(old: StoredConnection, new: StoredConnection) -> bool:
    """Whether what was opened with one is good for the other."""
    return old.model_copy(update={"production": new.production}) == new


def _of_profile(name: str) -> StoredConnection:
    # A profile may have a name that a stored connection may not, so nothing is validated here.
    return StoredConnection.model_construct(name=name, source=Profile(profile=name))


def _profile_of(stored: StoredConnection, profiles: dict[str, SharedProfile]) -> SharedProfile | None:
    return profiles.get(stored.source.profile) if isinstance(stored.source, Profile) else None
