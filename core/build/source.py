"""What `watch` asks of an Image Builder, and the records it gets: the API's own shapes, typed and frozen.

Every model validates the camelCase structures of a response as they are (`Image.model_validate(response["image"])`):
members we don't follow are ignored, members a service leaves out have defaults, and a status this version doesn't know
becomes UNKNOWN instead of an error. Shapes: EC2 Image Builder API reference (GetImage, ListWorkflowExecutions,
ListWorkflowStepExecutions) and CloudWatch Logs API reference (GetLogEvents).
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Record(BaseModel):
    """A frozen value that reads and writes the API's camelCase members."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _absent(value: object) -> object:
    return None if value == "" else value


def _encodable(value: object) -> object:
    """Log text may hold halves of surrogate pairs, which no JSON file can: they become question marks."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


UtcTime = Annotated[AwareDatetime, AfterValidator(_utc)]
OptionalTime = Annotated[UtcTime | None, BeforeValidator(_absent)]
Text = Annotated[str, BeforeValidator(_encodable)]


class _Status(StrEnum):
    @classmethod
    def _missing_(cls, value: object) -> "_Status | None":
        return cls("UNKNOWN") if isinstance(value, str) and value != "UNKNOWN" else None


class ImageStatus(_Status):
    PENDING = "PENDING"
    CREATING = "CREATING"
    BUILDING = "BUILDING"
    TESTING = "TESTING"
    DISTRIBUTING = "DISTRIBUTING"
    INTEGRATING = "INTEGRATING"
    AVAILABLE = "AVAILABLE"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"
    DEPRECATED = "DEPRECATED"
    DELETED = "DELETED"
    DISABLED = "DISABLED"
    UNKNOWN = "UNKNOWN"

    @property
    def terminal(self) -> bool:
        """Whether the build is over. What lifecycle management does to an image comes after the build."""
        return self in _TERMINAL_IMAGE


_TERMINAL_IMAGE = frozenset(
    {
        ImageStatus.AVAILABLE,
        ImageStatus.CANCELLED,
        ImageStatus.FAILED,
        ImageStatus.DEPRECATED,
        ImageStatus.DELETED,
        ImageStatus.DISABLED,
    }
)


class WorkflowStatus(_Status):
    PENDING = "PENDING"
    SKIPPED = "SKIPPED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    ROLLBACK_IN_PROGRESS = "ROLLBACK_IN_PROGRESS"
    ROLLBACK_COMPLETED = "ROLLBACK_COMPLETED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"

    @property
    def terminal(self) -> bool:
        return self in _TERMINAL_WORKFLOW


_TERMINAL_WORKFLOW = frozenset(
    {
        WorkflowStatus.SKIPPED,
        WorkflowStatus.COMPLETED,
        WorkflowStatus.FAILED,
        WorkflowStatus.ROLLBACK_COMPLETED,
        WorkflowStatus.CANCELLED,
    }
)


class StepStatus(_Status):
    PENDING = "PENDING"
    SKIPPED = "SKIPPED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class RollbackStatus(_Status):
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


class ComponentFailureContext(Record):
    component_arn: str = ""
    phase_name: str = ""
    step_name: str = ""
    action: str = ""
    error_message: Text = ""


class RegionFailure(Record):
    region: str = ""
    status: str = ""
    image_configuration_step: str = ""
    error_message: Text = ""
    target_account_id: str = ""


class DistributionFailureContext(Record):
    error_message: Text = ""
    region_failures: tuple[RegionFailure, ...] = ()


class ImageFailureContext(Record):
    image_status: ImageStatus = ImageStatus.UNKNOWN
    workflow_execution_id: str = ""
    workflow_arn: str = ""
    step_execution_id: str = ""
    failed_step: str = ""
    component_failure: ComponentFailureContext | None = None
    distribution_failure: DistributionFailureContext | None = None


class ImageState(Record):
    """`failure_context` exists on FAILED images only, and not in every one."""

    status: ImageStatus
    reason: Text = ""
    failure_context: ImageFailureContext | None = None


class Ami(Record):
    """An output image: one per region and account. `image` is the AMI id; empty while it is being copied."""

    region: str
    image: str = ""
    name: str = ""
    description: str = ""
    account_id: str = ""
    state: ImageState | None = None


class Container(Record):
    region: str
    image_uris: tuple[str, ...] = ()


class OutputResources(Record):
    amis: tuple[Ami, ...] = ()
    containers: tuple[Container, ...] = ()


class ImageLoggingConfiguration(Record):
    log_group_name: str = ""


class Image(Record):
    """GetImage's `image`. `arn` is a build version's: ``…:image/<slug>/<x.y.z>/<build>``. `build_type` says what began
    it: USER_INITIATED, SCHEDULED, IMPORT, IMPORT_ISO."""

    arn: str
    name: str = ""
    version: str = ""
    type: str = "AMI"
    platform: str = ""
    os_version: str = ""
    build_type: str = ""
    state: ImageState
    source_pipeline_arn: str = ""
    source_pipeline_name: str = ""
    date_created: OptionalTime = None
    output_resources: OutputResources = OutputResources()
    logging_configuration: ImageLoggingConfiguration | None = None

    @property
    def log_group(self) -> str:
        """User guide, "CloudWatch logs": the image's name as typed, not its slug, unless a group was configured."""
        configured = self.logging_configuration.log_group_name if self.logging_configuration else ""
        return configured or f"/aws/imagebuilder/{self.name}"

    @property
    def log_stream(self) -> str:
        """``<x.y.z>/<build>``."""
        return "/".join(self.arn.split("/")[-2:])


