"""Child processes end with their block, and with the process that started them, however that ends."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from core.errors import HostFault, Missing
from core.local.machine.process import capture_output, spawn
from tests.vm.machine.processes import descendants, lives, until

OWNER = """
import asyncio, sys
from pathlib import Path
from core.local.machine.process import spawn
async def main():
    async with spawn("child", ["sleep", "600"], Path(sys.argv[1])):
        await asyncio.sleep(600)
asyncio.run(main())
"""


def sleeping(ancestor: int) -> dict[int, str]:
    return {pid: program for pid, program in descendants(ancestor).items() if program == "sleep"}


async def test_a_child_ends_with_its_block(tmp_path: Path) -> None:
    async with spawn("child", ["sleep", "600"], tmp_path / "log") as child:
        await until(lambda: len(sleeping(child.process.pid)) == 1, 10, "the child runs")
        ours = descendants(child.process.pid) | {child.process.pid: "sh"}
    assert child.ended.is_set()
    await until(lambda: not any(lives(pid) for pid in ours), 5, "the child and its guard are gone")


async def test_a_child_that_ignores_every_polite_signal_ends_too(tmp_path: Path) -> None:
    stubborn = ["sh", "-c", "trap '' TERM INT HUP PIPE; echo ready; while :; do sleep 600; done"]
    async with spawn("child", stubborn, tmp_path / "log") as child:
        await until(lambda: child.tail() == "ready", 10, "the child is ready")
    assert child.ended.is_set()


async def test_a_cancelled_block_leaves_no_child(tmp_path: Path) -> None:
    entered = asyncio.Event()

    async def block() -> None:
        async with spawn("child", ["sleep", "600"], tmp_path / "log"):
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(block())
    await entered.wait()
    await until(lambda: len(sleeping(os.getpid())) == 1, 10, "the child runs")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not sleeping(os.getpid()), 5, "the child is gone")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("whole_group", [False, True], ids=["alone", "with its group"])
async def test_a_child_ends_with_the_process_that_started_it(
    tmp_path: Path, end: signal.Signals, whole_group: bool
) -> None:
    """A death signal is lost when the child changes its user, as QEMU does; a killed service left its machines on.

    And a signal to the whole process group, as `timeout` and a closed terminal send it, ended the guards as well.
    """
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OWNER, str(tmp_path / "log"), start_new_session=True
    )
    theirs: dict[int, str] = {}
    try:
        await until(lambda: len(sleeping(owner.pid)) == 1, 20, "the child runs")
        theirs = descendants(owner.pid)
        if whole_group:
            os.killpg(owner.pid, end)
        else:
            owner.send_signal(end)
        await asyncio.wait_for(owner.wait(), 10)
        await until(lambda: not any(lives(pid) for pid in theirs), 5, "the child and its guard are gone")
    finally:
        for pid in (pid for pid in theirs if lives(pid)):
            os.kill(pid, signal.SIGKILL)


async def test_a_childs_end_is_noticed_and_its_last_words_are_kept(tmp_path: Path) -> None:
    async with spawn("child", ["sh", "-c", "echo no memory >&2; exit 7"], tmp_path / "log") as child:
        await asyncio.wait_for(child.ended.wait(), 10)
        assert child.process.returncode == 7
        assert child.tail() == "no memory"


async def test_a_child_reads_nothing_of_ours(tmp_path: Path) -> None:
    async with spawn("child", ["cat"], tmp_path / "log") as child:
        await asyncio.wait_for(child.ended.wait(), 10)
        assert child.process.returncode == 0


async def test_a_tools_output_is_given_back() -> None:
    assert await capture_output(["printf", "%s", "a b"], what="printing") == "a b"


async def test_a_failing_tool_is_a_fault_with_its_words() -> None:
    with pytest.raises(HostFault, match=r"Copying failed: .*cannot stat"):
        await capture_output(["cp", "/no/such/file", "/tmp/x"], what="Copying")


async def test_a_missing_tool_says_what_to_do() -> None:
    with pytest.raises(Missing, match="no-such-tool-xyz is not installed") as raised:
        await capture_output(["no-such-tool-xyz"], what="Copying")
    assert "bootstrap" in raised.value.hint


async def test_a_cancelled_tool_is_killed() -> None:
    task = asyncio.create_task(capture_output(["sleep", "600"], what="sleeping"))
    await until(lambda: len(sleeping(os.getpid())) == 1, 10, "the tool runs")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not sleeping(os.getpid())
