"""The errors a user may see, and the only ones shown to them word for word.

    BakehouseError
    ├── Invalid              the user's input is wrong; `problems` say where
    ├── NotFound             something named does not exist
    ├── Conflict             the thing exists already, is in use, or changed meanwhile
    ├── Denied               credentials are missing, wrong, or lack a permission
    ├── Throttled            the other end asks us to slow down
    ├── Unreachable          nobody answers at the other end
    ├── Unsupported          right request, but this end can't do it; says what can
    ├── Missing              a program or package of the host that we need is not installed
    ├── HostFault            the host's disk, memory or permissions stopped us
    ├── MachineFault         a virtual machine died, hung or could not be reached
    │   └── GuestLost        the connection into a running machine broke
    ├── BuildFailed          a build ran and ended FAILED; `run_arn` leads to its record
    └── Cancelled            the user stopped it: never shown as an error

Each has a `message` (what happened, where), a `hint` (what to do next, may be empty) and `context` (facts for the
details view). Anything else that surfaces is a bug in Bakehouse and is reported as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document, at an address the editor can mark.

    `address` is a path such as ``imageRecipe.components[2].parameters.Port`` ("" for the document itself); `line` and
    `column` count from 1 and are 0 where no text position exists.
    """

    address: str
    line: int
    column: int
    severity: Severity
    message: str
    hint: str = ""
    file: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line or "", self.column or "") if part)
        lead = f"{place}: " if place else ""
        where = f" [{self.address}]" if self.address else ""
        return f"{lead}{self.severity}: {self.message}{where}"


class BakehouseError(Exception):
    """What happened (`message`), what to do next (`hint`), facts about it (`context`), and which places of the user's
    files it is about (`problems`), as far as that is known."""

    problems: tuple[Problem, ...] = ()

    def __init__(self, message: str, *, hint: str = "", context: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.context: Mapping[str, str] = dict(context or {})


class Invalid(BakehouseError):
    """The user's input is wrong; every place is in `problems`."""

    def __init__(
        self,
        message: str,
        *,
        problems: Sequence[Problem] = (),
        hint: str = "",
        context: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, hint=hint, context=context)
        self.problems = tuple(problems)


class NotFound(BakehouseError):
    """Something named does not exist."""


class Conflict(BakehouseError):
    """The thing exists already, is in use, or changed meanwhile."""


class Denied(BakehouseError):
    """Credentials are missing, wrong, or lack a permission."""


class Throttled(BakehouseError):
    """The other end asks us to slow down."""


class Unreachable(BakehouseError):
    """Nobody answers at the other end."""


class Unsupported(BakehouseError):
    """A right request that this end can't do."""


class Missing(BakehouseError):
    """A program or package of the host that we need is not installed."""


class HostFault(BakehouseError):
    """The host's disk, memory or permissions stopped us."""


class MachineFault(BakehouseError):
    """A virtual machine died, hung or could not be reached."""


class GuestLost(MachineFault):
    """The connection into a running machine broke: it rebooted, powered off, or its agent died."""


class BuildFailed(BakehouseError):
    """A build ran and ended FAILED."""

    def __init__(self, message: str, *, run_arn: str, hint: str = "", context: Mapping[str, str] | None = None) -> None:
        super().__init__(message, hint=hint, context=context)
        self.run_arn = run_arn


class Cancelled(BakehouseError):
    """The user stopped it."""


_HINT = " Hint: "


def spoken(message: str, hint: str) -> str:
    """Message and hint as one text, for records that have one place for both."""
    return f"{message}{_HINT}{hint}" if hint else message


def heard(text: str) -> tuple[str, str]:
    """Message and hint of a `spoken` text; the hint is empty where there is none."""
    message, _, hint = text.partition(_HINT)
    return message, hint.strip()
