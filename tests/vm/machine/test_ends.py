"""How machines end, wanted and unwanted: each end is told in words, in time, and leaves nothing behind.

Every test here ends the machine that it gets.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import HostFault, MachineFault
from core.local.endpoint import Home
from core.local.toe.outside import LocalOutside
from core.local.toe.run import DocumentInput, ToeRequest, execute
from tests.vm.machine.processes import lives, machine_processes, until
from tests.vm.machine.yard import Running, Yard, open_yard

pytestmark = [pytest.mark.vm, pytest.mark.asyncio(loop_scope="session")]

POWER_OFF = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Off
        action: ExecuteBash
        inputs:
          commands:
            - systemctl poweroff
            - sleep 300
"""
OWNER = """
import asyncio, sys
from pathlib import Path
from core.local.endpoint import Home
from tests.vm.machine.yard import open_yard
async def main():
    async with open_yard(Home(Path(sys.argv[1]))) as yard:
        await yard.launch()
asyncio.run(main())
"""
HOST_DISK_MIB = 96


def qemus() -> list[int]:
    """The QEMU processes of this test's machines."""
    return [pid for pid, program in machine_processes(os.getpid()).items() if program.startswith("qemu")]


async def test_a_machine_that_stops_answering_is_given_up(machine: Running) -> None:
    """The time-out of a step waited for ever for a frozen machine to kill the step's command."""
    (qemu,) = qemus()
    os.kill(qemu, signal.SIGSTOP)
    try:
        with pytest.raises(MachineFault, match="does not answer any more"):
            await asyncio.wait_for(machine.guest.run(["sleep", "300"], timeout=1), 60)
    finally:
        os.kill(qemu, signal.SIGCONT)


async def test_a_component_that_powers_the_machine_off_fails_by_name(
    yard: Yard, machine: Running, tmp_path: Path
) -> None:
    """The step hung until its timeout of two hours: nobody was there any more to say how the command had ended."""
    request = ToeRequest(
        documents=(DocumentInput("off.yml", POWER_OFF),), phases=("build",), execution_id="7d1f2c3e", region="eu-west-1"
    )
    outside = LocalOutside(tmp_path / "buckets", tmp_path / "parameters.json", lambda arn: None)
    async with asyncio.timeout(120):
        result = await execute(request, machine.guest, log=lambda line: None, outside=outside)
    assert result.status == "failed"
    assert result.failure is not None
    assert (result.failure.phase, result.failure.step) == ("build", "Off")
    assert "The machine powered itself off." in result.failure.error_message
    with pytest.raises(MachineFault, match="powered itself off"):
        await machine.guest.run(["true"], timeout=60)
    await yard.fleet.terminate(machine.instance_id)


async def test_a_killed_qemu_ends_the_command_with_a_fault(yard: Yard, machine: Running) -> None:
    """The command waited for ever on a socket whose other end was gone."""
    began = asyncio.Event()
    command = asyncio.create_task(
        machine.guest.run(["/bin/sh", "-c", "echo began; sleep 300"], stdout=lambda piece: began.set())
    )
    await asyncio.wait_for(began.wait(), 60)
    (qemu,) = qemus()
    os.kill(qemu, signal.SIGKILL)
    with pytest.raises(MachineFault, match="QEMU process ended unexpectedly"):
        await asyncio.wait_for(command, 20)
    await yard.fleet.terminate(machine.instance_id)
    assert yard.state(machine.instance_id) == "gone"
    await until(lambda: not machine_processes(os.getpid()), 10, "passt is gone as well")
    assert list(yard.home.runs.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of this host that is soon full."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small disk that this test fills")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={HOST_DISK_MIB}m", "bakehouse-test", str(folder)]
    if (tried := subprocess.run(mount, capture_output=True, text=True, check=False)).returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {tried.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_a_full_disk_of_the_host_is_said_and_nothing_hangs(
    new_home: Callable[[], Home], small_disk: Path
) -> None:
    """QEMU pauses a machine whose disk can't grow, so its command neither went on nor ended."""
    async with open_yard(new_home(), runs=small_disk / "runs") as yard:
        running = await yard.launch()
        fill = f"dd if=/dev/urandom of=/var/tmp/fill bs=1M count={2 * HOST_DISK_MIB} conv=fsync"
        async with asyncio.timeout(180):
            with pytest.raises(MachineFault, match="this computer's disk is full") as raised:
                await running.sh(fill, timeout=None)
        assert "prune" in raised.value.hint
    assert not machine_processes(os.getpid())


async def test_a_host_without_room_for_the_machines_folder_says_so(
    new_home: Callable[[], Home], small_disk: Path
) -> None:
    """An OSError of mkdir is no sentence for a user."""
    (small_disk / "full").write_bytes(b"x" * (HOST_DISK_MIB * 2**20 - 4096))
    async with open_yard(new_home(), runs=small_disk / "runs") as yard:
        with pytest.raises((HostFault, MachineFault), match=r"[Dd]isk|[Ss]pace"):
            await asyncio.wait_for(yard.launch(), 60)
        assert yard.fleet.machines() == ()


async def test_a_machine_that_is_terminated_while_it_starts_is_gone_at_once(new_home: Callable[[], Home]) -> None:
    """Terminating waited until the machine had started, up to five minutes, and with it the service's end."""
    async with open_yard(new_home()) as yard:
        others = machine_processes(os.getpid())
        launch = asyncio.create_task(yard.launch())
        await until(lambda: len(_besides(others)) == 2, 60, "QEMU and passt run")
        (info,) = yard.fleet.machines()
        await asyncio.wait_for(yard.fleet.terminate(info.instance_id), 10)
        with pytest.raises(MachineFault, match="terminated while it started"):
            await launch
        assert not _besides(others)
        assert list(yard.home.runs.iterdir()) == []


async def test_a_cancelled_launch_leaves_no_machine(new_home: Callable[[], Home]) -> None:
    """A build that was cancelled while its machine started left a machine that nobody knew of."""
    async with open_yard(new_home()) as yard:
        others = machine_processes(os.getpid())
        launch = asyncio.create_task(yard.launch())
        await until(lambda: len(_besides(others)) == 2, 60, "QEMU and passt run")
        launch.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(launch, 10)
        assert yard.fleet.machines() == ()
        assert not _besides(others)
        assert list(yard.home.runs.iterdir()) == []


def _besides(others: dict[int, str]) -> dict[int, str]:
    """QEMU and passt of this process, but for those of machines that other tests share."""
    return {pid: program for pid, program in machine_processes(os.getpid()).items() if pid not in others}


@pytest.mark.soak  # a whole service is killed in tests/vm/test_bake_faults.py
async def test_nothing_outlives_a_service_that_is_killed(new_home: Callable[[], Home]) -> None:
    """QEMU, which has changed its user and so lost its death signal, ran on for good with nobody to end it."""
    home = new_home()
    owner = await asyncio.create_subprocess_exec(sys.executable, "-c", OWNER, str(home.root))
    try:
        await until(lambda: len(machine_processes(owner.pid)) == 2, 60, "QEMU and passt run")
        theirs = machine_processes(owner.pid)
    finally:
        owner.kill()
        await owner.wait()
    await until(lambda: not any(lives(pid) for pid in theirs), 10, "QEMU and passt are gone")
    async with open_yard(home) as yard:
        assert list(home.runs.iterdir()) != []
        await yard.fleet.sweep()
        assert list(home.runs.iterdir()) == []
