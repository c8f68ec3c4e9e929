"""Making a base image on this machine, without root: mmdebstrap for the files, mke2fs for the disk.

Both run in mmdebstrap's own user namespace where the service isn't root. The result appears in the cache by one rename,
so a cached base is always whole, and one in the making that was interrupted is thrown away.
"""

import asyncio
import hashlib
import logging
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from shutil import which

from core.errors import HostFault, Missing
from core.local.base.definition import BaseDefinition
from core.local.base.partition import LAYOUT, ROOT_START, SECTOR, install_boot_loader, root_blocks
from core.local.machine.ports import Progress, Report
from core.local.machine.process import capture_output, let_go, on_lifeline
from core.local.machine.seed import GUEST

log = logging.getLogger(__name__)

TOOLS = {"mmdebstrap": "mmdebstrap", "mke2fs": "e2fsprogs", "sfdisk": "fdisk", "qemu-img": "qemu-utils"}
SBIN = "/usr/sbin:/sbin"
# What mmdebstrap says when it begins a stage, in order; one more stage makes the disk.
STAGES = (
    "running apt-get update",
    "downloading packages with apt",
    "extracting archives",
    "installing essential packages",
    "downloading remaining packages",
    "installing remaining packages",
    "running --customize-hook",
    "skipping cleanup/apt/lists",
)
WANTED_BYTES = 2 * 2**30


async def make_base(definition: BaseDefinition, bases: Path, report: Report) -> Path:
    """The path of the base's disk (qcow2), made now if the cache has none. Takes one to two minutes then.

    Raises Missing (a tool isn't installed), HostFault (no network, disk full, no user namespaces).
    """
    finished = bases / definition.id / "disk.qcow2"
    if finished.exists():
        return finished
    _check_host(bases)
    making = bases / f".making-{definition.id}"
    await asyncio.to_thread(_clear, making)
    making.mkdir(parents=True)
    temporary = Path(tempfile.mkdtemp(prefix=_prefix(bases)))
    # The namespace's users, who are none of ours and may not enter our home, read in here.
    temporary.chmod(0o755)
    # They write in a folder that they make.
    theirs = temporary.with_name(f"{_prefix(bases)}{secrets.token_hex(8)}")
    root = temporary / "root"
    try:
        await _make_root(definition, root, report)
        report(_progress(definition, len(STAGES)))
        await _make_disk(definition, root, theirs, making)
        making.rename(finished.parent)
    finally:
        await asyncio.to_thread(_clear, making, temporary, theirs)
    report(_progress(definition, len(STAGES) + 1))
    return finished


def sweep(bases: Path) -> None:
    """Remove what an earlier, killed service has left of a base image in the making."""
    _clear(*bases.glob(".making-*"), *Path(tempfile.gettempdir()).glob(f"{_prefix(bases)}*"))


def _prefix(bases: Path) -> str:
    """What temporary folders of these bases, and of no other home's, are called."""
    return f"bakehouse-base-{hashlib.sha256(os.fspath(bases).encode()).hexdigest()[:10]}-"


def _clear(*folders: Path) -> None:
    """Remove folders, which may hold files of a user namespace's users. Never crosses into another file system: what
    mmdebstrap mounts in there (the host's /proc and /sys) may still be mounted if it was killed."""
    remove = ["rm", "-rf", "--one-file-system", "--"]
    for folder in folders:
        if folder.exists() and os.geteuid() != 0 and which("mmdebstrap") is not None:
            subprocess.run(["mmdebstrap", "--unshare-helper", *remove, folder], check=False, capture_output=True)
        subprocess.run([*remove, folder], check=False, capture_output=True)


def _progress(definition: BaseDefinition, stage: int) -> Progress:
    return Progress(f"Making base image {definition.name}", stage, len(STAGES) + 1, "steps")


def _check_host(bases: Path) -> None:
    path = f"{os.environ.get('PATH', '')}:{SBIN}"
    missing = sorted(package for tool, package in TOOLS.items() if which(tool, path=path) is None)
    if missing:
        raise Missing(
            f"The base image can't be made: {', '.join(missing)} not installed on this machine.",
            hint=f"Run packaging/bootstrap, or install: {' '.join(missing)}.",
        )
    bases.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(bases).free
    if free < WANTED_BYTES:
        raise HostFault(
            f"The base image needs 2 GiB while it is made, and {bases} has {free // 2**20} MiB free.",
            hint="Free some disk space, or set BAKEHOUSE_HOME to a folder on a bigger disk.",
        )


