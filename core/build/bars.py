"""What a timeline is made of, as values: bars, lanes, and the chart that holds them.

They are apart from how they are made, since everything that looks at a timeline needs them and nothing of that.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Final

from core.build.source import ImageStatus

CLOCKS_APART: Final = timedelta(seconds=1)
"""What clocks may differ by, unnoticed."""

by_start = attrgetter("start")


class Kind(StrEnum):
    """What a bar or a lane is of. STATE is a state of the image, REGION the distribution to one Region."""

    STATE = "STATE"
    WORKFLOW = "WORKFLOW"
    WORKFLOW_STEP = "WORKFLOW_STEP"
    DOCUMENT = "DOCUMENT"
    PHASE = "PHASE"
    STEP = "STEP"
    REGION = "REGION"


Path = tuple[str, ...]
"""Names from the workflow down, the same in every run of a recipe: documents without their version, and the second of a
name beside its like as ``Install (2)``."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that took time.

    `key` names it in its run for ever (``workflow wf-…``, ``step step-…``, ``component 17``, ``state BUILDING``,
    ``region eu-central-1``), `parent` is the key of the bar it is part of. `name` is for people, `what` its action or
    type, `status` the record's own word, `note` what the record says besides. `end` is None while it goes on.
    `executions` counts starts of the action (attempts, turns, starts after a reboot), `reboots` holds when it asked for
    one. `waiting`: someone has to resume or stop it. `rollback`: it was undone, or is being. `lines` are the first and
    the last line of the log that are its own, from 0; None where the log does not say (then its time tells).
    """

    key: str
    lane: int
    kind: Kind
    name: str
    what: str
    status: str
    start: datetime
    end: datetime | None
    parent: str | None
    depth: int
    path: Path
    executions: int = 0
    reboots: tuple[datetime, ...] = ()
    waiting: bool = False
    rollback: bool = False
    skipped: bool = False
    lines: tuple[int, int] | None = None
    note: str = ""

    def seconds(self, now: datetime) -> float:
        """How long it took, up to now while it goes on."""
        return max(0.0, ((self.end or now) - self.start).total_seconds())


@dataclass(frozen=True, slots=True)
class Pending:
    """A workflow step that has a record and has not begun; after a failure it never will."""

    key: str
    lane: int
    name: str
    what: str
    status: str
    parent: str
    path: Path


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of bars. `parent` is the index of the lane it is folded into."""

    key: str
    title: str
    depth: int
    parent: int | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Chart:
    """`bars` are sorted by lane, then start. `end` is now while the run goes on. A bar that goes on ends at `end`."""

    lanes: tuple[Lane, ...]
    bars: tuple[Bar, ...]
    pending: tuple[Pending, ...]
    begin: datetime
    end: datetime
    status: ImageStatus

    @property
    def running(self) -> bool:
        return not self.status.terminal

    def bar(self, key: str) -> Bar | None:
        return next((bar for bar in self.bars if bar.key == key), None)

    def nested(self) -> tuple[Bar, ...]:
        """The bars in the order of running, each followed by its parts; the states of the image come first."""
        within: dict[str | None, list[Bar]] = {}
        for bar in self.bars:
            within.setdefault(bar.parent, []).append(bar)
        ordered: list[Bar] = []
        pending = within.get(None, [])[::-1]
        while pending:
            bar = pending.pop()
            ordered.append(bar)
            pending += sorted(within.get(bar.key, ()), key=by_start, reverse=True)
        return tuple(ordered)


def numbered(name: str, ordinal: int) -> str:
    """The name of the ``ordinal``th of its like."""
    return name if ordinal == 1 else f"{name} ({ordinal})"
