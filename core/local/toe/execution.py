"""One run under way: what all its documents share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from core.errors import MachineFault
from core.local.machine.guest import Guest, read_output
from core.local.toe.console import Console
from core.local.toe.facts import Facts
from core.local.toe.outcome import ActionFailed
from core.local.toe.outside import Outside
from core.local.toe.request import ToeRequest

REBOOT_LIMIT = 15


@dataclass(slots=True)
class Execution:
    """`changed` is called after every change of the records, and may raise HostFault."""

    request: ToeRequest
    guest: Guest
    outside: Outside
    console: Console
    facts: Facts
    changed: Callable[[], None]
    reboots: int = field(default=0)

    async def make_folder(self) -> None:
        """Make the working directory, which may lie where nothing outlives a reboot. Raises MachineFault."""
        await read_output(self.guest, ("mkdir", "-p", "--", self.request.working_directory))

    async def reboot(self) -> None:
        """Restart the machine and wait for it.

        Raises:
            ActionFailed: the run has restarted it too often, or it did not come back.
        """
        if self.reboots == REBOOT_LIMIT:
            raise ActionFailed(f"the run has asked for more than {REBOOT_LIMIT} reboots", final=True)
        self.reboots += 1
        self.console.line(f"Rebooting the machine ({self.reboots} of at most {REBOOT_LIMIT} times in this run)")
        try:
            await self.guest.reboot()
            await self.make_folder()
        except MachineFault as fault:
            message = f"the machine did not come back after a reboot: {fault.message}"
            raise ActionFailed(message, final=True, lost=True) from fault
        self.console.line("The machine is back after the reboot")
