"""The builds of the list as values: what is known of each, whoever tells of it, and in which part of it they stand.

A build may be told of by three: by the app that follows it, by the journal of an earlier day, by the connection, which
also knows of builds that were started elsewhere. Whoever knows most counts, in that order.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from statistics import median
from typing import Final

from core.build.events import ConnectionKind, RunOpened
from core.build.journal import Entry
from core.build.source import Image, ImageStatus
from core.build.usual import spoken
from core.recipe.names import Arn
from gui.following import Followed

Key = tuple[str, str]
"""Connection and image ARN."""

Costs = Callable[[Key], str]
"""What a build costs, in words; empty as long as nobody knows. Asked for every row, so it must answer at once."""

WAITING: Final = "WAITING"
INTERRUPTED: Final = "INTERRUPTED"
_OVER: Final = frozenset(each.value for each in ImageStatus if each.terminal) | {INTERRUPTED}
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_STARTERS: Final = {
    "USER_INITIATED": "a user",
    "SCHEDULED": "its schedule",
    "IMPORT": "an import",
    "IMPORT_ISO": "an import",
}


class Part(StrEnum):
    """The parts of the list, in their order; the value is the heading."""

    WAITING = "Waiting for action"
    RUNNING = "Running"
    FINISHED = "Finished"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A build that the connection tells of, and nobody here has followed. `waits`: a step of it waits for an action."""

    connection: str
    region: str
    image: Image
    waits: bool = False
    kind: ConnectionKind = ""

    @property
    def opened(self) -> RunOpened:
        """How following it begins."""
        return RunOpened(
            at=self.image.date_created or datetime.now(UTC),
            image_arn=self.image.arn,
            recipe_name=self.image.name,
            connection=self.connection,
            kind=self.kind,
            region=self.region,
            pipeline_arn=self.image.source_pipeline_arn,
            started_by=_STARTERS.get(self.image.build_type, ""),
        )


Source = Followed | Entry | Elsewhere


@dataclass(frozen=True, slots=True)
class Row:
    """One build. `status` is a status of `gui.theme.status`; `seconds` is how long it took, None as long as that is
    not known; `usual` the median of the good builds of its pipeline; `cost` in words."""

    key: Key
    title: str
    status: str
    at: datetime
    source: Source
    pipeline: str = ""
    started_by: str = ""
    seconds: float | None = None
    usual: float | None = None
    cost: str = ""

    @property
    def connection(self) -> str:
        return self.key[0]

    @property
    def part(self) -> Part:
        if self.status == WAITING:
            return Part.WAITING
        return Part.FINISHED if self.status in _OVER else Part.RUNNING

    @property
    def searched(self) -> str:
        """What a search looks in."""
        return f"{self.title} {self.pipeline} {self.started_by} {self.connection} {self.key[1]}"


@dataclass(frozen=True, slots=True)
class Told:
    """Builds that nobody follows now, the newest first, and how long good ones take by connection and pipeline."""

    rows: tuple[Row, ...] = ()
    usual: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry], elsewhere: Iterable[Elsewhere] = ()) -> "Told":
        """What journals and connections tell, each build once; of one that was retried, its newest journal."""
        found: dict[Key, Row] = {}
        for entry in entries:
            row = row_of(entry)
            if row.key not in found or found[row.key].at < row.at:
                found[row.key] = row
        for each in elsewhere:
            row = row_of(each)
            found.setdefault(row.key, row)
        usual = usual_seconds(found.values())
        known = (replace(row, usual=usual.get((row.connection, row.pipeline))) for row in found.values())
        return cls(tuple(sorted(known, key=_at, reverse=True)), usual)


def rows(runs: Iterable[Followed], told: Told, costs: Costs | None = None) -> tuple[Row, ...]:
    """All builds, the newest first: those that are followed, and those `told` of them that are not."""
    live = [row_of(run) for run in runs]
    known = {row.key for row in live}
    fresh = [replace(row, usual=told.usual.get((row.connection, row.pipeline))) for row in live]
    found = sorted((*fresh, *(row for row in told.rows if row.key not in known)), key=_at, reverse=True)
    return tuple(replace(row, cost=costs(row.key)) for row in found) if costs else tuple(found)


