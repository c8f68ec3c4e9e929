"""Recorded runs, played again: what an Image Builder said at every moment of a build, said once more about another one.

A recording is a journal. Playing it gives no events but the records behind them (image, workflows, steps, log), as the
service would answer now, so that whoever follows the play follows it as any build and can't tell the difference.
"""

import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from core.build import journal
from core.build.events import (
    Event,
    ImageChanged,
    LogRead,
    ProgressChanged,
    StepChanged,
    WorkflowChanged,
    from_json,
    to_json,
)
from core.build.run import Run, fold
from core.build.source import Image, ImageState, ImageStatus, LogEvent, StepStatus, WorkflowStatus
from core.errors import Invalid

_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_EXECUTION: Final = re.compile(r"\b(wf|step)-([0-9a-f]{8}-[0-9a-f-]{27})\b")
_MILLISECONDS: Final = "timestamp"
_JSON_TEXTS: Final = frozenset({"inputs", "outputs"})
"""Members that are JSON in a text, with moments in it."""

Move = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded run. `recipe` is the recipe's name; `length` in seconds."""

    recipe: str
    image: Image
    begin: datetime
    length: float
    events: tuple[Event, ...]

    @classmethod
    def read(cls, path: Path) -> "Recording":
        """Raises Invalid for what is no journal of a run that has ended, and what reading one raises."""
        events = tuple(journal.events(path))
        images = [event.image for event in events if isinstance(event, ImageChanged)]
        if not images or not images[-1].state.status.terminal:
            raise Invalid(f"{path} records no build that has ended.", hint="Record one with `bakehouse bake`.")
        opened = getattr(events[0], "recipe_name", "") or images[-1].name
        begin = images[-1].date_created or events[0].at
        return cls(opened, images[-1], begin, (events[-1].at - begin).total_seconds(), events)


class Play:
    """A recording as the build of another image, begun at `begin` and `speed` times as fast as it was.

    `at` brings it to a moment; `run` and `log` are then what the service would tell.
    """

    def __init__(self, recording: Recording, image: Image, begin: datetime, speed: float) -> None:
        def move(moment: datetime) -> datetime:
            return begin + (moment - recording.begin) / speed

        told = (ImageChanged, WorkflowChanged, StepChanged, LogRead, ProgressChanged)
        mine = (event for event in recording.events if isinstance(event, told))
        self._waiting = deque(_retold(event, recording.image, image, move) for event in mine)
        pending = image.model_copy(update={"state": ImageState(status=ImageStatus.PENDING), "date_created": begin})
        self.run = fold(Run(), ImageChanged(number=0, at=begin, image=pending))
        self.log: list[LogEvent] = []

    def at(self, now: datetime) -> None:
        while self._waiting and self._waiting[0].at <= now:
            event = self._waiting.popleft()
            self.run = fold(self.run, event)
            if isinstance(event, LogRead):
                self.log += event.events

    def cancel(self, now: datetime) -> None:
        """What runs is cancelled, and nothing more comes; a build that is over stays as it is."""
        self.at(now)
        image = self.run.image
        if image is None or image.state.status.terminal:
            return
        self._waiting.clear()
        number = self.run.number
        cancelled = image.model_copy(update={"state": ImageState(status=ImageStatus.CANCELLED, reason="Cancelled.")})
        over = {"status": WorkflowStatus.CANCELLED, "end_time": now}
        ended = {"status": StepStatus.CANCELLED, "end_time": now}
        for step in self.run.steps.values():
            if step.step.status is StepStatus.RUNNING:
                changed = step.step.model_copy(update=ended)
                self.run = fold(self.run, step.model_copy(update={"number": (number := number + 1), "step": changed}))
        for workflow in self.run.workflows.values():
            if not workflow.status.terminal:
                undone = workflow.model_copy(update=over)
                self.run = fold(self.run, WorkflowChanged(number=(number := number + 1), at=now, workflow=undone))
        self.run = fold(self.run, ProgressChanged(number=(number := number + 1), at=now, tasks=()))
        self.run = fold(self.run, ImageChanged(number=number + 1, at=now, image=cancelled))


def _retold(event: Event, recorded: Image, played: Image, move: Move) -> Event:
    """The event, told of the played image at the moments of the play."""
    text = _EXECUTION.sub(
        lambda found: f"{found[1]}-{uuid5(NAMESPACE_URL, played.arn + found[2])}",
        to_json(event).decode().replace(recorded.arn, played.arn),
    )
    members = json.loads(text)
    if isinstance(event, ImageChanged):
        members["image"] |= {"name": played.name, "version": played.version}
        members["image"] |= {
            "source_pipeline_arn": played.source_pipeline_arn,
            "source_pipeline_name": played.source_pipeline_name,
        }
    return from_json(json.dumps(_moved(members, move)).encode())


def _moved(value: Any, move: Move, key: str = "") -> Any:
    match value:
        case dict():
            return {name: _moved(each, move, name) for name, each in value.items()}
        case list():
            return [_moved(each, move) for each in value]
        case int() if key == _MILLISECONDS:
            return round(move(datetime.fromtimestamp(value / 1000, UTC)).timestamp() * 1000)
        case str() if _MOMENT.fullmatch(value):
            return move(datetime.fromisoformat(value)).isoformat()
        case str() if key in _JSON_TEXTS:
            return _MOMENT.sub(lambda found: move(datetime.fromisoformat(found[0])).isoformat(), value)
        case _:
            return value


def shifted(recording: Recording, by: timedelta) -> tuple[Event, ...]:
    """The recording as it is, as if it had been made at another time: a run of an earlier day."""
    return tuple(
        _retold(event, recording.image, recording.image, lambda moment: moment + by) for event in recording.events
    )
