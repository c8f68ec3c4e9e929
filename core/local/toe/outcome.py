"""How one attempt of an action ends: done with outputs, wanting a reboot, or failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from core.local.toe.request import StepFailure

Outputs: TypeAlias = tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The action succeeded. Outputs are a list, one map per entry of the inputs where an entry has any."""

    outputs: Outputs = ()


@dataclass(frozen=True, slots=True)
class RebootWanted:
    """The machine has to restart; afterwards the step runs `again` (exit status 194) or is done (Reboot)."""

    again: bool


ActionEnd: TypeAlias = Done | RebootWanted


class ActionFailed(Exception):
    """An attempt failed: `message` is the failure block's ErrorMessage, `stderr` its Stderr.

    `final` failures are not tried again, whatever the step's maxAttempts; after a `lost` machine nothing goes on,
    whatever its onFailure. `cause` is the failed step of a nested document, `outputs` what the failure leaves behind.
    """

    def __init__(
        self,
        message: str,
        *,
        stderr: str = "",
        timed_out: bool = False,
        final: bool = False,
        lost: bool = False,
        cause: StepFailure | None = None,
        outputs: Outputs = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.stderr = stderr
        self.timed_out = timed_out
        self.final = final
        self.lost = lost
        self.cause = cause
        self.outputs = outputs
