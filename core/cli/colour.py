"""Colour on a terminal, and nowhere else.

Colour repeats what a word or an icon says already, so leaving it out loses nothing: in a pipe, on a terminal that
can't show it, and wherever NO_COLOR is set (no-color.org).
"""

import os
import sys
from enum import Enum
from typing import TextIO


class Colour(Enum):
    """SGR parameters of ECMA-48."""

    ERROR = "1;31"
    WARNING = "1;33"
    GOOD = "1;32"
    HINT = "36"
    STRONG = "1"


def paint(text: str, colour: Colour, stream: TextIO | None = None) -> str:
    """The text as it goes to `stream` (stdout unless said otherwise)."""
    stream = stream or sys.stdout
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb" or not stream.isatty()
    return text if plain else f"\x1b[{colour.value}m{text}\x1b[0m"
