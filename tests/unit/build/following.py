"""Following scripted builds to their end, for the tests of all that comes after `watch`."""

from collections.abc import Sequence

from core.build.events import Event, RunOpened
from core.build.run import Run, replay
from core.build.watch import LOCAL, Pace, watch
from tests.fakes.source import ARN, START, FakeTime, Scene, ScriptedSource


def opened() -> RunOpened:
    return RunOpened(
        at=START,
        image_arn=ARN,
        recipe_name="web-server",
        connection="Local",
        region="eu-central-1",
        pipeline_arn="arn:aws:imagebuilder:eu-central-1:123456789012:image-pipeline/web-server",
        started_by="test",
    )


def follow(source: ScriptedSource, run: Run, *, pace: Pace = LOCAL, time: FakeTime | None = None) -> list[Event]:
    """All events from here to the end."""
    time = time or FakeTime()
    return list(watch(source, run, pace=pace, clock=time.clock, sleep=time.sleep, jitter=lambda: 0.5))


def followed(scenes: Sequence[Scene]) -> list[Event]:
    """All events of a build, its opening among them."""
    return [opened(), *follow(ScriptedSource(scenes), replay([opened()]))]
