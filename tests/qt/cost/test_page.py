"""The cost page: it follows the recipe, says what it does not know, and can be used and read by everybody."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from core.catalog.regions import REGIONS as REGIONS_KNOWN
from core.errors import HostFault
from gui.cost.breakdown import Breakdown
from gui.cost.retention import Retention
from gui.cost.saving import write
from gui.cost.scenario import Scenario
from gui.cost.views import HISTORY, RECIPE, REGIONS, TITLES, WHAT_IF
from gui.settings import Settings
from gui.theme.theme import Scheme
from gui.widgets.later import Later
from tests.qt.accessible import nameless
from tests.qt.cost.conftest import RECIPE as TEXT
from tests.qt.cost.conftest import Shown
from tests.qt.fit import clipped
from tests.qt.waiting import until

SIZES = ((1112, 730), (1752, 1010), (792, 530))


def edit(shown: Shown, qtbot: QtBot, place: str, value: object) -> None:
    with qtbot.waitSignal(shown.reckoning.changed):
        shown.session.edit("Edit", shown.session.draft.put(place, value))  # type: ignore[arg-type]
    shown.settle()


def test_the_figures_follow_the_recipe_and_say_what_the_edit_changed(shown: Shown, qtbot: QtBot) -> None:
    before = shown.views.recipe.run.said
    edit(shown, qtbot, "infrastructureConfiguration.instanceTypes", ["t3.2xlarge"])
    assert shown.views.recipe.run.said != before
    assert "since it was saved" in shown.views.recipe.run.said
    shown.session.undo.undo()
    with qtbot.waitSignal(shown.reckoning.changed):
        pass
    shown.settle()
    assert shown.views.recipe.run.said == before


def test_a_recipe_with_errors_keeps_its_last_figures_and_says_so(shown: Shown, qtbot: QtBot) -> None:
    """The figures went, and came back only with the next valid text."""
    before = shown.views.recipe.run.said
    edit(shown, qtbot, "infrastructureConfiguration.keyPare", "mine")
    assert shown.reckoning.stale
    assert shown.views.recipe.run.said == before
    assert shown.views.trouble.isVisible()
    assert "keyPare" in shown.views.trouble.accessibleName()


def test_a_recipe_that_was_never_valid_says_what_to_correct(shown: Shown) -> None:
    shown.open(TEXT.replace("schemaVersion: 1", "schemaVersion: 9"))
    assert "can't be reckoned yet" not in shown.views.recipe.run.said
    assert "schemaVersion" in shown.views.stage.said or "9" in shown.views.stage.said


def test_an_unknown_instance_type_is_no_price_of_nothing(shown: Shown) -> None:
    shown.open(TEXT.replace("t3.medium", "t9.enormous"))
    recipe = shown.views.recipe
    assert "at least" in recipe.run.said or "unknown" in recipe.run.said
    assert "t9.enormous" in recipe.notes.text
    shown.click_tab(REGIONS)
    assert "No price is known" in shown.views.regions.cheapest.text()
    shown.click_tab(WHAT_IF)
    assert shown.views.what_if.others.rows.shown == []


def test_a_type_that_nobody_knows_has_no_others_beside_it_and_says_why(shown: Shown) -> None:
    """The table of other types was empty, and said to double click one."""
    shown.open(TEXT.replace("t3.medium", "m9g.colossal"))
    shown.click_tab(WHAT_IF)
    assert not shown.views.what_if.others.rows.shown
    assert "No type can be compared with m9g.colossal" in shown.views.what_if.trying.text()
    shown.open(TEXT)
    assert "double click" in shown.views.what_if.trying.text()


def test_an_image_that_goes_everywhere_names_a_few_of_its_regions(shown: Shown) -> None:
    """Thirty-three names made the tiles taller than the window."""
    regions = [code for code, region in REGIONS_KNOWN.items() if region.partition == "aws"]
    added = "".join(f"  - region: {code}\n" for code in regions)
    shown.open(f"{TEXT.split('distributions:')[0]}distributions:\n{added}")
    tile = shown.views.recipe.distribution
    assert f"{len(regions) - 1} more regions: {regions[0]}" in tile.said
    assert tile.said.endswith(f", {len(regions) - 5} more")
    assert regions[-1] in tile.toolTip()


def test_every_sum_opens_down_to_formula_inputs_source_and_date(shown: Shown) -> None:
    rows = shown.views.recipe.breakdown.rows
    assert rows[0] == ("What", "Cost in USD", "How, and from what")
    told = {row[0].strip(): row for row in rows}
    assert "×" in told["Build instance"][2]
    price = told["Price of t3.medium (Linux) in eu-central-1"]
    assert "USD per hour" in price[1]
    assert price[2].rstrip(")").split(", ")[-1].startswith("202") or "202" in price[2]


def test_what_was_opened_stays_open_while_figures_change(shown: Shown, qtbot: QtBot) -> None:
    tree = shown.views.recipe.breakdown
    tree.expandItem(instances(tree))
    edit(shown, qtbot, "infrastructureConfiguration.instanceTypes", ["t3.large"])
    assert instances(tree).isExpanded()


def instances(tree: Breakdown) -> QTreeWidgetItem:
    (found,) = tree.findItems("Instances", Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    return found


def test_partitions_are_apart_and_the_unavailable_is_marked(shown: Shown) -> None:
    shown.click_tab(REGIONS)
    regions = shown.views.regions
    assert {row.region.partition for row in regions.shown} == {"aws"}
    remarks = {row.code: row.remark for row in regions.shown}
    assert remarks["eu-central-1"] == "built here"
    assert remarks["us-east-1"] == "gets a copy"
    unknown = [row for row in regions.shown if not row.run.known]
    assert all(row.remark or "unknown" in row.run.text or "at least" in row.run.text for row in unknown)
    regions.group.setFocus()
    regions.group.setCurrentIndex(regions.group.findData("aws-us-gov"))
    regions.group.edited.emit("aws-us-gov")
    assert {row.code for row in regions.shown} == {"us-gov-east-1", "us-gov-west-1"}


def test_regions_are_sorted_by_any_column_with_the_unknown_last(shown: Shown) -> None:
    shown.click_tab(REGIONS)
    rows = shown.views.regions.table.rows
    rows.sort(2, Qt.SortOrder.AscendingOrder)
    known = [row.run.middle for row in rows.shown if row.run.known]
    assert known == sorted(known)
    assert [row.run.known for row in rows.shown] == sorted((row.run.known for row in rows.shown), reverse=True)


def test_favourites_are_kept_for_the_next_time(shown: Shown, settings: Settings) -> None:
    shown.click_tab(REGIONS)
    regions = shown.views.regions
    assert regions.table.choose("eu-north-1")
    regions.favour.click()
    assert settings.texts("cost.favourites") == ["eu-north-1"]
    regions.group.setCurrentIndex(regions.group.findData("favourites"))
    regions.group.edited.emit("favourites")
    assert [row.code for row in regions.shown] == ["eu-north-1"]
    assert regions.table.choose("eu-north-1")
    regions.favour.click()
    assert settings.texts("cost.favourites") == []
    assert "No region is a favourite yet" in regions.cheapest.text()


def test_every_region_is_a_bar_and_a_dot_that_leads_to_its_row(shown: Shown) -> None:
    shown.click_tab(REGIONS)
    regions = shown.views.regions
    dots = {dot.key for dot in regions.map.plot.drawing.dots}
    assert dots == {row.code for row in regions.shown}
    regions.map.plot.taken.emit("eu-west-2")
    assert regions.table.row.code == "eu-west-2"
    assert "Ireland" in " ".join(dot.says for dot in regions.map.plot.drawing.dots)


def test_a_what_if_says_what_each_change_makes_and_what_all_of_them_do(shown: Shown) -> None:
    shown.click_tab(WHAT_IF)
    what_if = shown.views.what_if
    what_if.form.instance_type.edited.emit("t3.large")
    what_if.form.versions.slider.setValue(5)
    assert what_if.form.changes["instance_type"].text().startswith("+$")
    assert what_if.form.changes["versions"].text().startswith("+$")
    assert what_if.form.changes["volume_gib"].text() == ""
    assert "t3.large instead of t3.medium" in what_if.present.said
    assert "lifecycle policy" in what_if.note.said
    what_if.reset.click()
    assert what_if.form.scenario.empty
    assert not what_if.apply.isEnabled()


def test_a_type_that_is_still_being_typed_changes_nothing_and_one_without_a_price_says_so(shown: Shown) -> None:
    shown.click_tab(WHAT_IF)
    form = shown.views.what_if.form
    form.instance_type.edited.emit("t3.lar")
    assert form.scenario.empty
    form.instance_type.edited.emit("t9.enormous")
    assert form.scenario.instance_type == "t9.enormous"
    assert form.changes["instance_type"].text() == "change unknown"


def test_what_could_not_be_measured_is_said_beside_the_figures(shown: Shown) -> None:
    """The local service broke off in the middle of an answer, and earlier builds were never read again."""
    found, prices = shown.reckoning.current, shown.reckoning.prices
    assert found is not None
    assert prices is not None
    shown.views.recipe.show_cost(replace(found, left_out="Sizes were left out: nobody answers."), prices)
    assert [note.message for note in shown.views.recipe.notes.shown] == ["Sizes were left out: nobody answers."]
    shown.views.recipe.show_cost(found, prices)
    assert shown.views.recipe.notes.shown == ()


def test_the_versions_that_are_kept_are_set_beside_the_breakdown_and_remembered(
    shown: Shown, settings: Settings, qtbot: QtBot
) -> None:
    """Five were kept, and every figure of the page was that of one."""
    before = shown.reckoning.current
    assert before is not None
    with qtbot.waitSignal(shown.reckoning.changed):
        shown.views.recipe.versions.setValue(5)
    shown.settle()
    after = shown.reckoning.current
    assert after is not None
    assert after.cost.standing.amount == before.cost.standing.amount * 5
    assert after.cost.run.amount == before.cost.run.amount
    assert "5 versions kept" in shown.views.recipe.month.said
    assert after.month_change is not None
    assert after.month_change.trend == "same", "no edit of the file did that"
    assert Retention(Settings(settings.folder)).of("web-server") == 5
    assert Retention(settings).of("another") == 1
    shown.click_tab(WHAT_IF)
    assert shown.views.what_if.form.versions.value() == 5
    assert shown.views.what_if.form.scenario.empty


@pytest.mark.parametrize(("said", "versions"), [("many", 1), ("0", 1), ("-3", 1), ("12", 12), ("99999", 999)])
def test_settings_that_say_nonsense_keep_a_number_that_can_be(settings: Settings, said: str, versions: int) -> None:
    settings.set_text("cost.versions.web", said)
    assert Retention(settings).of("web") == versions


def test_scenarios_are_kept_beside_each_other_and_follow_the_recipe(shown: Shown, qtbot: QtBot) -> None:
    shown.click_tab(WHAT_IF)
    what_if = shown.views.what_if
    what_if.form.use(Scenario(instance_type="t3.large"))
    what_if.keep.click()
    what_if.form.use(Scenario(tests=False))
    what_if.keep.click()
    assert [kept.name for kept in what_if.kept] == ["Scenario 1", "Scenario 2"]
    assert len(what_if.cards.held) == 4
    before = what_if.cost_of(what_if.kept[1].scenario)
    edit(shown, qtbot, "infrastructureConfiguration.instanceTypes", ["m5.large"])
    assert what_if.cost_of(what_if.kept[1].scenario) != before
    assert "m5.large" in what_if.recipe.said
    what_if._remove(what_if.kept[0])
    assert [kept.name for kept in what_if.kept] == ["Scenario 2"]


def test_applying_writes_one_edit_that_can_be_undone(shown: Shown, qtbot: QtBot) -> None:
    shown.click_tab(WHAT_IF)
    what_if, before = shown.views.what_if, shown.session.document.text
    what_if.form.use(
        Scenario(
            instance_type="t3.large", regions=("eu-central-1", "eu-west-3"), tests=False, volume_type="gp2",
            volume_gib=40, schedule="cron(0 2 * * ? *)",
        )
    )  # fmt: skip
    expected = what_if.cost_of(what_if.form.scenario)
    with qtbot.waitSignal(shown.reckoning.changed):
        what_if.apply.click()
    shown.settle()
    text = shown.session.document.text
    for said in (
        "t3.large",
        "gp2",
        "40",
        "eu-west-3",
        "imageTestsEnabled: false",
        "cron(0 2 * * ? *)",
    ):
        assert said in text
    assert "ap-southeast-1" not in text
    assert "# as the team calls it" in text
    assert shown.reckoning.current is not None
    assert expected is not None
    assert shown.reckoning.current.cost.run.amount == expected.run.amount
    assert shown.reckoning.current.cost.standing.amount == expected.standing.amount
    assert what_if.form.scenario.empty
    assert shown.session.undo.undoText() == "Apply what-if"
    shown.session.undo.undo()
    assert shown.session.document.text == before


def test_what_a_connection_overrides_is_changed_where_it_is_overridden(shown: Shown, qtbot: QtBot) -> None:
    """The common part was changed, and the figures stayed as they were."""
    override = "connections: {local: {infrastructureConfiguration: {instanceTypes: [m5.large]}}}\n"
    shown.open(TEXT + override)
    shown.click_tab(WHAT_IF)
    shown.views.what_if.form.use(Scenario(instance_type="t3.small"))
    with qtbot.waitSignal(shown.reckoning.changed):
        shown.views.what_if.apply.click()
    shown.settle()
    assert "instanceTypes: [t3.small]" in shown.session.document.text
    assert "instanceTypes: [t3.medium]" in shown.session.document.text
    assert shown.reckoning.current is not None
    assert shown.reckoning.current.shape.instance_types == ("t3.small",)


def test_the_other_views_are_made_before_anybody_opens_them(shown: Shown, qtbot: QtBot) -> None:
    """The click that opened one waited for its widgets, and then for its chart."""
    laters = shown.views.findChildren(Later)
    until(qtbot, lambda: all(each.made for each in laters if each.parent() is shown.views._stack))


def test_without_runs_the_history_says_so_and_still_looks_ahead(shown: Shown) -> None:
    shown.click_tab(HISTORY)
    history = shown.views.history
    assert "None yet" in history.runs.said
    assert "The next twelve months: $" in history.ahead.said
    assert len(history.months.plot.drawing.x.marks) > 1


def test_what_aws_has_billed_says_what_is_needed_where_nothing_is_billed(shown: Shown) -> None:
    shown.click_tab(HISTORY)
    shown.views.history.ask.click()
    shown.settle()
    assert "Not known" in shown.views.history.billed.said
    assert "connection to AWS" in shown.views.history.billed.said


def test_the_age_of_the_prices_is_shown_and_local_says_why_it_cannot_refresh_them(shown: Shown) -> None:
    age = shown.views.age
    assert age.words.text().startswith("Prices ")
    assert "oldest figure" in age.words.toolTip()
    assert not age.refresh.isEnabled()
    assert "connection to AWS" in age.refresh.toolTip()


def test_tables_and_trees_give_their_figures_to_the_clipboard(shown: Shown) -> None:
    shown.click_tab(REGIONS)
    QGuiApplication.clipboard().setText(shown.views.regions.csv())
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Region,Name,Partition,Run with copies (from, USD)") or "Run with copies" in lines[0]
    assert len(lines) == 1 + len(shown.views.regions.shown)
    shown.click_tab(RECIPE)
    assert shown.views.recipe.breakdown.csv().splitlines()[0].startswith("What,")


def test_a_file_that_cannot_be_written_is_a_fault_of_the_host(tmp_path: Path) -> None:
    with pytest.raises(HostFault, match="can't be written"):
        write(tmp_path / "no such folder/cost.csv", b"")


def test_everything_has_a_name_and_room_for_its_words(shown: Shown, scheme: Scheme, qapp: QApplication) -> None:
    trouble: list[str] = []
    for number in range(len(TITLES)):
        shown.click_tab(number)
        for size in SIZES:
            shown.page.resize(*size)
            qapp.processEvents()
            trouble += [f"{TITLES[number]} {size} {each}" for each in clipped(shown.page)]
    assert not trouble
    assert not nameless(shown.page)


def test_the_keyboard_goes_through_every_view(shown: Shown, qapp: QApplication) -> None:
    shown.page.activateWindow()
    shown.views.tabs.setFocus()
    QTest.keyClick(shown.views.tabs, Qt.Key.Key_Right)
    assert shown.views.tabs.currentIndex() == REGIONS
    shown.settle()
    for number in range(len(TITLES)):
        shown.click_tab(number)
        shown.views.tabs.setFocus()
        seen = []
        for _ in range(60):
            focused = qapp.focusWidget()
            assert focused is not None
            if focused in seen:
                break
            seen.append(focused)
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        charts = {type(each).__name__ for each in seen}
        assert "Plot" in charts, TITLES[number]
        assert len(seen) > 5
