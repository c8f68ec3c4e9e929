"""Prices: each with its source and date, the newest of pack and cache, and never a number for what is not known."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.aws.quote import ANYWHERE, PER_USD, Kind
from core.catalog.instance_types import InstanceType
from core.catalog.regions import REGIONS
from core.cost.pack import Pack, Sheet
from core.cost.price import Price, Unknown
from core.cost.prices import ESTIMATED, Origin, Prices, merged, prices

OLD, NEW = date(2024, 7, 18), date(2026, 9, 21)
VOLUMES = ("gp2", "gp3", "io1", "io2", "st1", "sc1", "standard")


def usd(found: Price | Unknown) -> Decimal:
    assert isinstance(found, Price), found
    return found.usd


def unknown(found: Price | Unknown) -> Unknown:
    assert isinstance(found, Unknown), found
    return found


def sheet(figures: dict[str, dict[str, int]], day: date = OLD, kind: Kind = Kind.LINUX, source: str = "list") -> Sheet:
    return Sheet(kind, source, day, figures)


def known(*sheets: Sheet) -> Prices:
    return merged(Pack(sheets), Pack())


def every_price(of: Prices, region: str) -> list[Price | Unknown]:
    """All that can be asked about a region."""
    ask = [of.public_ipv4, of.image_storage, of.log_ingestion, of.object_storage]
    ask += [of.inspector_instance, of.inspector_image]
    found = [one(region) for one in ask]
    found += [asked(region, name) for asked in (of.volume, of.volume_iops, of.volume_throughput) for name in VOLUMES]
    found += [of.snapshot(region), of.snapshot(region, "archive"), of.transfer(region, "eu-west-3")]
    names = ("m5.large", "t3.medium", "m7i.large", "u-6tb1.metal", "c6g.large")
    return found + [of.instance(region, name, system) for name in names for system in ("Linux", "Windows")]


def test_the_figures_of_a_build_in_frankfurt_are_those_of_the_sources() -> None:
    """By hand, from the price pages: the inputs of the worked example."""
    of = prices()
    assert usd(of.instance("eu-central-1", "m5.large")) == Decimal("0.115")
    assert usd(of.instance("eu-central-1", "m5.large", "Windows")) == Decimal("0.207")
    assert usd(of.volume("eu-central-1", "gp3")) == Decimal("0.0952")
    assert usd(of.public_ipv4("eu-central-1")) == Decimal("0.005")
    assert usd(of.transfer("eu-central-1", "us-east-1")) == Decimal("0.02")
    assert usd(of.snapshot("eu-central-1")) == Decimal("0.054")
    assert usd(of.snapshot("us-east-1")) == usd(of.snapshot("ap-southeast-1")) == Decimal("0.05")
    assert usd(of.snapshot("eu-central-1", "archive")) == Decimal("0.0135")


def test_every_price_has_a_source_a_date_and_is_above_zero_or_is_unknown_with_words() -> None:
    of = prices()
    for region in [*of.regions, "nowhere-1"]:
        for found in every_price(of, region):
            if isinstance(found, Price):
                assert found.usd > 0
                assert found.source
                assert found.date.year >= 2023
            else:
                assert found.what.startswith("the price of ")
                assert found.what.endswith((f" in {region}", f" from {region}"))
                assert found.hint


def test_a_price_has_the_unit_that_it_is_for() -> None:
    of = prices()
    units = {
        "hour": of.instance("us-east-1", "m5.large"),
        "GiB-month": of.volume("us-east-1", "gp3"),
        "IOPS-month": of.volume_iops("us-east-1", "gp3"),
        "MiBps-month": of.volume_throughput("us-east-1", "gp3"),
        "GiB": of.log_ingestion("us-east-1"),
        "instance-month": of.inspector_instance("eu-west-1"),
        "image": of.inspector_image("eu-west-1"),
    }
    assert {unit: found.unit for unit, found in units.items() if isinstance(found, Price)} == {
        unit: unit for unit in units
    }


def test_throughput_is_listed_by_the_gib_and_priced_by_the_mib_exactly() -> None:
    assert usd(prices().volume_throughput("us-east-1", "gp3")) == Decimal("0.04")
    assert usd(prices().volume_throughput("eu-central-2", "gp3")) * 1024 == Decimal("58.4909")


def test_a_figure_that_one_region_of_five_lacks_is_unknown_there_only() -> None:
    """Another region's figure, or zero, would be believed."""
    of = prices()
    regions = ("eu-central-1", "us-east-1", "mx-central-1", "ap-southeast-1", "sa-east-1")
    found = {region: of.volume(region, "gp3") for region in regions}
    assert [region for region, price in found.items() if isinstance(price, Unknown)] == ["mx-central-1"]
    assert unknown(found["mx-central-1"]).what == "the price of gp3 volumes in mx-central-1"


