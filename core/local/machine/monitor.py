"""The machine's monitor: what QEMU reports (QMP) turned into the three things we wait for.

The guest opened our port (its agent is there), closed it (its agent or the whole guest went down), and QEMU ended. A
machine that QEMU paused because the host's disk is full would wait for ever, so it is ended.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress

from qemu.qmp import EventListener, Message, QMPClient, QMPError
from qemu.qmp.protocol import ConnectError

from core.errors import MachineFault
from core.local.machine.process import Child
from core.local.machine.qemu import CHANNEL_DEVICE, Files

# Waiting for a socket that isn't there yet is logged by the library as an error each time.
logging.getLogger("qemu.qmp").setLevel(logging.CRITICAL)


class Monitor:
    """State of one machine as QEMU tells it. `openings` counts how often the guest opened the channel's port."""

    def __init__(self, client: QMPClient, child: Child) -> None:
        self._client = client
        self._child = child
        self._changed = asyncio.Event()
        self.port_open = False
        self.openings = 0
        self.shutdown_reason = ""
        self.host_disk_full = False
        self.migration = ""

    @property
    def ended(self) -> asyncio.Event:
        return self._child.ended

    def handle(self, event: Message) -> None:
        match dict(event):
            case {"event": "VSERPORT_CHANGE", "data": {"id": str(device), "open": bool(is_open)}}:
                if device == CHANNEL_DEVICE:
                    self.port_open = is_open
                    self.openings += is_open
            case {"event": "MIGRATION", "data": {"status": str(status)}}:
                self.migration = status
            case {"event": "BLOCK_IO_ERROR", "data": {"nospace": True}}:
                self.host_disk_full = True
            case {"event": "SHUTDOWN", "data": {"reason": str(reason)}}:
                self.shutdown_reason = reason
        self._changed.set()
        self._changed = asyncio.Event()

    def change(self) -> Coroutine[None, None, None]:
        """Wait for the next report after this call; returns at once when the machine has ended.

        No coroutine function: a report that comes between the call and its first turn counts too.
        """
        return self._set_or_ended(self._changed)

    async def _set_or_ended(self, changed: asyncio.Event) -> None:
        waits = [asyncio.create_task(changed.wait()), asyncio.create_task(self.ended.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def opened(self, after: int) -> None:
        """Wait until the guest has opened the port more than `after` times. MachineFault when QEMU ends first."""
        while self.openings <= after or not self.port_open:
            if self.ended.is_set():
                raise self.fault()
            await self.change()

    def fault(self) -> MachineFault:
        """Why the machine is gone, in words."""
        if self.host_disk_full:
            return MachineFault(
                "The machine was stopped because this computer's disk is full.",
                hint="Free disk space (`bakehouse service prune` shows what can go), then bake again.",
            )
        match self.shutdown_reason:
            case "guest-shutdown":
                return MachineFault(
                    "The machine powered itself off.",
                    hint="Take `poweroff`, `halt` or `shutdown` out of the component; to reboot, exit with status 194.",
                )
            case "guest-panic":
                return MachineFault("The machine's kernel panicked.", hint="Read the end of its serial console.")
            case _:
                said = self._child.tail(300)
                return MachineFault(
                    f"The machine's QEMU process ended unexpectedly (status {self._child.process.returncode})."
                    + (f" {said}" if said else ""),
                    hint="It may have been killed, or this machine may be out of memory or disk space.",
                )

    async def ask(self, command: str, arguments: Mapping[str, object] | None = None) -> object:
        """What QEMU answers. Raises QMPError, EOFError or OSError when it can't any more."""
        return await self._client.execute(command, arguments)

    async def watch_migration(self) -> None:
        """Have QEMU report how the saving or loading of the machine's state goes."""
        events = {"capability": "events", "state": True}
        await self.ask("migrate-set-capabilities", {"capabilities": [events]})

    async def migrated(self) -> None:
        """Wait until the machine's state is saved, or loaded. OSError when it failed, MachineFault when QEMU ended."""
        while self.migration != "completed":
            if self.ended.is_set():
                raise self.fault()
            if self.migration in ("failed", "cancelled"):
                raise OSError(f"the machine's state was not passed on: {self.migration}")
            await self.change()

    async def quit(self) -> None:
        """Ask QEMU to end now, and wait until it has."""
        await self._client.execute("quit")
        await self.ended.wait()


@asynccontextmanager
async def monitor(files: Files, child: Child) -> AsyncIterator[Monitor]:
    """Connect to the QMP socket of a QEMU that was just started. Raises MachineFault when it ends before that."""
    client = QMPClient("machine")
    result = Monitor(client, child)
    listener = EventListener(["VSERPORT_CHANGE", "SHUTDOWN", "RESET", "BLOCK_IO_ERROR", "MIGRATION"])
    client.register_listener(listener)
    while True:
        if child.ended.is_set():
            raise MachineFault(
                f"QEMU did not start: {child.tail()}", hint="Check free memory and disk space on this machine."
            )
        try:
            await client.connect(str(files.monitor))
            break
        except ConnectError:
            await asyncio.sleep(0.02)
    pump = asyncio.create_task(_pump(listener, result))
    try:
        yield result
    finally:
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)
        # QEMU hanging up first, as it does when its machine is shut down, is no news here: `ended` has told it.
        with suppress(EOFError, OSError, QMPError):
            await client.disconnect()


async def _pump(listener: EventListener, result: Monitor) -> None:
    async for event in listener:
        result.handle(event)
        if result.host_disk_full and not result.ended.is_set():
            await result.quit()
