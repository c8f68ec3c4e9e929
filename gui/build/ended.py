"""How the desktop is told that a build has ended."""

from dataclasses import dataclass
from typing import Final

from core.build.source import ImageStatus
from gui.build.runs import title_of
from gui.following import Followed

ENDS: Final = {
    ImageStatus.AVAILABLE: "is available",
    ImageStatus.FAILED: "failed",
    ImageStatus.CANCELLED: "was cancelled",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """`title` and `text` of a notification; a failure is `urgent`."""

    title: str
    text: str
    urgent: bool


def ended(followed: Followed) -> Ended | None:
    """None for a build that goes on: then only the following has ended, and that is said where the run is shown."""
    status = followed.run.status
    if not status.terminal:
        return None
    return Ended(
        f"{title_of(followed)} {ENDS.get(status, 'has ended')}",
        f"{followed.opened.recipe_name} on {followed.opened.connection}",
        status is ImageStatus.FAILED,
    )
