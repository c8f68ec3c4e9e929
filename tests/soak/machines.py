"""Which processes of this host belong to a home of ours: they inherit its BAKEHOUSE_HOME, or name a path in it."""

import time
from collections.abc import Callable
from pathlib import Path


def processes_of(home: Path) -> dict[int, str]:
    """Process id → command line, of every live process that was started for `home`, by whomever."""
    variable = f"BAKEHOUSE_HOME={home}".encode()
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            inherited = (entry / "environ").read_bytes().split(b"\0")
        except PermissionError:
            inherited = []
        except (FileNotFoundError, ProcessLookupError):
            continue
        if f"{home}/" in command or variable in inherited:
            found[int(entry.name)] = command.strip()
    return found


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
