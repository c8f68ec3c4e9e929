"""The second bridge: a stream of values from any thread, handed to the GUI in batches, at most 30 a second.

A chatty guest may print a hundred thousand lines; one signal each would hold the window up. A source runs in a thread
of its own and puts what it has; a timer that runs only while something waits takes a bounded number at a time.
"""

import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Event, Lock, Thread

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import BakehouseError
from gui.threads import PATIENCE, joined

TICK_MS = 33
MOST_PER_TICK = 2000


class Bridge(QObject):
    """Signals: `batch` — a list of values in order; `ended` — the source is through: None, or the BakehouseError it
    died of; `bug` — the text of a traceback."""

    batch = Signal(list)
    ended = Signal(object)
    bug = Signal(str)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[object] = deque()
        self._end: list[object] = []
        self._thread: Thread | None = None
        self._stopping = Event()
        self._lock = Lock()
        self._told = False
        self._abandoned = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._hand_over)
        self._woken.connect(self._wake)

    def put(self, value: object) -> None:
        """From any thread."""
        self._waiting.append(value)
        with self._lock:
            told, self._told = self._told, True
        if not told and not self._abandoned:
            self._woken.emit()

    def follow(self, source: Callable[[Callable[[float], object]], Iterator[object]]) -> None:
        """Hand over what `source(sleep)` yields, in a thread of its own. The source pauses in `sleep` only, so that
        `stop` need not wait for it."""
        self._stopping.clear()
        self._thread = Thread(target=self._run, args=(source,), name="bridge", daemon=True)
        self._thread.start()

    def cease(self) -> None:
        """Take no more from the source; `stop` waits for it."""
        self._stopping.set()

    def stop(self, patience: float = PATIENCE) -> None:
        """Take no more from the source and wait until its thread is over. One that hangs in a call longer than
        `patience` seconds is left to itself, and nothing of it is told any more."""
        self._stopping.set()
        if self._thread is not None:
            self._abandoned = not joined((self._thread,), patience)
            self._thread = None

    def _run(self, source: Callable[[Callable[[float], object]], Iterator[object]]) -> None:
        error: object = None
        try:
            with closing(source(self._stopping.wait)) as values:  # type: ignore[type-var]
                for value in values:
                    if self._stopping.is_set():
                        break
                    self.put(value)
        except BakehouseError as known:
            error = known
        except Exception:  # noqa: BLE001 - the border: what isn't ours is a bug, and is reported as one
            error = traceback.format_exc()
        self._end.append(error)
        if not self._abandoned:
            self._woken.emit()

    @Slot()
    def _wake(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _hand_over(self) -> None:
        with self._lock:
            self._told = False  # from here on, what comes asks to be taken
        ended = bool(self._end)  # before looking at what waits: the end comes after all of it
        count = min(len(self._waiting), MOST_PER_TICK)
        if count:
            self.batch.emit([self._waiting.popleft() for _ in range(count)])
        if self._waiting:
            self._timer.start()
        elif ended:
            error = self._end.pop()
            if self._thread is not None:
                self._thread.join()  # it has but to say that it is over, and whoever hears it here may let us go
            if isinstance(error, str):
                self.bug.emit(error)
            self.ended.emit(error if isinstance(error, BakehouseError) else None)
