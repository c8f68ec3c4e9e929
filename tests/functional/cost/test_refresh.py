"""A refresh keeps what was answered, whatever happens to it, and its cache is never half written."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from core.aws.price_questions import Question, questions
from core.aws.quote import Answer, Kind
from core.catalog.instance_types import InstanceType
from core.cost import pack
from core.cost.pack import Pack, Sheet
from core.cost.prices import CACHE, Prices, load, prices
from core.cost.refresh import Progress, everything, refresh, some, write
from core.errors import Cancelled, Denied, HostFault, Invalid, Throttled, Unreachable
from tests.fakes.price_list import PlayedPriceList, quote

DAY, BEFORE = date(2026, 9, 21), date(2025, 4, 4)
ASKED = tuple(each for each in questions(("eu-central-1", "us-east-1")) if each.kind is Kind.LINUX)
SHIPPED = Pack(
    (Sheet(Kind.LINUX, "shipped", BEFORE, {"eu-central-1": {"m5.large": 10}, "us-east-1": {"m5.large": 9}}),)
)
FIRST = Answer((quote(11),), {}, ())
SECOND = Answer((quote(8, region="us-east-1"),), {}, ())


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "deep" / CACHE
    prices.cache_clear()


def known(cache: Path) -> Prices:
    return load(lambda: pack.written(SHIPPED), cache)


def amounts(cache: Path) -> dict[str, int]:
    of = known(cache)
    return {region: of.instances(region)["m5.large"] for region in ("eu-central-1", "us-east-1")}


def test_what_is_refreshed_is_what_counts_from_then_on(cache: Path) -> None:
    done = refresh(PlayedPriceList([FIRST, SECOND]), ASKED, cache)
    assert (done.done, done.total, done.figures, done.error) == (2, 2, 2, None)
    assert amounts(cache) == {"eu-central-1": 11, "us-east-1": 8}
    assert known(cache).newest == DAY
    assert done.summary == "2 prices are up to date."


def test_its_progress_is_told_before_each_question(cache: Path) -> None:
    told: list[Progress] = []
    refresh(PlayedPriceList([FIRST, SECOND]), ASKED, cache, told.append)
    assert [(each.done, each.total, each.figures) for each in told] == [(0, 2, 0), (1, 2, 1)]
    assert told[0].name == "Linux instances (eu-central-1)"


@pytest.mark.parametrize(
    "fault",
    [
        Unreachable("GetProducts: the connection broke.", hint="Check the network."),
        Throttled("GetProducts: Rate exceeded", hint="Wait a little and try again."),
        Denied("GetProducts: not authorized", hint="Allow pricing:GetProducts for this identity."),
    ],
)
def test_one_that_is_cut_off_throttled_or_denied_keeps_what_was_answered(cache: Path, fault: Throttled) -> None:
    """Minutes of answers were thrown away because the last page failed."""
    done = refresh(PlayedPriceList([FIRST, fault]), ASKED, cache)
    assert amounts(cache) == {"eu-central-1": 11, "us-east-1": 9}
    assert done.error is fault
    assert done.summary == (
        f"The refresh stopped after 1 of 2 questions: {fault.message} What was answered is kept.\n{fault.hint}"
    )


def test_one_that_is_denied_at_once_leaves_everything_as_it_was(cache: Path) -> None:
    refresh(PlayedPriceList([FIRST]), ASKED[:1], cache)
    before = cache.read_bytes()
    done = refresh(PlayedPriceList([Denied("No.", hint="Allow pricing:GetProducts for this identity.")]), ASKED, cache)
    assert cache.read_bytes() == before
    assert done.summary.startswith("The refresh stopped after 0 of 2 questions: No. The prices you had are untouched.")
    assert "pricing:GetProducts" in done.summary


def test_one_that_is_cancelled_keeps_what_was_answered(cache: Path) -> None:
    source = PlayedPriceList([FIRST, SECOND])

    def check() -> None:
        if source.asked:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        refresh(source, ASKED, cache, check=check)
    assert amounts(cache) == {"eu-central-1": 11, "us-east-1": 9}


def test_two_prices_for_one_thing_leave_the_one_there_was_and_are_said(cache: Path) -> None:
    sentence = "m5.large (linux) in eu-central-1: AWS lists 2 prices: 1, 2 USD. The price we had stays."
    done = refresh(PlayedPriceList([Answer((), {}, (sentence,)), SECOND]), ASKED, cache)
    assert amounts(cache) == {"eu-central-1": 10, "us-east-1": 8}
    assert done.summary == f"1 price is up to date.\n1 price was refused. {sentence}"


def test_a_question_that_is_wrong_does_not_end_the_others(cache: Path) -> None:
    done = refresh(PlayedPriceList([Invalid("GetProducts: no such attribute"), SECOND]), ASKED, cache)
    assert amounts(cache) == {"eu-central-1": 10, "us-east-1": 8}
    assert done.error is None
    assert "no such attribute" in done.summary


def test_an_older_answer_does_not_hide_a_newer_pack(cache: Path) -> None:
    refresh(PlayedPriceList([Answer((quote(12, day="2024-01-01"),), {}, ())]), ASKED[:1], cache)
    assert amounts(cache)["eu-central-1"] == 10


def test_each_answer_is_kept_before_the_next_question(cache: Path) -> None:
    """Closing the app ends the thread that refreshes without a word: minutes of answers were lost."""
    kept: list[dict[str, int]] = []
    refresh(PlayedPriceList([FIRST, SECOND]), ASKED, cache, lambda _: kept.append(amounts(cache)))
    assert kept == [{"eu-central-1": 10, "us-east-1": 9}, {"eu-central-1": 11, "us-east-1": 9}]


def test_a_second_refresh_adds_to_the_first(cache: Path) -> None:
    refresh(PlayedPriceList([FIRST]), ASKED[:1], cache)
    refresh(PlayedPriceList([SECOND]), ASKED[1:], cache)
    assert amounts(cache) == {"eu-central-1": 11, "us-east-1": 8}


def test_a_new_instance_type_is_kept_with_its_shape(cache: Path) -> None:
    fresh = InstanceType("m9g.large", 2, 8192, "arm64")
    listed = Answer((quote(9, "m9g.large"),), {"m9g.large": fresh, "m5.large": fresh}, ())
    refresh(PlayedPriceList([listed]), ASKED[:1], cache)
    of = known(cache)
    assert of.instance_types["m9g.large"] == fresh
    assert of.instance_types["m5.large"].architecture == "x86_64", "the catalogue's own types stay as they are"


def test_a_cache_that_is_damaged_is_said_and_the_shipped_prices_are_used(cache: Path) -> None:
    """A laptop that lost power left half a file, and the app did not start."""
    refresh(PlayedPriceList([FIRST, SECOND]), ASKED, cache)
    cache.write_bytes(cache.read_bytes()[:50])
    of = known(cache)
    assert of.instances("eu-central-1") == {"m5.large": 10}
    assert of.notice.startswith(f"The refreshed prices in {cache} can't be read: It is damaged")
    assert of.notice.endswith("Refresh them from AWS.")
    refresh(PlayedPriceList([FIRST]), ASKED[:1], cache)
    assert known(cache).notice == ""
    assert amounts(cache)["eu-central-1"] == 11


def test_a_cache_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    of = load(lambda: pack.written(SHIPPED), tmp_path)
    assert "can't be read" in of.notice
    assert of.instances("eu-central-1") == {"m5.large": 10}


def test_without_a_cache_there_is_nothing_to_say(cache: Path) -> None:
    assert known(cache).notice == ""


@pytest.mark.parametrize("content", [b"", b"half", pack.written(SHIPPED)[:60]])
def test_a_shipped_pack_that_is_damaged_is_a_fault_that_says_what_to_do(cache: Path, content: bytes) -> None:
    with pytest.raises(HostFault, match="price list that ships with Bakehouse can't be read") as fault:
        load(lambda: content, cache)
    assert fault.value.hint == "Install Bakehouse again."


def test_a_cache_that_can_not_be_written_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(HostFault, match="can't be kept") as fault:
        write(tmp_path / "file" / CACHE, SHIPPED)
    assert "BAKEHOUSE_CACHE" in fault.value.hint
    (tmp_path / CACHE).mkdir()
    with pytest.raises(HostFault):
        write(tmp_path / CACHE, SHIPPED)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", CACHE]


def test_everything_is_asked_of_every_region_with_prices_in_usd() -> None:
    regions = {each.filters["regionCode"] for each in everything() if "regionCode" in each.filters}
    assert len(regions) == 36
    assert not any(region.startswith(("cn-", "eusc-")) for region in regions)


def test_a_few_instance_types_are_asked_of_all_regions_at_once() -> None:
    def computing(asked: tuple[Question, ...]) -> list[str]:
        return [each.filters["instanceType"] for each in asked if each.kind is Kind.LINUX]

    assert computing(some(["m5.large", "t3.large"])) == ["m5.large", "t3.large"]
    assert len(some(["m5.large"])) < 25
