"""The timeline of a build and the same as a table, in two tabs; what is chosen in one is chosen in the other."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QTabWidget

from core.build.chart import Bar, Chart, Path
from core.build.lines import Lines
from core.build.usual import Usual
from gui.build.timeline.table import TimelineTable
from gui.build.timeline.view import TimelineView
from gui.theme.theme import Theme


class Charts(QTabWidget):
    """Signals: `selected` — the user chose the bar with this key, "" for none; `activated` — and wants to go to it."""

    selected = Signal(str)
    activated = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.timeline = TimelineView(theme)
        self.table = TimelineTable(theme)
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.setAccessibleName("The steps of the build, drawn and as a table")
        self.addTab(self.timeline, "Timeline")
        self.addTab(self.table, "Table")
        self.setCornerWidget(self.timeline.toolbar)  # beside the tabs it takes no room of its own
        self.currentChanged.connect(lambda _number: self.timeline.toolbar.setVisible(self._drawn))
        for each in (self.timeline, self.table):
            each.selected.connect(self._choose)
            each.activated.connect(self.activated)

    @property
    def _drawn(self) -> bool:
        return self.currentWidget() is self.timeline

    def show_chart(self, chart: Chart, usual: Mapping[Path, Usual], critical: frozenset[str], left: str) -> None:
        self.timeline.show_chart(chart, usual, critical)
        self.timeline.show_remaining(left)
        self.table.show_chart(chart, usual, critical)

    def select(self, key: str) -> None:
        """Choose a bar; nothing is emitted."""
        self.timeline.select(key)
        self.table.select(key)

    @Slot(str)
    def _choose(self, key: str) -> None:
        other = self.table if self.sender() is self.timeline else self.timeline
        other.select(key)
        self.selected.emit(key)


def part_of(bar: Bar, lines: Lines) -> tuple[int, int | None] | None:
    """The part of the log that is a bar's: as the log itself says, else by its time; None for none. The last line is
    None as long as there are lines to come."""
    if bar.lines is not None:
        return bar.lines[0], bar.lines[1] if bar.end is not None else None
    first = _line_at(lines, bar.start.timestamp() * 1000)
    if first >= len(lines):
        return None
    if bar.end is None:
        return first, None
    last = _line_at(lines, bar.end.timestamp() * 1000 + 1) - 1
    return (first, last) if last >= first else None


def bar_at(chart: Chart, line: int, lines: Lines) -> Bar | None:
    """The innermost bar that a line of the log belongs to."""
    named = [bar for bar in chart.bars if bar.lines is not None and bar.lines[0] <= line <= bar.lines[1]]
    if not named and line < len(lines):
        moment = lines.time(line) / 1000
        named = [
            bar
            for bar in chart.bars
            if bar.lines is None and bar.start.timestamp() <= moment <= (bar.end or chart.end).timestamp()
        ]
    return max(named, key=lambda bar: (bar.depth, bar.start), default=None)


def _line_at(lines: Lines, milliseconds: float) -> int:
    """The first line not before a moment, by halving: lines come in the order of their times, but for few."""
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        if lines.time(middle) < milliseconds:
            low = middle + 1
        else:
            high = middle
    return low
