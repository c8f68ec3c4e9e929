"""Child processes that cannot outlive the service.

QEMU and passt must be gone when the service is, however it ends and even if it is never started again.
PR_SET_PDEATHSIG follows the thread that forked and is cleared when a child changes its user (as QEMU does where the
service is root), so it can't carry that promise. A pipe can: every child runs under a few lines of shell that hold the
reading end of a pipe from the service; the kernel closes the other end with the service, and the shell kills the child
and all that the child started (it gets a session of its own).
"""

import asyncio
import logging
import shlex
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import IO

from core.errors import HostFault, Missing

log = logging.getLogger(__name__)

LIFELINE = """
exec 3<&0
setsid "$@" </dev/null 3<&- &
child=$!
{ read -r _ <&3; kill -s KILL -- -$child || kill -s KILL $child; } 2>/dev/null &
guard=$!
exec 3<&-
wait $child
status=$?
kill $guard 2>/dev/null
exit $status
"""


async def on_lifeline(
    name: str,
    argv: Sequence[str],
    *,
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
    environment: Mapping[str, str] | None = None,
) -> asyncio.subprocess.Process:
    """Run `argv` for as long as the process's stdin, a pipe from the service, stays open.

    Lifeline and child are sessions apart from ours: a signal to our whole process group, such as a terminal or
    `timeout` sends, would else end the lifeline and leave the child.
    """
    return await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", LIFELINE, name, *argv,
        stdin=asyncio.subprocess.PIPE, stdout=stdout, stderr=stderr, env=environment, start_new_session=True,
    )  # fmt: skip


async def let_go(process: asyncio.subprocess.Process) -> None:
    """Kill what hangs on the lifeline that is `process`, and wait until it is gone."""
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()


@dataclass(slots=True)
class Child:
    """A running child process; `ended` is set once it is gone, whatever ended it."""

    name: str
    process: asyncio.subprocess.Process
    output: Path
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def tail(self, length: int = 800) -> str:
        """The end of what the child printed, for messages."""
        try:
            return self.output.read_text(errors="replace").strip()[-length:]
        except FileNotFoundError:
            return ""

    async def stop(self, *, patience: float = 5) -> None:
        """Let go of the lifeline, which kills the child, and wait until it is gone (`patience` in seconds)."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            await asyncio.wait_for(self.ended.wait(), patience)
        except TimeoutError:
            self.process.kill()
            await self.ended.wait()


@asynccontextmanager
async def spawn(name: str, argv: Sequence[str], output: Path) -> AsyncIterator[Child]:
    """Run `argv` until the block is left, its stdout and stderr going to the file `output`.

    Raises Missing when the program is not installed, HostFault when the host can't start it.
    """
    log.info("%s: %s", name, shlex.join(argv))
    with output.open("wb") as sink:
        try:
            process = await on_lifeline(name, argv, stdout=sink, stderr=sink)
        except OSError as error:
            raise HostFault(
                f"{name} could not be started: {error}",
                hint="Free memory or processes on this machine, then try again.",
            ) from error
    child = Child(name, process, output)
    reaper = asyncio.create_task(_reap(child))
    try:
        yield child
    finally:
        await asyncio.shield(_end(child, reaper))


async def _reap(child: Child) -> None:
    await child.process.wait()
    child.ended.set()


async def _end(child: Child, reaper: asyncio.Task[None]) -> None:
    await child.stop()
    await reaper


def _unheard(_piece: bytes) -> None:
    """Nobody wants to hear the output while it comes."""


async def capture_output(argv: Sequence[str], *, what: str, heard: Callable[[bytes], None] = _unheard) -> str:
    """stdout of a host tool that must succeed; `heard` gets its pieces as they come.

    Raises Missing when the tool isn't installed, HostFault when it fails.
    """
    if which(argv[0]) is None:
        raise Missing(
            f"{argv[0]} is not installed on this machine, so {what} is impossible.",
            hint="Run packaging/bootstrap, which installs what Bakehouse needs.",
        )
    process = await on_lifeline(argv[0], argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    try:
        out, err = await asyncio.gather(_all_of(process.stdout, heard), _all_of(process.stderr, _unheard))
        status = await process.wait()
    finally:
        await asyncio.shield(let_go(process))
    if status != 0:
        raise HostFault(
            f"{what} failed: {err.decode(errors='replace').strip()[-600:]}",
            hint="Check free disk space and permissions of Bakehouse's data folder.",
            context={"command": shlex.join(argv)},
        )
    return out.decode(errors="replace")


async def _all_of(stream: asyncio.StreamReader | None, heard: Callable[[bytes], None]) -> bytes:
    everything = bytearray()
    while stream is not None and (piece := await stream.read(65536)):
        heard(piece)
        everything += piece
    return bytes(everything)
