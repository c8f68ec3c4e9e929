"""What a running machine takes of this computer, sampled once a second: the curves under a build's timeline.

Numbers are totals since the machine's start, as kernel and QEMU count them: whoever reads them later makes rates of any
two, and a sample that is missing costs nothing but itself.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from qemu.qmp import QMPError

from core.local.machine.monitor import Monitor
from core.local.machine.network import Traffic

PERIOD: Final = 1.0  # seconds
TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Sample:
    """`at` in seconds since 1970; `processor` in seconds of one processor; the rest in bytes. `memory` is what QEMU
    holds of this computer's now, `read` and `written` are the guest's on its disk."""

    at: float
    processor: float
    memory: int
    read: int
    written: int
    received: int
    sent: int


@asynccontextmanager
async def metered(monitor: Monitor, traffic: Traffic | None, record: Callable[[Sample], None]) -> AsyncIterator[None]:
    """Hand a sample to `record` every second while the block runs and the machine lives."""
    task = asyncio.create_task(_meter(monitor, traffic, record))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _meter(monitor: Monitor, traffic: Traffic | None, record: Callable[[Sample], None]) -> None:
    # A machine that is going can't be asked any more; that it goes is told elsewhere.
    with suppress(QMPError, EOFError, OSError):
        process = Path("/proc") / str(_thread(await monitor.ask("query-cpus-fast")))
        while not monitor.ended.is_set():
            record(_sample(process, await monitor.ask("query-blockstats"), traffic))
            await asyncio.sleep(PERIOD)


def _thread(processors: Any) -> int:
    """A thread of the QEMU process: the kernel shows the whole process under any of them."""
    return int(processors[0]["thread-id"])


def _sample(process: Path, disks: Any, traffic: Traffic | None) -> Sample:
    # The name, the second field, is in parentheses and may hold anything.
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    resident = int((process / "statm").read_text().split()[1])
    return Sample(
        at=round(time.time(), 3),
        processor=(int(fields[11]) + int(fields[12])) / TICKS,
        memory=resident * PAGE,
        read=sum(int(disk["stats"]["rd_bytes"]) for disk in disks),
        written=sum(int(disk["stats"]["wr_bytes"]) for disk in disks),
        received=traffic.received if traffic else 0,
        sent=traffic.sent if traffic else 0,
    )
