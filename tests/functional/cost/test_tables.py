"""The dated tables in resources/prices, and the pack that is made of them."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from core.aws.quote import Kind
from core.catalog.instance_types import INSTANCE_TYPES
from core.cost import pack
from core.cost.pack import Sheet
from core.cost.prices import load
from core.cost.tables import FOLDER, packed, sheets, write
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


def processor_time(work: Callable[[], object]) -> float:
    """Seconds of a processor: how busy the machine is must not decide."""
    begin = time.process_time()
    work()
    return time.process_time() - begin
