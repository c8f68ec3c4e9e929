"""What happened in a run, as frozen values: one discriminated union with JSON both ways.

Every event tells one `subject` and tells it whole (a step's event is the step's record, not a difference), and the
events of a run are numbered in the order they were seen. So the newest event of a subject is all there is to know of
it: duplicates and late arrivals need no care anywhere, and a reader may start from any point.

Waiting for an action, output AMIs and the like are no events of their own: they are in the records of steps and image
(see `Run.waiting`, `Run.amis`), and what is said once can't contradict itself.
"""

from dataclasses import dataclass
from operator import itemgetter
from typing import Annotated, Final, Literal

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.build.source import (
    Image,
    ImageStatus,
    LogEvent,
    OptionalTime,
    Progress,
    StepExecution,
    Text,
    UtcTime,
    WorkflowExecution,
)
from core.build.toe_log import ComponentFailure, Reading, Span
from core.errors import Invalid

ConnectionKind = Literal["", "local", "aws"]
LOCAL: Final = "local"
IMPORTED: Final = "imported "
"""Before the name of the connection of a run that came out of a file."""
SCHEMA_VERSION = 1
"""Raised when events change such that an older Bakehouse would misread them."""


class _Event(BaseModel):
    """`number` counts a run's events from 0; `at` is when this side saw it happen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    at: UtcTime


class RunOpened(_Event):
    """We began to follow a build. `connection` is the connection's name, `kind` its kind; `started_by` says who or what
    began it."""

    type: Literal["run-opened"] = "run-opened"
    number: int = 0
    image_arn: str
    recipe_name: str = ""
    connection: str = ""
    kind: ConnectionKind = ""
    region: str = ""
    pipeline_arn: str = ""
    started_by: str = ""

    @property
    def on_aws(self) -> bool:
        """Whether AWS built it, and bills its minutes. A journal without a kind tells only the
        connection's name."""
        return self.kind == "aws" if self.kind else self.connection.removeprefix(IMPORTED) != LOCAL

    @property
    def subject(self) -> str:
        return "run"


class ImageChanged(_Event):
    type: Literal["image-changed"] = "image-changed"
    image: Image

    @property
    def subject(self) -> str:
        return "image"


class WorkflowChanged(_Event):
    type: Literal["workflow-changed"] = "workflow-changed"
    workflow: WorkflowExecution

    @property
    def subject(self) -> str:
        return f"workflow {self.workflow.workflow_execution_id}"


class StepChanged(_Event):
    """`position` is the step's place in its workflow, from 0."""

    type: Literal["step-changed"] = "step-changed"
    workflow_execution_id: str
    position: int
    step: StepExecution

    @property
    def subject(self) -> str:
        return f"step {self.step.step_execution_id}"


class ComponentChanged(_Event):
    """A document, phase or step of a component began, went on or ended."""

    type: Literal["component-changed"] = "component-changed"
    span: Span

    @property
    def subject(self) -> str:
        return f"component {self.span.key}"


class ComponentFailed(_Event):
    type: Literal["component-failed"] = "component-failed"
    failure: ComponentFailure

    @property
    def subject(self) -> str:
        return f"failure {self.failure.key}"


class LogRead(_Event):
    """The log went on by `events`, the first of which is the stream's `first`th (from 0).

    Where to go on from: `token` asks for what follows the stream's first `token_position` events (a page larger than
    this event is asked for again), and `reading` is what the lines so far amount to. What the events changed in
    components was told before this, so that nothing is lost between.
    """

    type: Literal["log-read"] = "log-read"
    first: int
    events: Annotated[tuple[LogEvent, ...], Field(min_length=1)]
    token: str | None
    token_position: int
    reading: Reading

    @property
    def subject(self) -> str:
        return "log"

    @property
    def text(self) -> "LogText":
        return LogText(self.first, [one.message for one in self.events], [one.timestamp for one in self.events])


class ProgressChanged(_Event):
    """All long tasks that are going on; none when the last is done."""

    type: Literal["progress-changed"] = "progress-changed"
    tasks: tuple[Progress, ...]

    @property
    def subject(self) -> str:
        return "progress"


class ConnectionChanged(_Event):
    """The Image Builder stopped answering (`attempts` so far, the next at `retry_at`), or answers again. One that is
    `reachable` and has a `message` asks us to slow down."""

    type: Literal["connection-changed"] = "connection-changed"
    reachable: bool
    message: Text = ""
    attempts: int = 0
    retry_at: OptionalTime = None

    @property
    def subject(self) -> str:
        return "connection"


class RunEnded(_Event):
    """The image is in a terminal state and its log read to the end."""

    type: Literal["run-ended"] = "run-ended"
    status: ImageStatus

    @property
    def subject(self) -> str:
        return "end"


Event = (
    RunOpened
    | ImageChanged
    | WorkflowChanged
    | StepChanged
    | ComponentChanged
    | ComponentFailed
    | LogRead
    | ProgressChanged
    | ConnectionChanged
    | RunEnded
)

LOG_READ: Final = b'{"type":"log-read",'
"""How the line of a LogRead begins."""


@dataclass(frozen=True, slots=True)
class LogText:
    """Text of the log: its records from the stream's `first`th on, with their times in milliseconds."""

    first: int
    messages: list[str]
    times: list[int]

    @property
    def end(self) -> int:
        """The number of the record after it."""
        return self.first + len(self.messages)


_MESSAGE: Final = itemgetter("message")
_TIME: Final = itemgetter("timestamp")
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


def to_json(event: Event) -> bytes:
    """One line of JSON, without its end, beginning with the event's type."""
    return b'{"type":"%s",%s' % (event.type.encode(), event.model_dump_json(exclude={"type"}).encode()[1:])


def from_json(line: bytes) -> Event:
    """Raises Invalid for what is no event of this version."""
    try:
        return _EVENT.validate_json(line)
    except ValidationError as error:
        raise Invalid(f"not an event of a run: {line[:80]!r}", hint=str(error.errors()[0]["msg"])) from error


@dataclass(frozen=True, slots=True)
class Passage:
    """The line of a LogRead, its text apart. `rest` is the event with the last of its records only, which is all that a
    Run is told."""

    text: LogText
    rest: dict[str, object]

    @classmethod
    def read(cls, line: bytes) -> "Passage":
        """Of a million records, making values of each takes several times as long as this. Raises Invalid for what is
        no LogRead."""
        try:
            members = pydantic_core.from_json(line, cache_strings="keys")
            records, first = members["events"], members["first"]
            text = LogText(first, list(map(_MESSAGE, records)), list(map(_TIME, records)))
            if {*map(type, text.messages)} != {str} or {type(first), *map(type, text.times)} != {int}:
                raise TypeError("a record of the log is none")
            return cls(text, members | {"first": text.end - 1, "events": records[-1:]})
        except (ValueError, KeyError, TypeError) as error:
            raise Invalid(f"not an event of a run: {line[:80]!r}", hint=str(error)) from error

    @property
    def event(self) -> Event:
        """Raises what `from_json` raises."""
        return from_json(pydantic_core.to_json(self.rest))
