"""What is kept of a run besides its journal: the recipe it was baked from, its packages, its size, where it was made.

The recipe is kept when the build begins, since the file may be another one tomorrow; the rest when somebody needs it
and the connection still knows. All of it is asked off the GUI thread.
"""

import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.aws.connection import Capability, Connection
from core.build import bundle, journal
from core.build.bundle import Contents, Package
from core.build.chart import chart
from core.build.comparison import Side
from core.build.events import RunOpened
from core.build.run import Run, replay
from core.build.source import ImageStatus
from core.errors import NotFound, Unsupported

if TYPE_CHECKING:
    from core.publish.prepared import Reading

UNKNOWN: Final = (NotFound, Unsupported)
"""Who can't tell is no fault: what is not known is said to be so."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A run to know more of: its opening, its journal, and the connection that made it, if that is in use."""

    opened: RunOpened
    journal: Path
    at: Connection | None = None


def recipe_contents(reading: "Reading") -> Contents:
    """What a build begins with."""
    recipe = reading.recipe.recipe
    names = [entry.document for entry in recipe.components if entry.document]
    files = {reading.file.name: reading.text} | {str(name): reading.folder.read(str(name)) for name in names}
    return Contents(recipe_file=reading.file.name, recipe=files, environment=environment())


def environment() -> dict[str, str]:
    """This computer and this program; nothing that names its user."""
    return {
        "Bakehouse": version("bakehouse"),
        "System": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
    }


def contents_of(subject: Subject, run: Run, cost: str = "") -> Contents:
    """All that is kept, and what the connection tells besides. Raises what the connection raises."""
    kept = bundle.kept(subject.journal)
    found: dict[str, object] = {"cost": cost} if cost else {}
    if subject.at is not None and run.status is ImageStatus.AVAILABLE:
        if kept.packages is None:
            found["packages"] = _packages(subject)
        if kept.size is None:
            found["size"] = _size(subject)
    if subject.at is not None:
        found["environment"] = {**kept.environment, **_machine(subject.at), "Region": subject.opened.region}
    return kept.model_copy(update=found)


def side_of(subject: Subject, cost: str = "") -> Side:
    """A run as one side of a comparison, from its journal."""
    run = replay(journal.events(subject.journal, log=False))
    contents = contents_of(subject, run, cost)
    end = run.ended.at if run.ended else subject.opened.at
    packages = contents.packages
    return Side(
        chart(run, end),
        packages={each.name: each.version for each in packages} if packages is not None else None,
        size=contents.size,
        environment=contents.environment,
    )


def export(subject: Subject, path: Path, cost: str = "") -> None:
    """The run as one file. Raises what exporting and the connection raise."""
    run = replay(journal.events(subject.journal, log=False))
    bundle.export(path, subject.journal, contents_of(subject, run, cost))


def _packages(subject: Subject) -> tuple[Package, ...] | None:
    if subject.at is None:
        return None
    try:
        found = subject.at.image_builder().packages(subject.opened.image_arn)
    except UNKNOWN:
        return None
    return tuple(Package(name=name, version=version) for name, version in found.items()) or None


def _size(subject: Subject) -> int | None:
    """What the image of the build's own region holds, in bytes."""
    at = subject.at
    if at is None or Capability.IMAGE_FILES not in at.capabilities:
        return None
    try:
        files = at.machines().image_files(subject.opened.image_arn)
    except UNKNOWN:
        return None
    here = [each.written_bytes for each in files if each.region == at.region]
    return max(here, default=None)


def _machine(at: Connection) -> dict[str, str]:
    """How machines run there, where that is not AWS's own matter."""
    if Capability.MACHINES not in at.capabilities:
        return {}
    try:
        return {"Acceleration": at.machines().health().acceleration}
    except UNKNOWN:
        return {}
