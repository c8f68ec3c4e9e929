"""What the workflow engine needs of machines and images, as Protocols and frozen values.

The engine decides when a machine starts, what runs on it and when its disk becomes an image; how that is done (QEMU,
qcow2 layers, region folders) is behind `Fleet` and `ImageStore`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.local.machine.guest import Guest


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long task is: `done` of `total` `unit`s (total 0: unknown)."""

    label: str
    done: int
    total: int
    unit: str


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Ami:
    """An image of one region of the local store. Sizes in bytes; `written_bytes` is what its own layer holds."""

    ami_id: str
    region: str
    name: str
    description: str = ""
    owner: str = ""
    platform: str = "Linux"
    os_version: str = ""
    architecture: str = "x86_64"
    parent_ami_id: str = ""
    path: Path = Path()
    virtual_bytes: int = 0
    written_bytes: int = 0
    sha256: str = ""
    created: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What CollectImageMetadata finds: the OS release name (PRETTY_NAME of os-release) and the installed packages."""

    os_version: str
    packages: tuple[Package, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that was, or with a dry run would be, pruned: image, base or checkpoint, its name and its bytes."""

    kind: str
    name: str
    bytes: int


@dataclass(frozen=True, slots=True)
class LaunchSpec:
    """A machine to start: `role` is build or test; sizes as the instance type says, capped by the host later."""

    region: str
    ami_id: str
    role: str
    owner_arn: str
    instance_types: tuple[str, ...] = ()
    volume_gib: int | None = None
    user_data: bytes = b""
    working_directory: str = "/tmp"  # noqa: S108 - Image Builder's documented default in the guest
    name: str = ""


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk ready for a machine, as big as its image: `agent` tells whether that brings our agent or needs a seed,
    `grow_to` how many bytes the disk shall have, `base` is the id of the base image right below it, if that is one."""

    path: Path
    agent: bool
    grow_to: int | None = None
    base: str | None = None


class Disks(Protocol):
    """Where machines get their disks from."""

    async def make(self, spec: LaunchSpec, path: Path, report: Report) -> Disk:
        """Lay a layer over the spec's image at `path`. Raises NotFound for an unknown image, HostFault."""
        ...

    async def copy_layer(self, layer: Path, disk: Disk) -> None:
        """Have the disk hold what `layer` holds, which lay over the same image. Raises HostFault."""
        ...


@dataclass(frozen=True, slots=True)
class MachineInfo:
    """A machine as listed: `state` is starting, running, stopped, kept or gone."""

    instance_id: str
    owner_arn: str
    role: str
    state: str
    vcpus: int
    memory_mib: int
    since: str
    console: Path


class Fleet(Protocol):
    """All machines of the service. Every method may raise MachineFault, Missing or HostFault."""

    async def launch(self, spec: LaunchSpec, report: Report) -> str:
        """Start a machine from the spec's image (making the base image first if it is none yet), return its `i-…` id
        when its agent answers. Cancelling the call leaves no machine behind."""
        ...

    def guest(self, instance_id: str) -> Guest: ...

    async def collect_metadata(self, instance_id: str) -> Metadata: ...

    async def sanitize(self, instance_id: str) -> str:
        """Clean the machine's disk for capture (reference 4.3); the text printed by the clean-up."""
        ...

    async def shut_down(self, instance_id: str) -> Path:
        """Shut the machine down cleanly; the path of its disk, which stays until the machine is terminated."""
        ...

    async def terminate(self, instance_id: str) -> None:
        """Stop and forget the machine and its disks; silent when it is gone already."""
        ...

    def keep(self, instance_id: str) -> None:
        """Mark the machine as kept for debugging: it runs on until terminated by hand."""
        ...

    def machines(self) -> tuple[MachineInfo, ...]: ...

    def console_tail(self, instance_id: str, lines: int = 20) -> str:
        """The last lines of the serial console, for a failure's reason."""
        ...


class ImageStore(Protocol):
    """The images of all local regions. A listed image is whole: it appears by one rename at the end."""

    def base_ami(self, region: str, name: str) -> Ami:
        """The AMI of a shipped base image in a region, whether it has been made yet or not (then sizes are 0)."""
        ...

    def find(self, region: str, ami_id: str) -> Ami | None: ...

    def amis(self, region: str | None = None) -> tuple[Ami, ...]: ...

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
        """Shut the machine down cleanly and turn its disk into an AMI of `region`. The machine is left stopped."""
        ...

    async def copy(
        self, ami: Ami, region: str, *, name: str, description: str, tags: Mapping[str, str], report: Report
    ) -> Ami:
        """Copy into another region (reflink where the file system can), verify by checksum, then publish."""
        ...

    async def rename(
        self,
        ami: Ami,
        *,
        name: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Ami:
        """Change what the build region's own AMI is called and tagged after distribution settings are known."""
        ...

    def delete(self, region: str, ami_id: str) -> None: ...
