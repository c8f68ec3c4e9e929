"""No way of computing a cost turns a price nobody knows into nothing, or into a number."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from core.aws.quote import ANYWHERE
from core.cost.bake import Output, Scan, Shape, Target, Volume
from core.cost.comparison import across, compare
from core.cost.cost import Amount, Cost, Item, Range, Sum
from core.cost.estimate import estimate, hourly
from core.cost.history import projection
from core.cost.ledger import Ledger
from core.cost.pack import Sheet
from core.cost.price import Unknown
from core.cost.prices import Prices
from tests.fakes.figures import usual_list

REGIONS = ("eu-central-1", "us-east-1", "us-east-2", "ap-southeast-1", "sa-east-1")
TYPES = ("m5.large", "t3.medium", "c5.large")
FULL = usual_list(REGIONS, TYPES)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
seconds = st.decimals(min_value=0, max_value=20_000, places=3).map(Range.of)
volumes = st.builds(
    Volume,
    type=st.sampled_from(["gp2", "gp3", "io1", "io2", "standard"]),
    gib=st.integers(1, 500),
    iops=st.none() | st.integers(100, 64_000),
    throughput=st.none() | st.integers(125, 1000),
)
targets = st.builds(
    Target,
    region=st.sampled_from(REGIONS),
    copies=st.integers(1, 3),
    exports=st.sampled_from([(), ("RAW",), ("VMDK",)]),
)
shapes = st.builds(
    Shape,
    region=st.sampled_from(REGIONS),
    instance_types=st.lists(st.sampled_from(TYPES), max_size=3, unique=True).map(tuple),
    build=seconds,
    test=st.lists(seconds, max_size=3).map(tuple),
    volumes=st.lists(volumes, max_size=3).map(tuple),
    stored=st.decimals(min_value=0, max_value=100, places=2).map(Range.of),
    targets=st.lists(targets, max_size=5, unique_by=lambda each: each.region).map(tuple),
    surcharges=st.sampled_from([(), ("SUSE",)]),
    output=st.sampled_from(Output),
    tests=st.booleans(),
    log=st.decimals(min_value=0, max_value=1, places=3).map(Range.of),
    logs_in_s3=st.booleans(),
    scan=st.sampled_from(Scan),
    versions=st.integers(1, 9),
    runs_per_month=st.decimals(min_value=0, max_value=50, places=2).map(Range.of),
)


def thinned(seed: int, share: float) -> Prices:
    """The full list without a random share of its figures."""
    chance = random.Random(seed)

    def left(sheet: Sheet) -> Sheet:
        kept = {
            region: {what: usd for what, usd in amounts.items() if chance.random() > share}
            for region, amounts in sheet.figures.items()
        }
        return replace(sheet, figures=kept)

    return replace(FULL, sheets=tuple(left(sheet) for sheet in FULL.sheets))


def lines_of(cost: Cost) -> Iterator[Item]:
    for part in (cost.run, cost.standing, cost.aside):
        yield from part.items()


def consistent(amount: Amount) -> bool:
    return (amount.high is None) == bool(amount.unknown) and amount.low >= 0


@given(shapes, st.integers(), st.floats(0, 1))
def test_a_line_has_a_number_exactly_when_all_of_its_prices_are_known(shape: Shape, seed: int, share: float) -> None:
    for item in lines_of(estimate(shape, thinned(seed, share))):
        told = any(each.value == "unknown" for each in item.inputs)
        assert told == (not item.amount.known)
        assert consistent(item.amount)
        assert item.amount.known or item.amount.text.startswith(("unknown", "at least"))


@given(shapes, st.integers(), st.floats(0, 1))
def test_a_sum_with_an_unknown_line_is_unknown_up_to_the_top(shape: Shape, seed: int, share: float) -> None:
    prices = thinned(seed, share)
    cost = estimate(shape, prices)
    for total in (cost.run, cost.standing, *(part for part in cost.run.parts if isinstance(part, Sum))):
        missing = [item for item in total.items() if not item.amount.known]
        assert total.amount.known == (not missing)
        assert set(total.amount.unknown) == {each for item in missing for each in item.amount.unknown}
        assert abs(total.amount.low - sum(item.amount.low for item in total.items())) < Decimal("1e-20")
    assert cost.first_month.known == (cost.run.amount.known and cost.standing.amount.known)
    assert all(
        ahead.amount.known == (cost.standing.amount.known and (cost.run.amount.known or not shape.runs_per_month.high))
        for ahead in projection(cost, 3)
    )
    hour = hourly(shape, prices)
    assert hour.amount.known == all(item.amount.known for item in hour.items())


@given(shapes, st.integers(), st.floats(0.01, 1))
def test_removing_figures_never_makes_a_bake_cheaper_to_the_reader(shape: Shape, seed: int, share: float) -> None:
    """What is left of a sum is at most the sum, and never stands there as if it were all."""
    full, thin = estimate(shape, FULL), estimate(shape, thinned(seed, share))
    for before, after in ((full.run.amount, thin.run.amount), (full.standing.amount, thin.standing.amount)):
        assert after.low <= before.low
        if after.known:
            assert after == before


@settings(max_examples=30)
@given(shapes, st.integers(), st.floats(0, 1))
def test_a_comparison_gives_figures_to_nothing_that_an_estimate_does_not(shape: Shape, seed: int, share: float) -> None:
    prices = thinned(seed, share)
    grid = across(shape, prices, REGIONS)
    for region in REGIONS:
        for name in TYPES:
            run = estimate(replace(shape.moved(region), instance_types=(name,)), prices).run.amount
            middle = run.middle
            assert (name in grid[region]) == (middle is not None)
            if middle is not None:
                assert abs(Decimal(grid[region][name]) / 10**10 - middle) < Decimal("1e-8")


@settings(max_examples=15)
@given(shapes, st.integers(), st.floats(0, 1))
def test_a_ranking_holds_no_region_with_something_unknown(shape: Shape, seed: int, share: float) -> None:
    comparison = compare(shape, replace(thinned(seed, share)))
    ranked = comparison.ranked(lambda row: row.run)
    left_out = comparison.incomparable(lambda row: row.run)
    assert all(row.run.known for row in ranked)
    assert not any(row.run.known for row in left_out)
    assert len(ranked) + len(left_out) == len(comparison.of("aws"))
    figures = [row.run.middle for row in ranked]
    assert figures == sorted(figures, key=lambda usd: usd or Decimal(0))


@given(shapes)
def test_the_ledger_of_a_run_without_prices_has_no_number(shape: Shape) -> None:
    nothing = replace(FULL, sheets=())
    cost = Ledger().cost(nothing, shape, NOW)
    assert not cost.run.parts or cost.run.amount.high is None


def test_an_amount_of_nothing_at_an_unknown_price_is_unknown() -> None:
    missing = Unknown("the price of it")
    assert Amount.of(0, missing).high is None
    assert (Amount.of(0, missing) * 0).high is None
    assert (Amount() + Amount.of(0, missing)).high is None
    assert Amount().over(Amount.of(0, missing)).high is None
    assert (Amount.of(0, missing) / 2).high is None


def test_of_every_other_region_is_no_region() -> None:
    assert ANYWHERE not in FULL.regions
