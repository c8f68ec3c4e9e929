"""The `ImageStore` on files: base images made on demand, captures, copies between regions, imports and exports."""

import asyncio
import dataclasses
import os
import shutil
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import Conflict, HostFault, Invalid, NotFound
from core.local.base import make
from core.local.base.definition import BaseDefinition, definitions
from core.local.image.layer import (
    FORMATS,
    backing_of,
    check_foreign,
    checksum,
    convert,
    create_layer,
    point_at,
    sizes_of,
    sync_file,
)
from core.local.image.prune import unneeded
from core.local.image.shelf import DISK, Kept, Shelf
from core.local.machine.ports import Ami, Disk, Fleet, LaunchSpec, Progress, Removed, Report
from core.local.machine.process import capture_output

GIB = 2**30


class FileImageStore:
    """All images of one home. Base images count as images of every region, made or not.

    Paths given to QEMU are absolute: it reads a relative one with a colon as an address.
    """

    def __init__(self, home: Path, *, bases: Path, images: Path) -> None:
        # qemu-img names files by their real paths, so a home behind a symbolic link has to be known by its real one.
        self._home = home.resolve()
        self._bases = bases.resolve()
        self._shelf = Shelf(self._home, images.resolve())
        self._making: dict[str, asyncio.Lock] = {}

    def sweep(self) -> None:
        """Remove images that an earlier, killed service was still putting together."""
        self._shelf.sweep()
        make.sweep(self._bases)

    # Finding

    def base_ami(self, region: str, name: str) -> Ami:
        for definition in definitions():
            if definition.name == name:
                return self._base(definition, region)
        raise NotFound(
            f"There is no base image “{name}”.",
            hint=f"Shipped base images: {', '.join(d.name for d in definitions())}.",
        )

    def _base(self, definition: BaseDefinition, region: str) -> Ami:
        disk = self._bases / definition.id / DISK
        made = disk.stat() if disk.exists() else None
        return Ami(
            ami_id=definition.ami_id(region),
            region=region,
            name=definition.name,
            owner="amazon",
            platform=definition.platform,
            os_version=definition.os_version,
            architecture=definition.architecture,
            path=disk,
            virtual_bytes=definition.volume_gib * GIB if made else 0,
            written_bytes=made.st_blocks * 512 if made else 0,
            created=datetime.fromtimestamp(made.st_mtime, UTC).isoformat(timespec="milliseconds") if made else "",
        )

    def find(self, region: str, ami_id: str) -> Ami | None:
        kept = self._shelf.find(region, ami_id)
        if kept is not None:
            return kept.ami
        definition = self._definition(region, ami_id)
        return self._base(definition, region) if definition is not None else None

    def _definition(self, region: str, ami_id: str) -> BaseDefinition | None:
        return next((found for found in definitions() if found.ami_id(region) == ami_id), None)

    def amis(self, region: str | None = None) -> tuple[Ami, ...]:
        return tuple(kept.ami for kept in self._shelf.all(region))

    # Machines' disks

    async def make(self, spec: LaunchSpec, path: Path, report: Report) -> Disk:
        """A layer for a new machine over the spec's image; the base image is made first where it has to be."""
        kept = self._shelf.find(spec.region, spec.ami_id)
        backing = kept.ami.path if kept is not None else await self._base_disk(spec.region, spec.ami_id, report)
        await create_layer(path, backing)
        wanted = (spec.volume_gib or 0) * GIB
        return Disk(
            path,
            agent=kept is None or kept.agent,
            grow_to=wanted if wanted > (await sizes_of(backing)).virtual_bytes else None,
            base=backing.parent.name if kept is None else None,
        )

    async def copy_layer(self, layer: Path, disk: Disk) -> None:
        """A home may have moved since the layer was made, so the copy is told where its image is now."""
        image = self._bases / str(disk.base) / DISK
        await capture_output(
            ["cp", "--reflink=auto", "--sparse=always", os.fspath(layer), os.fspath(disk.path)], what="copying a disk"
        )
        await point_at(disk.path, os.fspath(image))

    async def _base_disk(self, region: str, ami_id: str, report: Report) -> Path:
        definition = self._definition(region, ami_id)
        if definition is None:
            raise NotFound(f"There is no image {ami_id} in {region}.", hint="`bakehouse images list` shows the images.")
        async with self._making.setdefault(definition.id, asyncio.Lock()):
            return await make.make_base(definition, self._bases, report)

    # Capture, copy, rename, delete

    async def capture(
        self,
        fleet: Fleet,
        instance_id: str,
        *,
        region: str,
        name: str,
        description: str,
        tags: Mapping[str, str],
        report: Report,
    ) -> Ami:
        report(Progress("Shutting the machine down", 0, 0, ""))
        disk = await fleet.shut_down(instance_id)
        report(Progress("Capturing the image", 0, 0, ""))
        parent = await self._parent_of(disk)
        ami_id = _new_ami_id()
        with self._shelf.incoming(region, ami_id) as folder:
            layer = disk.rename(folder / DISK)
            await point_at(layer, self._below(parent.backing, region, ami_id))
            ami = dataclasses.replace(
                parent.ami,
                ami_id=ami_id,
                region=region,
                name=name,
                description=description,
                owner="self",
                parent_ami_id=parent.ami.ami_id,
                created=_now(),
                tags=dict(tags),
                **await _measured(layer),
            )
            return await asyncio.to_thread(self._shelf.publish, folder, dataclasses.replace(parent, ami=ami))

    async def _parent_of(self, disk: Path) -> Kept:
        """The image a machine was started from, by the layer below its disk; `backing` names that layer."""
        below = await backing_of(disk)
        backing = os.path.relpath(below, self._home)
        for kept in self._shelf.all():
            if kept.ami.path == below:
                return dataclasses.replace(kept, backing=backing)
        for definition in definitions():
            if self._bases / definition.id / DISK == below:
                return Kept(self._base(definition, ""), backing, agent=True)
        raise Conflict(
            f"The image under the machine's disk ({below}) is gone.", hint="It was removed while the build ran."
        )

    def _below(self, backing: str, region: str, ami_id: str) -> str:
        """The layer below as an image's own folder sees it, so that the home may be moved as a whole.

        Always by way of the home: the shortest way leads nowhere from a copy in another region's folder.
        """
        return f"{os.path.relpath(self._home, self._shelf.folder(region, ami_id))}/{backing}"

    async def copy(
        self, ami: Ami, region: str, *, name: str, description: str, tags: Mapping[str, str], report: Report
    ) -> Ami:
        source = self._shelf.find(ami.region, ami.ami_id)
        if source is None:
            raise NotFound(f"There is no image {ami.ami_id} in {ami.region} to copy.")
        ami_id = _new_ami_id()
        label = f"Copying to {region}"
        with self._shelf.incoming(region, ami_id) as folder:
            report(Progress(label, 0, ami.written_bytes, "bytes"))
            layer = folder / DISK
            await capture_output(
                ["cp", "--reflink=auto", "--sparse=always", os.fspath(source.ami.path), os.fspath(layer)],
                what=f"copying the image to {region}",
            )
            found = await asyncio.to_thread(checksum, layer)
            if found != source.ami.sha256:
                raise HostFault(
                    f"The copy of {ami.ami_id} in {region} differs from the original, so it was not published.",
                    hint="The disk may be failing; check the system log of this computer.",
                    context={"expected": source.ami.sha256, "found": found},
                )
            copied = dataclasses.replace(
                source.ami,
                ami_id=ami_id,
                region=region,
                name=name,
                description=description,
                tags=dict(tags),
                created=_now(),
                written_bytes=layer.stat().st_blocks * 512,
            )
            published = await asyncio.to_thread(self._shelf.publish, folder, dataclasses.replace(source, ami=copied))
        report(Progress(label, ami.written_bytes, ami.written_bytes, "bytes"))
        return published

    async def rename(
        self,
        ami: Ami,
        *,
        name: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Ami:
        kept = self._shelf.find(ami.region, ami.ami_id)
        if kept is None:
            raise NotFound(f"There is no image {ami.ami_id} in {ami.region}.")
        changed = dataclasses.replace(
            kept.ami,
            name=kept.ami.name if name is None else name,
            description=kept.ami.description if description is None else description,
            tags=dict(kept.ami.tags if tags is None else tags),
        )
        return self._shelf.replace(dataclasses.replace(kept, ami=changed))

    def delete(self, region: str, ami_id: str) -> None:
        kept = self._shelf.find(region, ami_id)
        if kept is None:
            return
        mine = os.path.relpath(kept.ami.path, self._home)
        if above := [other.ami.ami_id for other in self._shelf.all() if other.backing == mine]:
            raise Conflict(
                f"The image {ami_id} is the base of {', '.join(above)}, so it stays.", hint="Delete those images first."
            )
        self._shelf.remove(region, ami_id)

    # Files from and to the outside, and room

    async def import_file(
        self, source: Path, file_format: str, *, region: str, name: str, os_version: str, report: Report
    ) -> Ami:
        source = source.absolute()
        if not source.is_file():
            raise Invalid(f"There is no file {source}.", hint="Give the path of a disk image file.")
        virtual_bytes = await check_foreign(source, file_format)
        ami_id = _new_ami_id()
        with self._shelf.incoming(region, ami_id) as folder:
            layer = folder / DISK
            await convert(source, file_format, layer, "qcow2", f"Importing {source.name}", report)
            ami = Ami(
                ami_id=ami_id,
                region=region,
                name=name,
                owner="self",
                os_version=os_version,
                created=_now(),
                **await _measured(layer),
            )
            if ami.virtual_bytes != virtual_bytes:
                raise Conflict(f"{source} changed while it was imported.", hint="Import it again when it is complete.")
            return await asyncio.to_thread(self._shelf.publish, folder, Kept(ami, backing="", agent=False))

    async def export_file(self, ami: Ami, target: Path, file_format: str, *, report: Report) -> Path:
        if file_format not in FORMATS:
            raise Invalid(f"There is no disk format “{file_format}”.", hint=f"Formats: {', '.join(FORMATS)}.")
        target = target.absolute()
        _refuse_existing(target)
        if not ami.path.exists():
            raise NotFound(f"The image {ami.ami_id} has no file yet.", hint="A base image is made by the first bake.")
        partial = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.partial")
        try:
            await convert(ami.path, "qcow2", partial, file_format, f"Exporting {target.name}", report)
            await asyncio.to_thread(sync_file, partial)
            _refuse_existing(target)
            partial.rename(target)
        except OSError as error:
            raise HostFault(
                f"{target} could not be written: {error.strerror}.", hint="Choose another folder."
            ) from error
        finally:
            partial.unlink(missing_ok=True)
        return target

    async def prune(self, *, in_use: frozenset[str], dry_run: bool) -> tuple[Removed, ...]:
        """Remove images that nothing needs (`in_use` are AMI ids that somebody does) and bases of older definitions."""
        kept = self._shelf.all()
        doomed = unneeded(kept, in_use, self._home)
        remaining = [other for other in kept if other not in doomed]
        wanted = {definition.id for definition in definitions()}
        below = {other.backing for other in remaining}
        bases = [
            folder
            for folder in sorted(self._bases.glob("[!.]*"))
            if folder.name not in wanted and os.path.relpath(folder / DISK, self._home) not in below
        ]
        removed = [Removed("image", f"{one.ami.region}/{one.ami.ami_id}", one.ami.written_bytes) for one in doomed]
        removed += [Removed("base", folder.name, (folder / DISK).stat().st_blocks * 512) for folder in bases]
        if not dry_run:
            for one in doomed:
                self._shelf.remove(one.ami.region, one.ami.ami_id)
            for folder in bases:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return tuple(removed)


async def _measured(layer: Path) -> dict[str, Any]:
    sizes = await sizes_of(layer)
    return {
        "virtual_bytes": sizes.virtual_bytes,
        "written_bytes": sizes.written_bytes,
        "sha256": await asyncio.to_thread(checksum, layer),
    }


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise Conflict(f"{target} exists already.", hint="Choose another name, or remove that file.")


def _new_ami_id() -> str:
    return f"ami-{uuid.uuid4().hex[:17]}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
