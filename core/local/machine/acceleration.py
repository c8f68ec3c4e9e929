"""Which accelerator this host's QEMU can really use.

A `/dev/kvm` that opens, and even creates a virtual machine, may still make QEMU abort at the first instruction (seen on
nested hosts), so the only honest probe is to start a machine and see it live.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from core.errors import Missing
from core.local.machine.qemu import Accelerator

KVM = Path("/dev/kvm")
QEMU = "qemu-system-x86_64"
LIVES_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Acceleration:
    """The accelerator in use, and why; `reason` is a sentence for the user."""

    name: Accelerator
    reason: str


async def probe() -> Acceleration:
    """Start an empty machine with KVM for a second. Raises Missing where QEMU isn't installed."""
    if which(QEMU) is None:
        raise Missing(
            f"{QEMU} is not installed on this machine, so no image can be built here.",
            hint="Run packaging/bootstrap, or install the package qemu-system-x86.",
        )
    if not KVM.exists():
        return Acceleration(
            "tcg", "This machine offers no KVM, so machines are emulated: builds take about twice as long."
        )
    process = await asyncio.create_subprocess_exec(
        QEMU, "-nodefaults", "-no-user-config", "-display", "none",
        "-machine", "q35", "-accel", "kvm", "-cpu", "host", "-m", "64",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        await asyncio.wait_for(process.wait(), LIVES_SECONDS)
    except TimeoutError:
        process.kill()
        await process.communicate()
        return Acceleration("kvm", "KVM works here.")
    _, said = await process.communicate()
    why = said.decode(errors="replace").strip().splitlines()
    return Acceleration(
        "tcg",
        "KVM does not work here, so machines are emulated: builds take about twice as long."
        + (f" QEMU says: {why[-1]}" if why else ""),
    )
