"""The price pack: what goes in comes out, and what is damaged is never read as prices."""

import gzip
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.aws.quote import Kind, amount
from core.catalog.instance_types import InstanceType
from core.cost.pack import FORMAT, Pack, Sheet, joined, read, written
from core.errors import Invalid

names = st.text("abcdefgh-.0123456789", min_size=1, max_size=8)
sheets = st.builds(
    Sheet,
    st.sampled_from(Kind),
    st.text(max_size=20),
    st.dates(),
    st.dictionaries(names, st.dictionaries(names, st.integers(min_value=1, max_value=10**15), max_size=4), max_size=4),
)
PACK = Pack(
    (Sheet(Kind.LINUX, "a list", date(2025, 4, 4), {"eu-central-1": {"m5.large": 1_150_000_000}}),),
    {"m9g.large": InstanceType("m9g.large", 2, 8192, "arm64")},
)


@given(st.lists(sheets, max_size=4).map(tuple))
def test_what_is_written_is_read_again(made: tuple[Sheet, ...]) -> None:
    assert read(written(Pack(made))) == Pack(made)


def test_the_same_pack_makes_the_same_bytes() -> None:
    assert written(PACK) == written(read(written(PACK)))


def test_of_two_packs_each_figure_is_kept_once_and_the_newer() -> None:
    old = Sheet(Kind.LINUX, "a", date(2025, 4, 4), {"r": {"x": 1, "y": 2}, "s": {"x": 3}})
    new = Sheet(Kind.LINUX, "b", date(2026, 9, 21), {"r": {"x": 4}, "s": {"x": 5}})
    assert joined(Pack((old,)), Pack((new,))).sheets == (new, Sheet(Kind.LINUX, "a", date(2025, 4, 4), {"r": {"y": 2}}))
    assert joined(Pack((new,)), Pack((old,))).sheets == joined(Pack((old,)), Pack((new,))).sheets


@pytest.mark.parametrize("end", range(0, 120, 7))
def test_a_pack_that_was_cut_off_is_damaged(end: int) -> None:
    with pytest.raises(Invalid, match="damaged"):
        read(written(PACK)[:end])


@pytest.mark.parametrize("position", range(20, 120, 3))
def test_a_pack_with_a_wrong_byte_is_damaged(position: int) -> None:
    """Without a checksum a digit that flipped would be a price."""
    content = bytearray(written(PACK))
    content[position] ^= 0x10
    with pytest.raises(Invalid, match="damaged"):
        read(bytes(content))


def document(types: object = {}, **changes: Any) -> bytes:
    sheet = {"kind": "linux", "source": "s", "date": "2025-04-04", "figures": {"eu-central-1": {"m5.large": 1}}}
    whole = {"format": FORMAT, "types": types, "sheets": [{**sheet, **changes}]}
    return gzip.compress(json.dumps(whole).encode())


@pytest.mark.parametrize("figure", [0, -1, 0.115, "0.115", None, True])
def test_what_is_no_price_is_damage(figure: object) -> None:
    """A zero that slipped in would make an image cost nothing."""
    with pytest.raises(Invalid, match="is no price"):
        read(document(figures={"eu-central-1": {"m5.large": figure}}))


@pytest.mark.parametrize("facts", [[-2, 8192, "arm64"], [2, 1e400, "arm64"], [2, 8192, "vax"], [2], None])
def test_what_is_no_instance_type_is_damage(facts: object) -> None:
    """Windows is priced by the vCPU: with fewer than none it would be cheaper than Linux."""
    with pytest.raises(Invalid, match="damaged"):
        read(document(types={"m9g.large": facts}))


@pytest.mark.parametrize("changes", [{"kind": "gold"}, {"date": "yesterday"}, {"figures": []}, {"figures": None}])
def test_a_sheet_of_another_shape_is_damage(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="damaged"):
        read(document(**changes))


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"PK\x03\x04", *(gzip.compress(text, mtime=0) for text in (b"[]", b"{}", b"[" * 100_000))],
)
def test_another_file_is_damage(content: bytes) -> None:
    with pytest.raises(Invalid):
        read(content)


def test_a_format_of_another_version_is_said() -> None:
    whole = {"format": 99, "types": {}, "sheets": []}
    with pytest.raises(Invalid, match="format 99"):
        read(gzip.compress(json.dumps(whole).encode()))


@pytest.mark.parametrize(
    ("usd", "expected"),
    [("0.1150000000", 1_150_000_000), ("12.24", 122_400_000_000), ("0.0000000001", 1), ("4.8E-3", 48_000_000)],
)
def test_an_amount_is_exact(usd: str, expected: int) -> None:
    assert amount(usd) == expected


@pytest.mark.parametrize("usd", ["0", "0.0000000000", "-1", "", "free", "NaN", "Infinity", "0.00000000001"])
def test_what_is_no_amount_is_refused(usd: str) -> None:
    with pytest.raises(Invalid, match="is not a price"):
        amount(usd)
