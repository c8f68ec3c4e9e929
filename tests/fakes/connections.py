"""Connections that are played: who one is there, how long, what goes wrong, is set by the test."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, get_ident
from typing import TYPE_CHECKING, Any

from core.aws.connection import LOCAL, Capability, Connection, Identity, Kind
from core.aws.machines import Difference, Health, Machines, Removed
from core.aws.stored import StoredConnection
from core.build.watch import LOCAL as PACE
from core.build.watch import Pace
from core.errors import BakehouseError, Unsupported

if TYPE_CHECKING:
    import boto3

    from core.aws.imagebuilder import ImageBuilder
    from core.aws.lookups import Lookups

WHO = Identity("111122223333", "arn:aws:sts::111122223333:assumed-role/ImageBuilder/mira", "AROA:mira")


@dataclass(eq=False)
class FakeConnection:
    """A Connection that answers at once; it notes in which threads it was called, and how often it signed in."""

    name: str
    kind: Kind = "aws"
    region: str = "eu-central-1"
    partition: str = "aws"
    production: bool = False
    who: Identity = WHO
    lasts: timedelta | None = None
    error: BakehouseError | None = None
    waits_for: Event | None = None
    signed_in: int = 0
    threads: set[int] = field(default_factory=set)
    capabilities: frozenset[Capability] = frozenset()
    instance_profile: str = ""
    pace: Pace = PACE
    awake: bool = True

    @property
    def account(self) -> str:
        return self.identity.account

    @property
    def identity(self) -> Identity:
        self._asked()
        return self.who

    @property
    def expires_at(self) -> datetime | None:
        return None if self.lasts is None else datetime.now(UTC) + self.lasts

    @property
    def time_left(self) -> timedelta | None:
        return self.lasts

    def sign_in(self) -> None:
        self._asked()
        self.signed_in += 1
        if self.lasts is not None:
            self.lasts = timedelta(hours=8)

    def cancel_sign_in(self) -> None:
        """Nobody waits here."""

    def renew(self) -> None:
        """It is where it was."""

    def session(self) -> "boto3.Session":
        raise Unsupported("A played connection has no session.")

    def client(self, service: str) -> Any:
        raise Unsupported(f"A played connection has no client of {service}.")

    def image_builder(self) -> "ImageBuilder":
        raise Unsupported("A played connection has no Image Builder.")

    def machines(self) -> Machines:
        raise Unsupported("The local Image Builder does not run here.", hint="Start it.")

    def lookups(self) -> "Lookups":
        raise Unsupported("A played connection has no look-ups.")

    def _asked(self) -> None:
        self.threads.add(get_ident())
        if self.waits_for is not None:
            self.waits_for.wait()
        if self.error is not None:
            raise self.error


@dataclass(eq=False)
class PlayedOpening:
    """Opens a FakeConnection for what is stored: the one prepared under its name, or a plain one."""

    prepared: dict[str, FakeConnection] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)

    def open(self, stored: StoredConnection) -> Connection:
        self.opened.append(stored.name)
        made = self.prepared.setdefault(stored.name, FakeConnection(stored.name))
        made.production = stored.production
        made.region = stored.region or made.region
        return made

    def marked(self, before: Connection, stored: StoredConnection) -> Connection:
        assert isinstance(before, FakeConnection)
        before.production = stored.production
        return before


def local() -> FakeConnection:
    return FakeConnection(LOCAL, "local")


REASON = "This machine offers no KVM, so machines are emulated: builds take about twice as long."
HEALTH = Health(
    version="0.1.0",
    pid=4711,
    account="123456789012",
    acceleration="tcg",
    acceleration_reason=REASON,
    home="/home/mira/.local/share/bakehouse/local",
    disk={"bases": 812_345_678, "images": 4_321_000_000, "runs": 0},
    running=0,
    secrets="keyring",
)


@dataclass(eq=False)
class PlayedService:
    """The local service, played; `error` is raised by the next call that changes something."""

    running: Health | None = None
    offered: bool = True
    error: BakehouseError | None = None
    unused: tuple[Removed, ...] = ()
    table: tuple[Difference, ...] = ()
    pruned: int = 0

    def health(self) -> Health | None:
        return self.running

    def start(self) -> Health:
        self._fail()
        self.running = self.running or HEALTH
        return self.running

    def stop(self) -> bool:
        self._fail()
        ran, self.running = self.running is not None, None
        return ran

    def prune(self, *, dry_run: bool) -> Sequence[Removed]:
        self._fail()
        if not dry_run:
            self.pruned += 1
        return self.unused

    def differences(self) -> Sequence[Difference]:
        self._fail()
        return self.table

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
