"""How a connection stands, as far as is known without asking anybody: who we are there, or why not."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Final

from core.aws.connection import Identity
from core.errors import BakehouseError, Cancelled, Denied, Throttled, Unreachable
from core.secrets import SecretsUnavailable
from gui.theme.status import Presentation

SOON: Final = timedelta(minutes=10)
"""A sign-in with less left is shown as ending."""


class State(Enum):
    NEW = auto()
    ASKING = auto()
    READY = auto()
    ENDING = auto()
    ENDED = auto()
    DENIED = auto()
    UNREACHABLE = auto()
    LOCKED = auto()
    FAILED = auto()
    RUNNING = auto()
    STOPPED = auto()
    STARTING = auto()
    STOPPING = auto()


@dataclass(frozen=True, slots=True)
class Standing:
    """What was learnt when a connection was asked last."""

    state: State = State.NEW
    identity: Identity | None = None
    error: BakehouseError | None = None

    @classmethod
    def of_error(cls, error: BakehouseError) -> "Standing":
        match error:
            case Cancelled():
                return cls()
            case SecretsUnavailable():
                return cls(State.LOCKED, error=error)
            case Denied():
                return cls(State.DENIED, error=error)
            case Unreachable() | Throttled():
                return cls(State.UNREACHABLE, error=error)
            case _:
                return cls(State.FAILED, error=error)

    def now(self, left: timedelta | None) -> State:
        """The state, with `left` of the sign-in (None for never, or not known). A connection that another page has
        used has some left, although nobody asked who we are there."""
        if self.state not in (State.READY, State.NEW) or left is None:
            return self.state
        return State.ENDED if left <= timedelta(0) else State.ENDING if left < SOON else State.READY


PRESENTATIONS: Final = {
    State.NEW: Presentation("quiet", "Not signed in", "quiet"),
    State.ASKING: Presentation("active", "Signing in…", "active"),
    State.READY: Presentation("good", "Signed in", "good"),
    State.ENDING: Presentation("warn", "Ends soon", "warn"),
    State.ENDED: Presentation("warn", "Expired", "warn"),
    State.DENIED: Presentation("bad", "Denied", "bad"),
    State.UNREACHABLE: Presentation("bad", "No answer", "bad"),
    State.LOCKED: Presentation("lock", "Keyring locked", "warn"),
    State.FAILED: Presentation("bad", "Not usable", "bad"),
    State.RUNNING: Presentation("good", "Running", "good"),
    State.STOPPED: Presentation("quiet", "Stopped", "quiet"),
    State.STARTING: Presentation("active", "Starting…", "active"),
    State.STOPPING: Presentation("active", "Stopping…", "active"),
}

IN_USE: Final = Presentation("good", "In use", "active")
PRODUCTION: Final = Presentation("production", "Production", "bad")