class WorkflowExecution(Record):
    """An entry of ListWorkflowExecutions. A workflow that has not begun is not in the list; `retried` ones were
    superseded by RetryImage."""

    workflow_execution_id: str
    workflow_build_version_arn: str = ""
    type: str = ""
    status: WorkflowStatus
    message: Text = ""
    total_step_count: int = 0
    total_steps_succeeded: int = 0
    total_steps_failed: int = 0
    total_steps_skipped: int = 0
    start_time: OptionalTime = None
    end_time: OptionalTime = None
    parallel_group: str = ""
    retried: bool = False

    @property
    def name(self) -> str:
        """The workflow's name, from ``…:workflow/<type>/<name>/<x.y.z>/<build>``."""
        parts = self.workflow_build_version_arn.split("/")
        return parts[2] if len(parts) > 2 else self.workflow_execution_id


class StepExecution(Record):
    """An entry of ListWorkflowStepExecutions. `inputs` and `outputs` are JSON text. All steps of a workflow exist from
    its start as PENDING, and stay so when one before them fails."""

    step_execution_id: str
    name: str = ""
    description: str = ""
    action: str = ""
    status: StepStatus
    rollback_status: RollbackStatus | None = None
    message: Text = ""
    inputs: Text = ""
    outputs: Text = ""
    start_time: OptionalTime = None
    end_time: OptionalTime = None
    attempt_number: int | None = None
    max_attempts: int | None = None


class LogEvent(Record):
    """A record of the log stream: milliseconds since 1970 UTC, and text of one or more lines."""

    timestamp: int
    message: Text

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp / 1000, UTC)


class LogPage(Record):
    """A page of the stream, oldest first. `next_token` asks for what comes after; it is always given, and equals the
    token asked with when the end was reached (GetLogEvents' `nextForwardToken`)."""

    events: tuple[LogEvent, ...] = ()
    next_token: str = Field(default="", validation_alias="nextForwardToken")


class Progress(Record):
    """How far a long task is: `done` of `total` `unit`s; total 0 means unknown."""

    label: str
    done: int = 0
    total: int = 0
    unit: str = ""


class Source(Protocol):
    """One Image Builder, as `watch` sees it.

    Calls answer with complete lists (paging is the implementation's) and raise from `core.errors`. Throttled and
    Unreachable are retried by `watch`, each time with a fresh call, so an implementation whose service may come back
    elsewhere looks it up again. Everything else ends the watch.
    """

    def image(self, image_build_version_arn: str) -> Image: ...

    def workflow_executions(self, image_build_version_arn: str) -> tuple[WorkflowExecution, ...]: ...

    def step_executions(self, workflow_execution_id: str) -> tuple[StepExecution, ...]:
        """In the workflow's order."""

    def log_events(self, group: str, stream: str, token: str | None) -> LogPage:
        """From the stream's beginning (`startFromHead`) when there is no token.

        Raises NotFound where group or stream don't exist yet, Invalid for a token that expired.
        """

    def progress(self, image_build_version_arn: str) -> tuple[Progress, ...]:
        """Long tasks going on for this image; empty where the service can't tell (AWS)."""
