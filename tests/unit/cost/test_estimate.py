"""What a bake costs, against examples worked out by hand and against what a bill does at its edges."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.aws.quote import Kind
from core.cost.bake import Output, Scan, Shape, Target, Volume
from core.cost.cost import Amount, Cost, Part, Range
from core.cost.estimate import estimate, hourly
from core.cost.pack import Pack
from core.cost.price import Unknown
from core.cost.prices import merged
from tests.fakes.figures import prices_of, usual_list, without
from tests.unit.cost.examples import CONTAINER, HOME, PRICES, SHAPE, SINGAPORE, VIRGINIA, rounded


def exact(amount: Amount) -> Decimal:
    """The figure of an amount that is known exactly."""
    assert amount.high is not None
    assert amount.low == amount.high
    return amount.low


def parts(cost: Cost) -> dict[Part, str]:
    every = {**cost.run.by_part(), **cost.standing.by_part()}
    return {part: rounded(exact(amount)) for part, amount in every.items()}


def test_the_worked_example_gives_every_figure_of_its_table() -> None:
    cost = estimate(SHAPE, PRICES)
    assert parts(cost) == {
        Part.COMPUTE: "0.0585",
        Part.VOLUMES: "0.0020",
        Part.ADDRESS: "0.0025",
        Part.TRANSFER: "0.3680",
        Part.SNAPSHOTS: "1.4168",
    }
    assert rounded(exact(cost.run.amount)) == "0.4310"
    by_region = {region: rounded(exact(amount)) for region, amount in cost.standing.by_region().items()}
    assert by_region == {HOME: "0.4968", VIRGINIA: "0.4600", SINGAPORE: "0.4600"}
    assert rounded(exact(cost.standing.amount)) == "1.4168"
    assert rounded(exact(cost.first_month)) == "1.8478"


def test_the_worked_example_with_windows_pays_for_the_licence() -> None:
    cost = estimate(replace(SHAPE, system="Windows"), PRICES)
    build = next(cost.run.items())
    assert [price.usd for price in build.prices] == [Decimal("0.207")]
    assert "estimated" in build.inputs[-1].source
    assert parts(cost) == {
        Part.COMPUTE: "0.1052",
        Part.VOLUMES: "0.0020",
        Part.ADDRESS: "0.0025",
        Part.TRANSFER: "0.3680",
        Part.SNAPSHOTS: "1.4168",
    }
    assert rounded(exact(cost.run.amount)) == "0.4778"
    assert rounded(exact(cost.first_month)) == "1.8946"


@pytest.mark.parametrize(
    ("region", "usd"),
    [("us-east-1", "0.421"), ("us-west-2", "0.421"), ("sa-east-1", "2.62"), ("af-south-1", "2.77")],
)
def test_the_worked_example_elsewhere_makes_two_copies_from_there(region: str, usd: str) -> None:
    """In us-east-1 the copy that was there changes places with the build region."""
    run = exact(estimate(SHAPE.moved(region), PRICES).run.amount)
    assert rounded(run, len(usd) - 2) == usd


def test_between_the_two_regions_of_the_eastern_united_states_data_is_cheaper() -> None:
    """With copies to other regions the run costs what it does in us-east-1; next door it is a cent a GiB."""
    elsewhere = replace(SHAPE, targets=(Target("us-west-2"), Target(SINGAPORE)))
    assert rounded(exact(estimate(elsewhere.moved("us-east-2"), PRICES).run.amount), 3) == "0.421"
    assert rounded(exact(estimate(SHAPE.moved("us-east-2"), PRICES).run.amount), 3) == "0.329"


def test_a_container_recipe_by_hand() -> None:
    """One machine builds, tests and pushes: 1,200 s of it. 0.096/3600*1200 = 0.0320; 30*0.08*1200/2628000 = 0.0011;
    0.005/3600*1200 = 0.0017; 0.5 GiB to Frankfurt at 0.02 = 0.0100; a scan is 0.0900. Kept are four versions of 0.5
    GiB at 0.1 in two registries: 0.4000."""
    cost = estimate(CONTAINER, PRICES)
    assert [item.name for item in cost.run.items() if item.part is Part.COMPUTE] == ["Build instance"]
    assert parts(cost) == {
        Part.COMPUTE: "0.0320",
        Part.VOLUMES: "0.0011",
        Part.ADDRESS: "0.0017",
        Part.TRANSFER: "0.0100",
        Part.SCANS: "0.0900",
        Part.REGISTRY: "0.4000",
    }
    assert rounded(exact(cost.run.amount)) == "0.1348"


def test_a_weekly_schedule_with_five_versions_in_three_regions_by_hand() -> None:
    """365 / 7 / 12 = 4.3452 runs a month of 0.43097 are 1.8727; five versions of 1.4168 are 7.0840."""
    weekly = replace(SHAPE, versions=5, runs_per_month=Range.of(Decimal(365) / 7 / 12))
    cost = estimate(weekly, PRICES)
    assert rounded(exact(cost.standing.amount)) == "7.0840"
    assert rounded(exact(cost.month)) == "8.9567"
    assert rounded(exact(cost.year), 2) == "107.48"
    assert rounded(exact(cost.first_month)) == "1.8478"


@pytest.mark.parametrize("seconds", ["0", "0.4", "59.9", "60"])
def test_a_machine_is_billed_for_a_minute_at_least_at_every_start(seconds: str) -> None:
    """Two machines of no length at all are two minutes, of instances and of volumes."""
    short = replace(SHAPE, build=Range.of(seconds), test=(Range.of(seconds),), targets=(), public_ip=False)
    found = parts(estimate(short, PRICES))
    assert found[Part.COMPUTE] == rounded(Decimal("0.115") / 3600 * 120)
    assert found[Part.VOLUMES] == rounded(30 * Decimal("0.0952") * 120 / 2628000)


def test_suse_is_billed_by_the_hour_and_says_that_its_licence_is_missing() -> None:
    cost = estimate(replace(SHAPE, surcharges=("SUSE",), test=(Range.of(3601),)), PRICES)
    compute = cost.run.by_part()[Part.COMPUTE]
    assert compute.low == 3 * Decimal("0.115")
    assert compute.high is None
    assert compute.text == "at least $0.3450"
    assert [each.what for each in compute.unknown] == ["what SUSE adds to the price of an instance"]


def test_without_tests_only_the_machine_that_builds_is_paid_for() -> None:
    cost = estimate(replace(SHAPE, tests=False, scan=Scan.INSTANCE), PRICES)
    assert parts(cost)[Part.COMPUTE] == rounded(Decimal("0.115") / 3600 * 1350)
    assert Part.SCANS not in parts(cost)


def test_each_test_workflow_starts_a_machine_of_its_own() -> None:
    cost = estimate(replace(SHAPE, test=(Range.of(480), Range.of(10))), PRICES)
    assert parts(cost)[Part.COMPUTE] == rounded(Decimal("0.115") / 3600 * (1350 + 480 + 60))


def test_durations_of_a_range_make_a_range() -> None:
    run = estimate(replace(SHAPE, build=Range.of(900, 2700), targets=()), PRICES).run.amount
    assert run.high is not None
    assert rounded(run.high - run.low, 9) == rounded(Decimal("0.12") / 2 + 30 * Decimal("0.0952") * 1800 / 2628000, 9)
    assert run.text == "$0.0475 to $0.1095"


def test_of_several_instance_types_one_comes_true() -> None:
    prices = usual_list([HOME], ["m5.large"])
    several = replace(SHAPE, instance_types=("m5.large", "m9g.huge"), targets=())
    compute = estimate(several, prices).run.by_part()[Part.COMPUTE]
    assert compute.high is None
    assert [each.what for each in compute.unknown] == ["the price of m9g.huge in eu-central-1"]


def test_no_instance_type_is_unknown_and_says_what_to_do() -> None:
    cost = estimate(replace(SHAPE, instance_types=()), PRICES)
    assert cost.run.by_part()[Part.COMPUTE].text == "unknown"
    assert cost.unknown[0].hint == "Name one under instanceTypes."


@pytest.mark.parametrize(
    ("volume", "monthly"),
    [
        (Volume("gp3", 100), "8"),
        (Volume("gp3", 100, iops=3000, throughput=125), "8"),
        (Volume("gp3", 100, iops=4000, throughput=225), "17"),
        (Volume("io1", 100, iops=1000), "13"),
        (Volume("gp2", 100), "8"),
    ],
)
def test_iops_and_throughput_are_paid_for_beyond_what_is_included(volume: Volume, monthly: str) -> None:
    """4,000 IOPS are 1,000 to pay at 0.005, and 225 MiB/s are 100 at 0.04."""
    shape = replace(SHAPE, volumes=(volume,), build=Range.of(2628000), tests=False)
    assert exact(estimate(shape, usual_list(SHAPE.regions)).run.by_part()[Part.VOLUMES]) == Decimal(monthly)


def test_io2_beyond_its_first_tier_costs_less_and_nobody_says_how_much() -> None:
    shape = replace(SHAPE, volumes=(Volume("io2", 100, iops=64000),), build=Range.of(2628000), tests=False)
    volumes = estimate(shape, usual_list(SHAPE.regions)).run.by_part()[Part.VOLUMES]
    assert volumes == Amount(Decimal(8 + 160), Decimal(8 + 320))


def test_a_provisioned_volume_that_does_not_say_its_iops_is_unknown() -> None:
    shape = replace(SHAPE, volumes=(Volume("io1", 100),))
    assert estimate(shape, usual_list(SHAPE.regions)).run.by_part()[Part.VOLUMES].high is None


def test_copies_for_accounts_are_sent_and_kept_each() -> None:
    shape = replace(SHAPE, targets=(Target(HOME, copies=2), Target(VIRGINIA, copies=3)))
    cost = estimate(shape, PRICES)
    assert parts(cost)[Part.TRANSFER] == rounded(Decimal("9.2") * 3 * Decimal("0.02"))
    assert rounded(exact(cost.standing.by_region()[HOME])) == rounded(Decimal("9.2") * 2 * Decimal("0.054"))
    assert rounded(exact(cost.standing.by_region()[VIRGINIA])) == rounded(Decimal("9.2") * 3 * Decimal("0.05"))


def test_a_figure_missing_in_one_region_of_five_leaves_the_other_four_known() -> None:
    regions = (HOME, VIRGINIA, SINGAPORE, "eu-west-1", "us-west-2")
    prices = without(usual_list(regions), Kind.SNAPSHOT, SINGAPORE)
    cost = estimate(SHAPE.distributed(regions), prices)
    assert cost.run.amount.known
    assert cost.standing.amount.text == "at least $1.84"
    assert [each.what for each in cost.standing.amount.unknown] == ["the price of snapshots in ap-southeast-1"]
    assert [region for region, amount in cost.standing.by_region().items() if not amount.known] == [SINGAPORE]


@pytest.mark.parametrize("change", [{"region": "mars-north-1"}, {"instance_types": ("t3.colossal",)}])
def test_an_unknown_region_or_type_is_unknown_and_named(change: dict[str, object]) -> None:
    cost = estimate(replace(SHAPE, **change), PRICES)  # type: ignore[arg-type]
    assert cost.run.amount.high is None
    assert any("mars-north-1" in each.what or "t3.colossal" in each.what for each in cost.unknown)


def test_exported_files_are_paid_for_in_s3() -> None:
    shape = replace(SHAPE, targets=(Target(HOME, exports=("RAW", "VMDK")),), versions=2)
    storage = estimate(shape, usual_list(SHAPE.regions)).standing.by_part()[Part.STORAGE]
    each = 2 * Decimal("0.023")
    assert (storage.low, storage.high) == (each * 30 + each * Decimal("9.2"), each * 60)


def test_fast_launch_is_said_to_be_unknown() -> None:
    shape = replace(SHAPE, system="Windows", targets=(Target(HOME, fast_launch=True),))
    assert "what fast launch costs in eu-central-1" in [each.what for each in estimate(shape, PRICES).unknown]


def test_logs_are_shown_and_in_no_sum() -> None:
    """Their price is known in one region; as a part of the sum they would make every other region unknown for cents."""
    quiet, logged = SHAPE, replace(SHAPE, log=Range.of("0.005"), logs_in_s3=True)
    prices = usual_list(SHAPE.regions)
    assert estimate(logged, prices).run == estimate(quiet, prices).run
    assert exact(estimate(logged, prices).aside.amount) == Decimal("0.005") * (Decimal("0.5") + Decimal("0.023"))


def test_an_instance_that_is_scanned_is_paid_for_while_it_is_there() -> None:
    shape = replace(SHAPE, scan=Scan.INSTANCE)
    scans = estimate(shape, usual_list(SHAPE.regions)).run.by_part()[Part.SCANS]
    assert exact(scans) == Decimal("1.2528") * 480 / 2628000


def test_a_machine_that_is_kept_costs_by_the_hour() -> None:
    """0.115 + 30 * 0.0952 / 730 + 0.005 = 0.1239"""
    assert rounded(exact(hourly(SHAPE, PRICES).amount)) == "0.1239"


def test_every_line_opens_to_its_formula_its_inputs_and_the_date_of_its_price() -> None:
    cost = estimate(replace(SHAPE, build=Range.of(1350, source="3 builds on AWS")), PRICES)
    build = next(cost.run.items())
    assert build.formula == "1,350 s / 3,600 × 0.115 USD/hour"
    assert [(each.name, each.value, each.source) for each in build.inputs] == [
        ("Time", "1,350 s", "3 builds on AWS"),
        ("Price of m5.large (Linux) in eu-central-1", "0.115 USD per hour", "a test's list of linux, 2025-04-04"),
    ]
    for item in (*cost.run.items(), *cost.standing.items()):
        assert item.prices
        assert item.formula
        assert all("2025-04-04" in each.source for each in item.inputs if each.name.startswith("Price of"))


def test_a_formula_has_its_price_to_the_last_digit_and_a_quantity_in_as_many_as_say_something() -> None:
    """A measured size has 28 digits, and a price of 4.0376 is not 4.038."""
    shape = replace(SHAPE, instance_types=("big", "m5.large"), stored=Range.of(Decimal(1) / 3), targets=())
    prices = merged(Pack(PRICES.sheets), Pack(prices_of([(Kind.LINUX, HOME, "big", "4.0376543211")]).sheets))
    cost = estimate(shape, prices)
    assert next(cost.run.items()).formula == "1,350 s / 3,600 × 0.115 to 4.0376543211 USD/hour"
    assert next(cost.standing.items()).formula == "0.3333 GiB × 1 version × 0.054 USD/GiB-month"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("0.00002", "0.5", "up to $0.50"),
        ("0.00002", "0.00003", "less than $0.0001"),
        ("0", "0.5", "$0 to $0.50"),
        ("0.00002", None, "unknown"),
        ("0.99999", "0.99999", "$1.00"),
    ],
)
def test_what_is_too_little_to_tell_is_not_told_as_a_bound(low: str, high: str | None, text: str) -> None:
    """It read "at least less than $0.0001"."""
    missing = () if high else (Unknown("the price of it"),)
    assert Amount(Decimal(low), Decimal(high) if high else None, missing).text == text


def test_a_what_if_is_a_shape_with_something_else() -> None:
    bigger = estimate(replace(SHAPE, volumes=(Volume("gp3", 300),)), PRICES).run.amount
    more = exact(bigger) - exact(estimate(SHAPE, PRICES).run.amount)
    assert rounded(more, 9) == rounded(270 * Decimal("0.0952") * 1830 / 2628000, 9)


def test_a_month_without_a_schedule_is_the_standing_cost_even_where_a_run_has_no_price() -> None:
    cost = estimate(SHAPE, without(PRICES, Kind.LINUX))
    assert not cost.run.amount.known
    assert cost.month == cost.standing.amount
    assert not estimate(replace(SHAPE, runs_per_month=Range.of(1)), without(PRICES, Kind.LINUX)).month.known


def test_an_output_is_an_ami_unless_the_recipe_makes_a_container() -> None:
    assert Shape(HOME, (), Range.of(1), (), (), Range.of(1)).output is Output.AMI
