"""A running machine as whoever executes something on it sees it.

The counterpart of the SSM agent: run a command, feed its stdin, hear its output as it appears, kill it with everything
it started when time is up, and reboot. File contents travel through stdin and stdout of commands, so a guest needs
nothing but a shell and coreutils.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.errors import MachineFault

Output = Callable[[bytes], None]

OUTPUT_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exit:
    """How a command ended: its exit status (128 + n after signal n), or that its time ran out and it was killed."""

    code: int
    timed_out: bool = False

    @property
    def succeeded(self) -> bool:
        return self.code == 0 and not self.timed_out


class Guest(Protocol):
    """One running machine. Commands run as root, without a terminal, and may run side by side."""

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
        """Run `argv` (no shell) to its end; `timeout` in seconds, None for no limit.

        Output is handed over in pieces of any size as it arrives. On timeout every process the command started is
        killed. Raises GuestLost when the machine reboots or vanishes meanwhile, MachineFault when it is gone for good.
        """
        ...

    async def reboot(self) -> None:
        """Reboot through the guest's init system and return when it answers again. Raises MachineFault."""
        ...


async def read_output(guest: Guest, argv: Sequence[str], *, stdin: bytes = b"", timeout: float | None = 120) -> bytes:
    """stdout of a short command that must succeed; MachineFault with its stderr when it doesn't."""
    out = bytearray()
    err = bytearray()
    exit_ = await guest.run(argv, stdin=stdin, stdout=out.extend, stderr=err.extend, timeout=timeout)
    if not exit_.succeeded:
        how = "did not end in time" if exit_.timed_out else f"ended with status {exit_.code}"
        raise MachineFault(
            f"`{' '.join(argv)[:200]}` in the machine {how}: {err.decode(errors='replace').strip()[-500:]}"
        )
    return bytes(out)
