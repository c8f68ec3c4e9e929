"""One run for all who wait at the same time, and how waits end."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.aws.flight import Cancellation, Flight, cancelling, current
from core.errors import Cancelled, Denied
from tests.fakes.signing_in import Noticed


def test_all_who_wait_get_the_result_of_one_run() -> None:
    flight: Flight[int] = Flight()
    go, runs = threading.Event(), []

    def work() -> int:
        runs.append(1)
        go.wait(30)
        return 7

    def join(notice: Noticed) -> int:
        with cancelling(notice):
            return flight.join(work)

    notices = [Noticed() for _ in range(4)]
    with ThreadPoolExecutor(4) as crowd:
        waiting = [crowd.submit(join, each) for each in notices]
        assert all(each.waiting.wait(30) for each in notices)
        go.set()
        assert [each.result(30) for each in waiting] == [7] * 4
    assert len(runs) == 1


def test_a_later_need_is_a_new_run() -> None:
    flight: Flight[int] = Flight()
    counted = iter((1, 2))
    assert [flight.join(lambda: next(counted)) for _ in range(2)] == [1, 2]


def test_an_error_reaches_who_waits() -> None:
    def refuse() -> int:
        raise Denied("no")

    with pytest.raises(Denied, match="no"):
        Flight[int]().join(refuse)


def test_when_the_last_leaves_the_work_is_told_to_stop() -> None:
    flight: Flight[None] = Flight()
    begun, told = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        if current().wait(30):
            told.set()
        current().check()

    notice = Noticed()

    def join() -> None:
        with cancelling(notice):
            flight.join(work)

    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(join)
        assert begun.wait(30)
        notice.cancel()
        with pytest.raises(Cancelled):
            waiting.result(30)
    assert told.wait(30)


def test_a_run_that_was_given_up_has_ended_before_the_next_begins() -> None:
    flight: Flight[str] = Flight()
    order: list[str] = []
    left = threading.Event()

    def stubborn() -> str:
        flight.cancel()
        left.wait(30)
        order.append("first ends")
        return "first"

    def next_one() -> str:
        order.append("second begins")
        return "second"

    with pytest.raises(Cancelled):
        flight.join(stubborn)
    left.set()
    assert flight.join(next_one) == "second"
    assert order == ["first ends", "second begins"]


def test_a_cancelled_block_does_not_even_begin() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled), cancelling(cancellation):
        Flight[None]().join(lambda: pytest.fail("it ran"))
