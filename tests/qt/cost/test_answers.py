"""The questions people have about what an image costs, each answered on the page with one click at the most."""

from core.cost.amount import Amount
from core.cost.comparison import RegionCost, compare
from core.cost.estimate import estimate
from core.cost.prices import Prices
from gui.cost.reckoning import Reckoned
from gui.cost.scenario import Scenario, shaped
from gui.cost.views import HISTORY, REGIONS, WHAT_IF
from gui.cost.words import Change, beside
from tests.qt.cost.conftest import Shown


def known(shown: Shown) -> tuple[Reckoned, Prices]:
    found, prices = shown.reckoning.current, shown.reckoning.prices
    assert found is not None
    assert prices is not None
    return found, prices


def of_a_run(each: RegionCost) -> Amount:
    return each.run


def test_what_does_one_run_cost(shown: Shown) -> None:
    found, prices = known(shown)
    assert shown.views.recipe.run.isVisible()
    assert estimate(found.shape, prices).run.amount.text in shown.views.recipe.run.said


def test_what_does_it_cost_per_month(shown: Shown) -> None:
    found, _ = known(shown)
    assert shown.views.recipe.month.isVisible()
    assert found.cost.month.text in shown.views.recipe.month.said
    assert found.cost.runs_per_month.high > 4


def test_which_region_is_cheapest_for_this_recipe_and_by_how_much(shown: Shown) -> None:
    found, prices = known(shown)
    verdict = compare(found.shape, prices).verdict(of_a_run)
    assert verdict is not None
    cheapest = verdict.cheapest[0]
    assert cheapest.region != found.shape.region, "the example would not tell"
    assert cheapest.region in shown.views.recipe.cheapest.said
    shown.click_tab(REGIONS)
    said = shown.views.regions.cheapest.text()
    assert shown.views.regions.cheapest.isVisible()
    assert said.startswith(f"Cheapest is {cheapest.name} · {cheapest.region}: {cheapest.run.text}")
    less = Change.between(found.cost.run.amount, cheapest.run)
    assert less.middle is not None
    assert less.middle < 0
    assert f"{beside(found.cost.run.amount, cheapest.run)} in eu-central-1." in said
    assert " less than in eu-central-1" in said
    assert verdict.dearest.region in shown.views.regions.dearest.said


def test_what_changes_with_t3_large(shown: Shown) -> None:
    found, prices = known(shown)
    shown.click_tab(WHAT_IF)
    (row,) = (each for each in shown.views.what_if.others.rows.shown if each.type.name == "t3.large")
    other = estimate(shaped(found.shape, Scenario(instance_type="t3.large"), shown.reckoning.now), prices)
    assert row.run == Change.between(found.cost.run.amount, other.run.amount)
    assert row.run.text.startswith("+$")
    assert shown.views.what_if.others.isVisible()


def test_what_do_the_three_extra_regions_add(shown: Shown) -> None:
    """Reckoned here as the difference to a bake without them."""
    found, prices = known(shown)
    alone = estimate(found.shape.distributed(("eu-central-1",)), prices)
    said = shown.views.recipe.distribution.said
    assert shown.views.recipe.distribution.isVisible()
    assert "3 more regions: us-east-1, eu-west-1, ap-southeast-1" in said
    for whole, part, unit in (
        (found.cost.run.amount, alone.run.amount, "a run"),
        (found.cost.standing.amount, alone.standing.amount, "a month"),
    ):
        assert whole.high is not None
        assert part.high is not None
        assert f"{Amount(whole.low - part.low, whole.high - part.high).text} {unit}" in said


def test_what_does_a_machine_cost_that_is_kept_after_a_failure_or_waits_for_approval(shown: Shown) -> None:
    shown.click_tab(HISTORY)
    history = shown.views.history
    assert " an hour" in history.machine.said
    assert " an hour" in history.approval.said
    assert "t3.medium" in history.machine.toolTip() or "Instance" in history.machine.toolTip()
