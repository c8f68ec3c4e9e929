"""The host's end of the channel, of machines whose guest does nothing, or not at once."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest
from qemu.qmp import Message

from core.errors import MachineFault
from core.local.machine import qemu
from core.local.machine.channel import Channel
from core.local.machine.monitor import monitor
from core.local.machine.process import spawn
from core.local.machine.qemu import Files
from tests.fakes.drowsy_guest import drowsy_guest

pytestmark = pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="QEMU is not installed")


@asynccontextmanager
async def channel_of(folder: Path, key: asyncssh.SSHKey, *, agent: bool) -> AsyncIterator[Channel]:
    """The channel of a QEMU without a machine in it; with an `agent`, its guest is said to have opened the port."""
    files = Files(folder, folder)
    line = ["qemu-system-x86_64", "-nodefaults", "-machine", "none", "-display", "none", *qemu.monitor(files)]
    async with (
        asyncio.timeout(20),
        spawn("qemu", line, files.output) as child,
        monitor(files, child) as reports,
    ):
        if agent:
            reports.handle(Message({"event": "VSERPORT_CHANGE", "data": {"id": qemu.CHANNEL_DEVICE, "open": True}}))
        channel = Channel(files, reports, key, settle=False)
        try:
            yield channel
        finally:
            await channel.close()


@pytest.fixture
def key() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519")


async def test_a_guest_whose_agent_does_not_come_back_is_given_up(tmp_path: Path, key: asyncssh.SSHKey) -> None:
    """The launch that saves a machine let go of its agent, and waited for it for ever."""
    async with channel_of(tmp_path, key, agent=False) as channel:
        with pytest.raises(MachineFault, match="agent"):
            await channel.release(0.2)


async def test_a_command_whose_request_the_guest_overlooks_is_run(tmp_path: Path, key: asyncssh.SSHKey) -> None:
    """One command in a hundred never began on an emulated machine, and its step hung until its time was up."""
    async with (
        drowsy_guest(Files(tmp_path, tmp_path).channel, key) as guest,
        channel_of(tmp_path, key, agent=True) as channel,
    ):
        await channel.connect(10)
        guest.forgets = True
        assert (await channel.run(["true"], timeout=10)).succeeded
