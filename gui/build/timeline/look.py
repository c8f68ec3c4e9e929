"""How bars look. What a bar is (done, failed, waiting …) is told by icon, word, pattern and shape, and only then by
colour, so that it reads in greyscale as well.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from PySide6.QtCore import Qt

from core.build.chart import Bar, Kind
from gui.theme.status import Role, presentation

Pattern = Qt.BrushStyle


@dataclass(frozen=True, slots=True)
class Look:
    """`solid` bars are filled with the strong colour of their role, the others with the soft one and an outline;
    `thin` ones are half as high. `icon` "" for what needs none."""

    role: Role
    icon: str = ""
    pattern: Pattern = Pattern.NoBrush
    solid: bool = False
    thin: bool = False


DONE: Final = Look("good")
SKIPPED: Final = Look("quiet", "skipped", Pattern.BDiagPattern, thin=True)
OTHER: Final = Look("quiet")
CANCELLED: Final = Look("quiet", "cancelled", Pattern.VerPattern)
RUNNING: Final = Look("active", "active")
REBOOTING: Final = Look("active", "reboot", Pattern.HorPattern)
UNDONE: Final = Look("warn", "undo", Pattern.FDiagPattern)
IGNORED: Final = Look("warn", "warn", Pattern.DiagCrossPattern)
WAITING: Final = Look("warn", "waiting", Pattern.Dense5Pattern)
FAILED_WITHIN: Final = Look("bad", "bad", Pattern.Dense7Pattern)
"""Failed because a part of it did."""
FAILED: Final = Look("bad", "bad", solid=True)
"""Failed itself: the one to look at."""

LOOKS: Final = (DONE, SKIPPED, OTHER, CANCELLED, RUNNING, REBOOTING, UNDONE, IGNORED, WAITING, FAILED_WITHIN, FAILED)
"""The more urgent the later: where several bars share a pixel, the last of these is seen."""

URGENT: Final = LOOKS.index(RUNNING)
"""From here on a bar is never hidden by others, however narrow it is."""

_BY_STATUS: Final = {
    "COMPLETED": DONE,
    "AVAILABLE": DONE,
    "SKIPPED": SKIPPED,
    "CANCELLED": CANCELLED,
    "INTERRUPTED": CANCELLED,
    "REBOOTING": REBOOTING,
    "IGNORED": IGNORED,
    "FAILED": FAILED,
    "ROLLBACK_COMPLETED": FAILED,
    "ROLLBACK_IN_PROGRESS": UNDONE,
    "WAITING": WAITING,
}


def look_of(bar: Bar) -> Look:
    """A failure is more than that it was rolled back; what waits or is skipped is just that."""
    return LOOKS[code_of(bar)]


def code_of(bar: Bar) -> int:
    """The look's place in LOOKS."""
    state = bar.kind is Kind.STATE
    return _code(bar.status, bar.end is None, state, bar.waiting, bar.skipped, bar.rollback)


@cache  # There are few statuses, and a hundred thousand bars.
def _code(status: str, runs: bool, state: bool, waiting: bool, skipped: bool, undone: bool) -> int:
    known = _BY_STATUS.get(status.upper())
    if waiting:
        look = WAITING
    elif skipped:
        look = SKIPPED
    elif known is FAILED:
        look = FAILED_WITHIN if state else FAILED
    elif undone:
        look = UNDONE
    else:
        look = known or (RUNNING if runs else DONE if state else OTHER)
    return LOOKS.index(look)


def title_of(bar: Bar) -> str:
    """What it is called: the states of an image by their words, everything else by its name."""
    return presentation(bar.name).word if bar.kind is Kind.STATE else bar.name


def word_of(bar: Bar) -> str:
    """What its status is called."""
    if bar.waiting:
        return presentation("WAITING").word
    word = presentation(bar.status).word
    return f"{word}, rolled back" if bar.rollback and "roll" not in word.casefold() else word
