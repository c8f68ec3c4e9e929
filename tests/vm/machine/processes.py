"""The processes of this host that descend from one of ours."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

MACHINE_PROGRAMS = frozenset({"qemu-system-x86", "passt", "passt.avx2"})


def descendants(ancestor: int) -> dict[int, str]:
    """Process id → program of every live process below `ancestor`."""
    parents: dict[int, tuple[int, str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (found := _parent(entry)) is not None:
            parents[int(entry.name)] = found
    below: dict[int, str] = {}
    frontier = {ancestor}
    while frontier:
        children = {pid for pid, (parent, _) in parents.items() if parent in frontier}
        below |= {pid: parents[pid][1] for pid in children}
        frontier = children
    return below


def machine_processes(ancestor: int) -> dict[int, str]:
    """QEMU and passt below `ancestor`."""
    return {pid: program for pid, program in descendants(ancestor).items() if program in MACHINE_PROGRAMS}


def lives(pid: int) -> bool:
    """Whether there is such a process, other than as a zombie nobody has asked about yet."""
    try:
        return _fields(Path(f"/proc/{pid}"))[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until `condition` holds; the test fails when it doesn't within `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(
            f"waited {seconds:g} s in vain until {what}; processes: {descendants(os.getpid())}"
        ) from None


def _parent(entry: Path) -> tuple[int, str] | None:
    try:
        program = (entry / "comm").read_text().strip()
        state, parent, *_ = _fields(entry)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else (int(parent), program)


def _fields(entry: Path) -> list[str]:
    """The fields of `stat` after the program's name, which may hold anything."""
    return (entry / "stat").read_text().rpartition(")")[2].split()