async def _make_root(definition: BaseDefinition, root: Path, report: Report) -> None:
    # Root's mmdebstrap mounts in the namespace it is in, so it gets one that goes with it however it ends.
    alone = ["unshare", "--mount", "--propagation", "private"] if os.geteuid() == 0 else []
    argv = [
        *alone,
        "mmdebstrap",
        "--variant=minbase",
        "--format=directory",
        "--skip=cleanup/apt/lists,cleanup/apt/cache",
        f"--include={','.join(definition.packages)}",
        f'--setup-hook={definition.scripts / "setup"} "$1"',
        f'--customize-hook=cp -r --no-preserve=ownership {GUEST / "files"}/. "$1"',
        f'--customize-hook={definition.scripts / "customize"} "$1"',
        definition.suite,
        str(root),
    ]
    process = await on_lifeline(
        "mmdebstrap",
        argv,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        environment=os.environ | {"PATH": f"{os.environ.get('PATH', '')}:{SBIN}", "TMPDIR": os.fspath(root.parent)},
    )
    said: list[str] = []
    try:
        if process.stderr is None:
            raise HostFault("mmdebstrap could not be heard.")
        async for raw in process.stderr:
            line = raw.decode(errors="replace").rstrip()
            said.append(line)
            _tell_stage(definition, line, report)
        status = await process.wait()
    finally:
        await asyncio.shield(let_go(process))
    if status != 0:
        raise HostFault(_why(said), hint=_what_to_do(said), context={"command": " ".join(argv)})


def _tell_stage(definition: BaseDefinition, line: str, report: Report) -> None:
    for number, stage in enumerate(STAGES):
        if line.removeprefix("I: ").startswith(stage):
            report(_progress(definition, number))


def _why(said: Sequence[str]) -> str:
    errors = [line for line in said if re.match(r"E:|W: Failed|mmdebstrap: |.*[Ee]rror", line)]
    return "The base image could not be made: " + " ".join((errors or list(said))[-3:])


def _what_to_do(said: Sequence[str]) -> str:
    text = "\n".join(said)
    if re.search(r"resolv|[Uu]nable to connect|Could not connect|Temporary failure", text):
        return "Check that this machine reaches Debian's package mirror (the same one that `apt-get update` uses)."
    if re.search(r"user namespace|unshare|newuidmap|subuid", text):
        return "Allow user namespaces for this user (packages uidmap; /etc/subuid), or run the service as root."
    if "No space left" in text:
        return "Free some disk space, then try again."
    return "The full output is in the service log."


async def _make_disk(definition: BaseDefinition, root: Path, theirs: Path, making: Path) -> None:
    """Put the files in `root` into a partitioned disk in `theirs`, and compact that with a boot loader to qcow2 in
    `making`."""
    size = definition.volume_gib * 2**30
    script = FILL.format(
        place=_quoted(theirs),
        root=_quoted(root),
        size=size,
        layout=LAYOUT,
        offset=ROOT_START * SECTOR,
        blocks=root_blocks(size),
    )
    helper = [] if os.geteuid() == 0 else ["mmdebstrap", "--unshare-helper"]
    await capture_output([*helper, "sh", "-c", script], what="making the base image's disk")
    disk = making / "disk.raw"
    await _convert(theirs / "disk.raw", "raw", disk)
    install_boot_loader(disk, (theirs / "boot.img").read_bytes(), (theirs / "core.img").read_bytes())
    await _convert(disk, "qcow2", making / "disk.qcow2")
    disk.unlink()


async def _convert(disk: Path, into: str, target: Path) -> None:
    argv = ["qemu-img", "convert", "-f", "raw", "-O", into, str(disk), str(target)]
    await capture_output(argv, what="converting the base image's disk")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


FILL = """\
set -eu
PATH=$PATH:/usr/sbin:/sbin
umask 022
mkdir {place}
cd {place}
find {root}/dev -mindepth 1 -delete
truncate -s {size} disk.raw
sfdisk -q disk.raw <<'EOF'
{layout}EOF
mke2fs -q -t ext4 -L root -m 1 -d {root} \\
  -E offset={offset},root_owner=0:0,assume_storage_prezeroed=1 disk.raw {blocks}k
cp {root}/boot/grub/i386-pc/boot.img {root}/boot/grub/i386-pc/core.img .
"""
