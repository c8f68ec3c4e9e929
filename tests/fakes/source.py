"""A scripted Image Builder for following: what it answers is set by the test, moment by moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from core.build.source import (
    Image,
    ImageState,
    ImageStatus,
    LogEvent,
    LogPage,
    Progress,
    StepExecution,
    WorkflowExecution,
)
from core.errors import BakehouseError, Invalid, NotFound

ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:image/web-server/1.0.0/3"
START = datetime(2026, 9, 1, 10, 0, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def line(seconds: float, message: str) -> LogEvent:
    return LogEvent(timestamp=round(at(seconds).timestamp() * 1000), message=message)


def lines(seconds: float, text: str) -> tuple[LogEvent, ...]:
    """One record per line, a tenth of a second apart."""
    return tuple(line(seconds + 0.1 * n, each) for n, each in enumerate(text.strip().splitlines()))


def image(status: ImageStatus = ImageStatus.BUILDING) -> Image:
    return Image(arn=ARN, name="Web Server", version="1.0.0/3", date_created=START, state=ImageState(status=status))


@dataclass(frozen=True)
class Scene:
    """What the service answers at one moment. `log` is the whole stream so far, None while it doesn't exist."""

    image: Image = field(default_factory=image)
    workflows: tuple[WorkflowExecution, ...] = ()
    steps: Mapping[str, tuple[StepExecution, ...]] = field(default_factory=dict)
    log: tuple[LogEvent, ...] | None = None
    progress: tuple[Progress, ...] = ()
    error: BakehouseError | None = None


class ScriptedSource:
    """Plays scenes, one per poll (the last goes on for ever), and counts what it is asked. `page` is the number of log
    records in a page. Tokens of a stream are ``f/<position>``; `expired` ones are refused, once."""

    def __init__(self, scenes: Sequence[Scene], *, page: int = 1000) -> None:
        self._scenes = list(scenes)
        self._page = page
        self._current = self._scenes[0]
        self.expired: set[str] = set()
        self.calls: list[str] = []

    def image(self, image_build_version_arn: str) -> Image:
        assert image_build_version_arn == ARN
        self._current = self._scenes.pop(0) if len(self._scenes) > 1 else self._scenes[0]
        self.calls.append("image")
        if self._current.error:
            raise self._current.error
        return self._current.image

    def workflow_executions(self, image_build_version_arn: str) -> tuple[WorkflowExecution, ...]:
        self.calls.append("workflows")
        return self._current.workflows

    def step_executions(self, workflow_execution_id: str) -> tuple[StepExecution, ...]:
        self.calls.append(f"steps {workflow_execution_id}")
        return self._current.steps.get(workflow_execution_id, ())

    def log_events(self, group: str, stream: str, token: str | None) -> LogPage:
        assert (group, stream) == ("/aws/imagebuilder/Web Server", "1.0.0/3")
        self.calls.append(f"log {token}")
        if self._current.log is None:
            raise NotFound("The specified log stream does not exist.")
        if token in self.expired:
            self.expired.remove(token)
            raise Invalid("The specified nextToken is invalid.")
        start = int(token.removeprefix("f/")) if token else 0
        events = self._current.log[start : start + self._page]
        return LogPage(events=events, next_token=f"f/{start + len(events)}")

    def progress(self, image_build_version_arn: str) -> tuple[Progress, ...]:
        return self._current.progress


class FakeTime:
    """A clock that only sleeping moves. `slept` are the pauses; `on_sleep` is called in each."""

    def __init__(self, on_sleep: Callable[[int], None] = lambda count: None) -> None:
        self.now = START
        self.slept: list[float] = []
        self._on_sleep = on_sleep

    def clock(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        self._on_sleep(len(self.slept))


def with_status(scene: Scene, status: ImageStatus, **members: object) -> Scene:
    state = ImageState(status=status).model_copy(update=members)
    return replace(scene, image=scene.image.model_copy(update={"state": state}))
