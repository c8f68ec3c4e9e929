"""Keeping a followed run in its journal, without letting a full disk end the following."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from core.build import journal
from core.build.bundle import Contents, keep
from core.build.events import Event, RunOpened
from core.build.folder import runs_folder
from core.errors import Conflict, HostFault

__all__ = ["Keeper", "runs_folder"]


class Keeper:
    """A context manager that writes events into a journal as long as that goes. `told`: the number of the last event
    that is in it already."""

    def __init__(
        self, writer: journal.Writer | None, told: int = -1, notice: Callable[[str], None] | None = None
    ) -> None:
        self._writer = writer
        self._told = told
        self._notice = notice

    @classmethod
    def create(cls, folder: Path, opened: RunOpened, notice: Callable[[str], None]) -> "Keeper":
        try:
            return cls(journal.create(folder, opened)[0], opened.number, notice)
        except (HostFault, Conflict) as fault:
            notice(f"This run is not kept: {fault.message}")
            return cls(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def keep_contents(self, contents: Contents) -> None:
        """What is known of the run besides its events."""
        if self._writer is None:
            return
        try:
            keep(self._writer.path, contents)
        except HostFault as fault:
            if self._notice:
                self._notice(fault.message)

    def keep(self, event: Event) -> None:
        if self._writer is None or event.number <= self._told:
            return
        try:
            self._writer.append(event)
        except HostFault as fault:
            self._close()
            if self._notice:
                self._notice(f"This run is no longer kept: {fault.message}")

    def _close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
