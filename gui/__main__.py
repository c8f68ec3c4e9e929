"""The entry of `bakehouse`: nothing or a file opens the app, anything else is the command line.

    bakehouse [FILE]
    bakehouse --rehearse[=SPEED] [FILE]     recorded runs are played, SPEED times as fast, and nothing is asked or built

Neither half is imported for the other: a check at the command line does not load Qt, and the app does not load typer.
"""

import gc
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WORDS: Final = frozenset(
    {"bake", "check", "plan", "watch", "logs", "images", "service", "connections", "cost", "export"}
)
REHEARSE: Final = "--rehearse"
SPEED: Final = 10.0


@dataclass(frozen=True, slots=True)
class Start:
    """How the app is to be started."""

    file: Path | None = None
    rehearse: float | None = None


def start_of(arguments: list[str]) -> Start | None:
    """None for a command line."""
    match arguments:
        case []:
            return Start()
        case [option, *rest] if option == REHEARSE or option.startswith(f"{REHEARSE}="):
            speed, start = _speed(option), start_of(rest)
            return None if speed is None or start is None else Start(start.file, speed)
        case [word] if not word.startswith("-") and (word not in WORDS or "." in word) and Path(word).suffix:
            return Start(Path(word))
        case _:
            return None


def _speed(option: str) -> float | None:
    _, _, given = option.partition("=")
    try:
        speed = float(given) if given else SPEED
    except ValueError:
        return None
    return speed if 0 < speed < float("inf") else None


def main() -> None:
    """Run what the command line of this process asks for, and leave with its exit status."""
    start = start_of(sys.argv[1:])
    if start is None:
        from core.cli import main as run_command

        run_command()
        return
    gc.disable()  # until the window is there (`gui.garbage`): nothing that is made for it is garbage
    from gui.launch import run

    sys.exit(run([], start.file, start.rehearse))


if __name__ == "__main__":
    main()
