"""The roster under haste: what the user chose or changed last counts, whatever an earlier request still finds."""

from threading import Event

from pytestqt.qtbot import QtBot

from core.aws.connection import Identity
from gui.connections.roster import Entry, Roster
from gui.connections.standing import State
from tests.fakes.connections import FakeConnection
from tests.qt.connections.conftest import Bench


def named(roster: Roster, name: str) -> Entry:
    found = roster.entry(name)
    assert found is not None
    return found


def refuse(error: object) -> None:
    raise AssertionError(error)


def test_the_connection_chosen_last_is_used_even_when_an_earlier_one_takes_longer(
    bench: Bench, roster: Roster, qtbot: QtBot
) -> None:
    bench.keys("slow")
    bench.keys("fast")
    opened, open_it = list[str](), Event()
    plain = bench.opening.open

    def slowly(stored: object) -> object:
        made = plain(stored)  # type: ignore[arg-type]
        opened.append(made.name)
        if made.name == "slow":
            assert open_it.wait(10)
        return made

    bench.opening.open = slowly  # type: ignore[method-assign,assignment]
    with qtbot.waitSignal(roster.changed):
        roster.refresh()
    qtbot.waitUntil(lambda: roster.entry("slow") is not None)
    roster.use(named(roster, "slow"), refuse, ask=False)
    qtbot.waitUntil(lambda: opened == ["slow"])
    roster.use(named(roster, "fast"), refuse, ask=False)
    open_it.set()
    qtbot.waitUntil(lambda: not bench.session.ops.waiting)
    assert bench.session.connection.name == "fast"


def test_who_one_was_before_an_edit_is_not_shown_after_it(bench: Bench, roster: Roster, qtbot: QtBot) -> None:
    stored = bench.keys("payments")
    answer = Event()
    old = Identity("999999999999", "arn:aws:iam::999999999999:user/old", "AIDA")
    bench.opening.prepared["payments"] = FakeConnection("payments", who=old, waits_for=answer)
    roster.refresh()
    qtbot.waitUntil(lambda: roster.entry("payments") is not None)
    entry = named(roster, "payments")
    roster.ask(entry)
    qtbot.waitUntil(lambda: bool(bench.opening.prepared["payments"].threads))
    done: list[bool] = []
    edited = stored.model_copy(update={"region": "us-east-1"})
    roster.save(edited, None, lambda: done.append(True), refuse, for_session=False, old=entry)
    qtbot.waitUntil(lambda: bool(done))
    answer.set()
    qtbot.waitUntil(lambda: not bench.session.ops.waiting)
    assert roster.standing("payments").state is not State.READY


def test_a_connection_opened_while_it_is_marked_is_marked(bench: Bench, roster: Roster, qtbot: QtBot) -> None:
    bench.keys("payments")
    roster.refresh()
    qtbot.waitUntil(lambda: roster.entry("payments") is not None)
    before = named(roster, "payments")
    roster.mark(before, True, refuse)
    qtbot.waitUntil(lambda: named(roster, "payments").production)
    assert roster.connection(before).production


def test_a_connection_of_an_earlier_hour_has_the_mark_of_now(bench: Bench, roster: Roster, qtbot: QtBot) -> None:
    bench.keys("payments", production=True)
    roster.refresh()
    qtbot.waitUntil(lambda: roster.entry("payments") is not None)
    assert roster.marked_now(FakeConnection("payments")).production
    assert not roster.marked_now(FakeConnection("unknown")).production
