"""Machines that go on from where an earlier one was saved, booted from the same base image; the first is that one."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from core.errors import HostFault, MachineFault
from core.local.machine.channel import HANDSHAKE_SECONDS
from core.local.machine.checkpoint import Checkpoints, name_of
from core.local.machine.machine import Machine, Start, running
from core.local.machine.ports import Disk, Disks, Progress, Report
from core.local.machine.qemu import generic_line

log = logging.getLogger(__name__)


@asynccontextmanager
async def gone_on(
    start: Start, disk: Disk, disks: Disks, checkpoints: Checkpoints, report: Report
) -> AsyncIterator[Machine]:
    """Hand over a machine of `disk.base`: resumed where there is a checkpoint, else booted and saved for the next one.

    Raises what `running` does, a checkpoint that can't be resumed aside.
    """
    name = name_of(str(disk.base), generic_line(start.shape, start.accelerator))
    async with AsyncExitStack() as stack:
        machine = await _resumed(stack, name, start, disk, disks, checkpoints)
        if machine is None:
            machine = await stack.enter_async_context(running(start))
            await _save(machine, name, checkpoints, report)
        else:
            report(Progress(f"The machine goes on from a saved start of {disk.base}", 0, 0, ""))
        yield machine


async def _resumed(
    stack: AsyncExitStack, name: str, start: Start, disk: Disk, disks: Disks, checkpoints: Checkpoints
) -> Machine | None:
    saved = checkpoints.find(name)
    if saved is None:
        return None
    untouched = disk.path.rename(disk.path.with_suffix(".untouched"))
    try:
        async with AsyncExitStack() as attempt:
            await disks.copy_layer(saved.disk, disk)
            machine = await attempt.enter_async_context(running(start, saved))
            stack.push_async_exit(attempt.pop_all())
        return machine
    except (MachineFault, HostFault) as error:
        log.warning("the machine boots, for it can't go on from its checkpoint: %s", error.message)
        if isinstance(error, MachineFault):
            checkpoints.discard(saved)
        for socket in start.files.runtime.iterdir():
            socket.unlink()
        untouched.replace(disk.path)
        return None


async def _save(machine: Machine, name: str, checkpoints: Checkpoints, report: Report) -> None:
    """A machine without a network is not what later ones would go on from."""
    if machine.traffic is None:
        return
    report(Progress("Saving the started machine for later builds", 0, 0, ""))
    await machine.channel.settled()
    await machine.channel.release(HANDSHAKE_SECONDS)
    await checkpoints.save(name, machine.files, machine.monitor, machine.key)
    await machine.channel.take_up()
