"""How bars look. What a bar is (done, failed, waiting …) is told by icon, word, pattern and shape, and only then by
colour, so that it reads in greyscale as well.
"""

from dataclasses import dataclass
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
FAILED: Final = Look("bad", "bad", solid=True)

LOOKS: Final = (DONE, SKIPPED, OTHER, CANCELLED, RUNNING, REBOOTING, UNDONE, IGNORED, WAITING, FAILED)
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
_CODES: Final = {look: code for code, look in enumerate(LOOKS)}


def look_of(bar: Bar) -> Look:
    """A failure is more than that it was rolled back; what waits or is skipped is just that."""
    if bar.waiting:
        return WAITING
    if bar.skipped:
        return SKIPPED
    look = _BY_STATUS.get(bar.status.upper())
    if bar.rollback and look is not FAILED:
        return UNDONE
    if look is not None:
        return look
    if bar.end is None:
        return RUNNING
    return DONE if bar.kind is Kind.STATE else OTHER


def code_of(bar: Bar) -> int:
    """The look's place in LOOKS."""
    return _CODES[look_of(bar)]


def word_of(bar: Bar) -> str:
    """What its status is called."""
    if bar.waiting:
        return presentation("WAITING").word
    word = presentation(bar.status).word
    return f"{word}, rolled back" if bar.rollback and "roll" not in word.casefold() else word
