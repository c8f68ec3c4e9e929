"""One run of a work for all who need its result at the same time, and how a wait is given up.

Ten requests that meet expired credentials want one renewal, not ten browser pages. The work runs in a thread of its
own, so whoever gives up waiting leaves alone; when the last has left, the work is told to stop.
"""

import contextvars
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, TypeVar

from core.errors import Cancelled

T = TypeVar("T")


class Cancellation:
    """Set once, by whoever wants a wait to end; callbacks run in the thread that sets it."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        with self._lock:
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def wait(self, seconds: float) -> bool:
        """Wait that long, or until cancelled: whether it was."""
        return self._event.wait(seconds)

    def check(self) -> None:
        """Raises Cancelled when it was."""
        if self.cancelled:
            raise Cancelled("The wait for the sign-in was cancelled.")

    @contextmanager
    def telling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call back when it is cancelled within the block, at once when it was before."""
        with self._lock:
            before = self._event.is_set()
            if not before:
                self._callbacks.append(callback)
        if before:
            callback()
        try:
            yield
        finally:
            with self._lock:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)


_current: contextvars.ContextVar[Cancellation | None] = contextvars.ContextVar("cancellation", default=None)


@contextmanager
def cancelling(cancellation: Cancellation) -> Iterator[None]:
    """What waits for credentials in this block, at any depth, ends with `cancellation`: raises Cancelled there."""
    token = _current.set(cancellation)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Cancellation:
    """The cancellation of the block this runs in; one that nobody sets where there is none."""
    return _current.get() or Cancellation()


@dataclass(eq=False)
class _Run(Generic[T]):
    future: "Future[T]"
    stop: Cancellation
    waiting: int = 0


class Flight(Generic[T]):
    """At most one run of a work at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._run: _Run[T] | None = None

    def join(self, work: Callable[[], T]) -> T:
        """The result of the run that is on its way, else of a new one of `work`; its errors are raised in all who
        wait. Raises Cancelled when the wait is cancelled (`cancelling`), or all of it (`cancel`)."""
        cancellation = current()
        cancellation.check()
        with self._lock:
            run = self._run
            if run is None or run.stop.cancelled or run.future.done():
                run = self._run = _started(work, run)
            run.waiting += 1
        try:
            woken = threading.Event()
            run.future.add_done_callback(lambda _: woken.set())
            with cancellation.telling(woken.set), run.stop.telling(woken.set):
                woken.wait()
            cancellation.check()
            if not run.future.done():
                run.stop.check()
            return run.future.result()
        finally:
            self._leave(run)

    def cancel(self) -> None:
        """Give up for all who wait."""
        with self._lock:
            run = self._run
        if run is not None:
            run.stop.cancel()

    def _leave(self, run: _Run[T]) -> None:
        with self._lock:
            run.waiting -= 1
            last = run.waiting == 0 and not run.future.done()
        if last:
            run.stop.cancel()


class _Landing(Generic[T]):
    """The end of a run, whatever it is, as its future's result or error."""

    def __init__(self, future: "Future[T]") -> None:
        self._future = future

    def __enter__(self) -> "Future[T]":
        return self._future

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        if error is not None:
            self._future.set_exception(error)
        return True


def _started(work: Callable[[], T], before: _Run[T] | None) -> _Run[T]:
    """Run `work` in a thread, after a run that was told to stop has come to its end: what the user refused there must
    be known here. The thread is a daemon: a person who does not answer must not keep the process from ending."""
    future: Future[T] = Future()
    stop = Cancellation()

    def run() -> None:
        with _Landing(future):
            if before is not None:
                wait([before.future])
            future.set_result(work())

    context = contextvars.copy_context()
    context.run(_current.set, stop)
    threading.Thread(target=context.run, args=(run,), name="bakehouse-credentials", daemon=True).start()
    return _Run(future, stop)
