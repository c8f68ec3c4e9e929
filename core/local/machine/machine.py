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
from core.local.machine.checkpoint import Checkpoint, resume
from core.local.machine.meter import Sample, metered
from core.local.machine.monitor import Monitor, monitor
from core.local.machine.network import Traffic, network
from core.local.machine.process import spawn
from core.local.machine.qemu import Accelerator, Files, Shape, arguments

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that answers. `traffic` is None where it has no network; `key` opens its channel."""

    files: Files
    key: asyncssh.SSHKey
    shape: Shape
    monitor: Monitor
    channel: Channel
    traffic: Traffic | None


@dataclass(frozen=True, slots=True)
class Start:
    """How a machine is to start, on `files.disk`.

    `settle` waits for all of the guest's start-up, not only for what a build needs of it. `seed` makes the NoCloud
    files (name → text) from the channel's public key, for images without our agent. A host without network starts it
    without one and says so through `warn`. `record` gets what it uses, every second.
    """

    files: Files
    shape: Shape
    accelerator: Accelerator
    seed: Callable[[str], dict[str, str]] | None
    settle: bool
    warn: Callable[[str], None]
    record: Callable[[Sample], None]


@asynccontextmanager
async def running(start: Start, saved: Checkpoint | None = None) -> AsyncIterator[Machine]:
    """Start a machine and hand it over when its guest has booted.

    With `saved` it goes on from there instead; a saved machine has a network. Raises MachineFault, HostFault, Missing.
    """
    if which("qemu-system-x86_64") is None:
        raise Missing(
            "qemu-system-x86_64 is not installed on this machine, so no machine can be started.",
            hint="Run packaging/bootstrap, or install the package qemu-system-x86.",
        )
    files = start.files
    async with AsyncExitStack() as stack:
        traffic = await _join_network(stack, files, start.warn)
        if traffic is None and saved is not None:
            raise HostFault("A saved machine can't be resumed without a network.")
        key = saved.read_key() if saved is not None else asyncssh.generate_private_key("ssh-ed25519")
        public_key = key.export_public_key().decode().strip()
        if start.seed is not None:
            _write_seed(files, start.seed(public_key))
        line = arguments(
            files,
            start.shape,
            start.accelerator,
            public_key=public_key,
            uid=os.geteuid(),
            seeded=start.seed is not None,
            networked=traffic is not None,
            resumed=saved is not None,
        )
        child = await stack.enter_async_context(spawn("qemu", line, files.output))
        reports = await stack.enter_async_context(monitor(files, child))
        await stack.enter_async_context(metered(reports, traffic, start.record))
        channel = Channel(files, reports, key, settle=start.settle)
        stack.push_async_callback(channel.close)
        if saved is not None:
            await resume(saved, files, reports)
            await channel.wake()
        else:
            await channel.boot(BOOT_SECONDS)
        yield Machine(files, key, start.shape, reports, channel, traffic)


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
