"""The fleet around a machine that never comes to life: each failure is told, and nothing of it stays."""

import asyncio
import gc
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import BakehouseError, HostFault, Missing, NotFound
from core.local.machine.checkpoint import Checkpoints
from core.local.machine.curves import CurveShelf
from core.local.machine.fleet import QemuFleet, runtime_prefix
from core.local.machine.ports import Disk, LaunchSpec, Progress, Report

SPEC = LaunchSpec("eu-central-1", "ami-0123", "build", "arn:aws:imagebuilder:eu-central-1:123456789012:image/a/1.0.0/1")


class Disks:
    """Disks that can't be had, or that are made when the test lets them."""

    def __init__(self, fault: BakehouseError | None = None) -> None:
        self.asked = asyncio.Event()
        self.allowed = asyncio.Event()
        self._fault = fault
        if fault is not None:
            self.allowed.set()

    async def make(self, spec: LaunchSpec, path: Path, report: Report) -> Disk:
        self.asked.set()
        await self.allowed.wait()
        if self._fault is not None:
            raise self._fault
        path.touch()
        return Disk(path, agent=True)

    async def copy_layer(self, layer: Path, disk: Disk) -> None:
        """These disks are over no base image, so none of them is ever saved."""
        raise AssertionError(layer)


def fleet_at(folder: Path, disks: Disks) -> QemuFleet:
    return QemuFleet(folder / "runs", disks, CurveShelf(folder / "curves"), Checkpoints(folder / "checkpoints"))


def quietly(_progress: Progress) -> None:
    """A report nobody reads."""


@pytest.fixture
async def unheard() -> AsyncIterator[list[dict[str, Any]]]:
    """What the loop had to report because nobody else did."""
    reports: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: reports.append(context))
    yield reports
    gc.collect()
    assert reports == []


def left_by(runs: Path) -> list[Path]:
    """What a fleet has left in its run folder and in the temporary folder."""
    return [*runs.glob("*"), *Path(tempfile.gettempdir()).glob(f"{runtime_prefix(runs)}*")]


async def test_a_machine_without_a_disk_is_a_failed_launch_and_nothing_else(
    tmp_path: Path, unheard: list[dict[str, Any]]
) -> None:
    fleet = fleet_at(tmp_path, Disks(HostFault("no room")))
    with pytest.raises(HostFault, match="no room"):
        await fleet.launch(SPEC, quietly)
    assert fleet.machines() == ()
    assert left_by(tmp_path / "runs") == []


async def test_a_host_without_qemu_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The launch ended in Python's words about a missing file."""
    monkeypatch.setenv("PATH", str(tmp_path))
    disks = Disks()
    disks.allowed.set()
    fleet = fleet_at(tmp_path, disks)
    with pytest.raises(Missing, match="qemu-system-x86_64 is not installed") as raised:
        await fleet.launch(SPEC, quietly)
    assert "qemu-system-x86" in raised.value.hint
    assert left_by(tmp_path / "runs") == []


async def test_a_cancelled_launch_leaves_nothing(tmp_path: Path, unheard: list[dict[str, Any]]) -> None:
    disks = Disks()
    fleet = fleet_at(tmp_path, disks)
    launch = asyncio.create_task(fleet.launch(SPEC, quietly))
    await disks.asked.wait()
    launch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await launch
    assert fleet.machines() == ()
    assert left_by(tmp_path / "runs") == []


async def test_closing_the_fleet_ends_a_machine_that_still_waits_for_its_disk(
    tmp_path: Path, unheard: list[dict[str, Any]]
) -> None:
    """The service waited for the base image to be made before it could end."""
    disks = Disks()
    fleet = fleet_at(tmp_path, disks)
    launch = asyncio.create_task(fleet.launch(SPEC, quietly))
    await disks.asked.wait()
    assert [info.state for info in fleet.machines()] == ["starting"]
    await asyncio.wait_for(fleet.close(), 10)
    with pytest.raises(BakehouseError, match="terminated while it started"):
        await launch
    assert left_by(tmp_path / "runs") == []


async def test_a_host_without_room_for_a_machine_says_so(tmp_path: Path) -> None:
    """An OSError is a bug's report to the user, and this is none."""
    (tmp_path / "runs").write_text("in the way")
    with pytest.raises(HostFault, match="no room for a machine"):
        await fleet_at(tmp_path, Disks()).launch(SPEC, quietly)


async def test_a_machine_that_is_not_there_is_unknown_and_its_end_silent(tmp_path: Path) -> None:
    fleet = fleet_at(tmp_path, Disks())
    with pytest.raises(NotFound, match="i-0123"):
        fleet.guest("i-0123")
    await fleet.terminate("i-0123")
    assert fleet.console_tail("i-0123") == ""


async def test_what_a_killed_service_left_of_its_machines_is_swept(tmp_path: Path) -> None:
    left = tmp_path / "runs" / "i-0123" / "disk.qcow2"
    left.parent.mkdir(parents=True)
    left.touch()
    runtime = Path(tempfile.mkdtemp(prefix=runtime_prefix(tmp_path / "runs")))
    await fleet_at(tmp_path, Disks()).sweep()
    assert left_by(tmp_path / "runs") == []
    assert not runtime.exists()
