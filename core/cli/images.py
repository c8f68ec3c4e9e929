"""``bakehouse images``: what there is, what comes in, what goes out."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from core.aws.connection import Capability, Connection
from core.aws.machines import ImageFile, Machines, Task
from core.cli import choice
from core.cli.text import harmless, one_line, size
from core.errors import Conflict, HostFault, NotFound, heard

POLL_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Listed:
    """An image build and one AMI of it (empty for a build that has none)."""

    name: str
    version: str
    status: str
    created: str
    region: str
    ami_id: str
    arn: str
    path: str = ""
    virtual_bytes: int = 0
    written_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """A disk image to take in: nothing about it is guessed."""

    file: Path
    file_format: str
    name: str
    semantic_version: str
    os_version: str


def listed(connection: str, region: str) -> tuple[Listed, ...]:
    """All builds of one's own images in the region, newest first."""
    at = choice.connection(connection, region)
    builder = at.image_builder()
    files = _files(at)
    found = []
    for version in builder.images("Self"):
        for build in builder.image_builds(version.arn):
            created = build.date_created.isoformat(timespec="seconds") if build.date_created else ""
            line = (build.name, build.version, build.state.status.value, created)
            amis = [(ami.region, ami.image) for ami in build.output_resources.amis] or [("", "")]
            for place in amis:
                file = files.get(place)
                sizes = (file.path, file.virtual_bytes, file.written_bytes) if file else ()
                found.append(Listed(*line, *place, build.arn, *sizes))
    return tuple(sorted(found, key=lambda each: each.created, reverse=True))


def text(found: Sequence[Listed]) -> Iterable[str]:
    if not found:
        yield "No images here yet: bakehouse bake FILE makes one."
    for each in found:
        sizes = f"  {size(each.virtual_bytes)}, {size(each.written_bytes)} written" if each.path else ""
        yield f"{one_line(each.name)} {each.version}  {each.status}  {each.region or '-'}  {each.ami_id or '-'}{sizes}"
        yield f"  {each.arn}"
        if each.path:
            yield f"  {harmless(each.path)}"


def imported(source: Import, region: str, *, quiet: bool) -> Mapping[str, Any]:
    """Bring a disk image in; what the service says of the result."""
    machines = _local(region).machines()
    task = machines.import_image(
        path=str(source.file.absolute()),
        file_format=source.file_format,
        name=source.name,
        semantic_version=source.semantic_version,
        os_version=source.os_version,
    )
    return _finished(machines, task, quiet=quiet)


def exported(image: str, file: Path, file_format: str, region: str, *, quiet: bool) -> Mapping[str, Any]:
    """Write an image to a stand-alone file that does not exist yet."""
    if file.exists():
        raise Conflict(f"{file} exists already.", hint="Choose another name, or move it away first.")
    at, ami_id = _ami(image, region)
    machines = at.machines()
    task = machines.export_image(region=at.region, ami_id=ami_id, path=str(file.absolute()), file_format=file_format)
    return _finished(machines, task, quiet=quiet)


def result_text(verb: str, result: Mapping[str, Any]) -> Iterable[str]:
    yield f"{verb}: {', '.join(f'{key} {harmless(str(value))}' for key, value in result.items()) or 'done'}"


def _ami(image: str, region: str) -> tuple[Connection, str]:
    """The connection in the image's region, and the AMI's id there, for an ``ami-…`` or an image's ARN."""
    if not image.startswith("arn:"):
        if not image.startswith("ami-"):
            raise typer.BadParameter(f"{image!r} is neither an AMI id nor an ARN; bakehouse images list shows both.")
        return _where(image, region), image
    arn = choice.image_arn(image)
    at = _local(region or arn.region)
    amis = _local(arn.region).image_builder().image(image).output_resources.amis
    for ami in amis:
        if ami.region == at.region and ami.image:
            return at, ami.image
    raise NotFound(f"{image} has no image in {at.region}.", hint="bakehouse images list shows where it is.")


def _where(ami_id: str, region: str) -> Connection:
    """Local in the region asked for, else in the one that has the AMI."""
    if region:
        return _local(region)
    at = _local("")
    regions = [file.region for file in at.machines().image_files() if file.ami_id == ami_id]
    if not regions:
        raise NotFound(
            f"There is no image {ami_id} on this machine.", hint="bakehouse images list shows what there is."
        )
    return at if at.region in regions else _local(regions[0])


def _files(at: Connection) -> Mapping[tuple[str, str], ImageFile]:
    if Capability.IMAGE_FILES not in at.capabilities:
        return {}
    return {(file.region, file.ami_id): file for file in at.machines().image_files()}


def _local(region: str) -> Connection:
    return choice.connection("local", region)


def _finished(machines: Machines, task_id: str, *, quiet: bool) -> Mapping[str, Any]:
    """Wait for the task; Ctrl+C leaves it to the service.

    Raises HostFault with the task's own words when it FAILED.
    """
    with _bar(quiet=quiet) as show:
        while (task := machines.task(task_id)).status == "RUNNING":
            show(task)
            time.sleep(POLL_SECONDS)
    if task.status == "FAILED":
        message, hint = heard(task.message)
        raise HostFault(message or "The local Image Builder could not do it, and says no more.", hint=hint)
    return task.result


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[Task], object]]:
    """A progress bar on stderr, where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda task: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        row = progress.add_task("", total=None)
        yield lambda task: progress.update(
            row, description=one_line(task.message), completed=task.done, total=task.total or None
        )
