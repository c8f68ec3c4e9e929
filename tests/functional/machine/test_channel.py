"""The host's end of the channel, of a machine whose guest does nothing."""

import asyncio
import shutil
from pathlib import Path

import asyncssh
import pytest

from core.errors import MachineFault
from core.local.machine import qemu
from core.local.machine.channel import Channel
from core.local.machine.monitor import monitor
from core.local.machine.process import spawn
from core.local.machine.qemu import Files

pytestmark = pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="QEMU is not installed")


async def test_a_guest_whose_agent_does_not_come_back_is_given_up(tmp_path: Path) -> None:
    """The launch that saves a machine let go of its agent, and waited for it for ever."""
    files = Files(tmp_path, tmp_path)
    line = ["qemu-system-x86_64", "-nodefaults", "-machine", "none", "-display", "none", *qemu.monitor(files)]
    key = asyncssh.generate_private_key("ssh-ed25519")
    async with (
        asyncio.timeout(20),
        spawn("qemu", line, files.output) as child,
        monitor(files, child) as reports,
    ):
        channel = Channel(files, reports, key, settle=False)
        with pytest.raises(MachineFault, match="agent"):
            await channel.release(0.2)
        await channel.close()
