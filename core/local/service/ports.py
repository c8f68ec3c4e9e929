"""What the scope `bakehouse` needs of machines, image files and builds, beyond what the engine needs of them."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from core.local.machine.acceleration import Acceleration
from core.local.machine.curves import MachineCurves
from core.local.machine.ports import Ami, Fleet, ImageStore, Progress, Removed, Report
from core.local.store.engine_port import Engine


class BuildingEngine(Engine, Protocol):
    """An engine that accepts builds while its `serving` block is open."""

    def serving(self) -> AbstractAsyncContextManager[None]: ...

    @property
    def running(self) -> int: ...

    def progress(self, image_arn: str) -> tuple[Progress, ...]: ...


class MachineRoom(Fleet, Protocol):
    """All machines, and what a person asks about them."""

    async def sweep(self) -> None:
        """Remove what machines of an earlier, killed service have left."""
        ...

    async def close(self) -> None:
        """Terminate every machine."""
        ...

    def curves(self, image_arn: str, after: float) -> tuple[MachineCurves, ...]:
        """What the machines of a build used: their samples later than `after` (seconds since 1970)."""
        ...

    def prune(self, *, dry_run: bool) -> tuple[Removed, ...]:
        """Remove what only makes the next start of a machine quicker."""
        ...

    async def acceleration(self) -> Acceleration: ...


class ImageShelf(ImageStore, Protocol):
    """All images, with files going in and out."""

    def sweep(self) -> None:
        """Remove images that a killed service was still putting together."""
        ...

    async def import_file(
        self, source: Path, file_format: str, *, region: str, name: str, os_version: str, report: Report
    ) -> Ami:
        """A disk image file of the stated format (qcow2, raw, vmdk, vhd) as a new AMI; raises Invalid."""
        ...

    async def export_file(self, ami: Ami, target: Path, file_format: str, *, report: Report) -> Path:
        """The AMI as one stand-alone file; raises Conflict when `target` exists."""
        ...

    async def prune(self, *, in_use: frozenset[str], dry_run: bool) -> tuple[Removed, ...]:
        """Remove what nothing needs; the AMI ids in `in_use` are needed."""
        ...