def test_every_region_is_there_even_one_without_a_price() -> None:
    assert set(REGIONS) <= set(prices().regions)
    assert unknown(prices().instance("ap-east-2", "m5.large")).hint.startswith("Refresh")


@pytest.mark.parametrize(
    ("region", "name", "hint"),
    [
        ("eu-centrl-1", "m5.large", "There is no region 'eu-centrl-1'. Did you mean 'eu-central-1'?"),
        ("eu-central-1", "m5.lagre", "Did you mean 'm5.large'?"),
        ("eu-central-1", "m9g.large", "If it is new: Refresh the prices from AWS."),
        ("mx-central-1", "m5.large", "AWS's price list of 2025-04-04 has no m5.large in mx-central-1."),
        ("cn-north-1", "m5.large", "another currency than USD"),
    ],
)
def test_what_is_not_known_says_why_and_what_to_do(region: str, name: str, hint: str) -> None:
    assert hint in unknown(prices().instance(region, name)).hint


def test_what_is_not_sold_or_not_listed_is_said_as_such() -> None:
    """ "Refresh the prices" would send people to do what can't help."""
    of = prices()
    assert "Did you mean 'gp3'?" in unknown(of.volume("eu-central-1", "gp33")).hint
    assert "apart from the size of gp2 volumes" in unknown(of.volume_iops("eu-central-1", "gp2")).hint
    assert "apart from the size of io2 volumes" in unknown(of.volume_throughput("eu-central-1", "io2")).hint
    assert unknown(of.volume_iops("eu-central-1", "io2")).hint == "Refresh the prices from AWS."
    assert "price page of Amazon Inspector" in unknown(of.inspector_image("eu-central-1")).hint
    assert "from one partition to another" in unknown(of.transfer("eu-central-1", "us-gov-west-1")).hint
    assert "Did you mean 'us-east-1'?" in unknown(of.transfer("eu-central-1", "us-eats-1")).hint


@pytest.mark.parametrize(
    ("name", "expected"),
    [("t3.medium", "0.06"), ("m5.xlarge", "0.376"), ("c5.metal", "8.496"), ("m7i-flex.large", "0.18316")],
)
def test_windows_is_linux_and_its_licence_and_says_that_it_is_estimated(name: str, expected: str) -> None:
    found = prices().instance("us-east-1", name, "Windows")
    assert usd(found) == Decimal(expected)
    assert isinstance(found, Price)
    assert found.note == ESTIMATED
    assert found.source.startswith("Linux: ")
    assert found.date == date(2025, 3, 2), "as old as the older of the two"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("m6g.large", "x86_64"), ("p3.8xlarge", "Refresh"), ("m3.large", "Refresh"), ("m5.lagre", "mean")],
)
def test_windows_is_unknown_where_no_rule_holds(name: str, hint: str) -> None:
    """Old families, accelerators and Graviton: the price for Linux would be half of the truth, or no truth at all."""
    assert hint in unknown(prices().instance("us-east-1", name, "Windows")).hint


def test_a_price_of_windows_itself_beats_the_estimate() -> None:
    linux = sheet({"eu-central-1": {"m5.large": 1_150_000_000}}, NEW)
    licence = sheet({ANYWHERE: {"m5": 460_000_000}}, NEW, Kind.LICENCE_PER_VCPU)
    stated = sheet({"eu-central-1": {"m5.large": 2_080_000_000}}, OLD, Kind.WINDOWS)
    assert usd(known(linux, licence).instance("eu-central-1", "m5.large", "Windows")) == Decimal("0.207")
    both = known(linux, licence, stated)
    found = both.instance("eu-central-1", "m5.large", "Windows")
    assert usd(found) == Decimal("0.208")
    assert isinstance(found, Price)
    assert found.note == ""
    assert both.instances("eu-central-1", "Windows") == {"m5.large": 2_080_000_000}


