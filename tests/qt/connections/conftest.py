"""A connections page on played ends: a book in a folder of the test, a shelf in memory, nothing that leaves it."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.aws.book import Book, checked
from core.aws.shared_profiles import SharedProfile
from core.aws.stored import KeySecret, StoredConnection
from core.secrets import Kind, SecretsUnavailable, SessionSecrets
from gui.actions import Desk
from gui.connections.page import ConnectionsPage
from gui.connections.roster import Roster, Sources
from gui.ops import Ops
from gui.session import Session
from gui.theme.theme import Theme
from tests.fakes.connections import PlayedOpening, PlayedService, local

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEYS = {"kind": "keys", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"}
CENTER = {
    "kind": "identityCenter",
    "startUrl": "https://bakers.awsapps.com/start",
    "ssoRegion": "eu-west-1",
    "accountId": "111122223333",
    "roleName": "ImageBuilder",
}


class Shelf(SessionSecrets):
    """A keyring in memory; `locked`, it refuses."""

    def __init__(self, kind: Kind = "keyring") -> None:
        super().__init__()
        self._kind = kind
        self.locked = False

    @property
    def kind(self) -> Kind:
        return self._kind

    @property
    def names(self) -> set[str]:
        return set(self._kept)

    def get(self, name: str) -> str | None:
        self._open()
        return super().get(name)

    def set(self, name: str, value: str) -> None:
        self._open()
        super().set(name, value)

    def delete(self, name: str) -> None:
        self._open()
        super().delete(name)

    def _open(self) -> None:
        if self.locked:
            raise SecretsUnavailable("The OS keyring can't be written: locked.", hint="Unlock it and try again.")


@dataclass(eq=False)
class Bench:
    """Everything a test of the page has in its hands."""

    book: Book
    shelf: Shelf
    session: Session
    desk: Desk
    opening: PlayedOpening = field(default_factory=PlayedOpening)
    service: PlayedService = field(default_factory=PlayedService)
    profiles: tuple[SharedProfile, ...] = ()

    def keys(self, name: str, **members: object) -> StoredConnection:
        stored = checked(name=name, **{"region": "eu-central-1", "source": KEYS, **members})
        self.book.add(stored, KeySecret(SECRET))
        return stored

    def center(self, name: str, **members: object) -> StoredConnection:
        stored = checked(name=name, **{"region": "eu-central-1", "source": CENTER, **members})
        self.book.add(stored)
        return stored


@pytest.fixture
def bench(ops: Ops, desk: Desk, tmp_path: Path) -> Iterator[Bench]:
    shelf = Shelf()
    session = Session(ops, local())
    yield Bench(Book(tmp_path / "connections.json", shelf), shelf, session, desk)
    session.close()
    session.deleteLater()


@pytest.fixture
def roster(bench: Bench) -> Iterator[Roster]:
    sources = Sources(bench.book, local(), bench.service, bench.opening, lambda: bench.profiles)
    made = Roster(bench.session, sources)
    yield made
    made.deleteLater()


@pytest.fixture
def page(theme: Theme, bench: Bench, roster: Roster, qtbot: QtBot) -> Iterator[Callable[[], ConnectionsPage]]:
    """Opens the page, and waits until it has read what there is."""
    shown: list[ConnectionsPage] = []

    def open_page() -> ConnectionsPage:
        made = ConnectionsPage(theme, bench.desk, bench.session, roster)
        qtbot.addWidget(made)
        made.resize(1100, 700)
        with qtbot.waitSignals([roster.changed, roster.changed]):
            made.show()
        count = 1 + len(bench.book.list())
        qtbot.waitUntil(lambda: len(roster.entries) >= count)
        shown.append(made)
        return made

    yield open_page
    for made in shown:
        made.close()
    gc.collect()
