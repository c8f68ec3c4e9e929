"""A folder of journals as years of baking leave it: many builds of a few pipelines, written without ceremony."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.build.events import Event, ImageChanged, RunEnded, RunOpened, to_json
from core.build.journal import file_name
from core.build.source import Image, ImageState, ImageStatus

PIPELINES = ("web-server", "hardened-base", "build-agent", "database", "edge-proxy", "gpu-worker")
STARTERS = ("Bakehouse", "bakehouse bake", "its schedule")
NEWEST = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HEADER = b'{"bakehouse":"journal","version":1}\n'


def past_run(number: int) -> tuple[Event, ...]:
    """The `number`th build before the newest: mostly good, some failed, few that nobody followed to the end."""
    name = PIPELINES[number % len(PIPELINES)]
    connection = "prod-eu" if number % 4 == 3 else "local"
    region = "eu-central-1"
    arn = f"arn:aws:imagebuilder:{region}:123456789012:image/{name}/1.{number % 7}.0/{2000 - number}"
    pipeline = f"arn:aws:imagebuilder:{region}:123456789012:image-pipeline/{name}"
    at = NEWEST - timedelta(hours=5 * number)
    status = ImageStatus.FAILED if number % 9 == 4 else ImageStatus.AVAILABLE
    lasted = timedelta(seconds=60 + 40 * (number % len(PIPELINES)) + number * 37 % 50)
    opened = RunOpened(
        at=at, image_arn=arn, recipe_name=name, connection=connection, region=region, pipeline_arn=pipeline,
        started_by=STARTERS[number % 3],
    )  # fmt: skip
    version = f"1.{number % 7}.0/{2000 - number}"
    image = Image(
        arn=arn, name=name, version=version, state=ImageState(status=status), date_created=at,
        source_pipeline_name=name, source_pipeline_arn=pipeline,
    )  # fmt: skip
    changed = ImageChanged(number=1, at=at + lasted, image=image)
    if number % 50 == 17:
        return opened, changed.model_copy(
            update={"image": image.model_copy(update={"state": ImageState(status=ImageStatus.BUILDING)})}
        )
    return opened, changed, RunEnded(number=2, at=at + lasted, status=status)


def write_past_runs(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for events in _past(count):
        opened = events[0]
        assert isinstance(opened, RunOpened)
        text = b"".join(to_json(event) + b"\n" for event in events)
        (folder / file_name(opened)).write_bytes(HEADER + text)


def _past(count: int) -> Iterator[tuple[Event, ...]]:
    return (past_run(number) for number in range(count))
