"""The timeline of one run: toolbar, ruler, lanes with their bars, the machine's curves, the whole in small, details."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollBar, QToolButton, QWidget

from core.build.chart import Chart, Path
from core.build.curves import Curves
from core.build.usual import Usual
from gui.build.timeline.canvas import Canvas
from gui.build.timeline.gutter import Gutter
from gui.build.timeline.lanes import HEIGHT
from gui.build.timeline.look import word_of
from gui.build.timeline.minimap import Minimap
from gui.build.timeline.room import Room, room_for
from gui.build.timeline.ruler import Ruler
from gui.build.timeline.scene import Scene, Stretch
from gui.build.timeline.strip import DetailsLine
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import frame, label, line, tool_button
from gui.widgets.elided import Elided
from gui.widgets.find_bar import FindBar
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.stage import Stage
from gui.widgets.ticking import Ticking

if TYPE_CHECKING:
    from gui.build.timeline.curves import CurvesPanel

TICK_MS: Final = 200
"""How often bars grow between two charts of a run that goes on."""

NOTHING_YET: Final = ("Nothing has begun yet", "The bars appear here as soon as the first workflow starts.")
NOTHING: Final = ("Nothing ran", "This build ended before any of its workflows began.")


class TimelineView(QWidget):
    """Signals: `selected` — the user chose the bar with this key, "" for none; `activated` — and wants to go to it;
    `ranged` — a range of time was drawn, as two moments in seconds since 1970, or removed (None)."""

    selected = Signal(str)
    activated = Signal(str)
    ranged = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.scene = scene = Scene(self)
        self.scroll_bar = QScrollBar(Qt.Orientation.Vertical)
        self.scroll_bar.setSingleStep(HEIGHT)
        self.scroll_bar.setAccessibleName("Lanes further up and down")
        self.canvas = Canvas(theme, scene, self.scroll_bar)
        self.gutter = Gutter(theme, scene, self.scroll_bar)
        self.ruler = Ruler(theme, scene, self.scroll_bar)
        self.curves: CurvesPanel | None = None
        self._curves = Curves()
        self._curves_room = column(gap=0)
        self._theme = theme
        self.minimap = Minimap(theme, scene)
        self.details = DetailsLine(theme, scene)
        self.find_bar = FindBar(theme)
        self._texts: list[str] | None = None
        self._places: list[int] = []
        self._ticking = Ticking(self, TICK_MS, lambda: scene.chart.running and bool(scene.chart.bars))
        self._ticking.ticked.connect(scene.tick)
        self._stage = Stage(theme, self._grid())
        self.toolbar = self._toolbar(theme)
        layout = column(self.toolbar, self.find_bar, line(), self._stage, line(), self.details, gap=0)
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.canvas)
        self._fit(Room())
        self._join()

    def show_chart(self, chart: Chart, usual: Mapping[Path, Usual], critical: frozenset[str] = frozenset()) -> None:
        """Show a run, or how it is now. `critical` are the keys of the critical path."""
        self._texts = None
        if self.scene.show(chart, usual, critical):
            self.show_curves(Curves())
        self._critical.setEnabled(bool(critical))
        if chart.bars:
            self._stage.show_content()
        else:
            self._stage.say("timeline", *(NOTHING_YET if chart.running else NOTHING))
        self._ticking.look()
        if self.find_bar.isVisibleTo(self):
            self._find(self.find_bar.field.text())

    def show_remaining(self, words: str) -> None:
        """How long it will go on, in the words of whoever estimated it; "" for nothing to say."""
        self._remaining.setText(words)
        self.details.remaining.setText(words)

    def show_curves(self, curves: Curves) -> None:
        """What the machine of the shown run was busy with; empty curves take no room."""
        if curves.anything and self.curves is None:
            # pyqtgraph takes a while to import, and most timelines have no curves.
            from gui.build.timeline.curves import CurvesPanel

            self.curves = CurvesPanel(self._theme, self.scene, self.scroll_bar)
            self._curves_room.addWidget(self.curves)
            self.curves.fit(self._room)
        if self.curves is not None:
            self.curves.show_curves(curves if self._curves_shown.isChecked() else Curves())
        self._curves = curves
        self._curves_shown.setVisible(curves.anything)

    def select(self, key: str) -> None:
        """Choose a bar ("" for none) and bring it into view. Nothing is emitted: whoever calls this knows."""
        self.scene.choose(key, told=False)

    def fit(self) -> None:
        """Show the whole run."""
        self.scene.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        room = room_for(self.width(), self.height())
        if room != self._room:
            self._fit(room)

    def _fit(self, room: Room) -> None:
        self._room = room
        for part in (self.gutter, self.minimap, self.curves):
            if part is not None:
                part.fit(room)
        for each in self._beside:
            each.setFixedWidth(room.gutter)
        self._curves_shown.setEnabled(bool(room.curve))
        self._remaining.setVisible(not room.narrow)
        self.details.remaining.setVisible(room.narrow)

    def search(self, text: str = "") -> None:
        """Open the search, for this text if there is one."""
        self.find_bar.begin(text)

    def _toolbar(self, theme: Theme) -> QWidget:
        scene = self.scene
        self._remaining = Elided("", "", Type.SMALL)
        self._critical = self._tool(theme, "path", "Mark the critical path: what the run's length is made of (P)", None)
        self._critical.setCheckable(True)
        self._critical.toggled.connect(scene.show_critical)
        self._critical.setEnabled(False)
        self._curves_shown = self._tool(theme, "curves", "Show what the machine was busy with", None)
        self._curves_shown.setCheckable(True)
        self._curves_shown.setChecked(True)
        self._curves_shown.toggled.connect(lambda _shown: self.show_curves(self._curves))
        self._curves_shown.hide()
        tools = (
            self._curves_shown,
            self._tool(theme, "search", "Search the bars (Ctrl+F)", self.search),
            self._critical,
            self._tool(theme, "fold", "Fold all lanes", lambda: scene.fold_all(folded=True)),
            self._tool(theme, "unfold", "Unfold all lanes", lambda: scene.fold_all(folded=False)),
            self._tool(theme, "zoom-out", "Show more time (S)", lambda: self._zoom(-1)),
            self._tool(theme, "zoom-in", "Show less time (W)", lambda: self._zoom(1)),
            self._tool(theme, "fit", "Show the whole build (0)", scene.fit),
        )
        layout = row(self._remaining, STRETCH, *tools, gap=2, margin=(Space.SMALL, 2, Space.SMALL, 2))
        return holding(layout)

    @staticmethod
    def _tool(theme: Theme, icon_name: str, name: str, does: Callable[[], None] | None) -> QToolButton:
        made = tool_button(theme, icon_name, name)
        if does is not None:
            made.clicked.connect(lambda _checked=False: does())
        return made

    def _zoom(self, notches: int) -> None:
        self.canvas.zoom(notches, self.canvas.width() / 2)

    def _grid(self) -> QWidget:
        corner = frame("bar")
        corner.setLayout(row(label("Time", "muted", Type.SMALL), STRETCH, margin=(Space.HUGE + 2, 0, Space.SMALL, 0)))
        below = frame("bar")
        self._beside = (corner, below)
        words = label("Whole build", "muted", Type.SMALL)
        below.setLayout(row(words, STRETCH, margin=(Space.HUGE + 2, 0, Space.SMALL, 0)))
        grid = QGridLayout()
        grid.setSpacing(0)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(corner, 0, 0)
        grid.addWidget(self.ruler, 0, 1)
        grid.addWidget(self.gutter, 1, 0)
        grid.addWidget(self.canvas, 1, 1)
        grid.addWidget(self.scroll_bar, 1, 2)
        grid.addLayout(self._curves_room, 2, 0, 1, 2)
        grid.addWidget(below, 3, 0)
        grid.addWidget(self.minimap, 3, 1)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        return holding(grid)

    def _join(self) -> None:
        scene = self.scene
        scene.chosen.connect(self.selected)
        scene.taken.connect(self.activated)
        scene.stretched.connect(self._tell_range)
        scene.arranged.connect(self._measure)
        self.canvas.resized.connect(self._measure)
        self.canvas.searched.connect(self.search)
        self.canvas.stepped.connect(self.step)
        self.canvas.traced.connect(self.trace)
        self.find_bar.wanted.connect(self._find)
        self.find_bar.stepped.connect(self.step)
        self.find_bar.left.connect(self._leave_search)
        self._measure()

    @Slot(object)
    def _tell_range(self, stretch: Stretch | None) -> None:
        if stretch is None or not stretch.measured:
            self.ranged.emit((stretch.begin, stretch.end) if stretch else None)

    @Slot()
    def _measure(self) -> None:
        """How far the lanes can be scrolled."""
        height = self.canvas.height()
        most = max(0, self.scene.rows.height - height)
        self.scroll_bar.setPageStep(max(HEIGHT, height))
        self.scroll_bar.setRange(0, most)
        self.scroll_bar.setVisible(most > 0)
        self.canvas.keep()

    @Slot(str)
    def _find(self, text: str) -> None:
        """Every word somewhere in what a bar is called, does, or is part of, or in its status."""
        words = text.casefold().split()
        if not words:
            self._places = []
            self.scene.find(None)
            self.find_bar.tell(0, 0)
            return
        bars = self.scene.columns.bars
        if self._texts is None:
            self._texts = [f"{' '.join(bar.path)} {bar.name} {bar.what} {word_of(bar)}".casefold() for bar in bars]
        self._places = [at for at, folded in enumerate(self._texts) if all(word in folded for word in words)]
        found = np.zeros(len(bars), np.bool_)
        found[self._places] = True
        self.scene.find(found if self._places else None)
        self._count()

    @Slot()
    def trace(self) -> None:
        """Mark the critical path, or no longer, where it is known."""
        if self._critical.isEnabled():
            self._critical.toggle()

    @Slot(int)
    def step(self, step: int) -> None:
        """To the next place, and from the last on to the first; with nothing searched for, ask what for."""
        if not self._places:
            if not self.find_bar.isVisibleTo(self):
                self.search()
            return
        at = self.scene.columns.place(self.scene.key)
        if step > 0:
            later = [place for place in self._places if place > at]
            place = later[0] if later else self._places[0]
        else:
            earlier = [place for place in self._places if place < at]
            place = earlier[-1] if earlier else self._places[-1]
        self.scene.choose(self.scene.columns.bars[place].key)
        self._count()

    def _count(self) -> None:
        at = self.scene.columns.place(self.scene.key)
        number = self._places.index(at) + 1 if at in self._places else 0
        self.find_bar.tell(number, len(self._places))

    @Slot()
    def _leave_search(self) -> None:
        self._places = []
        self.scene.find(None)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