def test_transfer_costs_what_the_pair_costs_else_what_its_source_costs() -> None:
    of = prices()
    assert usd(of.transfer("us-east-1", "us-east-2")) == usd(of.transfer("us-east-2", "us-east-1")) == Decimal("0.01")
    assert usd(of.transfer("us-east-1", "eu-west-1")) == Decimal("0.02")
    assert usd(of.transfer("sa-east-1", "us-east-1")) == Decimal("0.138")
    assert isinstance(of.transfer("ap-east-2", "us-east-1"), Unknown)


@pytest.mark.parametrize("target", ["us-gov-west-1", "cn-north-1", "eusc-de-east-1", "nowhere-1"])
def test_transfer_to_another_partition_is_unknown(target: str) -> None:
    """The price to "every region" is one to every region of the same partition."""
    assert isinstance(prices().transfer("us-east-1", target), Unknown)


def test_all_at_once_are_the_same_figures_as_one_by_one() -> None:
    of = prices()
    for region in ("eu-central-1", "us-east-1", "ap-southeast-7"):
        for system in ("Linux", "Windows"):
            bulk = of.instances(region, system)
            assert bulk
            for name in of.instance_types:
                found = of.instance(region, name, system)
                assert (found.usd * PER_USD if isinstance(found, Price) else None) == bulk.get(name)


def test_of_two_figures_the_newer_counts_and_of_the_same_day_the_refreshed() -> None:
    """A pack that is newer than what was refreshed with an older version must not be hidden by it."""
    shipped = Pack((sheet({"eu-central-1": {"a": 10, "b": 20, "c": 30}}, source="pack"),))
    older = Pack((sheet({"eu-central-1": {"a": 11}}, OLD - timedelta(1), source="cache"),))
    newer = Pack((sheet({"eu-central-1": {"b": 21}}, OLD + timedelta(1), source="cache"),))
    same = Pack((sheet({"eu-central-1": {"c": 31}}, OLD, source="cache"),))
    of = merged(shipped, Pack(older.sheets + newer.sheets + same.sheets))
    assert of.instances("eu-central-1") == {"a": 10, "b": 21, "c": 31}
    sources = [of.instance("eu-central-1", name) for name in "abc"]
    assert [found.source for found in sources if isinstance(found, Price)] == ["pack", "cache", "cache"]


def test_a_refresh_brings_instance_types_that_the_catalogue_lacks() -> None:
    fresh = InstanceType("m9g.large", 2, 8192, "arm64")
    of = merged(Pack(), Pack((sheet({"eu-central-1": {"m9g.large": 900_000_000}}, NEW),), {"m9g.large": fresh}))
    assert of.instance_types["m9g.large"] == fresh
    assert of.instance_types["m5.large"].vcpus == 2
    assert usd(of.instance("eu-central-1", "m9g.large")) == Decimal("0.09")


def test_the_age_is_that_of_the_instance_prices() -> None:
    of = known(sheet({"eu-central-1": {"a": 1}}, OLD), sheet({"eu-central-1": {"gp3": 1}}, NEW, Kind.VOLUME))
    assert (of.oldest, of.newest) == (OLD, NEW)
    assert of.age(date(2024, 7, 28)) == timedelta(10)


def test_before_the_day_of_the_prices_they_are_new() -> None:
    """A clock that is wrong would make them -400 days old."""
    assert prices().age(date(2024, 1, 1)) == timedelta()


def test_one_refreshed_type_does_not_make_the_others_young() -> None:
    """The panel said "0 days old" of prices of two years, because a single type had been refreshed."""
    shipped = sheet({"eu-central-1": {"a": 1, "b": 2, "c": 3}}, OLD)
    one, two = sheet({"eu-central-1": {"a": 4}}, NEW), sheet({"eu-central-1": {"a": 4, "b": 5}}, NEW)
    assert merged(Pack((shipped,)), Pack((one,))).age(NEW) == NEW - OLD
    assert merged(Pack((shipped,)), Pack((two,))).age(NEW) == timedelta(0)


def test_where_the_prices_come_from_is_told_with_how_many_are_of_it() -> None:
    of = merged(Pack((sheet({"r": {"a": 1, "b": 2}, "s": {"a": 3}}),)), Pack((sheet({"r": {"a": 4}}, NEW),)))
    assert of.origins == (Origin(Kind.LINUX, "list", NEW, 1), Origin(Kind.LINUX, "list", OLD, 2))


def test_nothing_is_known_without_a_sheet() -> None:
    nothing = known()
    assert all(isinstance(found, Unknown) for found in every_price(nothing, "eu-central-1"))
    assert nothing.instances("eu-central-1") == {}
