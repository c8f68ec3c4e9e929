"""The channel into a machine: SSH over a virtio port, our counterpart of the SSM agent.

It depends on neither the guest's network nor its firewall, its sshd settings or its authorized_keys: the guest's end is
an `sshd -i` of our own on a virtio-serial port, and this end is asyncssh on the port's socket. The port belongs to one
QEMU process of ours, so there is nobody else to be mistaken for and the host key is not checked.

The guest closes the port whenever its agent ends: at a reboot, or after a lost connection. QEMU reports that, so a new
connection is made when the guest has opened the port anew, never by trying and waiting.

Under software emulation a guest's kernel now and then lets what came in on a virtio port lie until more comes (seen
with Linux 6.1 and QEMU 7.2, once in some fifty to five hundred commands). So a quiet connection is nudged every second.
"""

import asyncio
import itertools
import logging
import secrets
import shlex
import signal as signals
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

import asyncssh

from core.errors import GuestLost, MachineFault
from core.local.machine.guest import Exit, Output, read_output
from core.local.machine.monitor import Monitor
from core.local.machine.qemu import Files

log = logging.getLogger(__name__)

HANDSHAKE_SECONDS = 60
# Nothing nudges a guest that overlooks a part of the handshake, but a new one does.
LOGIN_SECONDS = 30
LATE_OUTPUT_SECONDS = 2.0
KILL_SECONDS = 20.0
NUDGE_SECONDS = 1.0
# A guest that swaps or whose host is busy may be slow for minutes; one that is gone is reported by its monitor.
NUDGES = 900
DOWN_SECONDS = 90.0
SIGNALS = {number.name: number.value for number in signals.Signals}
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}

# Every command gets a control group of its own, so that a timeout ends all it started, daemons included. The group of a
# command that left something running stays, as it should: a started service is what many commands are for. sshd has
# made the command a session of its own, so its process group is what a guest without control groups can end.
ENTER = """\
g=/sys/fs/cgroup/bakehouse/$0
if mkdir -p "$g" 2>/dev/null; then echo $$ > "$g/cgroup.procs"
else read -r _ _ _ _ group _ < /proc/self/stat; echo "$group" > "/run/bakehouse/$0.group"; fi
cd -- "$1" || exit 126
shift
exec "$@"
"""
KILL = """\
g=/sys/fs/cgroup/bakehouse/$0
if [ -w "$g/cgroup.kill" ]; then echo 1 > "$g/cgroup.kill"
else kill -KILL -- "-$(cat "/run/bakehouse/$0.group")"; fi
"""
LEAVE = 'rmdir "/sys/fs/cgroup/bakehouse/$0" 2>/dev/null; true'


class _Command(asyncssh.SSHClientSession[bytes]):
    """One running command: hands output on as it comes, knows when the command itself ended."""

    def __init__(self, stdout: Output | None, stderr: Output | None) -> None:
        self._sinks = {None: stdout, asyncssh.EXTENDED_DATA_STDERR: stderr}
        self.exited = asyncio.Event()
        self.closed = asyncio.Event()
        self.code: int | None = None

    def data_received(self, data: bytes, datatype: int | None) -> None:
        sink = self._sinks.get(datatype)
        if sink is not None:
            sink(data)

    def exit_status_received(self, status: int) -> None:
        self.code = status
        self.exited.set()

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        self.code = 128 + SIGNALS.get(f"SIG{signal}", 0)
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()
        self.exited.set()


