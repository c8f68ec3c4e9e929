"""One running machine: QEMU, its network, its monitor and the channel into it, on one exit stack.

Leaving the stack at any point, by success, error or cancellation, leaves no process and no socket behind.
"""

import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from shutil import which

import asyncssh

from core.errors import HostFault, Missing
from core.local.machine.channel import BOOT_SECONDS, Channel
from core.local.machine.meter import Sample, metered
from core.local.machine.monitor import Monitor, monitor
from core.local.machine.network import Traffic, network
from core.local.machine.process import spawn
from core.local.machine.qemu import Accelerator, Files, Shape, arguments

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that answers. `traffic` is None where it has no network."""

    files: Files
    shape: Shape
    monitor: Monitor
    channel: Channel
    traffic: Traffic | None


@asynccontextmanager
async def running(
    files: Files,
    shape: Shape,
    accelerator: Accelerator,
    *,
    seed: Callable[[str], dict[str, str]] | None = None,
    settle: bool,
    warn: Callable[[str], None],
    record: Callable[[Sample], None],
) -> AsyncIterator[Machine]:
    """Start a machine on `files.disk` and hand it over when its guest has booted.

    `settle` waits for all of the guest's start-up, not only for what a build needs of it.
    `seed` makes the NoCloud files (name → text) from the channel's public key, for images without our agent. A host
    without network starts it without one and says so through `warn`. `record` gets what it uses, every second. Raises
    MachineFault, HostFault, Missing.
    """
    if which("qemu-system-x86_64") is None:
        raise Missing(
            "qemu-system-x86_64 is not installed on this machine, so no machine can be started.",
            hint="Run packaging/bootstrap, or install the package qemu-system-x86.",
        )
    key = asyncssh.generate_private_key("ssh-ed25519")
    public_key = key.export_public_key().decode().strip()
    if seed is not None:
        _write_seed(files, seed(public_key))
    async with AsyncExitStack() as stack:
        traffic = await _join_network(stack, files, warn)
        line = arguments(
            files,
            shape,
            accelerator,
            public_key=public_key,
            uid=os.geteuid(),
            seeded=seed is not None,
            networked=traffic is not None,
        )
        child = await stack.enter_async_context(spawn("qemu", line, files.output))
        reports = await stack.enter_async_context(monitor(files, child))
        await stack.enter_async_context(metered(reports, traffic, record))
        channel = Channel(files, reports, key, settle=settle)
        stack.push_async_callback(channel.close)
        await channel.boot(BOOT_SECONDS)
        yield Machine(files, shape, reports, channel, traffic)


async def _join_network(stack: AsyncExitStack, files: Files, warn: Callable[[str], None]) -> Traffic | None:
    try:
        return await stack.enter_async_context(network(files))
    except HostFault as error:
        warn(f"The machine starts without a network: {error.message}")
        return None


def _write_seed(files: Files, texts: dict[str, str]) -> None:
    files.seed.mkdir(mode=0o755, exist_ok=True)
    for name, text in texts.items():
        (files.seed / name).write_text(text)
