"""The first of two bridges: a request off the GUI thread, its result or error back on it.

A request is a plain function of values; it knows no widget. Requests of one lane run one after the other, so that what
they share (a client, a file) needs no lock; lanes run beside each other. What comes back is dropped when its owner is
gone. Here, and in `gui.bridge`, is the only place where any exception at all is caught: one of ours goes to the
caller's `failed`, any other is a bug and goes to the report view.
"""

import itertools
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from core.errors import BakehouseError, Cancelled
from gui.threads import PATIENCE, joined, keep_memory, take_turns

Result = TypeVar("Result")
Done = Callable[[Result], None]
Failed = Callable[[BakehouseError], None]


class Cancel:
    """Asked by the work at its borders; set by whoever no longer wants the result."""

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        self._set = True

    @property
    def asked(self) -> bool:
        return self._set

    def check(self) -> None:
        """Raises Cancelled when the result is no longer wanted."""
        if self._set:
            raise Cancelled("Cancelled.")


@dataclass(frozen=True, slots=True)
class _Request(Generic[Result]):
    owner: QObject
    done: Done[Result]
    failed: Failed | None
    cancel: Cancel
    quiet: bool


class _Lane:
    """One thread, and what waits for it."""

    def __init__(self, name: str) -> None:
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.thread = Thread(target=self._run, name=f"ops-{name}", daemon=True)
        self.thread.start()

    def put(self, work: Callable[[], None]) -> None:
        self._waiting.put(work)

    def end(self) -> None:
        """Take nothing more, after what waits."""
        self._waiting.put(None)

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()


class Ops(QObject):
    """Signals: `failed` — an error that its caller has no place for; `bug` — the text of a traceback; `busy` — how many
    requests are under way."""

    failed = Signal(object)
    bug = Signal(str)
    busy = Signal(int)
    _ended = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        take_turns()
        keep_memory()
        self._lanes: dict[str, _Lane] = {}
        self._closed = self._abandoned = False
        self._requests: dict[int, _Request[Any]] = {}
        self._numbers = itertools.count()
        self._ended.connect(self._settle)

    def run(
        self,
        owner: QObject,
        work: Callable[[], Result],
        done: Done[Result],
        failed: Failed | None = None,
        *,
        lane: str = "",
        cancel: Cancel | None = None,
        quiet: bool = False,
    ) -> Cancel:
        """Do `work` in a thread of its lane, then call `done` or `failed` in the GUI thread while `owner` lives. Nobody
        waits for a `quiet` one: `busy` says nothing of it."""
        number = next(self._numbers)
        request = _Request(owner, done, failed, cancel or Cancel(), quiet)
        if self._closed:
            request.cancel.set()
            return request.cancel
        self._requests[number] = request
        self._tell(request)
        if lane not in self._lanes:
            self._lanes[lane] = _Lane(lane)
        self._lanes[lane].put(lambda: self._work(number, work, request.cancel))
        return request.cancel

    @property
    def waiting(self) -> int:
        """Requests under way."""
        return len(self._requests)

    def _tell(self, request: _Request[Any]) -> None:
        if not request.quiet:
            self.busy.emit(sum(not each.quiet for each in self._requests.values()))

    def close(self, patience: float = PATIENCE) -> None:
        """Let what runs end within `patience` seconds, drop what waits; no callback comes any more."""
        self._closed = True
        for request in self._requests.values():
            request.cancel.set()
        for lane in self._lanes.values():
            lane.end()
        self._abandoned = not joined((lane.thread for lane in self._lanes.values()), patience)
        self._requests.clear()
        self._lanes.clear()

    def _work(self, number: int, work: Callable[[], object], cancel: Cancel) -> None:
        result: object = None
        error: object = None
        try:
            cancel.check()
            result = work()
        except BakehouseError as known:
            error = known
        except Exception:  # noqa: BLE001 - the border: what isn't ours is a bug, and is reported as one
            error = traceback.format_exc()
        if not self._abandoned:  # what this belongs to is gone by then
            self._ended.emit(number, result, error)

    @Slot(int, object, object)
    def _settle(self, number: int, result: object, error: object) -> None:
        request = self._requests.pop(number, None)
        if request is not None:
            self._tell(request)
        if request is None or not isValid(request.owner):
            return
        match error:
            case str():
                self.bug.emit(error)
            case Cancelled():
                return
            case BakehouseError():
                if request.failed is None:
                    self.failed.emit(error)
                else:
                    request.failed(error)
            case _:
                if not request.cancel.asked:
                    request.done(result)