class Channel:
    """A `Guest`: the connection into one machine, kept up over reboots."""

    def __init__(self, files: Files, monitor: Monitor, key: asyncssh.SSHKey, *, settle: bool) -> None:
        self._files = files
        self._settle = settle
        self._monitor = monitor
        self._key = key
        self._numbers = itertools.count()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._socket = self._dial()
        self._used_opening = 0
        self._watcher: asyncio.Task[None] | None = None

    def _dial(self) -> socket.socket:
        dialled = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Refused by a QEMU that has just ended, which the monitor is about to tell.
        with suppress(ConnectionRefusedError, FileNotFoundError):
            dialled.connect(str(self._files.channel))
        return dialled

    async def connect(self, timeout: float) -> None:
        """Wait until the guest's agent answers, for `timeout` seconds. MachineFault when it doesn't."""
        try:
            async with asyncio.timeout(timeout):
                while self._connection is None:
                    await self._monitor.opened(after=self._used_opening)
                    self._used_opening = self._monitor.openings
                    await self._handshake()
        except TimeoutError:
            raise MachineFault(
                f"The machine did not answer within {timeout:.0f} seconds.",
                hint="Its image may not boot, or may lack Bakehouse's agent (cloud-init or systemd 252 brings it in). "
                "Read the end of its serial console.",
            ) from None

    async def _handshake(self) -> None:
        try:
            self._connection = await asyncssh.connect(
                "guest",
                sock=self._socket,
                username="root",
                client_keys=[self._key],
                known_hosts=None,
                config=None,
                agent_path=None,
                login_timeout=LOGIN_SECONDS,
                keepalive_interval=NUDGE_SECONDS,
                keepalive_count_max=NUDGES,
                encryption_algs=["aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com"],
                compression_algs=["none"],
            )
        except (OSError, asyncssh.Error) as error:
            log.debug("the handshake with the machine failed: %s", error)
            self._hang_up()
            return
        self._watcher = asyncio.create_task(self._watch(self._connection, self._used_opening))

    async def _watch(self, connection: asyncssh.SSHClientConnection, opening: int) -> None:
        """Drop the connection as soon as the guest closes the port, ends, or the connection breaks by itself."""
        closed = asyncio.create_task(connection.wait_closed())
        try:
            while not closed.done() and not self._monitor.ended.is_set():
                if not self._monitor.port_open or self._monitor.openings != opening:
                    break
                change = asyncio.ensure_future(self._monitor.change())
                await asyncio.wait({closed, change}, return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
            if self._connection is connection:
                self._hang_up()
        finally:
            closed.cancel()

    def _drop(self) -> asyncssh.SSHClientConnection | None:
        """Break the connection off; what it was."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.abort()
        self._socket.close()
        return connection

    def _hang_up(self) -> None:
        self._drop()
        if not self._monitor.ended.is_set():
            self._socket = self._dial()

    async def release(self, timeout: float) -> None:
        """Hang up, and wait until the guest's agent has opened the port anew for whoever connects next, for `timeout`
        seconds. MachineFault when it doesn't."""
        self._drop()
        try:
            async with asyncio.timeout(timeout):
                await self._monitor.opened(after=self._used_opening)
        except TimeoutError:
            raise MachineFault(
                f"The machine's agent did not come back within {timeout:.0f} seconds.",
                hint="Read the end of its serial console.",
            ) from None

    async def take_up(self) -> None:
        """Connect again after a release. Raises MachineFault."""
        self._socket = self._dial()
        await self.connect(HANDSHAKE_SECONDS)

    async def close(self) -> None:
        if (connection := self._drop()) is not None:
            await connection.wait_closed()

    async def _lost(self) -> MachineFault:
        """What to raise when the connection broke: the machine ended, or only the guest went down.

        A guest takes a while to shut down, so what happened is known only when it has ended or is up again.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(DOWN_SECONDS):
                while not self._monitor.ended.is_set() and self._monitor.openings <= self._used_opening:
                    await self._monitor.change()
        if self._monitor.ended.is_set():
            return self._monitor.fault()
        return GuestLost(
            "The connection into the machine broke: it rebooted, or its system went down.",
            hint="A component that wants a reboot exits with status 194 or uses the Reboot action.",
        )

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
        number = f"command-{next(self._numbers)}"
        settings = [f"{name}={value}" for name, value in {**ENVIRONMENT, **(environment or {})}.items()]
        line = shlex.join(["/bin/sh", "-c", ENTER, number, cwd, "/usr/bin/env", "-i", *settings, *argv])
        try:
            async with asyncio.timeout(timeout):
                command = await self._start(line, stdin, stdout, stderr)
                await command.exited.wait()
        except TimeoutError:
            await self._script(KILL, number)
            await self._script(LEAVE, number)
            return Exit(code=137, timed_out=True)
        except asyncio.CancelledError:
            if self._connection is not None:
                with suppress(MachineFault):
                    await asyncio.shield(self._script(KILL, number))
            raise
        if command.code is None:
            raise await self._lost()
        try:
            await asyncio.wait_for(command.closed.wait(), LATE_OUTPUT_SECONDS)
        except TimeoutError:
            log.debug("%s ended and left a process that holds its output", number)
        return Exit(code=command.code)

    async def _start(self, line: str, stdin: bytes, stdout: Output | None, stderr: Output | None) -> _Command:
        if self._connection is None:
            raise await self._lost()
        try:
            command = _Command(stdout, stderr)
            channel, _ = await self._connection.create_session(lambda: command, line, encoding=None)
            if stdin:
                channel.write(stdin)
            channel.write_eof()
        except (OSError, asyncssh.Error) as error:
            log.debug("a command could not be started: %s", error)
            raise await self._lost() from error
        return command

    async def _script(self, script: str, argument: str) -> None:
        try:
            async with asyncio.timeout(KILL_SECONDS):
                command = await self._start(shlex.join(["/bin/sh", "-c", script, argument]), b"", None, None)
                await command.exited.wait()
        except TimeoutError:
            raise MachineFault(
                "The machine does not answer any more, so its command could not be ended.",
                hint="Its system may be out of memory, or this computer too busy. Read the end of its serial console.",
            ) from None

    async def reboot(self) -> None:
        before = await read_output(self, ["cat", "/proc/sys/kernel/random/boot_id"])
        command = await self._start("systemctl reboot", b"", None, None)
        try:
            async with asyncio.timeout(REBOOT_DOWN_SECONDS):
                await command.closed.wait()
                while self._connection is not None:
                    await self._monitor.change()
        except TimeoutError:
            raise MachineFault(
                "The machine did not go down for its reboot.", hint="A service may be blocking the shutdown."
            ) from None
        await self.boot(BOOT_SECONDS)
        if await read_output(self, ["cat", "/proc/sys/kernel/random/boot_id"]) == before:
            raise MachineFault("The machine did not reboot.", hint="Its init system ignored `systemctl reboot`.")

    async def wake(self) -> None:
        """Take up a guest that booted earlier, and may run more than once: it gets random numbers of its own and the
        host's time, and asks for its network anew. Raises MachineFault."""
        await self.connect(HANDSHAKE_SECONDS)
        await read_output(
            self, ["/bin/sh", "-c", WOKEN, f"{time.time():.3f}"], stdin=secrets.token_bytes(64), timeout=BOOTED_SECONDS
        )

    async def settled(self) -> None:
        """Wait until the guest's whole start-up is over."""
        await self.run(["systemctl", "start", SETTLED], timeout=BOOTED_SECONDS)

    async def boot(self, timeout: float) -> None:
        """Wait until the guest has booted: its agent answers, its network is configured, and where the machine is to
        settle, its whole start-up is over."""
        await self.connect(timeout)
        await self.run(["/bin/sh", "-c", BOOTED, SETTLED if self._settle else USABLE], timeout=BOOTED_SECONDS)


BOOT_SECONDS = 300.0
REBOOT_DOWN_SECONDS = 120.0
BOOTED_SECONDS = 90.0
# Tests meet a machine as its users would. Builds needn't wait for what starts beside them and slows the start.
SETTLED = "multi-user.target"
USABLE = "basic.target network.target nss-lookup.target dbus.service"
# 0x5207 is RNDRESEEDCRNG: what was written counts from now on, not when the kernel mixes it in minutes later.
WOKEN = """\
set -e
perl -e 'open my $f, ">", "/dev/urandom" or die; local $/; syswrite $f, <STDIN>; ioctl $f, 0x5207, 0 or die "$!"'
date -s "@$0" >/dev/null
for link in /sys/class/net/e*; do networkctl renew "${link##*/}" 2>/dev/null; done
true
"""
# A unit that never starts may not hold the build up for ever, so both waits give up quietly.
BOOTED = """\
systemctl start $0 2>/dev/null
n=0
while [ $n -lt 100 ] && ls /sys/class/net | grep -qv '^lo$'; do
  ip route show default 2>/dev/null | grep -q . && break
  n=$((n+1)); sleep 0.1
done
true
"""
