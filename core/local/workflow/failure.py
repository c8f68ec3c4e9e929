"""Why a step, a workflow or an image failed, in the texts and members that Image Builder users know.

The texts follow what users of EC2 Image Builder report (service reference 3.6); `failureContext` is the API's
ImageFailureContext. A step's failure travels up as an exception until the workflow, then the image, has recorded it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import BakehouseError, spoken
from core.local.workflow.values import Json

REASON_LIMIT = 500
COMPONENT_ERROR_LIMIT = 1024


class StepFailed(Exception):
    """One attempt of a step failed. `outputs` is what the step's record keeps of it besides the error; a `final`
    failure is not tried again."""

    def __init__(
        self,
        message: str,
        *,
        outputs: Mapping[str, Json] | None = None,
        component: Mapping[str, Json] | None = None,
        distribution: Mapping[str, Json] | None = None,
        final: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.outputs: Mapping[str, Json] = {**(outputs or {}), "error": message}
        self.component = component
        self.distribution = distribution
        self.final = final


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed, with the ids that lead to its records; empty where the image failed before or outside workflows."""

    reason: str
    image_status: str = ""
    workflow_execution_id: str = ""
    workflow_arn: str = ""
    step_execution_id: str = ""
    failed_step: str = ""
    component: Mapping[str, Json] | None = None
    distribution: Mapping[str, Json] | None = None

    @property
    def image_reason(self) -> str:
        """`state.reason` of the image."""
        if not self.workflow_execution_id:
            return shortened(self.reason)
        return shortened(f"Workflow Execution ID: '{self.workflow_execution_id}' failed with reason: {self.reason}")

    def context(self) -> dict[str, Json]:
        """The API's ImageFailureContext; members without a value are left out."""
        members: dict[str, Json] = {
            "imageStatus": self.image_status,
            "workflowExecutionId": self.workflow_execution_id,
            "workflowArn": self.workflow_arn,
            "stepExecutionId": self.step_execution_id,
            "failedStep": self.failed_step,
            "componentFailure": self.component,
            "distributionFailure": self.distribution,
        }
        return {name: value for name, value in members.items() if value}


class WorkflowFailed(Exception):
    """A workflow execution ended without success and has been recorded so."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class ImageFailed(Exception):
    """The image can't go on, outside of any workflow (resolving what the recipe names, for example)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def shortened(text: str, limit: int = REASON_LIMIT) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def explained(error: BakehouseError | OSError, step: str = "") -> str:
    """An error in one sentence or two: what happened, in which workflow step, and what to do about it.

    One of the host's own says so, because nobody should look for it in the guest.
    """
    if isinstance(error, BakehouseError):
        message, hint = error.message, error.hint
    else:
        where = f" ({error.filename})" if error.filename else ""
        message, hint = f"The computer that runs the build reported: {error.strerror or error}{where}.", ""
    if step:
        message = f"{message.rstrip('.')}. In workflow step {step}."
    return spoken(message, hint)
