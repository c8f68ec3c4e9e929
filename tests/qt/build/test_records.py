"""The records of builds: exported, imported by a colleague, played again, compared, pruned with a preview."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from core.build import journal
from core.build.bundle import SUFFIX, Contents, kept
from core.build.events import RunOpened
from core.build.source import ImageStatus
from gui.build.baking import begun
from gui.build.page import TimelinePage
from gui.build.pruning import PruneDialog
from tests.fakes.past_runs import write_past_runs
from tests.qt.accessible import nameless
from tests.qt.build.conftest import Journals, shown
from tests.qt.build.test_timeline import DAY, load, wait_for_end
from tests.qt.fit import clipped


def ended(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    """Two builds of one recipe and the failed one of another, the newest shown."""
    journals.write("web-server", 1, 3 * DAY)
    journals.write("hardened-base", 1, 2 * DAY)
    journals.write("web-server", 2, DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    page.view.refresh()


def test_an_exported_record_is_imported_elsewhere(
    page: TimelinePage, journals: Journals, tmp_path: Path, qtbot: QtBot
) -> None:
    ended(page, journals, qtbot)
    path = tmp_path / f"record{SUFFIX}"
    with qtbot.waitSignal(page.records.told):
        page.records.export(shown(page), path)
    assert "is in" in page.view.refusal.accessibleName()
    with qtbot.waitSignal(page.records.imported):
        page.records.import_record(path)
    qtbot.waitUntil(lambda: len(page.list.titles) == 4)
    qtbot.waitUntil(lambda: shown(page).opened.connection == "imported rehearsal")
    wait_for_end(page, qtbot)
    page.view.refresh()
    assert shown(page).run.status is ImageStatus.AVAILABLE
    desk = page.place.desk
    assert not desk.possible("run.again"), "nobody can ask its connection for more"
    assert desk.possible("run.export")


def test_a_damaged_record_is_refused_in_words(
    page: TimelinePage, journals: Journals, tmp_path: Path, qtbot: QtBot
) -> None:
    ended(page, journals, qtbot)
    path = tmp_path / f"record{SUFFIX}"
    path.write_bytes(b"PK no archive")
    with qtbot.waitSignal(page.records.failed):
        page.records.import_record(path)
    assert "is damaged" in page.view.refusal.accessibleName()
    assert len(page.list.titles) == 3


def test_export_and_import_are_asked_for_by_file(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    ended(page, journals, qtbot)
    desk = page.place.desk
    for action_id in ("run.export", "run.import"):
        desk.take(action_id)
        (dialog,) = (each for each in page.findChildren(QFileDialog) if each.isVisible())
        dialog.reject()
        qtbot.waitUntil(lambda: not [each for each in page.findChildren(QFileDialog) if each.isVisible()])


def test_two_builds_are_compared_step_by_step(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    ended(page, journals, qtbot)
    page.place.desk.take("run.compare")
    comparing = page.comparing
    assert comparing.isVisible()
    qtbot.waitUntil(lambda: comparing.found is not None)
    assert comparing.before.currentText().startswith("web-server 1.0.0/1")
    assert comparing.after.currentText().startswith("web-server 1.0.0/2")
    assert comparing.steps.rows.rows
    assert {each.presence.value for each in comparing.steps.rows.rows} == {"both"}
    assert nameless(comparing) == []
    assert clipped(comparing) == []
    QTest.keyClick(comparing.steps, Qt.Key.Key_Escape)
    assert page.view.isVisible()


def test_what_a_build_cost_is_told_as_soon_as_it_is_known(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    """Of a build that had just ended “not known” stood beside the other's cost until one compared again."""
    ended(page, journals, qtbot)
    page.compare()
    comparing = page.comparing
    qtbot.waitUntil(lambda: comparing.found is not None)
    comparing.know([replace(each, cost="$0.03 on AWS") for each in page.list.model.rows])
    assert [label.text() for label in comparing.findChildren(QLabel)].count("$0.03 on AWS") == 2


def test_another_build_can_be_chosen_and_what_it_lacks_is_said(
    page: TimelinePage, journals: Journals, qtbot: QtBot
) -> None:
    ended(page, journals, qtbot)
    page.compare()
    comparing = page.comparing
    qtbot.waitUntil(lambda: comparing.found is not None)
    comparing.found = None
    names = [comparing.before.itemText(number) for number in range(comparing.before.count())]
    comparing.before.setCurrentIndex(next(n for n, name in enumerate(names) if name.startswith("hardened-base")))
    qtbot.waitUntil(lambda: comparing.found is not None)
    assert "added" in {each.presence.value for each in comparing.steps.rows.rows}
    assert not comparing.tabs.isTabEnabled(1), "nobody knows the packages"
    comparing.before.setCurrentIndex(comparing.after.currentIndex())
    assert "same build twice" in comparing.stage.said


