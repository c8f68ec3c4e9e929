"""The exit statuses of the command line. Wrong use is 2, which Typer says by itself."""

from typing import Final

DONE: Final = 0
FAILED: Final = 1
