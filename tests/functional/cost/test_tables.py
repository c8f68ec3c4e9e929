"""The dated tables in resources/prices, and the pack that is made of them."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from core.aws.quote import Kind
from core.catalog.instance_types import INSTANCE_TYPES, InstanceType
from core.cost import pack
from core.cost.pack import Pack, Sheet
from core.cost.prices import load
from core.cost.tables import FOLDER, adopt, packed, sheets, write
from core.errors import Invalid

HEAD = "# Something\n# source: a page\n# date: 2026-09-21\n"
PACK_BYTES = 1_000_000
LOADED = 0.05


def table(folder: Path, text: str) -> Path:
    file = folder / "some.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_pack_says_what_the_tables_say() -> None:
    """Someone corrected a table and forgot `make price-pack`."""
    assert pack.read((FOLDER / pack.FILE).read_bytes()) == packed(FOLDER), "run make price-pack"


def test_the_pack_is_small_and_loads_at_once(tmp_path: Path) -> None:
    shipped = FOLDER / pack.FILE
    assert shipped.stat().st_size < PACK_BYTES
    best = min(processor_time(lambda: load(shipped.read_bytes, tmp_path / "none")) for _ in range(3))
    assert best < LOADED


def test_the_tables_know_the_types_of_the_catalogue() -> None:
    priced = {
        name
        for sheet in packed(FOLDER).sheets
        if sheet.kind is Kind.LINUX
        for amounts in sheet.figures.values()
        for name in amounts
    }
    assert priced == set(INSTANCE_TYPES)


def test_a_table_is_a_sheet_for_each_kind_and_an_empty_cell_is_a_gap(tmp_path: Path) -> None:
    file = table(tmp_path, HEAD + "kind,subject,eu-west-1,us-east-1\nvolume,gp3,0.088,0.08\nvolume,io2,,0.125\n")
    assert sheets(file) == (
        Sheet(
            Kind.VOLUME,
            "a page",
            date(2026, 9, 21),
            {"eu-west-1": {"gp3": 880_000_000}, "us-east-1": {"gp3": 800_000_000, "io2": 1_250_000_000}},
        ),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# date: 2026-09-21\nkind,subject,eu-west-1\n", "some.csv: It does not say its source."),
        ("# source: x\nkind,subject,eu-west-1\n", "some.csv: It does not say its date."),
        ("# source: x\n# date: soon\nkind,subject,eu-west-1\nvolume,gp3,1\n", "soon"),
        (HEAD, "some.csv: It has no row"),
        (HEAD + "kind,subject,eu-wset-1\n", "eu-wset-1"),
        (HEAD + "kind,subject,eu-west-1,eu-west-1\n", "each once"),
        (HEAD + "kind,subject,eu-west-1\nvolume,gp3\n", "Line 5 is no row of 1 prices"),
        (HEAD + "kind,subject,eu-west-1\ngold,gp3,1\n", "Line 5 is no row"),
        (HEAD + "kind,subject,eu-west-1\nvolume,gp3,0\n", "Line 5, eu-west-1: '0' is not a price"),
        (HEAD + "kind,subject,eu-west-1\nvolume,gp3,cheap\n", "Line 5, eu-west-1: 'cheap' is not a price"),
        (HEAD + "kind,subject,eu-west-1\nvolume,gp3,1\nvolume,gp3,2\n", "has two prices"),
    ],
)
def test_a_table_that_is_wrong_says_where(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Invalid) as invalid:
        sheets(table(tmp_path, text))
    assert said in invalid.value.message


def test_the_pack_is_written_only_when_it_says_something_else(tmp_path: Path) -> None:
    file = table(tmp_path, HEAD + "kind,subject,eu-west-1\nvolume,gp3,0.088\n")
    assert write(tmp_path)
    assert not write(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("0.088", "0.089"), encoding="utf-8")
    assert write(tmp_path)
    [sheet] = pack.read((tmp_path / pack.FILE).read_bytes()).sheets
    assert sheet.figures == {"eu-west-1": {"gp3": 890_000_000}}


def test_what_was_refreshed_becomes_tables_that_say_the_same(tmp_path: Path) -> None:
    catalogue = tmp_path / "types.txt"
    catalogue.write_text("m5.large,2,8192,x86_64\n", encoding="utf-8")
    linux = {"eu-west-1": {"m9g.large": 1, "m5.large": 1_150_000_000}, "us-east-1": {"m5.large": 960_000_000}}
    types = {name: InstanceType(name, 2, 8192, "arm64") for name in ("m9g.large", "m5.large")}
    refreshed = Pack(
        (
            Sheet(Kind.LINUX, "AWS Price List", date(2026, 9, 21), linux),
            Sheet(Kind.PUBLIC_IPV4, "AWS Price List", date(2026, 9, 17), {"eu-west-1": {"": 50_000_000}}),
        ),
        types,
    )
    adopt(refreshed, tmp_path, catalogue)
    assert packed(tmp_path).sheets == refreshed.sheets
    assert catalogue.read_text(encoding="utf-8") == "m5.large,2,8192,x86_64\nm9g.large,2,8192,arm64\n"


def test_tables_of_two_days_make_a_pack_with_the_newer_figure(tmp_path: Path) -> None:
    for day, figure in (("2024-07-18", "0.088"), ("2026-09-21", "0.09")):
        head = f"# source: a page\n# date: {day}\nkind,subject,eu-west-1\n"
        (tmp_path / f"{day}.csv").write_text(f"{head}volume,gp3,{figure}\n", encoding="utf-8")
    [sheet] = packed(tmp_path).sheets
    assert (sheet.date, sheet.figures) == (date(2026, 9, 21), {"eu-west-1": {"gp3": 900_000_000}})


def processor_time(work: Callable[[], object]) -> float:
    """Seconds of a processor: how busy the machine is must not decide."""
    begin = time.process_time()
    work()
    return time.process_time() - begin
