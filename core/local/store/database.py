"""The SQLite file: opened, migrated, and entered only through transactions.

Write-ahead logging keeps readers and the one writer out of each other's way; `synchronous=NORMAL` survives any death of
the process (a power cut may cost the last commits, never the file). Writers take the write lock when they begin, so
none finds out at its commit that it read what has changed meanwhile.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from core.errors import HostFault

REVISIONS = ("0001",)
"""The schema's history, oldest first; the last one is what this code reads and writes."""

_BUSY_MILLISECONDS = 10_000


class Database:
    """An open store. Thread-safe; transactions are not nested."""

    def __init__(self, path: Path) -> None:
        """Open `path`, made if absent, and bring its schema up to date.

        Raises HostFault when the file is no database of ours, comes from a newer Bakehouse, or can't be written.
        """
        self._path = path
        self._writing = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._engine = _engine(path)
            self._migrate()
        except (DatabaseError, OSError) as error:
            raise HostFault(
                f"The store of the local Image Builder, {path}, can't be opened: {_cause(error)}",
                hint="Free disk space or fix the folder's permissions; a damaged store can be moved away.",
            ) from error
        path.chmod(0o600)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A snapshot of what was committed when it began. Raises HostFault when the file can't be read."""
        with self._faults(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed whole when the block ends, rolled back when it raises.

        Raises HostFault when it can't be written, as on a full disk; nothing of it is kept then.
        """
        with (
            self._faults(),
            self._writing,
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise HostFault(
                f"The store of the local Image Builder, {self._path}, can't be used: {_cause(error)}.",
                hint="Free disk space (`bakehouse service prune` shows what can go) or fix the folder's permissions.",
            ) from error

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _migrate(self) -> None:
        with self.writing() as connection:
            current = _revision(connection)
            if current == REVISIONS[-1]:
                return
            if current is not None and current not in REVISIONS:
                raise HostFault(
                    f"The store {self._path} was written by a newer Bakehouse (schema {current}, "
                    f"this one knows up to {REVISIONS[-1]}).",
                    hint="Update Bakehouse, or set BAKEHOUSE_HOME to another folder.",
                )
            _upgrade(connection)


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=12,
        connect_args={"check_same_thread": False, "timeout": _BUSY_MILLISECONDS / 1000},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if revision is None else str(revision)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, REVISIONS[-1])


def _cause(error: Exception) -> str:
    return str(error.orig) if isinstance(error, DatabaseError) else str(error)
