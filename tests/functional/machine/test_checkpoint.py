"""Saving and resuming a machine without any system in it: real QEMU, real memory, no guest."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import asyncssh
import pytest

from core.errors import MachineFault
from core.local.machine import qemu
from core.local.machine.checkpoint import MOST, Checkpoints, name_of, resume
from core.local.machine.monitor import Monitor, monitor
from core.local.machine.process import capture_output, spawn
from core.local.machine.qemu import Files

pytestmark = pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="QEMU is not installed")

KEY = asyncssh.generate_private_key("ssh-ed25519")


@asynccontextmanager
async def machine(folder: Path, *, resumed: bool = False) -> AsyncIterator[tuple[Files, Monitor]]:
    folder.mkdir()
    files = Files(folder, folder)
    await capture_output(["qemu-img", "create", "-q", "-f", "qcow2", os.fspath(files.disk), "8M"], what="a disk")
    line = ["qemu-system-x86_64", *qemu.machine("tcg"), "-m", "64M", *qemu.monitor(files), *qemu.disk(files)]
    waiting = ["-incoming", "defer"] if resumed else []
    async with spawn("qemu", [*line, *waiting], files.output) as child, monitor(files, child) as reports:
        yield files, reports


async def state(reports: Monitor) -> str:
    return str(cast(dict[str, Any], await reports.ask("query-status"))["status"])


async def test_a_saved_machine_goes_on_and_so_does_its_copy(tmp_path: Path) -> None:
    """As QEMU leaves them, the saved machine stands still, and so does what is resumed from it."""
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    async with asyncio.timeout(60):
        async with machine(tmp_path / "first") as (files, first):
            await checkpoints.save("a", files, first, KEY)
            assert await state(first) == "running"
        saved = checkpoints.find("a")
        assert saved is not None
        assert saved.read_key().export_public_key() == KEY.export_public_key()
        async with machine(tmp_path / "second", resumed=True) as (files, second):
            await resume(saved, files, second)
            assert await state(second) == "running"


async def test_only_the_services_user_can_read_what_was_saved(tmp_path: Path) -> None:
    """The key in it opens the channel of every machine that goes on from there."""
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    async with asyncio.timeout(60), machine(tmp_path / "first") as (files, first):
        await checkpoints.save("a", files, first, KEY)
    saved = checkpoints.find("a")
    assert saved is not None
    assert saved.folder.stat().st_mode & 0o777 == 0o700
    assert saved.key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("length", [0, 100_000])
async def test_a_torn_checkpoint_is_a_fault_and_no_wait(tmp_path: Path, length: int) -> None:
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    async with asyncio.timeout(60):
        async with machine(tmp_path / "first") as (files, first):
            await checkpoints.save("a", files, first, KEY)
        saved = checkpoints.find("a")
        assert saved is not None
        os.truncate(saved.memory, length)
        async with machine(tmp_path / "second", resumed=True) as (files, second):
            with pytest.raises(MachineFault):
                await resume(saved, files, second)


async def test_a_checkpoint_of_another_machine_is_a_fault(tmp_path: Path) -> None:
    """QEMU refuses it with a word on its stderr, and ends."""
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    (tmp_path / "odd").mkdir()
    odd = Files(tmp_path / "odd", tmp_path / "odd")
    line = ["qemu-system-x86_64", *qemu.machine("tcg"), "-m", "64M", *qemu.monitor(odd), "-incoming", "defer"]
    async with asyncio.timeout(60):
        async with machine(tmp_path / "first") as (files, first):
            await checkpoints.save("a", files, first, KEY)
        saved = checkpoints.find("a")
        assert saved is not None
        async with spawn("qemu", line, odd.output) as child, monitor(odd, child) as reports:
            with pytest.raises(MachineFault):
                await resume(saved, odd, reports)


async def test_a_home_that_cannot_hold_it_leaves_the_machine_running(tmp_path: Path) -> None:
    """A build fails for nothing that was only to make later ones quicker."""
    (tmp_path / "checkpoints").write_text("a file where the folder should be")
    async with asyncio.timeout(60), machine(tmp_path / "first") as (files, first):
        await Checkpoints(tmp_path / "checkpoints").save("a", files, first, KEY)
        assert await state(first) == "running"


async def test_a_machine_that_ends_while_it_is_saved_is_a_fault_and_leaves_nothing(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    async with asyncio.timeout(60), machine(tmp_path / "first") as (files, first):
        await first.quit()
        with pytest.raises(MachineFault):
            await checkpoints.save("a", files, first, KEY)
    assert list((tmp_path / "checkpoints").iterdir()) == []


def test_the_latest_used_stay_and_the_rest_can_be_pruned(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "memory").write_bytes(b"x" * 5000)
    assert checkpoints.find("d") is None
    planned = checkpoints.prune(dry_run=True)
    assert sorted(one.name for one in planned) == ["a", "b", "c"]
    assert all(one.kind == "checkpoint" and one.bytes >= 5000 for one in planned)
    assert checkpoints.prune(dry_run=False) == planned
    assert checkpoints.find("a") is None


async def test_no_more_than_a_few_are_kept(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    for number in range(MOST):
        folder = tmp_path / "checkpoints" / f"old-{number}"
        folder.mkdir(parents=True)
        os.utime(folder, (number, number))
    async with asyncio.timeout(60), machine(tmp_path / "first") as (files, first):
        await checkpoints.save("new", files, first, KEY)
    assert checkpoints.find("old-0") is None
    assert checkpoints.find("old-1") is not None


def test_what_a_killed_service_was_saving_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".half").mkdir()
    (tmp_path / "whole").mkdir()
    Checkpoints(tmp_path).sweep()
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_another_base_shape_or_processor_has_another_checkpoint() -> None:
    """Resumed on another machine than it was saved on, a guest would find devices that are not there."""
    line = qemu.generic_line(qemu.Shape(2, 2048), "tcg")
    names = {
        name_of("debian-1", line),
        name_of("debian-2", line),
        name_of("debian-1", qemu.generic_line(qemu.Shape(2, 4096), "tcg")),
        name_of("debian-1", [*line, "-device", "more"]),
    }
    assert len(names) == 4
    assert name_of("debian-1", line) in names
