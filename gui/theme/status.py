"""How a status is shown, in one place: an icon, a word and a colour, always together.

`core` says which state something is in; only here does a state get a look.
"""

from dataclasses import dataclass
from typing import Final, Literal

from core.errors import Severity

Role = Literal["good", "warn", "bad", "active", "quiet"]


@dataclass(frozen=True, slots=True)
class Presentation:
    """`icon` is a name of `gui.theme.icons`, `role` one of the status roles of the tokens."""

    icon: str
    word: str
    role: Role


_QUIET: Final = Presentation("quiet", "Pending", "quiet")

STATUSES: Final[dict[str, Presentation]] = {
    # Images
    "PENDING": _QUIET,
    "CREATING": Presentation("active", "Preparing", "active"),
    "BUILDING": Presentation("active", "Building", "active"),
    "TESTING": Presentation("active", "Testing", "active"),
    "DISTRIBUTING": Presentation("active", "Distributing", "active"),
    "INTEGRATING": Presentation("active", "Integrating", "active"),
    "AVAILABLE": Presentation("good", "Available", "good"),
    "FAILED": Presentation("bad", "Failed", "bad"),
    "CANCELLED": Presentation("cancelled", "Cancelled", "quiet"),
    "DEPRECATED": Presentation("warn", "Deprecated", "warn"),
    "DISABLED": Presentation("disable", "Disabled", "quiet"),
    "DELETED": Presentation("delete", "Deleted", "quiet"),
    "INTERRUPTED": Presentation("quiet", "Not followed to its end", "quiet"),
    # Workflow executions and steps
    "RUNNING": Presentation("active", "Running", "active"),
    "COMPLETED": Presentation("good", "Completed", "good"),
    "SKIPPED": Presentation("skipped", "Skipped", "quiet"),
    "ROLLBACK_IN_PROGRESS": Presentation("active", "Rolling back", "active"),
    "ROLLBACK_COMPLETED": Presentation("bad", "Failed, rolled back", "bad"),
    "IGNORED": Presentation("warn", "Failed, ignored", "warn"),
    "WAITING": Presentation("waiting", "Waiting", "warn"),
    "ENABLED": Presentation("good", "Enabled", "good"),
    "ACTIVE": Presentation("good", "Active", "good"),
}

SEVERITIES: Final[dict[Severity, Presentation]] = {
    Severity.ERROR: Presentation("bad", "Error", "bad"),
    Severity.WARNING: Presentation("warn", "Warning", "warn"),
}


def presentation(status: str) -> Presentation:
    """The look of a status of the API; one that nobody knows is shown by its own word."""
    known = STATUSES.get(status.upper())
    return known or Presentation("quiet", status.replace("_", " ").capitalize(), "quiet")
