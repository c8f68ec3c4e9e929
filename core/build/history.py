"""Earlier runs of the same recipe, out of the journals of this machine: what *usual* is measured by."""

from pathlib import Path
from typing import Final

from core.build import journal
from core.build.bars import Chart
from core.build.chart import chart
from core.build.events import RunOpened
from core.build.run import replay
from core.errors import BakehouseError

RUNS: Final = 20
"""More runs say nothing more, and older ones less."""


def earlier(folder: Path, opened: RunOpened, *, runs: int = RUNS) -> tuple[Chart, ...]:
    """Charts of the newest runs of a recipe that began before this one on the same connection and have ended, newest
    first. Journals that can't be read are passed over: they say so where runs are listed."""
    found: list[Chart] = []
    for path in sorted(folder.glob(f"*-{journal.image_name(opened)}-*.jsonl"), reverse=True):
        if len(found) < runs and path.name < journal.file_name(opened):
            found += _ended(path, opened)
    return tuple(found)


def _ended(path: Path, opened: RunOpened) -> list[Chart]:
    try:
        entry = journal.entry(path)
        if entry is None or entry.ended is None or not _alike(entry.opened, opened):
            return []
        return [chart(replay(journal.events(path, log=False)), entry.ended)]
    except BakehouseError:
        return []


def _alike(one: RunOpened, other: RunOpened) -> bool:
    """An imported run has a connection of its own."""
    return (one.connection, journal.image_name(one)) == (other.connection, journal.image_name(other))
