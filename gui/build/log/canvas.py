"""The log itself: a view of rows of which only those in sight are made, with a caret, a selection, folds and marks.

It follows the newest line until its reader scrolls away, and again once the reader is back at the end. Nothing here
depends on how long the log is, nor on how long a line is: rows are looked up, and of a line only the cells in sight are
read.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from core.build.levels import level
from core.build.lines import Lines, Place
from gui.build.log import clock
from gui.build.log.clock import Times
from gui.build.log.folds import Folds
from gui.build.log.painting import Columns, RowLook, RowPainter, Span
from gui.build.log.rows import Range, Rows
from gui.build.log.stretches import Stretch, stretches
from gui.theme.theme import Theme
from gui.widgets.dress import set_look

FEWEST_COLUMNS: Final = 20
MARGIN: Final = 4
"""Rows, or cells, kept between what is gone to and the edge."""

SPOKEN: Final = 500
"""Bytes of a line that a screen reader is given."""

Found = Callable[[int, int, int], tuple[tuple[int, int], ...]]
"""What was found within some bytes of a line."""


class LogCanvas(QAbstractScrollArea):
    """Signals: `following_changed` — whether new lines are scrolled to.

    `found` tells what to mark on a line, `hit` is the place of it that is looked at: line, begin and end. `marked` are
    the first and the last line of a part, None for one that grows with the log.
    """

    following_changed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.following = True
        self.wrapped = False
        self.times = Times.ABSOLUTE
        self.begin: int | None = None
        self.folds = Folds()
        self.marked: tuple[int, int | None] | None = None
        self.only_part = False
        self.caret: Place = (0, 0)
        self.anchor: Place = (0, 0)
        self.found: Found = lambda _line, _begin, _end: ()
        self.hit: tuple[int, int, int] | None = None
        self.lines = Lines()
        self.rows = Rows(self.lines)
        self._painter = RowPainter(theme)
        self._columns = Columns(0, 0, 0, 0, 0)
        self._adjusting = False
        set_look(self, "log")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.setAccessibleName("Log of the build")
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)
        theme.changed.connect(self._recolour)
        self._measure()

    # What is shown

    def show_lines(self, lines: Lines) -> None:
        """Another log, from its end."""
        columns = self.rows.columns
        self.lines, self.rows = lines, Rows(lines)
        self.rows.wrap(columns)
        self.folds = Folds()
        self.marked, self.only_part, self.hit = None, False, None
        self.caret = self.anchor = (0, 0)
        self._arrange()
        self.follow()

    @Slot()
    def grow(self) -> None:
        """The log has more lines."""
        self._arrange()

    def set_wrapped(self, wrapped: bool) -> None:
        self.wrapped = wrapped
        self._keeping_top(self._arrange)

    def set_times(self, times: Times) -> None:
        self.times = times
        self._keeping_top(self._arrange)

    def refold(self) -> None:
        """Folds, or the part that is shown, are others."""
        self._keeping_top(self._arrange)

    @Slot()
    def follow(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._set_following(True)

    def stay(self) -> None:
        """Follow no longer: somebody reads here."""
        self._set_following(False)

    @property
    def part(self) -> Range | None:
        """The part that is marked, as far as there are lines of it."""
        if self.marked is None:
            return None
        first, last = self.marked
        end = len(self.lines) - 1
        return first, end if last is None else min(last, end)

    @property
    def first_time(self) -> int:
        """The moment from which elapsed time counts, in milliseconds."""
        if self.begin is not None:
            return self.begin
        return self.lines.time(0) if len(self.lines) else 0

    # Selection

    @property
    def selection(self) -> tuple[Place, Place] | None:
        """Begin and end of what is selected."""
        if self.anchor == self.caret:
            return None
        return min(self.anchor, self.caret), max(self.anchor, self.caret)

    @property
    def all_shown(self) -> tuple[Place, Place] | None:
        """From the first to the last line that is shown."""
        ends = self.rows.ends
        return ((ends[0], 0), (ends[1], self.lines.length(ends[1]))) if ends else None

    def select(self, anchor: Place, caret: Place) -> None:
        self.anchor, self.caret = anchor, caret
        self.setAccessibleDescription(self._described(caret[0]))
        self.viewport().update()

    def move_to(self, place: Place, *, selecting: bool) -> None:
        """Take the caret to a place, and the view after it."""
        self.select(self.anchor if selecting else place, place)
        self.reveal(place)

    def go(self, line: int, begin: int = 0, end: int | None = None) -> None:
        """Go to a line, unfold what hides it, and select from `begin` to `end` there."""
        if not len(self.lines):
            return
        line = max(0, min(line, len(self.lines) - 1))
        if self.only_part and self.part is not None and not self.part[0] <= line <= self.part[1]:
            self.only_part = False
            self.refold()
        if self.folds.unfold_around(line):
            self.refold()
        self.stay()
        self.select((line, begin), (line, begin if end is None else end))
        self.reveal((line, begin), centred=True)

    def reveal(self, place: Place, *, centred: bool = False) -> None:
        """Scroll as far as needed to have a place in sight; `centred`, it comes to the middle if it isn't."""
        row, cell = self.cell_of(place)
        bar, count = self.verticalScrollBar(), self.row_count
        top = bar.value()
        if not top <= row < top + count:
            bar.setValue(row - count // 2 if centred else row if row < top else row - count + 1)
        if not self.rows.columns:
            across, columns = self.horizontalScrollBar(), self.column_count
            if not across.value() <= cell < across.value() + columns:
                across.setValue(max(0, cell - (columns // 2 if centred else MARGIN)) if cell >= columns else 0)

    # Geometry

    @property
    def row_count(self) -> int:
        """Rows that are in sight in full."""
        return max(self.viewport().height() // self._painter.height, 1)

    @property
    def column_count(self) -> int:
        """Cells that are in sight in full."""
        return max(int((self.viewport().width() - self._columns.text) / self._painter.cell), FEWEST_COLUMNS)

    def cell_of(self, place: Place) -> Place:
        """The row of a place, and its cell there."""
        line, byte = place
        cell = self.lines.cell_at(line, byte)
        if not self.rows.columns:
            return self.rows.row(line), cell
        nth, rest = divmod(cell, self.rows.columns)
        if not rest and nth and cell == self.lines.cells(line):
            nth, rest = nth - 1, self.rows.columns  # the end of a line that fills its last row
        return self.rows.row(line, nth), rest

    def place_at(self, point: QPoint) -> Place:
        """The place nearest to a point of the viewport."""
        if not self.rows.total:
            return 0, 0
        row = self.verticalScrollBar().value() + point.y() // self._painter.height
        if row < 0:
            return self.all_shown[0] if self.all_shown else (0, 0)
        if row >= self.rows.total:
            return self.all_shown[1] if self.all_shown else (0, 0)
        return self.place_in(row, round((point.x() - self._columns.text) / self._painter.cell) + self._left)

    def place_in(self, row: int, cell: int) -> Place:
        """The place at a cell of a row."""
        line, nth = self.rows.at(row)
        columns = self.rows.columns
        cell = max(cell, 0) if not columns else nth * columns + min(max(cell, 0), columns)
        return line, self.lines.byte_at(line, cell)

    def line_at(self, y: int) -> int | None:
        """The line at a height of the viewport."""
        row = self.verticalScrollBar().value() + y // self._painter.height
        return self.rows.at(row)[0] if 0 <= row < self.rows.total else None

    def in_gutter(self, x: float) -> bool:
        return x < self._columns.text - 2

    def on_times(self, x: float) -> bool:
        return self.times is not Times.NONE and self._columns.time <= x < self._columns.text - 2

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.colour(lambda c: c.surface))
        self._painter.paint(painter, self.looks(), self._columns, self.viewport().width())
        painter.end()

    def in_sight(self, line: int) -> bool:
        row = self.rows.row(line) - self.verticalScrollBar().value()
        return not self.rows.hidden(line) and 0 <= row < self.row_count

    def looks(self) -> Iterator[RowLook]:
        """What is to be seen in every row in sight, from the top."""
        top = self.verticalScrollBar().value()
        for row in range(top, min(top + self.row_count + 2, self.rows.total)):
            yield self._look(*self.rows.at(row))

    def _look(self, line: int, nth: int) -> RowLook:
        lines, columns = self.lines, self.rows.columns
        left = nth * columns if columns else self._left
        right = left + (columns or self.column_count + 1)
        chunk, index = lines.at(line)
        piece = lines.piece(line, left, right)
        parts = stretches(piece, lines.styles(line), self._painter.fits)
        found = self.found(line, piece.byte, piece.byte + len(piece.text.encode()))
        fold = line in self.folds.folded if line in self.folds.by_line else None
        hidden = self._folded_count(line) if fold and nth == self._last_row(line) else 0
        here = self.hit if self.hit is not None and self.hit[0] == line else None
        selected, goes_on = self._selected(line, left, right)
        return RowLook(
            tuple(_moved(part, left) for part in parts),
            number=f"{line + 1}" if not nth else "",
            time=clock.shown(self.times, chunk.times[index], self.first_time) if not nth else "",
            level=level(chunk, index),
            fold=fold if not nth else None,
            note=f"… {hidden:,} {'line' if hidden == 1 else 'lines'}" if hidden else "",
            note_cell=lines.cells(line) - left,
            in_part=self.part is not None and self.part[0] <= line <= self.part[1],
            current=self.hasFocus() and line == self.caret[0],
            selected=selected,
            goes_on=goes_on,
            hits=tuple(filter(None, (self._span(line, *place, left, right) for place in found))),
            hit=self._span(line, here[1], here[2], left, right) if here else None,
            caret=self._caret_cell(line, left, right),
        )

    def _described(self, line: int) -> str:
        """A line for a screen reader."""
        its = level(*self.lines.at(line))
        said = f", {its.name.lower()}" if its else ""
        text = self.lines.part(line, 0, SPOKEN).decode("utf-8", "ignore")
        return f"Line {line + 1:,} of {len(self.lines):,}{said}: {text}"

    def _span(self, line: int, begin: int, end: int, left: int, right: int) -> Span | None:
        """Bytes of a line as cells of a row, as far as they are in it."""
        first, last = max(self.lines.cell_at(line, begin), left), min(self.lines.cell_at(line, end), right)
        return Span(first - left, last - left) if first < last else None

    def _selected(self, line: int, left: int, right: int) -> tuple[Span | None, bool]:
        if self.selection is None:
            return None, False
        first, last = self.selection
        if not first[0] <= line <= last[0]:
            return None, False
        begin = self.lines.cell_at(line, first[1]) if line == first[0] else 0
        end = self.lines.cell_at(line, last[1]) if line == last[0] else self.lines.cells(line)
        goes_on = line < last[0] and end <= right
        begin, end = max(begin, left), min(end, right)
        return (Span(begin - left, max(end - left, begin - left)), goes_on) if begin <= end else (None, False)

    def _caret_cell(self, line: int, left: int, right: int) -> int | None:
        if line != self.caret[0] or not self.hasFocus():
            return None
        cell = self.lines.cell_at(line, self.caret[1])
        return cell - left if left <= cell < right or cell == right == self.lines.cells(line) else None

    def _last_row(self, line: int) -> int:
        columns = self.rows.columns
        return max(-(-self.lines.cells(line) // columns), 1) - 1 if columns else 0

    def _folded_count(self, line: int) -> int:
        last = self.folds.by_line[line].last
        return (len(self.lines) - 1 if last is None else min(last, len(self.lines) - 1)) - line

    # Scrolling

    @Slot()
    def _recolour(self) -> None:
        self._painter.recolour()
        self.viewport().update()

    @property
    def _left(self) -> int:
        return 0 if self.rows.columns else self.horizontalScrollBar().value()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._keeping_top(self._arrange)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = self.line_at(event.pos().y())
            text = clock.in_full(self.lines.time(line)) if line is not None and self.on_times(event.pos().x()) else ""
            QToolTip.showText(event.globalPos(), text, self.viewport(), QRect())
            return True
        return super().viewportEvent(event)

    def _measure(self) -> None:
        digits = max(len(str(len(self.lines))), 3)
        last = len(self.lines) - 1
        sample = clock.shown(self.times, self.lines.time(last) if last >= 0 else 0, self.first_time)
        self._columns = self._painter.columns(digits, len(sample))

    def _arrange(self) -> None:
        """Count the rows and fit the scroll bars; the newest line stays in sight while it is followed."""
        self._measure()
        self.rows.wrap(self.column_count if self.wrapped else 0)
        outside = _outside(self.part, len(self.lines)) if self.only_part and self.part is not None else ()
        self.rows.hide((*self.folds.hidden(len(self.lines)), *outside))
        self._adjusting = True
        bar, across = self.verticalScrollBar(), self.horizontalScrollBar()
        bar.setRange(0, max(self.rows.total - self.row_count, 0))
        bar.setPageStep(self.row_count)
        across.setRange(0, 0 if self.rows.columns else max(self.lines.widest - self.column_count + 1, 0))
        across.setPageStep(self.column_count)
        if self.following:
            bar.setValue(bar.maximum())
        self._adjusting = False
        self.viewport().update()

    def _keeping_top(self, change: Callable[[], None]) -> None:
        """Do what moves rows about, with the same line at the top after it."""
        top = self.verticalScrollBar().value()
        line = self.rows.at(top)[0] if top < self.rows.total else None
        change()
        if line is not None and not self.following:
            self._adjusting = True
            self.verticalScrollBar().setValue(self.rows.row(line))
            self._adjusting = False

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        self.viewport().update()
        if not self._adjusting:
            self._set_following(value >= self.verticalScrollBar().maximum())

    def _set_following(self, following: bool) -> None:
        if following != self.following:
            self.following = following
            self.following_changed.emit(following)


def _moved(stretch: Stretch, left: int) -> Stretch:
    return replace(stretch, cell=stretch.cell - left) if left else stretch


def _outside(part: Range, end: int) -> tuple[Range, Range]:
    return (0, part[0] - 1), (part[1] + 1, end - 1)
