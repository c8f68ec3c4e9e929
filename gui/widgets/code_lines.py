"""What a key does to the lines of a YAML text: indent, outdent, comment, a new line at the right depth.

Pure functions of texts, so that a text widget has nothing to know but where its cursor is.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

STEP: Final = 2
"""How far YAML is indented here; tabs are no indentation in YAML at all."""

_OPENS: Final = re.compile(r"(?::|[|>][0-9+-]*)\s*(?:#.*)?$")
_DASH: Final = re.compile(r"(\s*)((?:- +)+)?")


def depth(line: str) -> int:
    """How many blanks a line begins with."""
    return len(line) - len(line.lstrip(" "))


def indented(lines: Sequence[str]) -> tuple[str, ...]:
    """Each line that says something, one step deeper."""
    return tuple(" " * STEP + line if line.strip() else line for line in lines)


def outdented(lines: Sequence[str]) -> tuple[str, ...]:
    """Each line one step shallower, as far as it can; a tab that somebody's editor left counts as one step."""
    return tuple(line[1:] if line.startswith("\t") else line[min(STEP, depth(line)) :] for line in lines)


def commented(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines as remarks, at the depth of the shallowest; remarks become lines again when all of them are."""
    telling = [line for line in lines if line.strip()]
    if telling and all(line.lstrip().startswith("#") for line in telling):
        return tuple(_uncommented(line) for line in lines)
    at = min((depth(line) for line in telling), default=0)
    return tuple(f"{line[:at]}# {line[at:]}" if line.strip() else line for line in lines)


def _uncommented(line: str) -> str:
    at = depth(line)
    return line[:at] + line[at + 1 :].removeprefix(" ") if line.strip() else line


def indentation_after(before: str) -> str:
    """The blanks a new line begins with, below a line that reads `before` up to the cursor."""
    found = _DASH.match(before)
    blanks = depth(before)
    if _OPENS.search(before) and not before.lstrip().startswith("#"):
        dashes = len(found[2] or "") if found is not None else 0
        return " " * (blanks + dashes + STEP)
    if found is not None and found[2] and ":" in before:
        return " " * (blanks + len(found[2]))
    return " " * blanks


LineEdit = Callable[[Sequence[str]], tuple[str, ...]]
