"""Records of a running build: workflow executions, their steps, packages.

Attribute names turn into the API's member names by camel case alone, so a record and what the API returns can't drift
apart. Field lists: botocore model of EC2 Image Builder, service reference 3.6.
"""

import uuid
from datetime import UTC, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

WorkflowStatus = Literal[
    "PENDING",
    "SKIPPED",
    "RUNNING",
    "COMPLETED",
    "FAILED",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_COMPLETED",
    "CANCELLED",
]
StepStatus = Literal["PENDING", "SKIPPED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
RollbackStatus = Literal["RUNNING", "COMPLETED", "SKIPPED", "FAILED"]

ENDED_IMAGE = frozenset({"AVAILABLE", "FAILED", "CANCELLED", "DEPRECATED", "DISABLED", "DELETED"})
ENDED_WORKFLOW = frozenset({"COMPLETED", "FAILED", "ROLLBACK_COMPLETED", "CANCELLED", "SKIPPED"})
ENDED_STEP = frozenset({"COMPLETED", "FAILED", "CANCELLED", "SKIPPED"})


def now() -> str:
    """The time as Image Builder writes it: 2020-02-14T23:14:13.597Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, extra="forbid")

    def members(self) -> dict[str, Any]:
        """The record in the API's shape; what has no value is left out."""
        return self.model_dump(by_alias=True, exclude_none=True)

    def changed(self, members: dict[str, Any]) -> Self:
        """The record with API members replaced; None takes one away. Raises ValidationError on an unknown member."""
        return type(self).model_validate({**self.members(), **members})


class WorkflowExecution(_Record):
    """One run of a workflow for an image, as GetWorkflowExecution returns it."""

    workflow_execution_id: str = Field(default_factory=lambda: f"wf-{uuid.uuid4()}")
    image_build_version_arn: str
    workflow_build_version_arn: str
    type: Literal["BUILD", "TEST", "DISTRIBUTION"]
    status: WorkflowStatus = "PENDING"
    message: str = ""
    total_step_count: int
    total_steps_succeeded: int = 0
    total_steps_failed: int = 0
    total_steps_skipped: int = 0
    start_time: str | None = None
    end_time: str | None = None
    parallel_group: str | None = None
    retried: bool | None = None

    @property
    def ended(self) -> bool:
        return self.status in ENDED_WORKFLOW


class StepExecution(_Record):
    """One step of a workflow execution, as GetWorkflowStepExecution returns it.

    `inputs` and `outputs` are JSON texts. The three references are filled in by `Builds.begin_steps`.
    """

    step_execution_id: str = Field(default_factory=lambda: f"step-{uuid.uuid4()}")
    workflow_execution_id: str = ""
    workflow_build_version_arn: str = ""
    image_build_version_arn: str = ""
    name: str
    action: str
    description: str | None = None
    status: StepStatus = "PENDING"
    rollback_status: RollbackStatus | None = None
    message: str | None = None
    inputs: str | None = None
    outputs: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    on_failure: str = "Abort"
    timeout_seconds: int | None = None
    attempt_number: int | None = None
    max_attempts: int | None = None

    @property
    def ended(self) -> bool:
        return self.status in ENDED_STEP
