"""The first bridge: work off the GUI thread, its result on it."""

import threading
from time import monotonic

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from core.errors import BakehouseError, NotFound
from gui.ops import Cancel, Ops


def test_work_is_done_elsewhere_and_its_result_handed_to_the_gui_thread(ops: Ops, qtbot: QtBot) -> None:
    seen: list[tuple[threading.Thread, threading.Thread]] = []
    ops.run(ops, threading.current_thread, lambda worked: seen.append((worked, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(seen))
    ((worked, told),) = seen
    assert worked is not threading.main_thread()
    assert told is threading.main_thread()


def test_one_lane_keeps_the_order_and_lanes_run_beside_each_other(ops: Ops, qtbot: QtBot) -> None:
    held, order = threading.Event(), list[int]()

    def first() -> int:
        assert held.wait(10)
        return 1

    ops.run(ops, first, order.append, lane="slow")
    ops.run(ops, lambda: 2, order.append, lane="slow")
    ops.run(ops, lambda: 3, order.append, lane="other")
    qtbot.waitUntil(lambda: order == [3])
    held.set()
    qtbot.waitUntil(lambda: order == [3, 1, 2])


def test_a_result_whose_owner_is_gone_is_dropped(ops: Ops, qtbot: QtBot, qapp: object) -> None:
    held, told = threading.Event(), list[bool]()
    owner = QObject()
    ops.run(owner, lambda: held.wait(10), told.append, lane="a")
    owner.deleteLater()
    del owner
    qtbot.wait(1)
    held.set()
    qtbot.waitUntil(lambda: not ops.waiting)
    assert told == []


def test_an_error_of_ours_goes_to_the_caller_or_to_everybody(ops: Ops, qtbot: QtBot) -> None:
    def missing() -> None:
        raise NotFound("It is gone.")

    own: list[BakehouseError] = []
    ops.run(ops, missing, lambda _: None, own.append)
    qtbot.waitUntil(lambda: [error.message for error in own] == ["It is gone."])
    with qtbot.waitSignal(ops.failed) as common:
        ops.run(ops, missing, lambda _: None)
    assert isinstance(common.args[0], NotFound)


def test_any_other_error_is_a_bug_with_its_traceback(qtbot: QtBot) -> None:
    ops = Ops()
    with qtbot.waitSignal(ops.bug) as told:
        ops.run(ops, lambda: 1 // 0, lambda _: None)
    assert "ZeroDivisionError" in told.args[0]
    ops.close()
    ops.deleteLater()


def test_cancelling_is_silent(ops: Ops, qtbot: QtBot) -> None:
    begun, cancel = threading.Event(), Cancel()
    told: list[object] = []
    ops.failed.connect(told.append)

    def work() -> None:
        begun.set()
        while True:
            cancel.check()

    ops.run(ops, work, told.append, told.append, cancel=cancel)
    assert begun.wait(10)
    cancel.set()
    qtbot.waitUntil(lambda: not ops.waiting)
    assert told == []


def test_a_result_that_came_after_all_is_not_wanted_any_more(ops: Ops, qtbot: QtBot) -> None:
    told: list[object] = []
    ops.run(ops, lambda: 1, told.append).set()
    qtbot.waitUntil(lambda: not ops.waiting)
    assert told == []


def test_it_says_how_much_is_under_way(ops: Ops, qtbot: QtBot) -> None:
    counts: list[int] = []
    ops.busy.connect(counts.append)
    ops.run(ops, lambda: 1, lambda _: None)
    ops.run(ops, lambda: 2, lambda _: None, lane="b")
    qtbot.waitUntil(lambda: counts[-1:] == [0])
    assert counts == [1, 2, 1, 0]


def test_no_timer_runs_and_no_thread_is_left_when_it_is_closed(qtbot: QtBot) -> None:
    ops = Ops()
    ops.run(ops, lambda: 1, lambda _: None)
    ops.close()
    assert not ops.findChildren(QTimer)
    assert not [each for each in threading.enumerate() if each.name.startswith("ops-")]
    ops.deleteLater()


def test_a_request_that_hangs_does_not_hold_up_the_end(qtbot: QtBot) -> None:
    ops, asking, answer = Ops(), threading.Event(), threading.Event()
    told: list[bool] = []

    def hanging() -> bool:
        asking.set()
        return answer.wait(60)

    ops.run(ops, hanging, told.append, lane="network")
    assert asking.wait(10)
    begun = monotonic()
    ops.close(0.1)
    assert monotonic() - begun < 10
    answer.set()
    qtbot.waitUntil(lambda: not [each for each in threading.enumerate() if each.name.startswith("ops-")])
    assert told == []
    ops.deleteLater()


def test_nothing_is_begun_after_the_end(qtbot: QtBot) -> None:
    ops, begun = Ops(), list[bool]()
    ops.close()
    assert ops.run(ops, lambda: begun.append(True), lambda _: None).asked
    assert begun == []
    assert not [each for each in threading.enumerate() if each.name.startswith("ops-")]
    ops.deleteLater()


def test_what_nobody_waits_for_is_not_told_as_work(ops: Ops, qtbot: QtBot) -> None:
    """The window would say every second that it is working, for numbers that it draws by the way."""
    told: list[int] = []
    ops.busy.connect(told.append)
    done: list[int] = []
    ops.run(ops, lambda: 1, done.append, quiet=True)
    qtbot.waitUntil(lambda: done == [1])
    assert told == []
    ops.run(ops, lambda: 2, done.append)
    qtbot.waitUntil(lambda: done == [1, 2])
    assert told == [1, 0]
