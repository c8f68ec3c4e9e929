"""qcow2 files by qemu-img: layers over a base, checks of files that come from outside, conversions.

The format of a file is always stated, never probed: a raw disk whose first bytes imitate qcow2 could otherwise name any
file of the host as its backing file.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import HostFault, Invalid
from core.local.machine.ports import Progress, Report
from core.local.machine.process import capture_output

FORMATS: Mapping[str, str] = {"qcow2": "qcow2", "raw": "raw", "vmdk": "vmdk", "vhd": "vpc"}
LARGEST_BYTES = 16 * 2**40
SINGLE_FILE_VMDK = frozenset({"monolithicSparse", "streamOptimized"})


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a disk pretends to hold and what its own file takes on the host, in bytes."""

    virtual_bytes: int
    written_bytes: int


async def create_layer(path: Path, backing: Path) -> None:
    """A new, empty layer over `backing`."""
    await capture_output(
        ["qemu-img", "create", "-q", "-f", "qcow2", "-b", os.fspath(backing), "-F", "qcow2", os.fspath(path)],
        what="making a disk for the machine",
    )


async def sizes_of(path: Path) -> Sizes:
    raw = await _info(path, "qcow2")
    return Sizes(virtual_bytes=int(raw["virtual-size"]), written_bytes=path.stat().st_blocks * 512)


async def backing_of(path: Path) -> Path:
    """The file below a layer of ours."""
    raw = await _info(path, "qcow2")
    return Path(raw["full-backing-filename"]).resolve()


async def point_at(path: Path, backing: str) -> None:
    """Change where a layer looks for what it doesn't hold itself, its content being the same."""
    await capture_output(
        ["qemu-img", "rebase", "-q", "-u", "-f", "qcow2", "-F", "qcow2", "-b", backing, os.fspath(path)],
        what="publishing the image",
    )


async def check_foreign(path: Path, file_format: str) -> int:
    """The virtual size in bytes of a disk file from outside; Invalid when it is no such file or needs other files."""
    if file_format not in FORMATS:
        raise Invalid(f"There is no disk format “{file_format}”.", hint=f"Formats: {', '.join(FORMATS)}.")
    try:
        raw = await _info(path, FORMATS[file_format])
    except HostFault as error:
        raise Invalid(
            f"{path} is not a readable {file_format} file.",
            hint="State the format that it really has with --format.",
            context=error.context,
        ) from error
    special = raw.get("format-specific", {}).get("data", {})
    if raw.get("backing-filename") or special.get("data-file") or raw.get("encrypted"):
        raise Invalid(
            f"{path} refers to another file or is encrypted, so it is not imported.",
            hint="Make it stand alone first: qemu-img convert -O qcow2 OLD NEW.",
        )
    if file_format == "vmdk" and special.get("create-type") not in SINGLE_FILE_VMDK:
        raise Invalid(
            f"{path} is a VMDK in several parts, so it is not imported.",
            hint="Make it one file first: qemu-img convert -O vmdk -o subformat=streamOptimized OLD NEW.",
        )
    size = int(raw["virtual-size"])
    if not 0 < size <= LARGEST_BYTES:
        raise Invalid(f"{path} claims a disk of {size} bytes; the largest that can be imported has 16 TiB.")
    return size


async def convert(
    source: Path, source_format: str, target: Path, target_format: str, label: str, report: Report
) -> None:
    """A stand-alone copy of `source` in another format, reported in percent."""
    argv = [
        "qemu-img", "convert", "-p", "-f", FORMATS[source_format], "-O", FORMATS[target_format],
        os.fspath(source), os.fspath(target),
    ]  # fmt: skip

    def tell(piece: bytes) -> None:
        if found := re.findall(rb"\(\s*([0-9]+)\.[0-9]+/100%\)", piece):
            report(Progress(label, int(found[-1]), 100, "%"))

    await capture_output(argv, what=label, heard=tell)


async def _info(path: Path, qemu_format: str) -> dict[str, Any]:
    text = await capture_output(
        ["qemu-img", "info", "-U", "--output=json", "-f", qemu_format, os.fspath(path)], what=f"reading {path.name}"
    )
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_file(path: Path) -> None:
    """Have a file or folder on the disk, not only in the host's memory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
