"""What an idle process costs: processor time over a while, and memory, from /proc."""

import os
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Idle:
    """`core` is the share of one core (0.01 = 1 %), `resident` bytes of memory, over `seconds`."""

    core: float
    resident: int
    seconds: float


def measure(pid: int, seconds: float = 30) -> Idle:
    before, began = processor_seconds(pid), time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - began
    return Idle((processor_seconds(pid) - before) / passed, _resident(pid), passed)


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024
