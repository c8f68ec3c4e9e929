"""``bakehouse cost``: what is printed of an estimate and of a comparison."""

import csv
from dataclasses import replace

import pytest
import typer

from core.aws.quote import Kind
from core.cli.cost import Costed, as_csv, as_json, as_text, compared, regions_csv, regions_json, regions_text
from core.cost.bake import Shape
from core.cost.cost import Range
from core.cost.estimate import estimate
from core.cost.prices import Prices
from tests.fakes.figures import without
from tests.unit.cost.examples import PRICES, SHAPE

WEEKLY = replace(SHAPE, versions=5, runs_per_month=Range.of("4.345"), assumptions=("The sky is blue.",))


def costed(shape: Shape = WEEKLY, prices: Prices = PRICES, *notices: str) -> Costed:
    return Costed("web-server", shape, estimate(shape, prices), prices, "--region", notices)


def test_every_sum_is_printed_with_its_lines_and_their_formulas() -> None:
    lines = list(as_text(costed()))
    assert lines[0] == "web-server in eu-central-1 (--region), prices of 2025-04-04 to 2025-04-04"
    assert [" ".join(line.split()) for line in lines[2:8]] == [
        "One run $0.4310",
        "Instances $0.0585",
        "Build instance $0.0431",
        "1,350 s / 3,600 × 0.115 USD/hour",
        "Test instance $0.0153",
        "480 s / 3,600 × 0.115 USD/hour",
    ]
    assert [len(line) - len(line.lstrip()) for line in lines[2:6]] == [0, 2, 4, 6]
    told = [" ".join(line.split()) for line in lines]
    assert "Standing, each month $7.08" in told
    assert "First month: a run, and its image kept $1.85" in told
    assert "Month: 4.345 runs, 5 kept $8.96" in told
    assert told[-3:-1] == ["Assumed:", "The sky is blue."]


def test_what_is_unknown_is_said_with_what_to_do() -> None:
    lines = list(as_text(costed(SHAPE, without(PRICES, Kind.VOLUME), "A journal is damaged.")))
    assert lines[1] == "note: A journal is damaged."
    assert lines[3].split(maxsplit=2)[2] == "at least $0.4290"
    assert lines[-1] == "  the price of gp3 volumes in eu-central-1. Refresh the prices from AWS."


def test_json_is_money_as_text_and_null_for_what_nobody_knows() -> None:
    known = as_json(costed())
    assert known["run"]["usd"] == {"low": "0.4309887671", "high": "0.4309887671", "unknown": []}
    build = known["run"]["parts"][0]["parts"][0]
    assert (build["name"], build["formula"]) == ("Build instance", "1,350 s / 3,600 × 0.115 USD/hour")
    assert build["inputs"][1]["source"].endswith("2025-04-04")
    gone = as_json(costed(SHAPE, without(PRICES, Kind.LINUX)))["run"]
    what = ["the price of m5.large in eu-central-1"]
    assert gone["parts"][0]["usd"] == {"low": None, "high": None, "unknown": what}
    assert gone["usd"] == {"low": "0.3725304338", "high": None, "unknown": what}


def test_csv_has_a_row_for_each_line() -> None:
    rows = list(csv.DictReader(as_csv(costed())))
    assert [row["name"] for row in rows][-3:] == [
        "Snapshots in eu-central-1",
        "Snapshots in us-east-1",
        "Snapshots in ap-southeast-1",
    ]
    assert rows[0]["usd_low"] == rows[0]["usd_high"] == "0.043125"
    missing = next(csv.DictReader(as_csv(costed(SHAPE, without(PRICES, Kind.LINUX)))))
    assert (missing["usd_low"], missing["usd_high"]) == ("", "")
    assert missing["unknown"] == "the price of m5.large in eu-central-1"


def test_regions_are_printed_from_the_cheapest_on_with_what_is_missing_last() -> None:
    found = costed(SHAPE)
    sides = compared(found, "all")
    lines = list(regions_text(found, *sides))
    assert lines[2].split()[:4] == ["region", "run", "run", "alone"]
    names = [line.split()[0] for line in lines[3:10]]
    assert names == ["us-east-2", "us-east-1", "us-west-2", "eu-central-1", "ap-southeast-1", "sa-east-1", "af-south-1"]
    assert lines[6].endswith("here")
    assert "Run: cheapest in us-east-2 ($0.3290), dearest in af-south-1 ($2.77)." in lines
    assert any(line.startswith("  eu-west-3: m5.large, gp3 volumes, ") for line in lines)
    partitions = [row.partition for row in sides[1]]
    assert partitions == sorted(partitions, key=lambda partition: partition != "aws")


def test_some_regions_are_asked_for_by_name() -> None:
    found = costed(SHAPE)
    _, rows = compared(found, "sa-east-1, us-east-1")
    assert [row.region for row in rows] == ["us-east-1", "sa-east-1"]
    assert [row["region"] for row in csv.DictReader(regions_csv(rows))] == ["us-east-1", "sa-east-1"]


def test_a_region_nobody_knows_is_wrong_use() -> None:
    for asked in ("eu-central-1,mars-north-1", "mars-north-1", ", "):
        with pytest.raises(typer.BadParameter, match="no such region"):
            compared(costed(), asked)


def test_regions_in_json_name_cheapest_and_dearest_with_the_difference() -> None:
    found = costed(SHAPE)
    value = regions_json(found, *compared(found, "all"))
    assert (value["cheapest"], value["dearest"]) == (["us-east-2"], "af-south-1")
    assert value["difference"].startswith("2.445")
    rows = {row["region"]: row for row in value["regions"]}
    assert rows["eu-west-3"]["run"]["low"] is None
    assert rows["eu-west-3"]["offered"] is None
    assert rows["us-west-2"]["runAlone"]["high"].startswith("0.0530")
