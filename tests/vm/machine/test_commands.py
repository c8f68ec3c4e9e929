"""Commands on a real machine: what `Guest` promises, kept."""

import asyncio
import hashlib
import time

import pytest

from core.local.machine.guest import Exit
from tests.vm.machine.processes import until
from tests.vm.machine.yard import Running, Yard

pytestmark = [pytest.mark.vm, pytest.mark.asyncio(loop_scope="session")]


async def test_a_command_ends_with_its_own_status(machine: Running) -> None:
    said = await machine.sh("echo out; echo err >&2; exit 194")
    assert (said.exit, said.out, said.err) == (Exit(194), "out\n", "err\n")


@pytest.mark.parametrize(("signal", "status"), [("KILL", 137), ("TERM", 143), ("SEGV", 139)])
async def test_a_command_ended_by_a_signal_has_128_and_its_number(machine: Running, signal: str, status: int) -> None:
    """Under `setsid -w` a killed command ended with its raw wait status (9 for KILL) and words of setsid on stderr."""
    said = await machine.sh(f"kill -{signal} $$")
    assert (said.exit, said.err) == (Exit(status), "")


async def test_five_megabytes_of_input_come_back_byte_for_byte(machine: Running) -> None:
    sent = bytes(range(256)) * (5 * 2**20 // 256)
    back = bytearray()
    assert (await machine.guest.run(["cat"], stdin=sent, stdout=back.extend, timeout=120)).succeeded
    assert hashlib.sha256(back).digest() == hashlib.sha256(sent).digest()


async def test_input_that_nobody_reads_does_not_hold_the_command_up(machine: Running) -> None:
    assert await machine.guest.run(["true"], stdin=b"x" * 5 * 2**20, timeout=60) == Exit(0)


async def test_a_hundred_megabytes_of_output_arrive_whole_and_in_pieces(machine: Running) -> None:
    """Collected in one buffer per command, such an output would be held in the service's memory."""
    pieces: list[int] = []
    script = "head -c 100000000 /dev/zero; echo end >&2"
    exit_ = await machine.guest.run(
        ["/bin/sh", "-c", script], stdout=lambda piece: pieces.append(len(piece)), timeout=180
    )
    assert exit_ == Exit(0)
    assert sum(pieces) == 100_000_000
    assert max(pieces) <= 2**20


async def test_bytes_that_are_no_text_arrive_unchanged(machine: Running) -> None:
    out = bytearray()
    await machine.guest.run(["printf", r"\377\376\0\200end"], stdout=out.extend, timeout=60)
    assert bytes(out) == b"\xff\xfe\x00\x80end"


async def test_a_command_sees_the_given_environment_and_nothing_else(machine: Running) -> None:
    out = bytearray()
    hostile = "a b'c\"d $HOME `id` $(id)\nsecond line; exit 3"
    await machine.guest.run(["env", "-0"], environment={"ODD": hostile, "EMPTY": ""}, stdout=out.extend, timeout=60)
    seen = dict(entry.split("=", 1) for entry in out.decode().split("\0") if entry)
    assert seen["ODD"] == hostile
    assert seen["EMPTY"] == ""
    assert set(seen) == {"ODD", "EMPTY", "PATH", "LANG"}


async def test_arguments_reach_the_command_as_they_are(machine: Running) -> None:
    out = bytearray()
    arguments = ["", "a b", "$(id)", "'\"", "*", "--", "ü\n"]
    await machine.guest.run(["printf", r"%s\0", *arguments], stdout=out.extend, timeout=60)
    assert out.decode().split("\0")[:-1] == arguments


async def test_a_command_runs_in_the_given_folder(machine: Running) -> None:
    out = bytearray()
    await machine.guest.run(["pwd"], cwd="/usr/share", stdout=out.extend, timeout=60)
    assert out == b"/usr/share\n"


async def test_a_missing_folder_fails_the_command_before_it_runs(machine: Running) -> None:
    out, err = bytearray(), bytearray()
    exit_ = await machine.guest.run(
        ["echo", "ran"], cwd="/no/such folder", stdout=out.extend, stderr=err.extend, timeout=60
    )
    assert exit_ == Exit(126)
    assert out == b""
    assert b"/no/such folder" in err


async def test_a_missing_program_is_the_shells_127(machine: Running) -> None:
    assert (await machine.guest.run(["no-such-program-xyz"], timeout=60)).code == 127


async def test_a_timeout_kills_everything_the_command_started(machine: Running) -> None:
    """Killing the command's process group alone left what had made itself a session of its own."""
    script = "sleep 7701 & setsid sleep 7702 & (setsid setsid sleep 7703 &) ; nohup sleep 7704 & sleep 7705"
    began = time.monotonic()
    said = await machine.sh(script, timeout=5)
    assert said.exit.timed_out
    assert time.monotonic() - began < 30
    assert (await machine.sh("pgrep -fa '^sleep 770'")).out == ""


async def test_a_daemon_left_behind_does_not_hold_the_command_up(machine: Running) -> None:
    """Waiting for the end of its output, a command that had started a daemon lasted as long as the daemon."""
    began = time.monotonic()
    said = await machine.sh("sleep 7710 & echo started", timeout=120)
    assert (said.exit, said.out) == (Exit(0), "started\n")
    assert time.monotonic() - began < 30
    assert (await machine.read("pgrep -fc '^sleep 7710'; pkill -f '^sleep 7710'")) == "1"


async def test_cancelling_kills_the_command(machine: Running) -> None:
    """A cancelled build went on installing in a machine that was then captured or kept."""
    began = asyncio.Event()
    script = "setsid sleep 7720 & echo began; exec sleep 7720"
    running = asyncio.create_task(
        machine.guest.run(["/bin/sh", "-c", script], stdout=lambda piece: began.set(), timeout=300)
    )
    await asyncio.wait_for(began.wait(), 60)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await machine.sh("pgrep -fa '^sleep 7720'")).out == ""


