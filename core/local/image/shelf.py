"""Where images rest: `images/<region>/<ami-id>/` with the layer and what is known of it.

    images/eu-central-1/ami-0f…/disk.qcow2     the layer; its backing file is named relative to this folder
                               /ami.json       what DescribeImages would say, plus checksum and origin
                       /.incoming-ami-0f…/     an image that is not whole yet

An image is published by renaming its folder, after everything in it has reached the disk. So a listing shows whole
images only, and what a killed service left behind is recognised by its name and removed at the next start.
"""

import dataclasses
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import HostFault
from core.local.image.layer import sync_file
from core.local.machine.ports import Ami

INCOMING = ".incoming-"
DISK = "disk.qcow2"
RECORD = "ami.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """An image with what only the store needs: the layer below (relative to the home) and whether it has our agent."""

    ami: Ami
    backing: str
    agent: bool


class Shelf:
    """The folder tree of all images below `images`; paths of layers are relative to `home`."""

    def __init__(self, home: Path, images: Path) -> None:
        self.home = home
        self._images = images

    def folder(self, region: str, ami_id: str) -> Path:
        return self._images / region / ami_id

    def sweep(self) -> None:
        """Remove what was not published."""
        for left in self._images.glob(f"*/{INCOMING}*"):
            shutil.rmtree(left, ignore_errors=True)

    def find(self, region: str, ami_id: str) -> Kept | None:
        if not (ami_id.startswith("ami-") and ami_id[4:].isalnum() and region.replace("-", "").isalnum()):
            return None
        return _read(self.folder(region, ami_id))

    def all(self, region: str | None = None) -> tuple[Kept, ...]:
        regions = [region] if region is not None else sorted(path.name for path in self._images.glob("*"))
        found = (_read(folder) for name in regions for folder in sorted((self._images / name).glob("ami-*")))
        return tuple(sorted((kept for kept in found if kept is not None), key=lambda kept: kept.ami.created))

    @contextmanager
    def incoming(self, region: str, ami_id: str) -> Iterator[Path]:
        """A folder to put an image together in; it is gone after the block unless it was published."""
        folder = self._images / region / f"{INCOMING}{ami_id}"
        try:
            folder.mkdir(parents=True)
            yield folder
        except OSError as error:
            raise HostFault(
                f"The image could not be written: {error.strerror} ({error.filename or folder}).",
                hint="Free disk space (`bakehouse service prune` shows what Bakehouse can do without).",
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path, kept: Kept) -> Ami:
        """Let an image that was put together in `folder` appear, whole and for good."""
        final = self.folder(kept.ami.region, kept.ami.ami_id)
        _write(folder / RECORD, kept)
        sync_file(folder / DISK)
        sync_file(folder)
        folder.rename(final)
        sync_file(final.parent)
        return dataclasses.replace(kept.ami, path=final / DISK)

    def replace(self, kept: Kept) -> Ami:
        """Change what is known of a published image."""
        folder = self.folder(kept.ami.region, kept.ami.ami_id)
        _write(folder / RECORD, kept)
        return kept.ami

    def remove(self, region: str, ami_id: str) -> None:
        folder = self.folder(region, ami_id)
        doomed = folder.with_name(f"{INCOMING}{ami_id}")
        try:
            folder.rename(doomed)
        except FileNotFoundError:
            return
        shutil.rmtree(doomed, ignore_errors=True)


def _read(folder: Path) -> Kept | None:
    try:
        raw: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    backing, agent = raw.pop("backing"), raw.pop("agent")
    return Kept(ami=Ami(**{**raw, "path": folder / DISK}), backing=backing, agent=agent)


def _write(path: Path, kept: Kept) -> None:
    record = dataclasses.asdict(kept.ami) | {"backing": kept.backing, "agent": kept.agent, "path": ""}
    record["tags"] = dict(kept.ami.tags)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".record-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(record, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    Path(name).rename(path)
