"""What a timeline shows of its chart: the stretch of time, the unfolded lanes, the chosen bar, what was searched for.

Ruler, lane titles, bars, curves and minimap are views of one scene, and change nothing but the scene; so they always
agree.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.build.chart import Bar, Chart, Kind, Path
from core.build.source import ImageStatus
from core.build.usual import Usual
from gui.build.timeline.columns import Columns, Flags
from gui.build.timeline.lanes import Rows, foldable, rows, unfolding
from gui.build.timeline.look import FAILED, LOOKS, REBOOTING, RUNNING, WAITING
from gui.build.timeline.window import SHORTEST, Window

HEADROOM: Final = 0.16
"""Of a run's length, how much empty time is shown after it: to grow into, so that the scale need not change all the
time, and to name what is still to come."""
MARGIN: Final = 0.02

GOING_ON: Final = tuple(LOOKS.index(look) for look in (RUNNING, REBOOTING, WAITING))

_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)
_EMPTY: Final = Chart((), (), (), _LONG_AGO, _LONG_AGO, ImageStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range somebody drew, or `measured` between two moments; `begin` need not be before `end` then."""

    begin: float
    end: float
    measured: bool = False


class Scene(QObject):
    """Signals: `changed` — other bars are shown, or in another way; `followed` — the run that is shown went on;
    `arranged` — other lanes, or another bar is chosen; `moved` — another stretch of time is shown; `grown` — it got
    later; `chosen` — the user chose the bar with this key ("" for none); `taken` — and wants to go to it; `stretched` —
    a Stretch was drawn or removed (None); `pointed` — the pointer is at another moment; `revealed` — the lane with this
    index is to be brought into view."""

    changed = Signal()
    followed = Signal()
    arranged = Signal()
    moved = Signal()
    grown = Signal()
    chosen = Signal(str)
    taken = Signal(str)
    stretched = Signal(object)
    pointed = Signal()
    revealed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chart = _EMPTY
        self.columns = Columns()
        self.usual: Mapping[Path, Usual] = {}
        self.critical: frozenset[str] = frozenset()
        self.critical_shown = False
        self.window = Window(0.0, 1.0)
        self.fitted = True
        self.follows = True
        self.folded: frozenset[str] = frozenset()
        self.foldable: frozenset[int] = frozenset()
        self.rows = Rows()
        self.key = ""
        self.stretch: Stretch | None = None
        self.pointer: float | None = None
        self.found: Flags | None = None
        self.end = 0.0
        self._ended_at = 0.0
        self._critical_flags: Flags | None = None

    def show(self, chart: Chart, usual: Mapping[Path, Usual], critical: frozenset[str]) -> bool:
        """Another chart: of the run that was shown as it is now, or of another run; whether it is another."""
        another = not _same_run(self.chart, chart)
        lanes_changed = chart.lanes is not self.chart.lanes and chart.lanes != self.chart.lanes
        self.chart, self.usual, self.critical = chart, usual, critical
        self._critical_flags = None
        self.columns.show(chart, usual)
        self.end, self._ended_at = chart.end.timestamp(), time.monotonic()
        if lanes_changed or another:
            self.foldable = foldable(chart.lanes)
            self.rows = rows(chart.lanes, self.folded)
        if another:
            self._begin_anew()
        elif self.fitted and (self.end > self.window.end or not chart.running):
            self.fit()
        if lanes_changed or another:
            self.arranged.emit()
        if another:
            self._reveal_failure()
        if lanes_changed or another:
            self._reveal_running()
        (self.followed if chart.running and not another else self.changed).emit()
        return another

    def _begin_anew(self) -> None:
        """Nothing that was chosen, drawn or zoomed to is of this run."""
        self.key = self.key if self.columns.place(self.key) >= 0 else ""
        self.follows = not self.key
        self.found = None
        self.fit()
        self.draw(None)

    def _reveal_failure(self) -> None:
        """What somebody opens a failed run for."""
        failed = np.flatnonzero(self.columns.codes == LOOKS.index(FAILED))
        if len(failed):
            self.revealed.emit(self.columns.lane(int(failed[0])))

    def _reveal_running(self) -> None:
        """The innermost of what goes on, as long as nobody looks at something else (then `follows` is False)."""
        going_on = np.flatnonzero(np.isin(self.columns.codes, GOING_ON)) if self.chart.running and self.follows else ()
        if len(going_on):
            self.revealed.emit(max(self.columns.lane(int(at)) for at in going_on))

    @property
    def begin(self) -> float:
        return self.chart.begin.timestamp()

    @property
    def whole(self) -> Window:
        """All there is to see, with a little room beside it."""
        length = max(self.end - self.begin, 1.0)
        room = HEADROOM if self.chart.running or self.chart.pending else MARGIN
        return Window(self.begin - length * MARGIN, self.end + length * room)

    @property
    def bar(self) -> Bar | None:
        """The chosen one."""
        at = self.columns.place(self.key) if self.key else -1
        return self.columns.bars[at] if at >= 0 else None

    def critical_flags(self) -> Flags:
        """Which bars the run could not have been shorter without."""
        if self._critical_flags is None or len(self._critical_flags) != len(self.columns.bars):
            self._critical_flags = np.zeros(len(self.columns.bars), np.bool_)
            places = [self.columns.place(key) for key in self.critical]
            self._critical_flags[[at for at in places if at >= 0]] = True
        return self._critical_flags

    def tick(self) -> None:
        """Time has gone on by as much as passed since the chart came: its clock is kept, whatever ours says."""
        if not self.chart.running:
            return
        self.end = self.chart.end.timestamp() + time.monotonic() - self._ended_at
        self.columns.upto(self.end)
        if self.fitted and self.end > self.window.end:
            self.fit()
        self.grown.emit()

    def fit(self) -> None:
        """Show all of it."""
        self._look(self.whole, fitted=True)

    def look(self, window: Window) -> None:
        """Show another stretch of time."""
        whole = self.whole
        near = window.within(whole)
        self._look(near, fitted=near.length >= whole.length)

    def look_at(self, begin: float, end: float) -> None:
        """Show this stretch in full, with some room beside it."""
        room = max(end - begin, SHORTEST) * 0.1
        self.look(Window(begin - room, end + room))

    def _look(self, window: Window, *, fitted: bool) -> None:
        self.fitted = fitted
        if window != self.window:
            self.window = self.whole if fitted else window
            self.moved.emit()

    def choose(self, key: str, *, told: bool = True) -> None:
        """Choose a bar and bring it into view; `told` says whether `chosen` is emitted, as it is for what users do."""
        before, self.key = self.key, key
        self.follows = self.follows and not key
        at = self.columns.place(key) if key else -1
        if at >= 0:
            self._unfold(at)
            start, end = float(self.columns.starts[at]), float(self.columns.ends[at])
            if end < self.window.begin or start > self.window.end:
                self.look(self.window.showing(start, end))
        if key != before:
            self.arranged.emit()
            self.changed.emit()
        if at >= 0:
            self.revealed.emit(self.columns.lane(at))
        if told:
            self.chosen.emit(key)

    def take(self) -> None:
        """Go to the chosen bar."""
        if self.bar is not None:
            self.taken.emit(self.key)

    def fold(self, lane: int, *, folded: bool | None = None) -> None:
        """Fold a lane's parts away or bring them back, whichever it isn't now."""
        if lane not in self.foldable:
            return
        key = self.chart.lanes[lane].key
        wanted = key not in self.folded if folded is None else folded
        self._folded(self.folded | {key} if wanted else self.folded - {key})

    def fold_all(self, *, folded: bool) -> None:
        keys = (self.chart.lanes[lane].key for lane in self.foldable)
        self._folded(frozenset(keys) if folded else frozenset())

    def _unfold(self, at: int) -> None:
        needed = unfolding(self.chart.lanes, self.columns.lane(at))
        if needed & self.folded:
            self._folded(self.folded - needed)

    def _folded(self, folded: frozenset[str]) -> None:
        if folded != self.folded:
            self.folded = folded
            self.rows = rows(self.chart.lanes, folded)
            self.arranged.emit()
            self.changed.emit()

    def show_critical(self, shown: bool) -> None:
        self.critical_shown = shown
        self.changed.emit()

    def find(self, found: Flags | None) -> None:
        """Put these bars in front of the others; None for all alike."""
        self.found = found
        self.changed.emit()

    def point(self, moment: float | None) -> None:
        """The pointer is at a moment, or gone."""
        if moment != self.pointer:
            self.pointer = moment
            self.pointed.emit()

    def draw(self, stretch: Stretch | None) -> None:
        """A range or a measurement."""
        if stretch != self.stretch:
            self.stretch = stretch
            self.changed.emit()
            self.stretched.emit(stretch)

    def counted(self, begin: float, end: float) -> tuple[int, int]:
        """How many bars begin or go on in a stretch of time, and how many of those failed."""
        seen = (self.columns.starts < end) & (self.columns.ends > begin)
        return int(seen.sum()), int((seen & (self.columns.codes == LOOKS.index(FAILED))).sum())


def _same_run(before: Chart, after: Chart) -> bool:
    """Whether these are charts of one run: they have a workflow in common, or at least began at the same moment."""
    lanes = {lane.key for lane in before.lanes if lane.kind is not Kind.STATE}
    if lanes and bool(before.bars):
        return any(lane.key in lanes for lane in after.lanes)
    return bool(before.bars) and before.begin == after.begin
