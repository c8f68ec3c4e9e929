"""An image store on small disks, with what tests put into it and read out of it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.local.image.store import FileImageStore
from core.local.machine.ports import Ami, LaunchSpec, Progress
from tests.fakes.fleet import FakeFleet, FakeImageStore

REGION = "eu-central-1"
OTHER = "us-east-1"
MIB = 2**20


def quietly(_progress: Progress) -> None:
    """A report nobody reads."""


def qemu_img(*arguments: str | Path) -> str:
    tool = subprocess.run(["qemu-img", *arguments], capture_output=True, text=True, check=True)
    return tool.stdout


def write(disk: Path, byte: str, offset: str = "0") -> None:
    """Fill 64 KiB of a qcow2 disk with one byte, as a guest would."""
    command = f"write -P {ord(byte)} {offset} 64k"
    subprocess.run(["qemu-io", "-f", "qcow2", "-c", command, disk], capture_output=True, check=True)


def read(disk: Path, file_format: str = "qcow2") -> bytes:
    """What a guest would read from a disk, layers below it included."""
    raw = disk.with_name(f".{disk.name}.raw")
    qemu_img("convert", "-f", file_format, "-O", "raw", disk, raw)
    try:
        return raw.read_bytes()
    finally:
        raw.unlink()


class OneDisk(FakeFleet):
    """A fleet whose only machine has been shut down and has this disk."""

    def __init__(self, disk: Path) -> None:
        super().__init__(disk.parent, FakeImageStore())
        self._disk = disk

    async def shut_down(self, instance_id: str) -> Path:
        return self._disk


@dataclass(frozen=True, slots=True)
class Pantry:
    """A store in a folder of its own."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def store(self) -> FileImageStore:
        return FileImageStore(self.home, bases=self.home / "bases", images=self.home / "images")

    def raw(self, name: str = "given.raw", byte: bytes = b"a") -> Path:
        """A raw disk of 2 MiB that begins with 64 KiB of one byte."""
        path = self.folder / name
        path.write_bytes(byte * 65536)
        os.truncate(path, 2 * MIB)
        return path

    async def imported(self, source: Path | None = None, file_format: str = "raw", name: str = "given") -> Ami:
        return await self.store.import_file(
            source or self.raw(), file_format, region=REGION, name=name, os_version="Bakers Linux 7", report=quietly
        )

    async def machine_disk(self, ami: Ami, byte: str = "b") -> Path:
        """The disk of a machine that was started from `ami` and wrote one byte at 1 MiB."""
        disk = self.home / "runs" / f"on-{ami.ami_id}-{byte}" / "disk.qcow2"
        disk.parent.mkdir(parents=True)
        await self.store.make(LaunchSpec(ami.region, ami.ami_id, "build", "arn:x"), disk, quietly)
        write(disk, byte, "1M")
        return disk

    async def captured(self, below: Ami, byte: str = "b") -> Ami:
        """An image of such a machine."""
        disk = await self.machine_disk(below, byte)
        return await self.store.capture(
            OneDisk(disk),
            "i-1",
            region=below.region,
            name="captured",
            description="of a test",
            tags={"a": "1"},
            report=quietly,
        )

    async def copied(self, ami: Ami) -> Ami:
        return await self.store.copy(ami, OTHER, name="copy", description="", tags={}, report=quietly)

    def litter(self) -> list[Path]:
        """What is in the image folders and is no published image."""
        published = {ami.path.parent for ami in self.store.amis()}
        return [path for path in sorted((self.home / "images").glob("*/*")) if path not in published]
