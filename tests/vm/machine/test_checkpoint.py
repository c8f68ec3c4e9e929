"""A builder instance that goes on from a saved start of the base image, and one that can't."""

import os
import time
from collections.abc import Callable

from core.local.endpoint import Home
from tests.vm.machine.yard import Running, Yard, open_yard

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


async def test_a_machine_boots_where_its_checkpoint_is_damaged(new_home: Callable[[], Home], machine: Running) -> None:
    """A file that was cut off by a failing disk would have failed every later build."""
    home = new_home()
    home.checkpoints.unlink()
    async with open_yard(home) as yard:
        first = await yard.launch()
        before = await first.boot_id()
        await yard.fleet.terminate(first.instance_id)
        (saved,) = home.checkpoints.iterdir()
        os.truncate(saved / "memory", (saved / "memory").stat().st_size // 2)
        second = await yard.launch()
        assert await second.boot_id() != before
        assert await second.read("ip route show default")
        third = await yard.launch()
        assert await third.boot_id() == await second.boot_id()
