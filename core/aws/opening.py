"""Opening stored connections so that they share what one process has once: the sign-in at a portal, the book's secrets.

Opened each by itself, two connections of one portal would open two browser pages, and keys kept for the session would
be unknown to the next one.
"""

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from core.aws.connection import AwsConnection, Connection
from core.aws.stored import StoredConnection

if TYPE_CHECKING:
    from core.aws.asking import Asker
    from core.aws.book import Book
    from core.aws.sign_in import Surroundings


class Opening(Protocol):
    """Makes connections of what is stored; both calls may take a while, and neither asks AWS anything."""

    def open(self, stored: StoredConnection) -> Connection: ...

    def marked(self, before: Connection, stored: StoredConnection) -> Connection:
        """The same connection, signed in as it is, marked production or not as `stored` says."""
        ...


class OpeningOfUser:
    """Opens connections to AWS with the secrets of `book`; `asker` is asked where signing in needs a person."""

    def __init__(self, book: "Book", asker: "Asker") -> None:
        self._book = book
        self._asker = asker
        self._lock = Lock()

    def open(self, stored: StoredConnection) -> Connection:
        with self._lock:
            return AwsConnection(stored, self._around)

    def marked(self, before: Connection, stored: StoredConnection) -> Connection:
        return before.marked(stored) if isinstance(before, AwsConnection) else self.open(stored)

    @cached_property
    def _around(self) -> "Surroundings":
        from core.aws.sign_in import surroundings

        return surroundings(self._book, self._asker)
