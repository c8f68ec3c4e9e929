"""Finding in the log that is shown: the bar, the search behind it, and where the reader is among what was found.

A step may have to wait until the search has come as far; it is taken as soon as it can be.
"""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.build.finding import Hit, Search, Unknown, Wanted, pattern
from core.errors import Invalid
from gui.build.log.bars import LogFindBar
from gui.build.log.canvas import LogCanvas
from gui.build.log.seeker import Seeker
from gui.theme.theme import Theme


class LogFinder(QObject):
    """Signals: `bug` — the text of a traceback."""

    bug = Signal(str)

    def __init__(self, theme: Theme, canvas: LogCanvas) -> None:
        super().__init__(canvas)
        self.bar = LogFindBar(theme)
        self.seeker = Seeker(self)
        self._canvas = canvas
        self._pending = 0
        self._hit: Hit | None = None
        self._wanted: Wanted | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.seeker.go_on)
        self.bar.sought.connect(self._seek)
        self.bar.stepped.connect(self.step)
        self.bar.left.connect(self._leave)
        self.seeker.moved.connect(self._moved)
        self.seeker.bug.connect(self.bug)

    @property
    def count(self) -> int | Unknown:
        """How often it is in what is shown."""
        search = self.seeker.search
        return 0 if search is None else search.between(*self._bounds)

    def open(self) -> None:
        """Show the bar, looking for what is selected on one line."""
        canvas = self._canvas
        chosen = canvas.selection
        text = ""
        if chosen is not None and chosen[0][0] == chosen[1][0]:
            text = canvas.lines.part(chosen[0][0], chosen[0][1], min(chosen[1][1], chosen[0][1] + 200)).decode()
        self.bar.begin(text)

    def follow_log(self) -> None:
        """Another log is shown: what is looked for is looked for there."""
        self._hit = None
        if self._wanted is not None:
            self._seek(self._wanted)

    @Slot()
    def grow(self) -> None:
        self.seeker.go_on()

    def stop(self, patience: float) -> None:
        self._soon.stop()
        self.seeker.stop(patience)

    @Slot(int)
    def step(self, by: int) -> None:
        """To the next hit or the one before."""
        self._pending = by
        self._take_step()

    def _seek(self, wanted: object) -> None:
        self._wanted = wanted if isinstance(wanted, Wanted) else None
        self._hit = None
        self._canvas.hit = None
        self.bar.show_reason("")
        try:
            sought = None if self._wanted is None else pattern(self._wanted)
        except Invalid as error:
            sought = None
            self.bar.show_reason(f"{error.message} {error.hint}")
        self.seeker.seek(self._canvas.lines, sought)
        search = self.seeker.search
        if search is not None:
            self._canvas.found = self._on_line
            self._pending = 1
            self._take_step()
        else:
            self._canvas.found = _nothing
        self._canvas.viewport().update()

    def _on_line(self, line: int, begin: int, end: int) -> tuple[tuple[int, int], ...]:
        """What was found there, asked while it is painted: what isn't known is looked for after that."""
        search = self.seeker.search
        if search is None:
            return ()
        found = search.on_line(line, begin, end)
        if not search.over and not self.seeker.running:
            self._soon.start()
        return found

    @Slot()
    def _moved(self) -> None:
        self._canvas.viewport().update()
        self._take_step()
        self._tell()

    def _take_step(self) -> None:
        search = self.seeker.search
        if search is None or not self._pending:
            return
        found = self._next(search) if self._pending > 0 else self._previous(search)
        if isinstance(found, Unknown):
            self.seeker.go_on()
            return
        self._pending = 0
        self._hit = found
        self._canvas.hit = (found.line, found.begin, found.end) if found else None
        if found is not None:
            self._canvas.go(found.line, found.begin, found.end)
        self._tell()

    def _next(self, search: Search) -> Hit | Unknown | None:
        line, byte = min(self._canvas.anchor, self._canvas.caret)
        here = self._hit
        past = here is not None and (line, byte) == (here.line, here.begin)
        return search.after(line, byte + 1 if past else byte, *self._bounds)

    def _previous(self, search: Search) -> Hit | Unknown | None:
        return search.before(*min(self._canvas.anchor, self._canvas.caret), *self._bounds)

    @property
    def _bounds(self) -> tuple[int, int | None]:
        """The lines that are searched: those of the part, where only that is shown."""
        canvas = self._canvas
        return canvas.part if canvas.only_part and canvas.part is not None else (0, None)

    def _tell(self) -> None:
        search = self.seeker.search
        if search is None:
            return
        count = self.count
        if isinstance(count, Unknown):
            self.bar.say(f"{search.found:,} so far, {search.share:.0%}")
        elif not count:
            self.bar.say("Nothing found", bad=True)
        else:
            number = self._number(search)
            self.bar.say(f"{number:,} of {count:,}" if number else f"{count:,} found")

    def _number(self, search: Search) -> int:
        """Of the hit that is looked at, from 1; 0 where there is none."""
        if self._hit is None:
            return 0
        before = search.between(0, self._bounds[0] - 1) if self._bounds[0] else 0
        return 0 if isinstance(before, Unknown) else self._hit.number - before + 1

    @Slot()
    def _leave(self) -> None:
        self._wanted = None
        self._pending = 0
        self._canvas.found, self._canvas.hit = _nothing, None
        self.seeker.seek(self._canvas.lines, None)
        self._canvas.viewport().update()
        self._canvas.setFocus()


def _nothing(_line: int, _begin: int, _end: int) -> tuple[tuple[int, int], ...]:
    return ()
