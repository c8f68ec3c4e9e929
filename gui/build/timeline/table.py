"""The timeline as a table: the same bars, by how long they took, when they began, or how far from usual they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from core.build.chart import Bar, Chart, Path, Pending
from core.build.usual import Usual, spoken
from gui.build.timeline.facts import KINDS, Context, took
from gui.build.timeline.look import look_of, title_of, word_of
from gui.build.timeline.window import clock_text
from gui.theme.status import presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import label
from gui.widgets.layout import column, row
from gui.widgets.search import SearchField
from gui.widgets.table import Column, Mark, Table, focus_rows
from gui.widgets.ticking import Ticking

EVERY_MS: Final = 1000
"""How often the table of a run that goes on is brought up to date while it is seen."""

_NEVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Line:
    """A row: a bar as it reads now, or a step that has not begun. `order` is its place in the order of running."""

    key: str
    order: int
    name: str
    kind: str
    what: str
    status: str
    mark: Mark
    start: str
    since: float
    took: str
    seconds: float
    usual: str
    median: float
    against: str
    more: float
    executions: int
    part: str


def lines(context: Context) -> tuple[Line, ...]:
    """All bars in the order of running, then what has not begun."""
    bars = context.chart.nested()
    begun = [_bar_line(bar, order, context) for order, bar in enumerate(bars)]
    rest = enumerate(context.chart.pending, len(begun))
    return (*begun, *(_pending_line(each, order, context) for order, each in rest))


def _bar_line(bar: Bar, order: int, context: Context) -> Line:
    known, deviates, look = context.usual.get(bar.path), context.deviation(bar), look_of(bar)
    since = (bar.start - context.chart.begin).total_seconds()
    return Line(
        key=bar.key,
        order=order,
        name=title_of(bar),
        kind=KINDS[bar.kind],
        what=bar.what,
        status=word_of(bar),
        mark=(look.icon or ("good" if look.role == "good" else "quiet"), look.role),
        start=clock_text(since),
        since=since,
        took=took(bar, context.now),
        seconds=bar.seconds(context.now),
        usual=spoken(known.median) if known else "",
        median=known.median if known else -1.0,
        against=deviates.text if deviates else "",
        more=deviates.seconds if deviates else 0.0,
        executions=bar.executions,
        part=" › ".join(bar.path[:-1]),
    )


def _pending_line(pending: Pending, order: int, context: Context) -> Line:
    known, shown = context.usual.get(pending.path), presentation(pending.status)
    running = context.chart.running
    return Line(
        key=pending.key,
        order=order,
        name=pending.name,
        kind="Workflow step",
        what=pending.what,
        status=shown.word if running else "Never began",
        mark=(shown.icon, shown.role),
        start="",
        since=_NEVER,
        took="",
        seconds=-1.0,
        usual=spoken(known.median) if known else "",
        median=known.median if known else -1.0,
        against="",
        more=0.0,
        executions=0,
        part=" › ".join(pending.path[:-1]),
    )


COLUMNS: Final[tuple[Column[Line], ...]] = (
    Column("Name", lambda line: line.name, share=3, order=lambda line: line.order),
    Column("Status", lambda line: line.status, 190, mark=lambda line: line.mark, marked_text=True),
    Column("Took", lambda line: line.took, 120, order=lambda line: line.seconds),
    Column("Usual", lambda line: line.usual, 90, order=lambda line: line.median, muted=True),
    Column("Against the usual", lambda line: line.against, share=3, order=lambda line: line.more),
    Column("Began", lambda line: line.start, 80, order=lambda line: line.since, muted=True),
    Column("Part of", lambda line: line.part, share=3, optional=True, muted=True),
    Column("Kind", lambda line: line.kind, share=2, optional=True, muted=True),
    Column("Action or type", lambda line: line.what, share=2, optional=True, muted=True),
    Column(
        "Executions", lambda line: str(line.executions or ""), 100, optional=True, order=lambda line: line.executions
    ),
)


class TimelineTable(QWidget):
    """Signals: `selected` — the user chose the bar with this key; `activated` — and wants to go to it."""

    selected = Signal(str)
    activated = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._context: Context | None = None
        self._stale = False
        self._told = True
        self.search = SearchField(theme, "Search the steps")
        self.count = label("", "muted")
        self.table: Table = Table(
            theme,
            "Steps of the build",
            COLUMNS,
            lambda line: line.key,
            lambda line: f"{line.name} {line.kind} {line.what} {line.status} {line.part} {line.against}",
        )
        self.table.setProperty("look", "plain")
        self.search.textChanged.connect(self.table.rows.look_for)
        self.search.left.connect(lambda: focus_rows(self.table))
        self.table.rows.modelReset.connect(self._tell_count)
        self.table.chosen.connect(self._choose)
        self.table.taken.connect(lambda line: self.activated.emit(line.key))
        top = row(self.search, self.count, gap=Space.MEDIUM, margin=(Space.SMALL, Space.HAIR, Space.SMALL, Space.HAIR))
        top.setStretch(0, 1)
        layout = column(top, self.table, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._ticking = Ticking(self, EVERY_MS, lambda: self._stale)
        self._ticking.ticked.connect(self._renew)

    def show_chart(self, chart: Chart, usual: Mapping[Path, Usual], critical: frozenset[str] = frozenset()) -> None:
        """Show a run, or how it is now: at once if it is another run or over, else within a second."""
        before = self._context
        self._context = Context(chart, usual, critical, chart.end)
        self._stale = True
        another = before is None or before.chart.begin != chart.begin or before.chart.running != chart.running
        if self.isVisible() and another:
            self._renew()
        self._ticking.look()

    def select(self, key: str) -> None:
        """Choose a row ("" for none); nothing is emitted."""
        self._told = False
        if key:
            self.table.choose(key)
        else:
            self.table.clearSelection()
        self._told = True

    @Slot()
    def _renew(self) -> None:
        if self._stale and self._context is not None:
            self._stale = False
            self._told = False
            self.table.renew(lines(self._context))
            self._told = True

    @Slot(object)
    def _choose(self, line: Line | None) -> None:
        if self._told and line is not None:
            self.selected.emit(line.key)

    @Slot()
    def _tell_count(self) -> None:
        shown, every = len(self.table.rows.shown), len(self.table.rows.rows)
        self.count.setText(f"{shown:,} of {every:,}" if shown != every else f"{every:,} steps")
