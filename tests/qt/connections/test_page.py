"""The connections page as it is used: what it lists, what it does, what it never shows."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.aws.machines import Difference, Removed
from core.aws.shared_profiles import SharedProfile
from core.errors import Conflict, Denied
from gui.connections.page import ConnectionsPage
from gui.connections.roster import Roster
from gui.connections.standing import State
from tests.fakes.connections import HEALTH, FakeConnection
from tests.qt.connections.conftest import SECRET, Bench

Open = Callable[[], ConnectionsPage]
LEFT = Qt.MouseButton.LeftButton


def texts(widget: QWidget) -> str:
    """Every word that is in the widget, shown or not, tool tips and accessible texts too."""
    words: list[str] = []
    for each in (widget, *widget.findChildren(QWidget)):
        words += [each.toolTip(), each.accessibleName(), each.accessibleDescription()]
        match each:
            case QLabel() | QAbstractButton() | QLineEdit():
                words.append(each.text())
            case QComboBox():
                words.append(each.currentText())
    return "\n".join(words)


def visible(widget: QWidget) -> str:
    return "\n".join(
        each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget) and each.text().strip()
    )


def press(qtbot: QtBot, button: QAbstractButton) -> None:
    assert button.isEnabled(), button.text()
    assert button.isVisible(), button.text()
    QTest.mouseClick(button, LEFT)


def offered(widget: QWidget, text: str) -> QPushButton:
    return next(each for each in widget.findChildren(QPushButton) if each.text() == text and each.isVisible())


def listed(page: ConnectionsPage) -> list[str]:
    items = (page.listing.list.item(row) for row in range(page.listing.list.count()))
    return [str(item.data(Qt.ItemDataRole.AccessibleTextRole)) for item in items]


def test_local_comes_first_then_what_is_stored_then_profiles_that_are_not(page: Open, bench: Bench) -> None:
    bench.keys("sandbox")
    bench.center("prod-eu", production=True)
    bench.profiles = (SharedProfile("default", "eu-west-1", "an access key"), SharedProfile("sandbox", "", "a program"))
    assert listed(page()) == [
        "Local, in use, eu-central-1, Stopped",
        "sandbox, eu-central-1, Not signed in",
        "prod-eu, Production · eu-central-1, Not signed in",
        "From your AWS configuration",
        "default, eu-west-1, Not signed in",
    ]


def test_looking_at_connections_asks_none_of_them(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    shown.listing.choose("sandbox")
    assert shown.shown is shown.aws
    assert bench.opening.opened == []


def test_use_makes_a_connection_the_sessions_and_finds_out_who_one_is(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    shown.listing.choose("sandbox")
    with qtbot.waitSignal(bench.session.connected):
        press(qtbot, shown.aws.use)
    assert bench.session.connection is bench.opening.prepared["sandbox"]
    qtbot.waitUntil(lambda: "mira" in visible(shown.aws))
    assert "111122223333" in visible(shown.aws)
    assert "Does not expire" in visible(shown.aws)
    assert not shown.aws.use.isVisible()
    assert listed(shown)[1] == "sandbox, in use, eu-central-1 · 111122223333 · mira, Signed in"


def test_enter_on_a_line_uses_it(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    shown.listing.list.setFocus()
    QTest.keyClick(shown.listing.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(bench.session.connected):
        QTest.keyClick(shown.listing.list, Qt.Key.Key_Return)
    assert bench.session.connection.name == "sandbox"
    qtbot.waitUntil(lambda: "Signed in" in listed(shown)[1])


def test_calls_are_made_off_the_gui_thread(page: Open, bench: Bench, roster: Roster, qtbot: QtBot) -> None:
    import threading

    bench.keys("sandbox")
    shown = page()
    shown.listing.choose("sandbox")
    press(qtbot, shown.aws.renew)
    qtbot.waitUntil(lambda: roster.standing("sandbox").state is State.READY)
    assert bench.opening.prepared["sandbox"].threads.isdisjoint({threading.get_ident()})


def test_one_click_in_the_list_renews_an_expired_sign_in(
    page: Open, bench: Bench, roster: Roster, qtbot: QtBot
) -> None:
    bench.center("prod-eu")
    connection = bench.opening.prepared["prod-eu"] = FakeConnection("prod-eu", lasts=timedelta(0))
    shown = page()
    entry = roster.entry("prod-eu")
    assert entry is not None
    roster.ask(entry)
    qtbot.waitUntil(lambda: "Expired" in listed(shown)[1])
    press(qtbot, offered(shown.listing, "Renew"))
    qtbot.waitUntil(lambda: connection.signed_in == 1 and "8 h 00 min left" in listed(shown)[1])


def test_the_clock_ticks_only_while_something_shown_expires(
    page: Open, bench: Bench, roster: Roster, qtbot: QtBot
) -> None:
    bench.center("prod-eu")
    bench.opening.prepared["prod-eu"] = FakeConnection("prod-eu", lasts=timedelta(hours=1))
    shown = page()
    assert not shown._ticking.running
    entry = roster.entry("prod-eu")
    assert entry is not None
    roster.ask(entry)
    qtbot.waitUntil(lambda: shown._ticking.running)
    shown.hide()
    assert not shown._ticking.running


def test_a_denied_connection_says_so_in_place_and_can_be_tried_again(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    denied = Denied("GetCallerIdentity: not authorized.", hint="Allow sts:GetCallerIdentity for this identity.")
    connection = bench.opening.prepared["sandbox"] = FakeConnection("sandbox", error=denied)
    shown = page()
    shown.listing.choose("sandbox")
    press(qtbot, shown.aws.renew)
    qtbot.waitUntil(lambda: "Allow sts:GetCallerIdentity" in visible(shown.aws))
    connection.error = None
    press(qtbot, offered(shown.aws, "Try again"))
    qtbot.waitUntil(lambda: "mira" in visible(shown.aws))
    assert "Allow sts" not in visible(shown.aws)


def test_marking_production_keeps_the_sign_in(page: Open, bench: Bench, roster: Roster, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    shown.listing.choose("sandbox")
    press(qtbot, shown.aws.use)
    qtbot.waitUntil(lambda: roster.standing("sandbox").state is State.READY)
    with qtbot.waitSignal(bench.session.connected):
        shown.aws.production.click()
    assert bench.session.connection.production
    assert bench.book.list()[0].production
    assert bench.opening.opened == ["sandbox"]
    assert roster.standing("sandbox").state is State.READY


def test_a_connection_is_renamed_with_its_secret(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    shown.listing.choose("sandbox")
    press(qtbot, shown.aws.rename)
    (name,) = shown.aws.inquiry.findChildren(QLineEdit)
    name.clear()
    QTest.keyClicks(name, "playground")
    with qtbot.waitSignal(shown.aws.renamed):
        press(qtbot, offered(shown.aws, "Rename"))
    assert [each.name for each in bench.book.list()] == ["playground"]
    assert bench.shelf.names == {"connection:playground"}
    assert shown.listing.current is not None
    assert shown.listing.current.name == "playground"


def test_removing_asks_and_says_what_is_deleted_from_the_keyring(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    shown.listing.choose("sandbox")
    press(qtbot, shown.aws.remove)
    assert "Its secret key is deleted from the keyring." in visible(shown.aws)
    press(qtbot, offered(shown.aws.inquiry, "Cancel"))
    assert len(bench.book.list()) == 1
    press(qtbot, shown.aws.remove)
    press(qtbot, offered(shown.aws, "Remove sandbox"))
    qtbot.waitUntil(lambda: shown.shown is shown.local)
    assert bench.book.list() == ()
    assert bench.shelf.names == set()


def test_removing_the_connection_in_use_goes_on_with_local(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    shown.listing.choose("sandbox")
    with qtbot.waitSignal(bench.session.connected):
        press(qtbot, shown.aws.use)
    press(qtbot, shown.aws.remove)
    with qtbot.waitSignal(bench.session.connected):
        press(qtbot, offered(shown.aws, "Remove sandbox"))
    assert bench.session.connection.name == "local"


def test_the_findings_of_a_test_come_with_what_to_do(page: Open, bench: Bench, qtbot: QtBot) -> None:
    shown = page()
    with qtbot.waitSignal(shown.local.findings.ended):
        press(qtbot, shown.local.test)
    qtbot.waitUntil(lambda: "The local Image Builder does not run here." in visible(shown.local.findings))
    said = visible(shown.local.findings)
    assert "Start it." in said
    assert "1 of 2 checks failed" in said


def test_the_local_service_is_started_and_shows_how_it_is(page: Open, bench: Bench, qtbot: QtBot) -> None:
    shown = page()
    press(qtbot, shown.local.start)
    qtbot.waitUntil(lambda: "812 MB" in visible(shown.local))
    said = visible(shown.local)
    assert "Running" in said
    assert "builds take about twice as long" in said
    assert "4.3 GB" in said
    press(qtbot, shown.local.stop)
    qtbot.waitUntil(lambda: "Stopped" in visible(shown.local))


def test_stopping_the_service_asks_while_builds_run(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.service.running = replace(HEALTH, running=2)
    shown = page()
    qtbot.waitUntil(shown.local.stop.isVisible)
    press(qtbot, shown.local.stop)
    assert "2 builds running on Local." in visible(shown.local)
    assert bench.service.running is not None
    press(qtbot, offered(shown.local, "Stop anyway"))
    qtbot.waitUntil(lambda: bench.service.running is None)
    qtbot.waitUntil(lambda: "Stopped" in visible(shown.local))


def test_prune_shows_what_goes_before_it_goes(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.service.running = HEALTH
    bench.service.unused = (Removed("image", "web-server 1.0.0/1", 1_200_000_000), Removed("base", "old", 300_000_000))
    shown = page()
    qtbot.waitUntil(shown.local.prune.isVisible)
    press(qtbot, shown.local.prune)
    qtbot.waitUntil(shown.local.inquiry.isVisible)
    (tree,) = shown.local.inquiry.findChildren(QTreeWidget)
    assert tree.topLevelItemCount() == 2
    assert bench.service.pruned == 0
    press(qtbot, offered(shown.local, "Prune 1.5 GB"))
    qtbot.waitUntil(lambda: "2 things pruned, 1.5 GB freed." in visible(shown.local))
    assert bench.service.pruned == 1


def test_a_prune_that_is_refused_says_the_services_words(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.service.running = HEALTH
    shown = page()
    qtbot.waitUntil(shown.local.prune.isVisible)
    bench.service.error = Conflict("A build is running.", hint="Prune again when it has ended.")
    press(qtbot, shown.local.prune)
    qtbot.waitUntil(lambda: "Prune again when it has ended." in visible(shown.local))


def test_the_differences_can_be_searched(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.service.table = (
        Difference("Encryption", "kmsKeyId encrypts.", "Not."),
        Difference("Regions", "Far.", "Near."),
    )
    shown = page()
    bench.desk.take("help.differences")
    qtbot.waitUntil(lambda: shown.differences.table.rowCount() == 2)
    QTest.keyClicks(shown.differences.search, "kms")
    assert not shown.differences.table.isRowHidden(0)
    assert shown.differences.table.isRowHidden(1)
    press(qtbot, shown.differences.back)
    assert shown.shown is shown.local


def test_a_file_that_cannot_be_read_is_said_and_local_still_works(
    page: Open, bench: Bench, tmp_path: Path, qtbot: QtBot
) -> None:
    shown = page()
    (tmp_path / "connections.json").write_text("{")
    shown.hide()
    shown.show()
    qtbot.waitUntil(lambda: "connections.json" in visible(shown))
    press(qtbot, shown.local.start)
    qtbot.waitUntil(lambda: "Running" in visible(shown.local))
    (tmp_path / "connections.json").unlink()
    press(qtbot, offered(shown, "Look again"))
    qtbot.waitUntil(lambda: "connections.json" not in visible(shown))


def test_tab_goes_through_the_page_as_it_is_read(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    shown.listing.choose("sandbox")
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    shown.add.setFocus()
    reached: list[QWidget | None] = []
    for _ in range(9):
        focus = QApplication.focusWidget()
        reached.append(focus)
        QTest.keyClick(focus or shown, Qt.Key.Key_Tab)
    aws = shown.aws
    buttons = [aws.use, aws.renew, aws.test, aws.edit, aws.rename, aws.remove, aws.production]
    assert reached == [shown.add, shown.listing.list, *buttons]


def test_every_control_has_a_name(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    controls = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
    nameless = [
        f"{type(each).__name__} {each.objectName()} in {type(each.parent()).__name__}"
        for kind in controls
        for each in shown.findChildren(kind)
        if not each.accessibleName() and not each.objectName().startswith("qt_") and not _inner(each)
    ]
    assert nameless == []


def _inner(widget: QWidget) -> bool:
    """Parts that Qt makes itself, within a control that has a name."""
    parent = widget.parentWidget()
    made_by_qt = parent is not None and parent.metaObject().className() == "QComboBoxPrivateContainer"
    return made_by_qt or isinstance(parent, QComboBox | QAbstractItemView | QLineEdit)


def test_no_secret_is_in_any_widget_or_log(
    page: Open, bench: Bench, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = page()
    press(qtbot, shown.add)
    form = shown.form
    form._kinds.buttons()[1].click()
    for address, typed in (
        ("name", "sandbox"),
        ("source.accessKeyId", "AKIAIOSFODNN7EXAMPLE"),
        ("secretAccessKey", SECRET),
        ("sessionToken", f"token-{SECRET}"),
    ):
        QTest.keyClicks(form.field(address).control, typed)
    with qtbot.waitSignal(form.saved):
        press(qtbot, offered(form, "Add"))
    assert bench.book.secret("sandbox").secret_access_key == SECRET
    assert SECRET not in texts(shown)
    assert SECRET not in caplog.text
    assert SECRET not in (bench.book._path).read_text()
