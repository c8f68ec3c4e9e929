"""How values are written for people, and what of foreign text may reach a terminal.

Logs of a machine, names of an account and lines of a file are other people's bytes: an escape sequence among them could
rewrite the screen, retitle the window or reverse the reading order. They are shown, but as harmless characters.
"""

import re
from typing import Final

_ANSI: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[@-Z\\-_])")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")


def harmless(text: str) -> str:
    """The text without escape sequences, every other control character as �; tabs and line feeds stay."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _ANSI.sub("", text))


def one_line(text: str, width: int = 0) -> str:
    """The text harmless and on one line, cut with … at `width` characters (0: not cut)."""
    line = " ".join(harmless(text.replace("\r", "\n")).split())
    return line if not width or len(line) <= width else line[: max(width - 1, 0)] + "…"


def size(number: float) -> str:
    """Bytes for people: ``1.4 GiB``."""
    for unit in _UNITS[:-1]:
        if abs(number) < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} {_UNITS[-1]}"


def duration(seconds: float) -> str:
    """Elapsed time for people: ``4.2 s``, ``1:05 min``, ``2:03:04 h``."""
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02} min"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02} h"


def counted(number: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
