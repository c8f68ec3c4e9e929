"""Bars of what ran inside components, kept from chart to chart: of ten thousand steps the few are made that changed.

Steps, phases and documents only ever begin later than those known (their keys are lines of the log), so what is placed
stays in its place. Where that is not so, as when events come in any order, all is made anew.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, compress, islice
from operator import is_not
from typing import Final

from core.build.bars import Bar, Kind, Path, numbered
from core.build.naming import component_name
from core.build.toe_log import Span, SpanKind, SpanStatus
from core.recipe.names import Arn

KINDS: Final[Mapping[SpanKind, Kind]] = {
    SpanKind.DOCUMENT: Kind.DOCUMENT,
    SpanKind.PHASE: Kind.PHASE,
    SpanKind.STEP: Kind.STEP,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document is drawn: in which bar and under which path (its own name included), how deep, from which lane
    on, and by how much its clock is moved."""

    parent: str | None
    path: Path
    depth: int
    lane: int
    shift: timedelta


class DocumentBars:
    """A document and all in it. `levels` are what is how far below it, from 0, and `tracks` the bars there, as of the
    last `draw`; so is `last`, the latest moment of any. `disordered`: some began before one that was known earlier."""

    def __init__(self, key: int) -> None:
        self.spans: dict[int, Span] = {}
        self.levels: dict[int, Kind] = {}
        self.tracks: list[list[Bar]] = []
        self.last: datetime | None = None
        self.disordered = False
        self._key = key
        self._levels: dict[int | None, int] = {}
        self._changed: set[int] = set()
        self._open: set[int] = set()
        self._where: dict[int, tuple[int, int]] = {}
        self._names: Counter[tuple[int | None, str]] = Counter()
        self._place: Place | None = None

    @property
    def document(self) -> Span:
        return self.spans[self._key]

    def take(self, span: Span) -> None:
        if span.key not in self._levels:
            level = self._levels[span.key] = self._levels.get(span.parent, -1) + 1 if span.parent is not None else 0
            self.levels.setdefault(level, KINDS[span.kind])
        self.spans[span.key] = span
        self._changed.add(span.key)

    def draw(self, place: Place, line: int) -> None:
        """Bring the bars up to date; `line` is the last line of the log."""
        if place != self._place:
            self._place = place
            self._where.clear()
            self._names.clear()
            self.tracks = []
            self.last, self.disordered = None, False
            self._changed = set(self.spans)
        for key in sorted(self._changed | self._open):
            self._draw(self.spans[key], place, line)
        self._changed.clear()

    def _draw(self, span: Span, place: Place, line: int) -> None:
        within = self._where.get(span.parent) if span.parent is not None else None
        known = self._where.get(span.key)
        if known:
            level, index = known
            path = self.tracks[level][index].path
        else:
            level = within[0] + 1 if within else 0
            if level == len(self.tracks):
                self.tracks.append([])
            index = len(self.tracks[level])
            path = self._path(span, within, place)
            self._where[span.key] = level, index
        parent = f"component {span.parent}" if within else place.parent
        bar = _bar(span, place, place.lane + level, place.depth + level, path, parent, _lines(span, line))
        track = self.tracks[level]
        if index and bar.start < track[index - 1].start:
            self.disordered = True
        last = bar.end or bar.start
        if not known:
            track.append(bar)
        else:
            before, track[index] = track[index], bar
            if self.last == _moment(before) > last:
                # What is tried again has no end any more.
                self.last = max(_moment(each) for each in chain.from_iterable(self.tracks))
        if self.last is None or last > self.last:
            self.last = last
        if span.end:
            self._open.discard(span.key)
        else:
            self._open.add(span.key)

    def _path(self, span: Span, within: tuple[int, int] | None, place: Place) -> Path:
        if not within:
            return place.path
        name = span.name if span.kind is not SpanKind.DOCUMENT else document_stem(span.name)
        self._names[span.parent, name] += 1
        return (*self.tracks[within[0]][within[1]].path, numbered(name, self._names[span.parent, name]))


class Documents:
    """All documents of a run as it grows, by the key of the outermost span."""

    def __init__(self) -> None:
        self.all: dict[int, DocumentBars] = {}
        self._known: Mapping[int, Span] = {}
        self._root: dict[int, int] = {}
        self._last = 0

    def take(self, components: Mapping[int, Span]) -> None:
        """Take in what has changed since the last time."""
        known = self._known
        changed = _changed(known, components)
        added = [span.key for span in changed if span.key not in known]
        if len(known) + len(added) != len(components) or (added and min(added) <= self._last):
            self.all, self._root, self._last = {}, {}, 0
            changed, added = list(components.values()), list(components)
        for span in sorted(changed, key=_key):
            self._take(span)
        self._known = components
        self._last = max(self._last, max(added, default=0))

    def _take(self, span: Span) -> None:
        parent = span.parent if span.parent is not None else span.key
        root = self._root[span.key] = self._root.get(parent, span.key)
        document = self.all.get(root)
        if document is None:
            document = self.all[root] = DocumentBars(root)
        document.take(span)


def _changed(known: Mapping[int, Span], components: Mapping[int, Span]) -> list[Span]:
    """Spans that are others than before. A fold keeps the order of those it knew, so each is compared with its own; in
    another order more are found than have changed."""
    now = components.values()
    others = compress(now, map(is_not, now, known.values()))
    return [*others, *islice(now, len(known), None)]


def lines_of(documents: Iterable[DocumentBars], line: int) -> tuple[int, int] | None:
    """From the first line of the first document to the last of the last."""
    known = [each for each in (_lines(document.document, line) for document in documents) if each]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None


def _lines(span: Span, line: int) -> tuple[int, int] | None:
    """A span's lines from 0; of one that goes on they go on to the last that was read."""
    if not span.end:
        return span.key - 1, max(span.key, line) - 1
    return (span.key - 1, max(span.key, span.last_line) - 1) if span.last_line else None


@lru_cache(maxsize=1024)
def document_stem(document: str) -> str:
    """A document's name without what changes from version to version."""
    try:
        return Arn.parse(document).name
    except ValueError:
        return document


def _bar(
    span: Span, place: Place, lane: int, depth: int, path: Path, parent: str | None, lines: tuple[int, int] | None
) -> Bar:
    document = span.kind is SpanKind.DOCUMENT
    bar = Bar(
        key=f"component {span.key}",
        lane=lane,
        kind=KINDS[span.kind],
        name=component_name(span.name) if document else span.name,
        what=span.action,
        status=span.status,
        start=span.start,
        end=span.end,
        parent=parent,
        depth=depth,
        path=path,
        executions=span.executions,
        reboots=span.reboots,
        skipped=span.status is SpanStatus.SKIPPED,
        lines=lines,
        note=span.error,
    )
    return _moved(bar, place.shift) if place.shift else bar


def _moved(bar: Bar, shift: timedelta) -> Bar:
    moved = f"Its clock is {abs(shift.total_seconds()):.0f} s off; moved by that." if bar.kind is Kind.DOCUMENT else ""
    return replace(
        bar,
        start=bar.start + shift,
        end=bar.end + shift if bar.end else None,
        reboots=tuple(reboot + shift for reboot in bar.reboots),
        note="\n".join(filter(None, (bar.note, moved))),
    )


def _moment(bar: Bar) -> datetime:
    return bar.end or bar.start


def _key(span: Span) -> int:
    return span.key
