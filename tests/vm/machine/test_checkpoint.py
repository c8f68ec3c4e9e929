"""A builder instance that goes on from a saved start of the base image, and one that can't."""

import os
import shutil
import time
from collections.abc import Callable

import pytest

from core.local.endpoint import Home
from tests.vm.machine.yard import Running, Yard, open_yard

pytestmark = [pytest.mark.vm, pytest.mark.asyncio(loop_scope="session")]

NUMBER = "cat /proc/sys/kernel/random/uuid"


async def test_machines_of_one_start_have_their_own_time_randomness_and_network(yard: Yard, machine: Running) -> None:
    """Two copies of one memory count the same random numbers, at the time of the copy."""
    other = await yard.launch()
    try:
        assert await other.boot_id() == await machine.boot_id()
        assert await other.read(NUMBER) != await machine.read(NUMBER)
        assert abs(float(await other.read("date +%s.%N")) - time.time()) < 5
        assert await other.read("getent hosts deb.debian.org")
        assert (await other.sh("systemctl is-system-running")).out.strip() == "running"
    finally:
        await yard.fleet.terminate(other.instance_id)


@pytest.mark.soak
async def test_a_machine_boots_where_its_checkpoint_is_damaged(new_home: Callable[[], Home], machine: Running) -> None:
    """A file that was cut off by a failing disk would have failed every later build."""
    home = new_home()
    shared = home.checkpoints.resolve()
    home.checkpoints.unlink()
    shutil.copytree(shared, home.checkpoints)
    for memory in home.checkpoints.glob("*/memory"):
        os.truncate(memory, memory.stat().st_size // 2)
    async with open_yard(home) as yard:
        booted = await yard.launch()
        assert await booted.boot_id() != await machine.boot_id()
        assert await booted.read("ip route show default")
        after = await yard.launch()
        assert await after.boot_id() == await booted.boot_id()
