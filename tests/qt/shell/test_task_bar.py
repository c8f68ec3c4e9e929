"""The entry in the task bar says how far a build is; where there is no bus nothing is said, and nothing goes wrong."""

from jeepney import HeaderFields, MatchRule
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.ops import Ops
from gui.shell.task_bar import INTERFACE, TaskBar, send
from tests.fakes.desktop import desktop, session_bus


def test_whoever_draws_task_bars_hears_how_far_a_build_is() -> None:
    with desktop(shows=False) as made, session_bus(made.address), open_dbus_connection(made.address) as bus:
        rule = MatchRule(type="signal", interface=INTERFACE)
        bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=5)
        assert send(0.4)
        while True:
            message = bus.receive(timeout=5)
            if message.header.fields.get(HeaderFields.member) == "Update":
                break
    entry, told = message.body
    assert entry == "application://bakehouse.desktop"
    assert dict(told) == {"progress": ("d", 0.4), "progress-visible": ("b", True)}


def test_nothing_is_said_where_there_is_no_bus() -> None:
    with session_bus(None):
        assert not send(0.4)
    with session_bus("unix:path=/nowhere"):
        assert not send(None)


def test_it_looks_again_only_as_long_as_something_runs(ops: Ops, qapp: QApplication, qtbot: QtBot) -> None:
    """A timer that went on would wake an idle app for ever; the check of every test finds it."""
    shares: list[float | None] = [0.2, 3.0, None]
    with session_bus(None):
        bar = TaskBar(ops, lambda: shares.pop(0))
        bar.look()
        bar.look()
        assert bar._timer.isActive()
        bar.look()
        qtbot.waitUntil(lambda: not ops.waiting)
    assert not bar._timer.isActive()
    bar.deleteLater()
