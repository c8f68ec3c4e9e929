"""Regions and instance types come from our own small, dated tables."""

import pytest

from core.catalog.instance_types import INSTANCE_TYPES, InstanceType
from core.catalog.regions import REGIONS
from core.catalog.table import Table


def test_a_region_has_a_name_and_tells_whether_image_builder_is_there() -> None:
    frankfurt = REGIONS["eu-central-1"]
    assert (frankfurt.code, frankfurt.name, frankfurt.partition) == ("eu-central-1", "Europe (Frankfurt)", "aws")
    assert frankfurt.image_builder is True
    assert not frankfurt.opt_in
    assert REGIONS["af-south-1"].opt_in
    assert REGIONS["eusc-de-east-1"].image_builder is None


def test_every_region_is_somewhere_on_the_map() -> None:
    assert (REGIONS["sa-east-1"].city, REGIONS["sa-east-1"].latitude) == ("Sao Paulo", -23.55)
    assert all(one.city and -60 < one.latitude < 70 and -180 < one.longitude < 180 for one in REGIONS.values())
    assert len({(one.partition, one.latitude, one.longitude) for one in REGIONS.values()}) == len(REGIONS)


def test_the_price_list_has_names_of_its_own_for_regions_in_europe() -> None:
    differing = {code for code, one in REGIONS.items() if one.price_list_name not in ("", one.name)}
    assert differing == {code for code in REGIONS if code.startswith("eu-")}
    assert REGIONS["eu-central-1"].price_list_name == "EU (Frankfurt)"


def test_all_commercial_regions_have_image_builder() -> None:
    assert len(REGIONS) == 39
    assert {region.image_builder for region in REGIONS.values() if region.partition == "aws"} == {True}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("t3.medium", InstanceType("t3.medium", 2, 4096, "x86_64")),
        ("t2.nano", InstanceType("t2.nano", 1, 512, "x86_64")),
        ("c7g.large", InstanceType("c7g.large", 2, 4096, "arm64")),
        ("im4gn.large", InstanceType("im4gn.large", 2, 8192, "arm64")),
        ("g4dn.xlarge", InstanceType("g4dn.xlarge", 4, 16384, "x86_64")),
        ("u-6tb1.112xlarge", InstanceType("u-6tb1.112xlarge", 448, 6291456, "x86_64")),
    ],
)
def test_an_instance_type_has_its_shape(name: str, expected: InstanceType) -> None:
    assert INSTANCE_TYPES[name] == expected


def test_every_instance_type_has_at_least_one_cpu_and_half_a_gibibyte() -> None:
    assert len(INSTANCE_TYPES) == 882
    assert all(one.vcpus >= 1 and one.memory_mib >= 512 for one in INSTANCE_TYPES.values())


def test_a_table_is_read_when_it_is_first_asked() -> None:
    asked: list[str] = []
    table = Table("regions.csv", lambda row: asked.append(row[0]))
    assert asked == []
    assert "eu-west-1" in table
    assert len(asked) == len(table) == len(list(table))


def test_an_unknown_name_is_a_missing_key() -> None:
    with pytest.raises(KeyError):
        INSTANCE_TYPES["t9.huge"]