def test_the_two_builds_that_are_picked_are_compared(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    ended(page, journals, qtbot)
    page.list.view.setFocus()
    QTest.keyClick(page.list.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert [row.title for row in page.list.picked] == ["web-server 1.0.0/2", "hardened-base 1.0.0/1"]
    page.compare()
    assert page.comparing.before.currentText().startswith("hardened-base")


def test_a_build_is_played_again_at_speed_and_left_again(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    ended(page, journals, qtbot)
    before = shown(page)
    page.place.desk.take("run.replay")
    qtbot.waitUntil(lambda: shown(page) is not before)
    played = shown(page)
    assert page.view.replay.isVisible()
    assert not page.view.header.buttons["run.cancel"].isVisible()
    page.view.replay.speed.setCurrentIndex(page.view.replay.speed.findData(600.0))
    qtbot.waitUntil(lambda: played.over, timeout=30_000)
    page.view.refresh()
    assert played.run.status is ImageStatus.AVAILABLE
    assert page.view.chart is not None
    assert played.run.workflows == before.run.workflows
    page.view.replay.stopped.emit()
    assert shown(page) is before
    assert not page.view.replay.isVisible()


def test_pruning_shows_what_would_go_before_it_goes(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    journals.write("web-server", 1, DAY)
    write_past_runs(journals.folder, 5)
    old = (journal.listing(journals.folder)[-1]).stat().st_mtime - timedelta(days=200).total_seconds()
    for path in journal.listing(journals.folder)[2:]:
        os.utime(path, (old, old))
    load(page, qtbot)
    page.place.desk.take("run.prune")
    (dialog,) = page.findChildren(PruneDialog)
    qtbot.waitUntil(lambda: dialog.plan is not None and dialog.go.isEnabled())
    assert dialog.table.rows.rows
    assert "would go" in dialog.summary.text()
    assert nameless(dialog) == []
    count = len(journal.listing(journals.folder))
    going = len(dialog.table.rows.rows)
    with qtbot.waitSignal(dialog.pruned):
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert len(journal.listing(journals.folder)) == count - going
    qtbot.waitUntil(lambda: len(page.list.titles) == count - going)


def test_a_bake_keeps_its_recipe_beside_its_journal(journals: Journals, tmp_path: Path) -> None:
    opened = RunOpened(at=datetime.now(UTC), image_arn="arn:x", recipe_name="x", connection="local")
    begun(journals.folder, opened, Contents(recipe_file="x.yml", recipe={"x.yml": "name: x\n"}))
    path = journal.find(journals.folder, "local", "arn:x")
    assert path is not None
    assert kept(path).recipe == {"x.yml": "name: x\n"}


# The timeline and the log


def test_a_bar_shows_its_part_of_the_log_and_a_line_its_bar(
    page: TimelinePage, journals: Journals, qtbot: QtBot
) -> None:
    ended(page, journals, qtbot)
    view = page.view
    assert view.chart is not None
    bar = next(each for each in view.chart.bars if each.name == "Install")
    view.charts.timeline.selected.emit(bar.key)
    part = view.log.canvas.part
    assert part is not None
    text = "\n".join(view.log.lines.text(line) for line in range(part[0], part[1] + 1))
    assert "apt-get" in text or "Step Install" in text
    chosen: list[str] = []
    view.charts.timeline.scene.chosen.connect(chosen.append)
    view.log.line_chosen.emit(part[0] + 1)
    assert view.charts.timeline.scene.key == bar.key
    assert chosen == [], "choosing a line must not send the log elsewhere"


def test_the_failed_step_is_shown_in_log_and_timeline(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    journals.write("hardened-base", 1, DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    page.view.refresh()
    card = page.view.failure
    QTest.mouseClick(card.bar_button, Qt.MouseButton.LeftButton)
    assert card.cause is not None
    assert page.view.charts.timeline.scene.key == card.cause.key
    QTest.mouseClick(card.log_button, Qt.MouseButton.LeftButton)
    assert page.view.log.canvas.part is not None


def test_builds_to_compare_are_told_with_their_day(page: TimelinePage, journals: Journals, qtbot: QtBot) -> None:
    """The newest build's day was taken for today, so that one of last week had a time of day and nothing else."""
    for number in (1, 2):
        journals.write("web-server", number, (10 - number) * DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    page.view.refresh()
    page.compare()
    moment = datetime.now().astimezone() - 8 * DAY
    assert f"{moment.day} {moment:%b}" in page.comparing.after.currentText()
