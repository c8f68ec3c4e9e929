"""Which lines of a log complain: errors and warnings, by the words that programs, compilers, package managers and the
component runner begin such lines with.

A line is no error because the word is in it (``libgpg-error0``, ``0 errors``, ``error.log``): the word counts where it
is followed by what it introduces, or stands alone in capitals. So a level is a hint for the eye and a place to jump to;
what broke a build is `core.build.failure`'s to say. The patterns are RE2's, so that a whole log is searched with them.
"""

from enum import Enum
from functools import cache
from typing import Final

from core.build.finding import Pattern, Wanted, pattern
from core.build.lines import Chunk

HEAD: Final = 2048
"""Bytes of a line that are looked at when it is drawn."""

# An exit code but 0, and but those that ask for a reboot (194, 3010).
_EXIT: Final = (
    r"ExitCode (?:-\d+|[1-9]\d?|1[0-8]\d|19[0-35-9]|[2-9]\d\d|[124-9]\d{3}|3[1-9]\d\d|30[02-9]\d|301[1-9]|\d{5,})\b"
)
_ERRORS: Final = "|".join(
    (
        r"FAILED EXECUTION",
        _EXIT,
        r"completed execution with failure",
        r"image is FAILED",
        r"^ImageBuilder: .*\bfailed\b",
        r"^ErrorMessage: \S",
        r"(?:^|: )(?:E|ERR|Err): ",
        r"(?i:\b(?:error|fatal|critical|panic|exception)(?:\[\w+\])?(?:: |:$|\]))",
        r"""(?i:\b"?level"?[=:] ?"?(?:error|fatal|critical|panic)\b)""",
        r"\b(?:ERROR|FATAL|CRITICAL|EMERGENCY|PANIC)\b",
        r"\bFailed to \w",
        r"Traceback \(most recent call last\)",
        r"(?i:: (?:command not found|no such file or directory|permission denied|no space left on device))",
        r"(?i:\bsegmentation fault\b|\bsyntax error\b|\bunable to locate package\b)",
    )
)
_WARNINGS: Final = "|".join(
    (
        r"(?:^|: )W: ",
        r"(?i:\b(?:warning|warn|deprecated)(?:\[[\w-]+\])?(?:: |:$|\]))",
        r"""(?i:\b"?level"?[=:] ?"?warn(?:ing)?\b)""",
        r"\b(?:WARNING|WARN)\b",
    )
)


class Level(Enum):
    """From the worst on: a line is of the first that it fits."""

    ERROR = _ERRORS
    WARNING = _WARNINGS


@cache
def lines_of(level: Level) -> Pattern:
    """What finds whole lines of a level."""
    return pattern(Wanted(f"^.*?(?:{level.value}).*$", regular=True, case=True))


@cache
def _sign(level: Level) -> Pattern:
    return pattern(Wanted(level.value, regular=True, case=True))


def level(chunk: Chunk, index: int) -> Level | None:
    """The level of a line, by its head."""
    begin = chunk.begin(index)
    end = min(chunk.end(index), begin + HEAD)
    return next((each for each in Level if any(_sign(each).places(chunk.text, begin, end, end))), None)
