"""A guest without a machine: commands run for real on this host, in a view of the file system of its own.

Each command gets its own session (killed whole on timeout, as the real guest does) and its own mount namespace, in
which /tmp, /var/tmp, /root and /opt are folders of this guest, /etc/os-release names another system, and the
environment and host name are the guest's. So a test can tell what was read in the guest from what was read on the host.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from core.errors import GuestLost, MachineFault
from core.local.machine.guest import Exit, Output

HOST_NAME = "oven"
OS_RELEASE = 'PRETTY_NAME="Bakers Linux 7 (sourdough)"\nNAME="Bakers Linux"\nVERSION_ID="7"\nID=bakers\n'
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "MACHINE": "guest",
}

_FOLDERS = ("/tmp", "/var/tmp", "/root", "/opt")
# $1 the guest's folder, $2 its host name, $3 the current folder; the rest is environment and command.
_ENTER = """
name=$2 folder=$3; cd -- "$1" || exit 125; shift 3
for place in tmp var/tmp root opt etc/os-release; do mount -c --bind "./$place" "/$place" || exit 125; done
hostname "$name" || exit 125
cd -- "$folder" && exec env -i "$@"
"""


class FakeGuest:
    """A `Guest`. `reboots` counts; `on_reboot` is awaited in each; `runs` are the commands so far."""

    def __init__(self, root: Path, on_reboot: Callable[[], Awaitable[None]] | None = None) -> None:
        self.root = root
        self.reboots = 0
        self.runs: list[tuple[str, ...]] = []
        self._on_reboot = on_reboot
        self._gone: MachineFault | None = None
        self._children: set[asyncio.subprocess.Process] = set()
        for folder in _FOLDERS:
            self.path(folder).mkdir(parents=True)
        self.path("/etc").mkdir()
        self.path("/etc/os-release").write_text(OS_RELEASE)

    def path(self, path: str) -> Path:
        """Where a path below the guest's own folders lies on the host."""
        return self.root / path.lstrip("/")

    @property
    def sessions(self) -> tuple[int, ...]:
        """Process groups of the commands running now."""
        return tuple(child.pid for child in self._children)

    def lose(self, fault: MachineFault | None = None) -> None:
        """The machine goes away: what runs ends with GuestLost, and so does everything asked from now on."""
        self._gone = fault or GuestLost("The connection to the machine i-fake broke")
        for child in self._children:
            _kill(child.pid)

    async def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
        cwd: str = "/",
        stdout: Output | None = None,
        stderr: Output | None = None,
        timeout: float | None = None,
    ) -> Exit:
        self.runs.append(tuple(argv))
        if self._gone is not None:
            raise self._gone
        namespaces = ("--mount", "--uts") if os.geteuid() == 0 else ("--user", "--map-root-user", "--mount", "--uts")
        variables = [f"{name}={value}" for name, value in {**ENVIRONMENT, **(environment or {})}.items()]
        child = await asyncio.create_subprocess_exec(
            "unshare", *namespaces, "bash", "-c", _ENTER, "enter", str(self.root), HOST_NAME, cwd, *variables, *argv,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=ENVIRONMENT, start_new_session=True,
        )  # fmt: skip
        self._children.add(child)
        try:
            async with asyncio.timeout(timeout):
                await _converse(child, stdin, stdout, stderr)
        except TimeoutError:
            _kill(child.pid)
            await child.wait()
            return Exit(137, timed_out=True)
        finally:
            self._children.discard(child)
            if child.returncode is None:
                _kill(child.pid)
                await asyncio.shield(child.wait())
        if self._gone is not None:
            raise self._gone
        code = child.returncode or 0
        return Exit(code if code >= 0 else 128 - code)

    async def reboot(self) -> None:
        if self._gone is not None:
            raise self._gone
        self.reboots += 1
        for child in tuple(self._children):
            _kill(child.pid)
        if self._on_reboot is not None:
            await self._on_reboot()


async def _converse(
    child: asyncio.subprocess.Process, stdin: bytes, stdout: Output | None, stderr: Output | None
) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_feed(child, stdin))
        tasks.create_task(_hear(child.stdout, stdout))
        tasks.create_task(_hear(child.stderr, stderr))
        tasks.create_task(child.wait())


async def _feed(child: asyncio.subprocess.Process, stdin: bytes) -> None:
    assert child.stdin is not None
    try:
        child.stdin.write(stdin)
        await child.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        return  # the command didn't read it all, which is its right
    finally:
        child.stdin.close()


async def _hear(stream: asyncio.StreamReader | None, hear: Output | None) -> None:
    assert stream is not None
    while data := await stream.read(64 * 1024):
        if hear is not None:
            hear(data)


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
