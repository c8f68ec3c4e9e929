"""Two runs side by side: what took longer, which steps came or went, which packages changed, size and cost.

Runs are aligned by the paths of their bars, so a component keeps its row from version to version and the second of two
steps of one name is compared with the second.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum

from core.build.bars import Bar, Chart, Path


@dataclass(frozen=True, slots=True)
class Side:
    """One run, and what is known of it besides: packages as name → version, `size` in bytes, `cost` in dollars. What is
    None is not known."""

    chart: Chart
    packages: Mapping[str, str] | None = None
    size: int | None = None
    cost: Decimal | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


class Presence(StrEnum):
    BOTH = "both"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Row:
    """A path in both runs, or in one of them: its bars, and `bar`, the newer of the two. Seconds are None where it is
    not; so is `change`, in seconds."""

    bar: Bar
    before: Bar | None
    after: Bar | None
    seconds_before: float | None
    seconds_after: float | None

    @property
    def presence(self) -> Presence:
        if self.before and self.after:
            return Presence.BOTH
        return Presence.ADDED if self.after else Presence.GONE

    @property
    def path(self) -> Path:
        return self.bar.path

    @property
    def change(self) -> float | None:
        if self.seconds_before is None or self.seconds_after is None:
            return None
        return self.seconds_after - self.seconds_before


@dataclass(frozen=True, slots=True)
class PackageChange:
    """A package whose version changed, or which is in one image only (None in the other)."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`rows` in the order of running, each followed by its parts. `packages` are those that differ, None where one
    side's are not known. `environment`: facts that differ, as (name, before, after)."""

    rows: tuple[Row, ...]
    seconds_before: float
    seconds_after: float
    packages: tuple[PackageChange, ...] | None
    size: tuple[int | None, int | None]
    cost: tuple[Decimal | None, Decimal | None]
    environment: tuple[tuple[str, str, str], ...]


def compare(before: Side, after: Side) -> Comparison:
    return Comparison(
        rows=tuple(_rows(before.chart, after.chart)),
        seconds_before=(before.chart.end - before.chart.begin).total_seconds(),
        seconds_after=(after.chart.end - after.chart.begin).total_seconds(),
        packages=_packages(before.packages, after.packages),
        size=(before.size, after.size),
        cost=(before.cost, after.cost),
        environment=tuple(_differing(before.environment, after.environment)),
    )


def _rows(before: Chart, after: Chart) -> Iterator[Row]:
    """What is gone stands where it stood."""
    old, new = before.nested(), after.nested()
    by_path = {bar.path: bar for bar in old}
    paths_old, paths_new = [bar.path for bar in old], [bar.path for bar in new]
    known = set(paths_new)
    matcher = SequenceMatcher(None, paths_old, paths_new, autojunk=False)
    for _, first_old, last_old, first_new, last_new in matcher.get_opcodes():
        for bar in old[first_old:last_old]:
            if bar.path not in known:
                yield Row(bar, bar, None, bar.seconds(before.end), None)
        for bar in new[first_new:last_new]:
            was = by_path.get(bar.path)
            yield Row(bar, was, bar, was.seconds(before.end) if was else None, bar.seconds(after.end))


def _packages(before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> tuple[PackageChange, ...] | None:
    if before is None or after is None:
        return None
    names = sorted(before.keys() | after.keys())
    changes = (PackageChange(name, before.get(name), after.get(name)) for name in names)
    return tuple(change for change in changes if change.before != change.after)


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in (*before, *(name for name in after if name not in before)):
        pair = before.get(name, ""), after.get(name, "")
        if pair[0] != pair[1]:
            yield name, *pair


def slowest(rows: Sequence[Row], count: int) -> tuple[Row, ...]:
    """The innermost rows that grew most, the worst first."""
    outer = {row.path[:-1] for row in rows}
    grown = [row for row in rows if row.path not in outer and (row.change or 0) > 0]
    return tuple(sorted(grown, key=lambda row: -(row.change or 0))[:count])
