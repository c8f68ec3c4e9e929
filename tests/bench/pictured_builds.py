"""The builds on the pictures: of earlier days, and one that waits for somebody."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from core.aws.connection import Connection
from core.aws.rehearsal import Rehearsal, RehearsedConnection
from core.build import journal
from core.build.events import Event, ProgressChanged, RunOpened, StepChanged, WorkflowChanged, from_json, to_json
from core.build.recording import Recording, shifted
from core.build.source import StepExecution, StepStatus
from gui.following import Followed, Source

EARLIER: Final = (datetime(2025, 3, 4, 8, 12, tzinfo=UTC), datetime(2025, 3, 3, 15, 40, tzinfo=UTC))
ON_REHEARSAL: Final = {"connection": RehearsedConnection.name, "kind": RehearsedConnection.kind}


def keep_runs(rehearsal: Rehearsal, runs: Path) -> None:
    """Journals of builds of earlier days: one that failed, one that did not."""
    for recording, begin in zip(rehearsal.recordings, EARLIER, strict=False):
        rehearsal.recall(recording, begin)
        first, *rest = shifted(recording, begin - recording.begin)
        assert isinstance(first, RunOpened)
        writer, _ = journal.create(runs, first.model_copy(update=ON_REHEARSAL))
        with writer:
            writer.append(*rest)


def second(event: Event, recording: Recording) -> Event:
    """The event as one of the second build of the image."""
    arn = recording.image.arn
    text = to_json(event).decode().replace(arn, f"{arn[:-1]}2").replace('1.0.0/1"', '1.0.0/2"')
    return from_json(text.encode())


def approval(number: int, at: datetime, workflow: str) -> StepChanged:
    """A step that waits for somebody."""
    step = StepExecution(
        step_execution_id="step-0f6c1b8e-3b52-4d49-9f3e-6a4f6c0f2b11", name="ApproveImage", action="WaitForAction",
        status=StepStatus.RUNNING, start_time=at - timedelta(seconds=3),
    )  # fmt: skip
    return StepChanged(number=number, at=at, workflow_execution_id=workflow, position=8, step=step)


def waiting(recording: Recording, share: float, at: Connection) -> Followed:
    """The recorded build as one that is going on, so much of its events told, in which a step waits for somebody."""
    told = [event for event in recording.events if not isinstance(event, ProgressChanged)]
    cut = recording.events[: int(share * len(told))]
    now = shifted(recording, datetime.now(UTC) - cut[-1].at)[: len(cut)]
    first, *rest = (second(event, recording) for event in now)
    assert isinstance(first, RunOpened)
    workflow = next(each.workflow.workflow_execution_id for each in rest if isinstance(each, WorkflowChanged))

    def source(sleep: Callable[[float], object]) -> Iterator[object]:
        yield from (first, *rest)
        yield approval(rest[-1].number + 1, datetime.now(UTC), workflow)
        while not sleep(1):
            pass

    playing: Source = source
    return Followed(first.model_copy(update=ON_REHEARSAL), playing, at)