def _at(row: Row) -> datetime:
    return row.at


def row_of(source: Source) -> Row:
    """What one of the three knows of a build."""
    match source:
        case Followed():
            return _followed(source)
        case Entry(opened=opened):
            interrupted = source.ended is None and not source.status.terminal
            return Row(
                key_of(opened),
                title_of(opened),
                INTERRUPTED if interrupted else source.status.value,
                opened.at,
                source,
                pipeline_name(opened.pipeline_arn) or opened.recipe_name,
                opened.started_by,
                (source.ended - opened.at).total_seconds() if source.ended else None,
            )
        case Elsewhere(image=image):
            return Row(
                key_of(source.opened),
                f"{image.name} {image.version}".strip(),
                WAITING if source.waits and not image.state.status.terminal else image.state.status.value,
                image.date_created or _LONG_AGO,
                source,
                image.source_pipeline_name,
                _STARTERS.get(image.build_type, ""),
            )


def _followed(source: Followed) -> Row:
    run, opened = source.run, source.opened
    image, start = run.image, run.start or opened.at
    if source.over and not run.status.terminal:
        status = INTERRUPTED
    else:
        status = WAITING if run.waiting and not run.status.terminal else run.status.value
    pipeline = (image.source_pipeline_name if image else "") or pipeline_name(opened.pipeline_arn)
    by = opened.started_by or (_STARTERS.get(image.build_type, "") if image else "")
    end = run.ended.at if run.ended else None
    seconds = max(0.0, (end - start).total_seconds()) if end else None
    return Row(key_of(opened), name_of(source), status, opened.at, source, pipeline or opened.recipe_name, by, seconds)


def usual_seconds(found: Iterable[Row]) -> Mapping[tuple[str, str], float]:
    """How long a good build of a pipeline takes on a connection: the median of those that are known."""
    lengths: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for row in found:
        if row.status == ImageStatus.AVAILABLE and row.seconds is not None and row.pipeline:
            lengths[row.connection, row.pipeline].append(row.seconds)
    return {of: median(each) for of, each in lengths.items()}


def key_of(opened: RunOpened) -> Key:
    return opened.connection, opened.image_arn


def name_of(followed: Followed) -> str:
    """The image's name and version, or what is known of them."""
    if followed.run.image is not None:
        return f"{followed.run.image.name} {followed.run.image.version}"
    return title_of(followed.opened)


def title_of(opened: RunOpened) -> str:
    return _titled(opened.image_arn, opened.recipe_name)


@lru_cache(maxsize=4096)
def _titled(image_arn: str, recipe: str) -> str:
    try:
        arn = Arn.parse(image_arn)
    except ValueError:
        return recipe
    return f"{recipe or arn.name} {arn.version or ''}" + (f"/{arn.build}" if arn.build else "")


@lru_cache(maxsize=1024)
def pipeline_name(arn: str) -> str:
    try:
        return Arn.parse(arn).name
    except ValueError:
        return ""


def moment_text(moment: datetime, today: date) -> str:
    """When, as people say it: the time of today and yesterday, the date of what is longer ago."""
    local = moment.astimezone()
    match today - local.date():
        case timedelta(days=0):
            return f"{local:%H:%M}"
        case timedelta(days=1):
            return f"yesterday {local:%H:%M}"
        case _:
            return f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local.day} {local:%b %Y}"


def span_text(seconds: float | None) -> str:
    """A duration as people say it; empty for what has not begun."""
    return "" if seconds is None else spoken(seconds)


def length_text(row: Row) -> str:
    """How long a build took, and how that is to its usual: ``2 min 10 s (usually 1 min 40 s)``."""
    took, usual = span_text(row.seconds), span_text(row.usual)
    if not took:
        return f"usually {usual}" if usual and row.part is not Part.FINISHED else ""
    return f"{took} (usually {usual})" if usual and usual != took else took
