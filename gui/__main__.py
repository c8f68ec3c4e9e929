"""The entry of `bakehouse`: nothing or a file opens the app, anything else is the command line.

Neither half is imported for the other: a check at the command line does not load Qt, and the app does not load typer.
"""

import sys
from pathlib import Path
from typing import Final

WORDS: Final = frozenset(
    {"bake", "check", "plan", "watch", "logs", "images", "service", "connections", "cost", "export"}
)


def file_to_open(arguments: list[str]) -> Path | None:
    """The file that the app should open; None for none. Raises ValueError for a command line."""
    match arguments:
        case []:
            return None
        case [word] if not word.startswith("-") and (word not in WORDS or "." in word) and Path(word).suffix:
            return Path(word)
        case _:
            raise ValueError(arguments)


def main() -> None:
    """Run what the command line of this process asks for, and leave with its exit status."""
    try:
        file = file_to_open(sys.argv[1:])
    except ValueError:
        from core.cli import main as run_command

        run_command()
        return
    from gui.app import run

    sys.exit(run([], file))


if __name__ == "__main__":
    main()
