"""Searching the log that is shown, off the GUI thread: one search at a time, its progress at most 30 times a second.

A search whose text has changed is left; its thread ends by itself after the step it is in, and nobody waits for it.
"""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from core.build.finding import Pattern, Search
from core.build.lines import Lines
from gui.bridge import Bridge
from gui.threads import PATIENCE

TOLD: Final = 0.01
"""Seconds of work between two looks at whether the search is still wanted."""


class Seeker(QObject):
    """Signals: `moved` — more is known; `bug` — the text of a traceback."""

    moved = Signal()
    bug = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.search: Search | None = None
        self._bridge: Bridge | None = None
        self._left: list[Bridge] = []

    @property
    def running(self) -> bool:
        return self._bridge is not None

    def seek(self, lines: Lines, sought: Pattern | None) -> None:
        """Begin another search, or none."""
        self._leave()
        self.search = Search(lines, sought) if sought is not None else None
        self.go_on()

    @Slot()
    def go_on(self) -> None:
        """Search what has come since, and what was asked for."""
        if self.search is None or self._bridge is not None or self.search.over:
            return
        bridge = Bridge(self)
        bridge.batch.connect(self._moved)
        bridge.ended.connect(lambda _error: self._ended(bridge))
        bridge.bug.connect(self.bug)
        self._bridge = bridge
        bridge.follow(_working(self.search))

    def stop(self, patience: float = PATIENCE) -> None:
        """Search no longer, and wait for the threads."""
        self._leave()
        self.search = None
        for bridge in self._left:
            bridge.stop(patience)

    def _leave(self) -> None:
        if self._bridge is not None:
            self._bridge.cease()
            self._left.append(self._bridge)
            self._bridge = None

    @Slot(list)
    def _moved(self, _steps: list[object]) -> None:
        if self.sender() is self._bridge:
            self.moved.emit()

    def _ended(self, bridge: Bridge) -> None:
        if bridge is self._bridge:
            self._bridge = None
            self.moved.emit()
            self.go_on()
        elif bridge in self._left:
            self._left.remove(bridge)
        bridge.deleteLater()


def _working(search: Search) -> Callable[[Callable[[float], object]], Iterator[object]]:
    def source(_sleep: Callable[[float], object]) -> Iterator[object]:
        told = monotonic()
        for _ in search.work():
            if monotonic() - told > TOLD:
                yield search
                told = monotonic()

    return source
