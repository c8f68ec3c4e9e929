"""QEMU's command line, one small pure function per device.

Every function returns the arguments of one device and nothing else, so a machine reads as the list of its parts and a
test compares lists. Values that come from users (names, ids) never enter an argument: files have names of our own, and
`comma` doubles the commas QEMU would split at.
"""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CHANNEL_PORT = "org.bakehouse.channel"
CHANNEL_DEVICE = "channel0"
ROOT_DRIVE = "root"

Accelerator = Literal["kvm", "tcg"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a machine is made of: virtual CPUs and memory in MiB."""

    vcpus: int
    memory_mib: int


@dataclass(frozen=True, slots=True)
class Files:
    """What a machine keeps on the host: disk and logs in its run folder, sockets in a runtime folder.

    The runtime folder is apart because the path of a socket may have 107 bytes at most, and because passt and QEMU,
    which don't run as root where the service does, have to reach it.
    """

    folder: Path
    runtime: Path

    @property
    def disk(self) -> Path:
        return self.folder / "disk.qcow2"

    @property
    def monitor(self) -> Path:
        return self.runtime / "monitor"

    @property
    def channel(self) -> Path:
        return self.runtime / "channel"

    @property
    def network(self) -> Path:
        return self.runtime / "network"

    @property
    def passt(self) -> Path:
        return self.runtime / "passt"

    @property
    def console(self) -> Path:
        return self.folder / "console.log"

    @property
    def output(self) -> Path:
        return self.folder / "qemu.log"

    @property
    def memory(self) -> Path:
        """Where the machine's state passes when it is saved or resumed."""
        return self.runtime / "memory"

    @property
    def seed(self) -> Path:
        return self.runtime / "seed"


def comma(value: str | Path) -> str:
    """A value inside a comma-separated option, as QEMU wants it escaped."""
    return str(value).replace(",", ",,")


EMULATED = "max,erms=off,fsrm=off,la57=off,mpx=off,pku=off,svm=off,vendor=GenuineIntel,family=6,model=28,stepping=10"
"""All that software emulation has, but for what makes a guest slower there than without: strings copied byte by byte
because hardware would be quick at it, a fifth level of page tables, protection keys and bounds registers that every
change of context saves. It goes by the family and model of a processor that doesn't speculate, as emulation doesn't: so
the guest's kernel leaves its mitigations out, and trusts the time stamp counter."""


def machine(accelerator: Accelerator) -> list[str]:
    accel = "kvm" if accelerator == "kvm" else "tcg,thread=multi,tb-size=512"
    cpu = "host" if accelerator == "kvm" else EMULATED
    return [
        "-nodefaults",
        "-no-user-config",
        "-display", "none",
        "-machine", "q35,usb=off,vmport=off",
        "-accel", accel,
        "-cpu", cpu,
    ]  # fmt: skip


def size(shape: Shape) -> list[str]:
    return ["-smp", str(shape.vcpus), "-m", f"{shape.memory_mib}M"]


def monitor(files: Files) -> list[str]:
    return [
        "-chardev", f"socket,id=monitor0,path={comma(files.monitor)},server=on,wait=off",
        "-mon", "chardev=monitor0,mode=control",
    ]  # fmt: skip


def console(files: Files) -> list[str]:
    return ["-chardev", f"file,id=console0,path={comma(files.console)},append=on", "-serial", "chardev:console0"]


def channel(files: Files) -> list[str]:
    """The virtio port our agent talks through; only a port with an id reports that the guest opened it."""
    return [
        "-device", "virtio-serial-pci",
        "-chardev", f"socket,id=channel,path={comma(files.channel)},server=on,wait=off",
        "-device", f"virtserialport,id={CHANNEL_DEVICE},chardev=channel,name={CHANNEL_PORT}",
    ]  # fmt: skip


def disk(files: Files) -> list[str]:
    """The root disk. Its host cache is not flushed on the guest's word: the layer is synced once, at the capture.
    It stays open for writing while the machine is saved, for QEMU as nobody could not open it again."""
    return [
        "-drive",
        f"if=none,id={ROOT_DRIVE},file={comma(files.disk)},format=qcow2,cache=unsafe,discard=unmap,detect-zeroes=unmap,"
        "auto-read-only=off,file.auto-read-only=off",
        "-device", f"virtio-blk-pci,drive={ROOT_DRIVE},bootindex=1",
    ]  # fmt: skip


def network(files: Files) -> list[str]:
    """A network card on the socket of our frame filter."""
    return [
        "-netdev", f"stream,id=net0,server=off,addr.type=unix,addr.path={comma(files.network)}",
        "-device", "virtio-net-pci,netdev=net0,romfile=",
    ]  # fmt: skip


def entropy() -> list[str]:
    return ["-device", "virtio-rng-pci"]


def credential(public_key: str) -> list[str]:
    """The channel's key, handed over as a systemd credential in the SMBIOS tables (systemd 252 and later)."""
    return ["-smbios", f"type=11,value=io.systemd.credential:bakehouse.key={comma(public_key)}"]


def seed(files: Files) -> list[str]:
    """A small FAT volume with a NoCloud seed, for images that configure themselves with cloud-init."""
    return [
        "-blockdev", f"driver=vvfat,node-name=seed,dir={comma(files.seed)},label=cidata,read-only=on",
        "-device", "virtio-blk-pci,drive=seed",
    ]  # fmt: skip


def sandbox(uid: int) -> list[str]:
    """QEMU's system call filter. Root's QEMU must still be able to become nobody, and can't come back from there."""
    elevate = "allow" if uid == 0 else "deny"
    return ["-sandbox", f"on,obsolete=deny,elevateprivileges={elevate},spawn=deny,resourcecontrol=deny"]


def unprivileged(uid: int) -> list[str]:
    """Where the service is root, QEMU opens its files and then goes on as nobody."""
    if uid != 0:
        return []
    return ["-runas", pwd.getpwnam("nobody").pw_name]


def arguments(files: Files, shape: Shape, accelerator: Accelerator, *, public_key: str, uid: int, seeded: bool,
              networked: bool, resumed: bool = False) -> list[str]:  # fmt: skip
    """The whole command line of one machine; a `resumed` one waits for the state it goes on from."""
    return [
        "qemu-system-x86_64",
        *machine(accelerator),
        *size(shape),
        *monitor(files),
        *console(files),
        *channel(files),
        *disk(files),
        *(network(files) if networked else []),
        *entropy(),
        *credential(public_key),
        *(seed(files) if seeded else []),
        *sandbox(uid),
        *unprivileged(uid),
        *(["-incoming", "defer"] if resumed else []),
    ]


def generic_line(shape: Shape, accelerator: Accelerator) -> list[str]:
    """The command line of a machine with our agent and a network, but for what differs between two of them."""
    files = Files(Path("folder"), Path("runtime"))
    return arguments(files, shape, accelerator, public_key="", uid=os.geteuid(), seeded=False, networked=True)
