"""The local service as whoever looks after it sees it: whether it runs, how it is, started and stopped.

A build needs none of this, since every call of the local connection starts the service. Asking here never does: a page
that only shows how things are must not change them.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from core.aws.connection import Capability, Connection, LocalConnection
from core.local import endpoint

if TYPE_CHECKING:
    from core.aws.machines import Difference, Health, Machines, Removed

_BASE: Final = re.compile(r"(?P<name>.+)-\d+\.\d+\.\d+-[0-9a-f]{12}")
"""The folder of a base image: its name, its version, a hash of its definition."""
_BLOCK: Final = 512


@dataclass(frozen=True, slots=True)
class BaseImage:
    """A base image that was made on this computer; its size in bytes."""

    name: str
    written_bytes: int
    made: date


def base_images(at: Connection) -> tuple[BaseImage, ...]:
    """The bases of a connection whose images lie on this computer. Their files tell, so nothing has to run."""
    if not isinstance(at, LocalConnection) or Capability.IMAGE_FILES not in at.capabilities:
        return ()
    named = ((folder, _BASE.fullmatch(folder.name)) for folder in sorted(at.home.bases.glob("[!.]*")))
    return tuple(filter(None, (_base(folder / "disk.qcow2", match["name"]) for folder, match in named if match)))


def _base(disk: Path, name: str) -> BaseImage | None:
    try:
        found = disk.stat()
    except OSError:  # it is being made, or was pruned meanwhile
        return None
    return BaseImage(name, found.st_blocks * _BLOCK, datetime.fromtimestamp(found.st_mtime, UTC).date())


def at_hand(at: Connection) -> "Machines | None":
    """The machine calls of a connection whose images lie on this computer, while their service runs; None where there
    are none, or asking would start it."""
    if not isinstance(at, LocalConnection) or Capability.IMAGE_FILES not in at.capabilities:
        return None
    from core.aws.machines import Machines

    found = endpoint.find(at.home)
    return None if found is None else Machines(found, at.region)


class LocalService(Protocol):
    """Every call blocks, and raises errors of `core.errors` only."""

    @property
    def offered(self) -> bool:
        """Whether this computer can run it at all."""
        ...

    def health(self) -> "Health | None":
        """How it is; None when it does not run."""
        ...

    def start(self) -> "Health": ...

    def stop(self) -> bool:
        """Whether it ran. Builds under way end as failed."""
        ...

    def prune(self, *, dry_run: bool) -> "Sequence[Removed]":
        """Remove what nothing uses, or say what that would be. Raises Conflict while a build runs."""
        ...

    def differences(self) -> "Sequence[Difference]":
        """What it does differently from AWS. Starts it: the table is its own."""
        ...


class LocalServiceOfUser:
    """The service that a local connection talks to."""

    def __init__(self, connection: LocalConnection) -> None:
        self._connection = connection

    @property
    def offered(self) -> bool:
        return sys.platform == "linux"

    def health(self) -> "Health | None":
        from core.aws.machines import Machines

        found = endpoint.find(self._connection.home)
        return None if found is None else Machines(found, self._connection.region).health()

    def start(self) -> "Health":
        return self._machines().health()

    def stop(self) -> bool:
        stopped = endpoint.stop(self._connection.home)
        self._connection.renew()
        return stopped

    def prune(self, *, dry_run: bool) -> "Sequence[Removed]":
        return self._machines().prune(dry_run=dry_run)

    def differences(self) -> "Sequence[Difference]":
        return self._machines().differences()

    def _machines(self) -> "Machines":
        """Looked up anew: the service may have been stopped and started by somebody else."""
        self._connection.renew()
        return self._connection.machines()
