"""The log of a build and all that can be done with it: find, go to errors and lines, fold, wrap, copy, save.

Whoever shows it hands in the lines, tells when there are more (`grow`), which steps there are (`set_folds`) and which
part of the log is meant (`show_part`); it tells which line somebody has chosen.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.build.finding import Hit, Unknown
from core.build.levels import Level, lines_of
from core.build.lines import Lines, Place
from core.errors import BakehouseError
from gui.build.log.bars import LineBar
from gui.build.log.clock import Times
from gui.build.log.finder import LogFinder
from gui.build.log.folds import Fold
from gui.build.log.hands import ReadLog
from gui.build.log.keeping import Keeping
from gui.build.log.part import PartBar
from gui.build.log.seeker import Seeker
from gui.build.log.tools import Tools
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.threads import PATIENCE
from gui.widgets.layout import column
from gui.widgets.notice import Banner, EmptyState

MOST_COPIED: Final = 16 * 1024 * 1024
"""Bytes that go into the clipboard at once; more would hold up this app and the one they are pasted into."""

REST_MS: Final = 150
LONG_REST_MS: Final = 400
MANY: Final = 10_000
"""Lines at once that a journal brings as it is read, and no build. They are searched for errors when all are there."""

_Key = QKeySequence.StandardKey


class LogView(QWidget):
    """Signals: `line_chosen` — somebody chose a line (from 0); `following_changed` — whether new lines are scrolled to;
    `bug` — the text of a traceback."""

    line_chosen = Signal(int)
    following_changed = Signal(bool)
    bug = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.canvas = ReadLog(theme)
        self.finder = LogFinder(theme, self.canvas)
        self.tools = Tools(theme)
        self.line_bar = LineBar(theme)
        self.part_bar = PartBar(theme)
        self.banner = Banner(theme, "good")
        self._errors = Seeker(self)
        self._error: Hit | None = None
        self._error_asked = False
        self._keeping = Keeping(self)
        self._grown = False
        self._known = 0
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.timeout.connect(self._rested)
        self._empty = EmptyState(theme, "line", "Nothing yet", "The build has said nothing yet.")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.canvas)
        bars = (self.finder.bar, self.finder.bar.reason, self.line_bar, self.part_bar, self.banner)
        parts = (self.tools, *bars, self._stack)
        layout = column(*parts, gap=Space.HAIR)
        layout.setStretch(len(parts) - 1, 1)
        self.setLayout(layout)
        self._connect()
        self._tell()

    def _connect(self) -> None:
        canvas, tools = self.canvas, self.tools
        canvas.line_chosen.connect(self.line_chosen)
        canvas.fold_asked.connect(self.toggle_fold)
        canvas.times_asked.connect(self.turn_times)
        canvas.copy_asked.connect(self.copy)
        canvas.following_changed.connect(self.following_changed)
        canvas.following_changed.connect(self._tell)
        tools.follow.clicked.connect(canvas.follow)
        tools.errors.clicked.connect(self.go_to_error)
        tools.search.clicked.connect(self.finder.open)
        tools.wrap.toggled.connect(canvas.set_wrapped)
        tools.times.clicked.connect(self.turn_times)
        tools.fold.toggled.connect(self.fold_all)
        canvas.line_asked.connect(self.ask_line)
        tools.copy.clicked.connect(self.copy)
        tools.save.clicked.connect(self.ask_file)
        self.line_bar.chosen.connect(lambda line: self.go(line - 1))
        self.line_bar.left.connect(canvas.setFocus)
        self.part_bar.only.toggled.connect(self._show_only)
        self.part_bar.cleared.connect(self.clear_part)
        self._errors.moved.connect(self._know_errors)
        self._errors.bug.connect(self.bug)
        self.finder.bug.connect(self.bug)
        self._keeping.bug.connect(self.bug)
        self._keeping.told.connect(self._tell_saved)

    # What is shown

    @property
    def lines(self) -> Lines:
        return self.canvas.lines

    @property
    def following(self) -> bool:
        return self.canvas.following

    def show_log(self, lines: Lines, begin: datetime | None = None) -> None:
        """Another log, from its end; for `begin` see `set_begin`."""
        self.canvas.begin = _milliseconds(begin)
        self.canvas.show_lines(lines)
        self.part_bar.clear()
        self.banner.hide()
        self.tools.fold.setChecked(False)
        self._error, self._error_asked = None, False
        self._known = len(lines)
        self._errors.seek(lines, lines_of(Level.ERROR))
        self.finder.follow_log()
        self._tell()

    @Slot()
    def grow(self) -> None:
        """The log has more lines. They are drawn at once, and what comes right after with what follows it: a journal
        that is read brings thousands at a time."""
        if self._resting.isActive():
            self._grown = True
            return
        self._grown = False
        many = len(self.lines) - self._known >= MANY
        self._known = len(self.lines)
        self._resting.start(LONG_REST_MS if many else REST_MS)
        self.canvas.grow()
        if not many:
            self._errors.go_on()
        self.finder.grow()
        self._tell_part()
        self._tell()

    @Slot()
    def _rested(self) -> None:
        if self._grown:
            self.grow()
        else:
            self._errors.go_on()

    def say(self, title: str, sentence: str) -> None:
        """What is shown in place of a log without lines: why there are none."""
        self._empty.say(title, sentence)
        self._empty.setAccessibleName(f"{title}. {sentence}")

    def set_begin(self, begin: datetime | None) -> None:
        """When the build began: elapsed time counts from there, without it from the first line."""
        if _milliseconds(begin) != self.canvas.begin:
            self.canvas.begin = _milliseconds(begin)
            self.canvas.set_times(self.canvas.times)

    def set_folds(self, folds: Iterable[Fold]) -> None:
        """The steps whose lines can be folded; what is folded stays so."""
        if self.canvas.folds.set(folds):
            self.canvas.refold()
            self._tell()

    def show_part(self, first: int, last: int | None, title: str = "") -> None:
        """Mark a part of the log and go to it, unless the reader is in it; `last` is None as long as there are lines to
        come."""
        if not len(self.lines):
            return
        canvas = self.canvas
        canvas.marked = (first, last)
        self._tell_part(title)
        part, line = canvas.part, canvas.caret[0]
        canvas.refold()
        if part is not None and not (part[0] <= line <= part[1] and canvas.in_sight(line)):
            canvas.go(first)
            canvas.verticalScrollBar().setValue(canvas.rows.row(first))

    def _tell_part(self, title: str | None = None) -> None:
        if self.canvas.part is not None:
            self.part_bar.show_part(title, *self.canvas.part)

    @Slot()
    def clear_part(self) -> None:
        self.canvas.marked, self.canvas.only_part = None, False
        self.part_bar.clear()
        self.canvas.refold()

    def stop(self, patience: float = PATIENCE) -> None:
        """Search and save no longer."""
        self._resting.stop()
        self.finder.stop(patience)
        self._errors.stop(patience)
        self._keeping.stop(patience)

    # What can be done

    def go(self, line: int) -> None:
        """Show a line, from 0, and have the caret there."""
        self.canvas.go(line)

    @Slot()
    def follow(self) -> None:
        self.canvas.follow()

    @Slot()
    def go_to_error(self) -> None:
        """To the first line that tells of an error; asked again, to the next."""
        self._error_asked = True
        self._take_error()

    @Slot(bool)
    def fold_all(self, folded: bool) -> None:
        (self.canvas.folds.fold_all if folded else self.canvas.folds.unfold_all)()
        self.canvas.refold()

    @Slot(int)
    def toggle_fold(self, line: int) -> None:
        if self.canvas.folds.toggle(line):
            self.canvas.refold()

    @Slot()
    def turn_times(self) -> None:
        """No times, the time of day, the time since the beginning: the next of these."""
        self.canvas.set_times(self.canvas.times.following)
        self.tools.show_times(self.canvas.times)

    def set_times(self, times: Times) -> None:
        self.canvas.set_times(times)
        self.tools.show_times(times)

    @Slot()
    def ask_line(self) -> None:
        if len(self.lines):
            self.line_bar.begin(self.canvas.caret[0] + 1, len(self.lines))

    @Slot()
    def copy(self) -> None:
        """What is selected, else all that is shown, without line numbers and times."""
        chosen = self.canvas.selection or self.canvas.all_shown
        if chosen is None:
            return
        size = self.lines.distance(*chosen)
        if size > MOST_COPIED:
            self.banner.tell(
                f"{size / 1_000_000:,.0f} MB are too much for the clipboard.",
                "Select less, or save the log to a file.",
                (("Save the log…", self.ask_file),),
                role="warn",
            )
            return
        QGuiApplication.clipboard().setText(self.text_between(*chosen))

    def text_between(self, begin: Place, end: Place) -> str:
        return b"".join(self.lines.between(begin, end)).decode()

    @Slot()
    def ask_file(self) -> None:
        self._keeping.ask(self, self.lines)

    def save(self, path: Path, *, times: bool) -> None:
        """Write the log into a file, in the background; the banner tells when it is there."""
        self._keeping.save(self.lines, path, times=times)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if not self._act(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._own(event):
            event.accept()
            return True
        return super().event(event)

    def _act(self, event: QKeyEvent) -> bool:
        go_to = Qt.Modifier.CTRL.value | Qt.Key.Key_G.value
        if event.matches(_Key.Find):
            self.finder.open()
        elif event.keyCombination().toCombined() == go_to:
            self.ask_line()
        elif event.key() == Qt.Key.Key_F3:
            self.finder.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            return False
        return True

    def _own(self, event: QKeyEvent) -> bool:
        go_to = Qt.Modifier.CTRL.value | Qt.Key.Key_G.value
        return event.matches(_Key.Find) or event.keyCombination().toCombined() == go_to

    # What is told

    @Slot()
    def _tell(self) -> None:
        count = len(self.lines)
        self._stack.setCurrentIndex(1 if count else 0)
        self.tools.show_state(count, following=self.canvas.following, folds=bool(self.canvas.folds.by_line))
        self._show_errors()

    def _show_errors(self) -> None:
        search = self._errors.search
        self.tools.show_errors(search.found if search else 0, complete=search is None or search.complete)

    @Slot()
    def _know_errors(self) -> None:
        self._show_errors()
        self._take_error()

    def _take_error(self) -> None:
        search = self._errors.search
        if search is None or not self._error_asked:
            return
        line = 0 if self._error is None else self._error.line + 1
        found = search.after(line, 0) if line < len(self.lines) else search.after(0, 0)
        if isinstance(found, Unknown):
            self._errors.go_on()
            return
        self._error, self._error_asked = found, False
        if found is not None:
            self.canvas.go(found.line)
            self.canvas.setFocus()

    @Slot(bool)
    def _show_only(self, only: bool) -> None:
        self.canvas.only_part = only
        self.canvas.refold()
        if self.canvas.part is not None:
            self.canvas.reveal((self.canvas.part[0], 0))

    @Slot(object)
    def _tell_saved(self, told: object) -> None:
        if isinstance(told, BakehouseError):
            self.banner.tell(told.message, told.hint, role="bad")
        else:
            self.banner.tell(f"{told}")


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
