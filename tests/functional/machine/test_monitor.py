"""What QEMU reports, from a QEMU without any machine in it."""

import asyncio
import shutil
from pathlib import Path

import pytest
from qemu.qmp import Message

from core.errors import MachineFault
from core.local.machine import qemu
from core.local.machine.monitor import monitor
from core.local.machine.process import spawn
from core.local.machine.qemu import Files

pytestmark = pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="QEMU is not installed")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path, tmp_path)


def empty(files: Files) -> list[str]:
    return ["qemu-system-x86_64", "-nodefaults", "-machine", "none", "-display", "none", *qemu.monitor(files)]


async def test_a_qemu_that_cannot_start_is_a_fault_with_its_words(files: Files) -> None:
    """Waiting for its socket, the launch never ended."""
    async with asyncio.timeout(20), spawn("qemu", [*empty(files), "-device", "no-such-device"], files.output) as child:
        with pytest.raises(MachineFault, match=r"QEMU did not start: .*no-such-device"):
            async with monitor(files, child):
                pass


async def test_a_qemu_that_is_not_installed_is_a_fault(files: Files) -> None:
    async with asyncio.timeout(20), spawn("qemu", ["no-such-qemu-xyz"], files.output) as child:
        with pytest.raises(MachineFault, match="no-such-qemu-xyz"):
            async with monitor(files, child):
                pass


async def test_the_end_of_qemu_wakes_whoever_waits_for_the_guest(files: Files) -> None:
    async with (
        asyncio.timeout(20),
        spawn("qemu", empty(files), files.output) as child,
        monitor(files, child) as reports,
    ):
        waiting = asyncio.create_task(reports.opened(after=0))
        await asyncio.sleep(0)
        child.process.kill()
        await child.stop()
        with pytest.raises(MachineFault, match="ended unexpectedly"):
            await waiting


async def test_a_report_between_a_look_and_the_wait_is_not_missed(files: Files) -> None:
    """Forgotten when the wait began, it left a build waiting for a reboot that was over."""
    async with (
        asyncio.timeout(20),
        spawn("qemu", empty(files), files.output) as child,
        monitor(files, child) as reports,
    ):
        change = reports.change()
        reports.handle(Message({"event": "VSERPORT_CHANGE", "data": {"id": qemu.CHANNEL_DEVICE, "open": True}}))
        await asyncio.wait_for(change, 5)
        await asyncio.wait_for(reports.opened(after=0), 5)
        assert (reports.openings, reports.port_open) == (1, True)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"event": "SHUTDOWN", "data": {"guest": True, "reason": "guest-shutdown"}}, "powered itself off"),
        ({"event": "SHUTDOWN", "data": {"guest": True, "reason": "guest-panic"}}, "kernel panicked"),
        ({"event": "BLOCK_IO_ERROR", "data": {"nospace": True}}, "this computer's disk is full"),
        ({"event": "RESET", "data": {"guest": True, "reason": "guest-reset"}}, "ended unexpectedly"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
async def test_the_end_of_a_machine_is_told_in_words(files: Files, event: dict[str, object], words: str) -> None:
    async with (
        asyncio.timeout(20),
        spawn("qemu", empty(files), files.output) as child,
        monitor(files, child) as reports,
    ):
        reports.handle(Message(event))
        fault = reports.fault()
        assert words in fault.message
        assert fault.hint
