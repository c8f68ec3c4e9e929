"""The second bridge: a stream from a thread, in few batches and in order."""

import threading
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from core.errors import Unreachable
from gui.bridge import MOST_PER_TICK, Bridge

MANY = 100_000
Sleep = Callable[[float], object]


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.stop()
    made.deleteLater()


def test_a_hundred_thousand_values_arrive_in_order_in_few_batches(bridge: Bridge, qtbot: QtBot) -> None:
    batches: list[list[object]] = []
    bridge.batch.connect(batches.append)
    with qtbot.waitSignal(bridge.ended, timeout=30_000):
        bridge.follow(lambda _sleep: iter(range(MANY)))
    assert [value for batch in batches for value in batch] == list(range(MANY))
    assert len(batches) <= 2 * MANY / MOST_PER_TICK
    assert max(map(len, batches)) <= MOST_PER_TICK


def test_a_value_put_from_another_thread_arrives_in_the_gui_thread(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[tuple[list[object], bool]] = []
    bridge.batch.connect(lambda batch: seen.append((batch, threading.current_thread() is threading.main_thread())))
    thread = threading.Thread(target=lambda: bridge.put("news"))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: seen == [(["news"], True)])


def test_the_end_comes_after_everything_before_it(bridge: Bridge, qtbot: QtBot) -> None:
    order: list[object] = []
    bridge.batch.connect(order.extend)
    bridge.ended.connect(lambda error: order.append(("end", error)))
    bridge.follow(lambda _sleep: iter("ab"))
    qtbot.waitUntil(lambda: order == ["a", "b", ("end", None)])


def test_an_error_of_ours_ends_it_and_is_handed_over(bridge: Bridge, qtbot: QtBot) -> None:
    def lost(_sleep: Sleep) -> Iterator[object]:
        yield 1
        raise Unreachable("Nobody answers.")

    with qtbot.waitSignal(bridge.ended) as told:
        bridge.follow(lost)
    assert isinstance(told.args[0], Unreachable)


def test_any_other_error_is_a_bug(bridge: Bridge, qtbot: QtBot) -> None:
    def broken(_sleep: Sleep) -> Iterator[object]:
        yield 1 // 0

    traces: list[str] = []
    bridge.bug.connect(traces.append)
    with qtbot.waitSignal(bridge.ended) as told:
        bridge.follow(broken)
    assert told.args == [None]
    assert "ZeroDivisionError" in traces[0]


def test_stop_ends_the_thread_at_once_even_while_it_pauses(bridge: Bridge, qtbot: QtBot) -> None:
    pausing, closed = threading.Event(), threading.Event()

    def slow(sleep: Sleep) -> Iterator[object]:
        try:
            while True:
                pausing.set()
                sleep(3600)
                yield 1
        finally:
            closed.set()

    bridge.follow(slow)
    assert pausing.wait(10)
    bridge.stop()
    assert closed.is_set()
    assert not [each for each in threading.enumerate() if each.name == "bridge"]


def test_no_timer_runs_while_nothing_comes(bridge: Bridge, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bridge.batch):
        bridge.put(1)
    assert not any(timer.isActive() for timer in bridge.findChildren(QTimer))


def test_a_source_that_hangs_does_not_hold_up_the_end_and_tells_nothing_any_more(bridge: Bridge, qtbot: QtBot) -> None:
    asking, answer = threading.Event(), threading.Event()
    told: list[object] = []
    bridge.batch.connect(told.extend)
    bridge.ended.connect(told.append)

    def hanging(_sleep: Sleep) -> Iterator[object]:
        asking.set()
        assert answer.wait(60)
        yield "late"

    bridge.follow(hanging)
    assert asking.wait(10)
    begun = monotonic()
    bridge.stop(0.1)
    assert monotonic() - begun < 10
    answer.set()
    qtbot.waitUntil(lambda: not [each for each in threading.enumerate() if each.name == "bridge"])
    assert told == []


def test_values_put_by_many_threads_all_arrive(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[object] = []
    bridge.batch.connect(seen.extend)

    def put_many(first: int) -> None:
        for number in range(first, first + 500):
            bridge.put(number)

    threads = [threading.Thread(target=put_many, args=(first,)) for first in range(0, 4000, 500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: len(seen) == 4000)
    assert set(seen) == set(range(4000))


def test_the_thread_is_over_when_the_end_is_told(qtbot: QtBot) -> None:
    """Whoever heard of the end let the bridge go while its thread was about to say the same: a crash, once in ten."""
    for _ in range(20):
        bridge = Bridge()
        alive: list[bool] = []
        bridge.ended.connect(lambda _error, alive=alive: alive.append(any(map(is_bridge, threading.enumerate()))))
        with qtbot.waitSignal(bridge.ended):
            bridge.follow(lambda _sleep: iter_of(1))
        assert alive == [False]
        bridge.deleteLater()


def is_bridge(thread: threading.Thread) -> bool:
    return thread.name == "bridge"


def iter_of(*values: object) -> Iterator[object]:
    yield from values
