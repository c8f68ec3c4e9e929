"""A fleet and an image store on a home of their own, as the service joins them, and what tests ask of a machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core.local.endpoint import Home
from core.local.image.store import FileImageStore
from core.local.machine.checkpoint import Checkpoints
from core.local.machine.curves import CurveShelf
from core.local.machine.fleet import QemuFleet
from core.local.machine.guest import Exit, Guest
from core.local.machine.ports import LaunchSpec
from tests.vm.conftest import BASE, REGION


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it printed."""

    exit: Exit
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Running:
    """A machine that answers."""

    instance_id: str
    guest: Guest

    async def sh(self, script: str, *, timeout: float | None = 120) -> Said:
        """Run a shell script; what it printed as text."""
        out, err = bytearray(), bytearray()
        exit_ = await self.guest.run(["/bin/bash", "-c", script], stdout=out.extend, stderr=err.extend, timeout=timeout)
        return Said(exit_, out.decode(errors="replace"), err.decode(errors="replace"))

    async def read(self, script: str) -> str:
        """What a script that must succeed prints, without the space around it."""
        said = await self.sh(script)
        assert said.exit.succeeded, said
        return said.out.strip()

    async def boot_id(self) -> str:
        """Another one after every boot."""
        return await self.read("cat /proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Yard:
    """Machines of one home."""

    home: Home
    store: FileImageStore
    fleet: QemuFleet

    async def launch(self, *, volume_gib: int | None = None, ami_id: str = "") -> Running:
        spec = self.spec(volume_gib=volume_gib, ami_id=ami_id)
        instance_id = await self.fleet.launch(spec, lambda progress: None)
        return Running(instance_id, self.fleet.guest(instance_id))

    def spec(self, *, volume_gib: int | None = None, ami_id: str = "") -> LaunchSpec:
        return LaunchSpec(
            region=REGION,
            ami_id=ami_id or self.store.base_ami(REGION, BASE).ami_id,
            role="build",
            owner_arn="arn:aws:imagebuilder:eu-central-1:123456789012:image/test/1.0.0/1",
            instance_types=("t3.medium",),
            volume_gib=volume_gib,
        )

    def state(self, instance_id: str) -> str:
        """The machine's state as listed, "gone" when it isn't any more."""
        return next((info.state for info in self.fleet.machines() if info.instance_id == instance_id), "gone")


@asynccontextmanager
async def open_yard(home: Home, runs: Path | None = None) -> AsyncIterator[Yard]:
    store = FileImageStore(home.root, bases=home.bases, images=home.images)
    fleet = QemuFleet(runs or home.runs, store, CurveShelf(home.curves), Checkpoints(home.checkpoints))
    try:
        yield Yard(home, store, fleet)
    finally:
        await fleet.close()
