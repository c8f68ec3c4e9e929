"""``bakehouse runs``: what was followed from this machine, out as a file, in from one, and away."""

import platform
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from core.aws.connection import Connection
from core.build import journal
from core.build.bundle import SUFFIX, Contents, export, import_run, kept
from core.build.folder import runs_folder
from core.build.pruning import Plan, carry_out, plan
from core.cli import choice
from core.cli.text import counted, harmless, one_line, size
from core.errors import BakehouseError, Conflict, NotFound
from core.publish.prepared import Reading
from core.recipe.recipe_documents import documents_of

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A journal; what can't be read says why in `status`, and has no ARN."""

    arn: str
    connection: str
    status: str
    begun: str
    size: int
    path: Path


@dataclass(frozen=True, slots=True)
class Exported:
    path: Path
    size: int

    @property
    def size_text(self) -> str:
        return size(self.size)


def contents(reading: Reading, at: Connection) -> Contents:
    """What a bake knows of its run besides events: the recipe as it was written, and what ran it."""
    texts = {reading.file.name: reading.text}
    for path in documents_of(reading.recipe):
        texts[posixpath.normpath(path)] = reading.folder.read(path)
    return Contents(
        recipe_file=reading.file.name,
        recipe=texts,
        environment={
            "Bakehouse": version("bakehouse"),
            "Computer": platform.platform(),
            "Connection": at.name,
            "Region": at.region,
        },
    )


def listed() -> tuple[ListedRun, ...]:
    return tuple(_listed(path) for path in journal.listing(runs_folder()))


def text(found: Sequence[ListedRun]) -> Iterable[str]:
    if not found:
        yield "No runs here yet: bakehouse bake FILE makes one."
    for each in found:
        yield f"{each.begun or '-'}  {one_line(each.status)}  {one_line(each.connection) or '-'}  {size(each.size)}"
        if each.arn:
            yield f"  {harmless(each.arn)}"
        yield f"  {harmless(str(each.path))}"


def exported(run: str, file: Path, connection: str) -> Exported:
    """Write a run, given by its ARN or its journal, to a file that does not exist yet."""
    target = file if file.suffix else file.with_suffix(SUFFIX)
    if target.exists():
        raise Conflict(f"{target} exists already.", hint="Choose another name, or move it away first.")
    path = _journal(run, connection)
    export(target, path, kept(path))
    return Exported(target.absolute(), target.stat().st_size)


def imported(file: Path) -> ListedRun:
    return _listed(import_run(file, runs_folder()))


def pruned(days: int, mebibytes: int, *, dry_run: bool) -> Plan:
    """What goes, and unless it is only asked for, it is gone then."""
    age, room = timedelta(days=days), mebibytes * MEBIBYTE
    planned = plan(runs_folder(), datetime.now(UTC), older_than=age, at_most=room)
    if not dry_run:
        carry_out(planned)
    return planned


def prune_text(planned: Plan, *, dry_run: bool) -> Iterable[str]:
    for each in planned.remove:
        yield f"{each.last:%Y-%m-%d}  {harmless(each.path.name)}  {size(each.size)}  {each.reason}"
    for path, why in planned.protected:
        yield f"stays       {harmless(path.name)}: {harmless(why)}"
    verb = "would be freed" if dry_run else "freed"
    left = f"{counted(planned.kept, 'run')} with {size(planned.kept_size)} left"
    yield f"{counted(len(planned.remove), 'run')}, {size(planned.freed)} {verb}; {left}"


def _listed(path: Path) -> ListedRun:
    try:
        entry = journal.entry(path)
    except BakehouseError as error:
        return ListedRun("", "", error.message, "", path.stat().st_size, path)
    if entry is None:
        return ListedRun("", "", "never begun", "", path.stat().st_size, path)
    begun = entry.opened.at.isoformat(timespec="seconds")
    return ListedRun(entry.opened.image_arn, entry.opened.connection, entry.status.value, begun, entry.size, path)


def _journal(run: str, connection: str) -> Path:
    if not run.startswith("arn:"):
        return Path(run)
    arn = str(choice.image_arn(run))
    found = journal.find(runs_folder(), connection, arn)
    if found is None:
        raise NotFound(
            f"{arn} was not followed from this machine on {connection}.",
            hint="bakehouse runs list shows what was; bakehouse watch follows a build.",
        )
    return found