async def test_two_commands_run_side_by_side(machine: Running) -> None:
    await machine.read("rm -f /run/meet; mkfifo /run/meet")
    reads, writes = await asyncio.gather(
        machine.sh("cat /run/meet", timeout=60), machine.sh("echo hello > /run/meet", timeout=60)
    )
    assert reads.out == "hello\n"
    assert writes.exit == Exit(0)


async def test_a_full_disk_fails_the_command_and_not_the_machine(machine: Running) -> None:
    """Had the channel needed the disk for its bookkeeping, a full one would have ended the build in a riddle."""
    await machine.sh("fallocate -l $(df -B1 --output=avail / | tail -n 1) /var/tmp/fill; cat /dev/zero > /var/tmp/rest")
    try:
        said = await machine.sh("echo something > /var/tmp/more")
        assert said.exit == Exit(1)
        assert "No space left on device" in said.err
        assert await machine.read("echo alive") == "alive"
    finally:
        await machine.read("rm -f /var/tmp/fill /var/tmp/rest /var/tmp/more")


async def test_the_root_file_system_is_as_big_as_the_volume_asked_for(machine: Running) -> None:
    size = int(await machine.read("df -B1 --output=size / | tail -n 1"))
    assert 9.5 * 2**30 < size < 10 * 2**30


async def test_what_a_machine_uses_is_sampled_while_it_runs(yard: Yard, machine: Running) -> None:
    await machine.read("head -c 50M /dev/urandom > /var/tmp/noise; sync; rm /var/tmp/noise")

    def written() -> int:
        every = yard.fleet.curves(yard.spec().owner_arn, 0)
        (curves,) = (curves for curves in every if curves.instance_id == machine.instance_id)
        first, last = curves.samples[0], curves.samples[-1]
        assert last.processor > first.processor
        assert last.memory > 100 * 2**20
        return last.written

    await until(lambda: written() > 50 * 2**20, 30, "the disk's curve shows it")
