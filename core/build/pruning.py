"""Removing old runs from this machine: first what would go and why, then that.

A journal that is being written never goes, nor does a run that has not ended as long as it may be followed on, nor one
that can't be read, since a newer Bakehouse may be able to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from core.build import journal
from core.build.bundle import contents_path
from core.build.events import RunOpened
from core.errors import BakehouseError, HostFault

FOLLOWED_ON: Final = timedelta(days=14)
"""For so long a run without an end may be taken up again: the longest wait for an action takes seven days."""


class Reason(StrEnum):
    OLD = "older than asked for"
    SPACE = "to get below the size asked for"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A journal that would go. `opened` is None for one that was never begun; `size` in bytes, with what is beside it;
    `last` when it was last written."""

    path: Path
    opened: RunOpened | None
    size: int
    last: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go, the oldest first, and how much stays: `kept` runs of `kept_size` bytes. `protected` are those of
    them that would go but for the reason beside them."""

    remove: tuple[Candidate, ...]
    kept: int
    kept_size: int
    protected: tuple[tuple[Path, str], ...]

    @property
    def freed(self) -> int:
        return sum(each.size for each in self.remove)


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    opened: RunOpened | None
    size: int
    last: datetime
    shield: str


def plan(folder: Path, now: datetime, *, older_than: timedelta | None = None, at_most: int | None = None) -> Plan:
    """What would be removed: runs last written longer ago than `older_than`, then the oldest until all others together
    have no more than `at_most` bytes."""
    found = sorted(_found(folder, now), key=lambda each: each.last)
    total = sum(each.size for each in found)
    remove: list[Candidate] = []
    protected: list[tuple[Path, str]] = []
    for each in found:
        if older_than is not None and now - each.last > older_than:
            reason = Reason.OLD
        elif at_most is not None and total > at_most:
            reason = Reason.SPACE
        else:
            continue
        if each.shield:
            protected.append((each.path, each.shield))
            continue
        remove.append(Candidate(each.path, each.opened, each.size, each.last, reason))
        total -= each.size
    return Plan(tuple(remove), len(found) - len(remove), total, tuple(protected))


def carry_out(planned: Plan) -> tuple[Path, ...]:
    """Remove what the plan says, and give what is gone. What somebody began to write since stays."""
    return tuple(each.path for each in planned.remove if _removed(each.path))


def _removed(path: Path) -> bool:
    try:
        gone = journal.remove(path)
        if gone:
            contents_path(path).unlink(missing_ok=True)
    except OSError as error:
        raise HostFault(
            f"{path} could not be removed: {error.strerror or error}.", hint="Check the permissions of its folder."
        ) from error
    return gone


def _found(folder: Path, now: datetime) -> Iterator[_Found]:
    for path in journal.listing(folder):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        last = datetime.fromtimestamp(status.st_mtime, UTC)
        opened: RunOpened | None = None
        ended = False
        try:
            entry = journal.entry(path)
        except BakehouseError as error:
            shield = error.message
        else:
            opened, ended = (entry.opened, entry.ended is not None) if entry else (None, False)
            shield = _shield(path, ended=ended, age=now - last)
        yield _Found(path, opened, status.st_size + _size(contents_path(path)), last, shield)


def _shield(path: Path, *, ended: bool, age: timedelta) -> str:
    if journal.is_written(path):
        return "it is being written"
    if not ended and age <= FOLLOWED_ON:
        return "it has not ended and may be followed on"
    return ""


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
