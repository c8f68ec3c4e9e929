"""Regions and instance types side by side."""

from dataclasses import replace
from decimal import Decimal

from core.aws.quote import Kind
from core.cost.bake import Target, Volume
from core.cost.comparison import across, changed, cheaper, compare
from core.cost.cost import Range
from core.cost.estimate import estimate
from tests.fakes.figures import prices_of, usual_list, without
from tests.unit.cost.examples import HOME, PRICES, SHAPE, SINGAPORE, VIRGINIA, rounded

KNOWN = [HOME, VIRGINIA, "us-east-2", "us-west-2", SINGAPORE, "sa-east-1", "af-south-1"]


def test_the_worked_example_is_cheapest_and_dearest_where_the_figures_say() -> None:
    """Next door to one of its targets it is cheapest of all; nearly all of the rest is data sent."""
    comparison = compare(SHAPE, PRICES)
    ranked = [(row.region, rounded(row.run.middle, 3)) for row in comparison.ranked(lambda row: row.run)]
    assert ranked[0] == ("us-east-2", "0.329")
    assert ranked[1:3] == [("us-east-1", "0.421"), ("us-west-2", "0.421")]
    assert ranked[-2:] == [("sa-east-1", "2.623"), ("af-south-1", "2.774")]
    verdict = comparison.verdict(lambda row: row.run)
    assert verdict is not None
    assert [row.region for row in verdict.cheapest] == ["us-east-2"]
    assert verdict.dearest.region == "af-south-1"
    assert rounded(verdict.between, 2) == "2.45"
    assert rounded(verdict.saving, 3) == "0.102"


def test_without_distribution_the_regions_are_much_closer() -> None:
    comparison = compare(SHAPE, PRICES)
    verdict = comparison.verdict(lambda row: row.alone)
    assert verdict is not None
    assert [row.region for row in verdict.cheapest] == [VIRGINIA, "us-east-2", "us-west-2"]
    assert rounded(verdict.between, 3) == "0.030"


def test_keeping_the_image_where_it_is_costs_one_more_copy() -> None:
    row = next(row for row in compare(SHAPE, PRICES).rows if row.region == "us-west-2")
    assert row.keeping.middle is not None
    assert row.run.middle is not None
    assert rounded(row.keeping.middle - row.run.middle, 9) == rounded(Decimal("9.2") * Decimal("0.02"), 9)


def test_as_a_target_a_region_costs_a_copy_each_run_and_its_storage() -> None:
    rows = {row.region: row for row in compare(SHAPE, PRICES).rows}
    assert rows["sa-east-1"].copy.middle == Decimal("9.2") * Decimal("0.02")
    assert rows["sa-east-1"].kept.middle == Decimal("9.2") * Decimal("0.068")
    assert rows[HOME].copy.middle == 0
    assert rows[HOME].kept.middle == Decimal("9.2") * Decimal("0.054")


def test_a_region_without_a_figure_is_in_no_ranking_and_says_what_is_missing() -> None:
    comparison = compare(SHAPE, without(PRICES, Kind.VOLUME, "us-west-2"))
    assert "us-west-2" not in [row.region for row in comparison.ranked(lambda row: row.run)]
    row = next(row for row in comparison.incomparable(lambda row: row.run) if row.region == "us-west-2")
    assert [each.what for each in row.missing] == ["the price of gp3 volumes in us-west-2"]


def test_a_type_that_a_region_does_not_offer_is_marked() -> None:
    rows = {row.region: row for row in compare(replace(SHAPE, instance_types=("t3.medium",)), PRICES).rows}
    assert rows[HOME].offered is False
    assert rows["eu-west-3"].offered is None
    assert {row.region for row in compare(SHAPE, PRICES).rows if row.offered} == set(KNOWN)


def test_partitions_are_compared_apart() -> None:
    prices = usual_list([HOME, VIRGINIA, "us-gov-west-1", "us-gov-east-1"])
    comparison = compare(replace(SHAPE, targets=()), prices)
    assert {row.region for row in comparison.ranked(lambda row: row.standing)} == {HOME, VIRGINIA}
    gov = compare(replace(SHAPE, region="us-gov-west-1", targets=()), prices)
    assert {row.region for row in gov.ranked(lambda row: row.run)} == {"us-gov-west-1", "us-gov-east-1"}


def test_fewer_than_two_known_regions_have_no_cheapest() -> None:
    assert compare(replace(SHAPE, targets=()), usual_list([HOME])).verdict(lambda row: row.run) is None


def test_every_type_in_every_region_costs_what_the_estimate_says() -> None:
    types = {"m5.large": "0.115", "t3.medium": "0.048", "t4g.medium": "0.0384"}
    prices = prices_of((Kind.LINUX, HOME, name, usd) for name, usd in types.items())
    prices = replace(PRICES, sheets=(*prices.sheets, *without(PRICES, Kind.LINUX, HOME).sheets))
    grid = across(replace(SHAPE, build=Range.of(900, 1800)), prices)
    assert set(grid[HOME]) == set(types)
    for name in types:
        shape = replace(SHAPE, build=Range.of(1350), instance_types=(name,))
        middle = estimate(shape, prices).run.amount.middle
        assert middle is not None
        assert abs(Decimal(grid[HOME][name]) / 10**10 - middle) < Decimal("1e-8")
    assert grid["eu-west-3"] == {}


def test_cheaper_types_of_the_same_size_come_before_those_of_another_architecture() -> None:
    hours = {"m5.large": "0.115", "m5a.large": "0.104", "m6g.large": "0.092", "t3.large": "0.096", "m5.xlarge": "0.05"}
    hours |= {"c5.large": "0.01", "m7i.large": "0.12"}
    types = prices_of((Kind.LINUX, HOME, name, usd) for name, usd in hours.items())
    prices = replace(PRICES, sheets=(*types.sheets, *without(PRICES, Kind.LINUX, HOME).sheets))
    found = [(each.type.name, each.same_architecture, each.burstable) for each in cheaper(SHAPE, prices)]
    assert found == [("t3.large", True, True), ("m5a.large", True, False), ("m6g.large", False, False)]
    assert rounded(cheaper(SHAPE, prices)[0].saving) == rounded(Decimal("0.019") / 3600 * 1830)


def test_no_cheaper_type_is_named_for_one_nobody_knows() -> None:
    assert cheaper(replace(SHAPE, instance_types=("m5.imaginary",)), PRICES) == ()
    assert cheaper(replace(SHAPE, instance_types=()), PRICES) == ()


def test_a_scenario_says_what_it_changes() -> None:
    other = replace(
        SHAPE,
        instance_types=("t3.large",),
        tests=False,
        volumes=(Volume("gp3", 50),),
        versions=5,
        targets=(Target(VIRGINIA),),
    )
    assert changed(SHAPE, other) == (
        "t3.large instead of m5.large",
        "tests off",
        "50 GiB gp3 instead of 30 GiB gp3",
        "in eu-central-1, us-east-1 instead of in eu-central-1, us-east-1, ap-southeast-1",
        "5 kept instead of 1 kept",
    )
    assert changed(SHAPE, SHAPE) == ()
