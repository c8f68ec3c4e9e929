"""Asking the AWS Price List, against botocore's own checks of requests and answers."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from core.aws.connection import LocalConnection
from core.aws.price_list import PriceList, price_list
from core.aws.price_questions import Question, instances, questions, transfer
from core.aws.quote import PER_USD, Answer, Kind
from core.catalog.instance_types import InstanceType
from core.errors import Cancelled, Denied, Throttled, Unreachable, Unsupported
from core.local.endpoint import Endpoint, Home
from tests.fakes.price_list import INSTANCE, ebs, instance, item, tier
from tests.functional.aws.account import account_connection

FRANKFURT = instances(Kind.LINUX, {"regionCode": "eu-central-1"})


class Stubbed:
    """A price list whose pages are put down beforehand."""

    def __init__(self) -> None:
        client = boto3.Session().client(
            "pricing", region_name="eu-central-1", config=Config(signature_version=UNSIGNED)
        )
        self.stub = Stubber(client)
        self.stub.activate()
        self.list = PriceList(client)

    def page(self, *items: str, token: str = "", expected: dict[str, Any] | None = None) -> None:
        answer = {"FormatVersion": "aws_v1", "PriceList": list(items)} | ({"NextToken": token} if token else {})
        self.stub.add_response("get_products", answer, expected)

    def error(self, code: str, message: str, status: int = 400) -> None:
        self.stub.add_client_error("get_products", code, message, status)

    def answer(self, question: Question = FRANKFURT, *items: str) -> Answer:
        if items:
            self.page(*items)
        return self.list.answer(question)


@pytest.fixture
def stubbed() -> Iterator[Stubbed]:
    made = Stubbed()
    yield made
    made.stub.assert_no_pending_responses()


def asked(kind: Kind, name: str = "") -> Question:
    [found] = [each for each in questions(("eu-central-1",)) if each.kind is kind and name in each.name]
    return found


def figures(answer: Answer) -> dict[tuple[str, str], str]:
    return {(one.region, one.subject): f"{one.amount / PER_USD:g}" for one in answer.quotes}


def test_instances_are_asked_for_without_what_is_no_plain_machine(stubbed: Stubbed) -> None:
    """Without one of the filters the list also has reservations, dedicated hosts, own licences or Local Zones."""
    filters = {
        "regionCode": "eu-central-1",
        "locationType": "AWS Region",
        "operatingSystem": "Linux",
        "preInstalledSw": "NA",
        "licenseModel": "No License required",
        "tenancy": "Shared",
        "capacitystatus": "Used",
        "marketoption": "OnDemand",
    }
    wanted = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in sorted(filters.items())]
    expected = {"ServiceCode": "AmazonEC2", "FormatVersion": "aws_v1", "MaxResults": 100}
    question = instances(Kind.LINUX, {"regionCode": "eu-central-1"})
    ordered = Question(
        question.name,
        question.kind,
        question.service,
        dict(sorted(question.filters.items())),
        question.unit,
        question.subject,
    )
    stubbed.page(instance("0.1150000000"), expected={**expected, "Filters": wanted})
    [found] = stubbed.list.answer(ordered).quotes
    assert (found.kind, found.region, found.subject) == (Kind.LINUX, "eu-central-1", "m5.large")
    assert (found.amount, str(found.published)) == (1_150_000_000, "2026-09-21")


def test_every_page_is_read_with_the_token_of_the_one_before(stubbed: Stubbed) -> None:
    stubbed.page(instance("0.115"), token="more")
    expected = {
        "ServiceCode": "AmazonEC2",
        "FormatVersion": "aws_v1",
        "MaxResults": 100,
        "NextToken": "more",
        "Filters": [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in FRANKFURT.filters.items()],
    }
    second = instance("0.23", instanceType="m5.xlarge", usagetype="EUC1-BoxUsage:m5.xlarge")
    stubbed.page(second, expected=expected)
    assert figures(stubbed.answer()) == {
        ("eu-central-1", "m5.large"): "0.115",
        ("eu-central-1", "m5.xlarge"): "0.23",
    }


TRAPS = {
    "an unused capacity reservation": {
        "capacitystatus": "UnusedCapacityReservation",
        "usagetype": "EUC1-UnusedBox:m5.large",
    },
    "an allocated capacity reservation": {
        "capacitystatus": "AllocatedCapacityReservation",
        "usagetype": "EUC1-Reservation:m5.large",
    },
    "a reservation under the usage type of a plain machine": {"capacitystatus": "UnusedCapacityReservation"},
    "a dedicated machine": {"tenancy": "Dedicated", "usagetype": "EUC1-DedicatedUsage:m5.large"},
    "a dedicated host": {"tenancy": "Host", "usagetype": "EUC1-HostBoxUsage:m5.large"},
    "a Local Zone": {"locationType": "AWS Local Zone", "usagetype": "EUC1-HAM1-BoxUsage:m5.large"},
    "SQL Server": {"preInstalledSw": "SQL Web", "operation": "RunInstances:0200"},
    "a capacity block": {"marketoption": "CapacityBlock"},
    "another system": {"operatingSystem": "RHEL", "operation": "RunInstances:0010"},
}


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_what_is_no_plain_machine_is_dropped_even_when_it_comes(stubbed: Stubbed, trap: dict[str, str]) -> None:
    """A list that took the last match would price 31 % of all machines wrong: at 0, or as dedicated."""
    answer = stubbed.answer(FRANKFURT, instance("0.115"), instance("0.122", "SKU1", **trap))
    assert figures(answer) == {("eu-central-1", "m5.large"): "0.115"}
    assert not answer.refused


def test_windows_with_a_licence_of_ones_own_is_not_the_price_of_windows(stubbed: Stubbed) -> None:
    """It is listed at the price of Linux, which would make every Windows image half as dear as it is."""
    windows = {"operatingSystem": "Windows", "operation": "RunInstances:0002"}
    own = {"operatingSystem": "Windows", "operation": "RunInstances:0800", "licenseModel": "Bring your own license"}
    mislabelled = {"operatingSystem": "Windows", "operation": "RunInstances:0800"}
    answer = stubbed.answer(
        instances(Kind.WINDOWS, {"regionCode": "eu-central-1"}),
        instance("0.207", **windows),
        instance("0.115", "SKU1", **own),
        instance("0.115", "SKU2", **mislabelled),
    )
    assert figures(answer) == {("eu-central-1", "m5.large"): "0.207"}


def test_a_price_of_zero_is_no_price(stubbed: Stubbed) -> None:
    assert not stubbed.answer(FRANKFURT, instance("0.0000000000")).quotes


def test_two_different_prices_are_refused_and_every_other_one_counts(stubbed: Stubbed) -> None:
    answer = stubbed.answer(
        FRANKFURT,
        instance("0.115"),
        instance("0.122", "SKU1"),
        instance("0.0", "SKU2"),
        instance("0.23", "SKU3", instanceType="m5.xlarge", usagetype="EUC1-BoxUsage:m5.xlarge"),
    )
    assert figures(answer) == {("eu-central-1", "m5.xlarge"): "0.23"}
    [refusal] = answer.refused
    assert refusal == "m5.large (linux) in eu-central-1: AWS lists 2 prices: 0.115, 0.122 USD. The price we had stays."


class Pages:
    """A client that answers with these items, a few on each page."""

    def __init__(self, items: list[str], size: int) -> None:
        self._items, self._size = items, size

    def get_products(self, NextToken: str = "0", **_: Any) -> dict[str, Any]:  # noqa: N803 - botocore's name
        begin = int(NextToken)
        end = begin + self._size
        more = {"NextToken": str(end)} if end < len(self._items) else {}
        return {"PriceList": self._items[begin:end], **more}


MIXED = [
    instance("0.115"),
    instance("0", "SKU1"),
    instance("0.122", "SKU2", tenancy="Dedicated"),
    instance("0.115", "SKU3", capacitystatus="UnusedCapacityReservation"),
    instance("0.23", "SKU4", instanceType="m5.xlarge", usagetype="EUC1-BoxUsage:m5.xlarge"),
    instance("0.24", "SKU5", instanceType="m5.xlarge", usagetype="EUC1-BoxUsage:m5.xlarge"),
    item(INSTANCE, tier("1", "Hrs", currency="EUR"), sku="SKU6"),
]


@given(st.permutations(MIXED), st.integers(min_value=1, max_value=8))
def test_the_order_of_the_list_and_its_pages_decide_nothing(items: list[str], size: int) -> None:
    """A reader that lets the last item win is right or wrong by chance."""
    answer = PriceList(Pages(items, size)).answer(FRANKFURT)
    assert answer.quotes == ()
    assert len(answer.refused) == 2
    without = [each for each in items if '"EUR"' not in each and '"SKU5"' not in each]
    assert figures(PriceList(Pages(without, size)).answer(FRANKFURT)) == {
        ("eu-central-1", "m5.large"): "0.115",
        ("eu-central-1", "m5.xlarge"): "0.23",
    }


def test_the_same_price_twice_is_one_price(stubbed: Stubbed) -> None:
    answer = stubbed.answer(FRANKFURT, instance("0.115"), instance("0.1150000000", "SKU1"))
    assert figures(answer) == {("eu-central-1", "m5.large"): "0.115"}


def test_a_price_in_another_currency_is_refused(stubbed: Stubbed) -> None:
    yuan = item({**INSTANCE, "regionCode": "cn-north-1"}, tier("0.781", "Hrs", currency="CNY"))
    answer = stubbed.answer(instances(Kind.LINUX, {"instanceType": "m5.large"}), yuan, instance("0.115"))
    assert figures(answer) == {("eu-central-1", "m5.large"): "0.115"}
    assert "the price is in CNY and not in USD" in answer.refused[0]


@pytest.mark.parametrize("said", ["0.11500000001", "-0.115", "free", "NaN"])
def test_what_is_no_number_of_ten_places_is_refused(stubbed: Stubbed, said: str) -> None:
    answer = stubbed.answer(FRANKFURT, instance(said))
    assert not answer.quotes
    assert len(answer.refused) == 1


def test_tiers_that_have_no_order_are_refused(stubbed: Stubbed) -> None:
    """Comparing with NaN raises what nobody expects."""
    tiers = tier("0.115", "Hrs", begin="NaN"), tier("0.1", "Hrs", begin="10")
    assert "a tier begins at 'NaN'" in stubbed.answer(FRANKFURT, item(INSTANCE, *tiers)).refused[0]


def test_another_unit_than_the_one_meant_is_refused(stubbed: Stubbed) -> None:
    """Throughput was once listed by the MiB/s: read as GiB/s it would be a thousandth."""
    attributes = {"volumeApiName": "gp3"}
    family = "Provisioned Throughput"
    listed = ebs("0.044", "EU-EBS:VolumeP-Throughput.gp3", family, "MiBps-Mo", **attributes)
    answer = stubbed.answer(asked(Kind.THROUGHPUT), listed)
    assert not answer.quotes
    assert "the price is for MiBps-Mo and not for GiBps-mo" in answer.refused[0]


def test_an_item_without_an_on_demand_price_is_left_out(stubbed: Stubbed) -> None:
    assert not stubbed.answer(FRANKFURT, item(INSTANCE)).quotes


def test_a_type_we_have_never_seen_brings_its_shape(stubbed: Stubbed) -> None:
    large = {"vcpu": "448", "memory": "12,288 GiB", "instanceType": "u9.big", "usagetype": "EUC1-BoxUsage:u9.big"}
    arm = {"physicalProcessor": "AWS Graviton5 Processor", "instanceType": "m9g.large"}
    answer = stubbed.answer(
        FRANKFURT, instance("9.1", **large), instance("0.09", "SKU1", **arm, usagetype="EUC1-BoxUsage:m9g.large")
    )
    assert answer.types == {
        "u9.big": InstanceType("u9.big", 448, 12_288 * 1024, "x86_64"),
        "m9g.large": InstanceType("m9g.large", 2, 8192, "arm64"),
    }


def test_a_snapshot_is_told_by_its_whole_usage_type(stubbed: Stubbed) -> None:
    """The family also has Outposts, retrieval and early deletion, whose usage types begin or end alike."""
    family, media = "Storage Snapshot", {"storageMedia": "Amazon S3"}
    answer = stubbed.answer(
        asked(Kind.SNAPSHOT),
        ebs("0.05", "EU-EBS:SnapshotUsage", family, **media),
        ebs("0.0125", "EU-EBS:SnapshotArchiveStorage", family, **media),
        ebs("0.03", "EU-EBS:SnapshotArchiveRetrieval", family, "GB", **media),
        ebs("0.0125", "EU-EBS:SnapshotArchiveEarlyDelete", family, **media),
        ebs("0.5", "EU-EBS:SnapshotUsage.outposts", family, **media),
        ebs("0.05", "EBS:SnapshotUsage", family, **media, regionCode="us-east-1"),
    )
    assert figures(answer) == {
        ("eu-west-1", "standard"): "0.05",
        ("eu-west-1", "archive"): "0.0125",
        ("us-east-1", "standard"): "0.05",
    }
    assert not answer.refused


@pytest.mark.parametrize(
    ("name", "usage"),
    [("gp3", "EU-EBS:VolumeUsage.gp3"), ("io1", "EU-EBS:VolumeUsage.piops"), ("standard", "EU-EBS:VolumeUsage")],
)
def test_a_volume_is_told_by_its_own_usage_type(stubbed: Stubbed, name: str, usage: str) -> None:
    [question] = [each for each in questions(()) if each.kind is Kind.VOLUME and each.name == f"{name} volumes"]
    answer = stubbed.answer(question, ebs("0.088", usage, "Storage", volumeApiName=name))
    assert figures(answer) == {("eu-west-1", name): "0.088"}


def test_of_io2_only_the_first_tier_of_iops_counts(stubbed: Stubbed) -> None:
    family, of = "System Operation", {"volumeApiName": "io2"}
    answer = stubbed.answer(
        asked(Kind.IOPS, "io2"),
        ebs("0.072", "EU-EBS:VolumeP-IOPS.io2", family, "IOPS-Mo", **of),
        ebs("0.0504", "EU-EBS:VolumeP-IOPS.io2.tier2", family, "IOPS-Mo", **of),
        ebs("0.03528", "EU-EBS:VolumeP-IOPS.io2.tier3", family, "IOPS-Mo", **of),
    )
    assert figures(answer) == {("eu-west-1", "io2"): "0.072"}


def test_of_tiers_the_first_that_costs_counts_in_whatever_order_they_come(stubbed: Stubbed) -> None:
    attributes = {
        "servicecode": "AmazonS3",
        "locationType": "AWS Region",
        "volumeType": "Standard",
        "regionCode": "eu-west-1",
        "usagetype": "EU-TimedStorage-ByteHrs",
    }
    tiers = (
        tier("0.0210000000", "GB-Mo", "512000"),
        tier("0.0230000000", "GB-Mo", "5", "51200"),
        tier("0.0000000000", "GB-Mo", "0", "5"),
        tier("0.0220000000", "GB-Mo", "51200", "512000"),
    )
    answer = stubbed.answer(asked(Kind.OBJECT_STORAGE), item(attributes, *tiers, family="Storage"))
    assert figures(answer) == {("eu-west-1", ""): "0.023"}


TRANSFER = {
    "servicecode": "AWSDataTransfer",
    "transferType": "InterRegion Outbound",
    "fromLocationType": "AWS Region",
    "toLocationType": "AWS Region",
    "fromRegionCode": "us-east-2",
    "toRegionCode": "sa-east-1",
    "usagetype": "USE2-SAE1-AWS-Out-Bytes",
    "operation": "",
}


def test_transfer_is_priced_from_region_to_region(stubbed: Stubbed) -> None:
    """Older items name locations instead of codes; pairs with a zone, inbound and zero rows are no price of a copy."""
    older = {name: value for name, value in TRANSFER.items() if "RegionCode" not in name} | {
        "fromLocation": "EU (Frankfurt)",
        "toLocation": "US East (Ohio)",
        "usagetype": "EUC1-USE2-AWS-Out-Bytes",
    }
    zone = {**TRANSFER, "toLocationType": "AWS Local Zone", "toRegionCode": "us-west-2-lax-1"}
    inbound = {**TRANSFER, "usagetype": "USE2-SAE1-AWS-In-Bytes"}
    other = {**TRANSFER, "operation": "AcceleratedCopy"}
    rows = [(TRANSFER, "0.02"), (older, "0.02"), (zone, "0.01"), (inbound, "0.03"), (other, "0.04"), (TRANSFER, "0.0")]
    items = [
        item(each, tier(usd, "GB"), family="Data Transfer", sku=f"SKU{number}")
        for number, (each, usd) in enumerate(rows)
    ]
    answer = stubbed.answer(transfer(), *items)
    assert figures(answer) == {("us-east-2", "sa-east-1"): "0.02", ("eu-central-1", "us-east-2"): "0.02"}
    assert not answer.refused


def test_a_public_address_has_no_product_family_and_only_one_in_use_counts(stubbed: Stubbed) -> None:
    attributes = {
        "servicecode": "AmazonVPC",
        "group": "VPCPublicIPv4Address",
        "locationType": "AWS Region",
        "regionCode": "eu-central-1",
        "usagetype": "EUC1-PublicIPv4:InUseAddress",
    }
    idle = {**attributes, "usagetype": "EUC1-PublicIPv4:IdleAddress"}
    zone = {**attributes, "locationType": "AWS Local Zone", "regionCode": "us-west-2-phx-1"}
    items = [item(each, tier("0.005", "Hrs")) for each in (attributes, idle, zone)]
    assert figures(stubbed.answer(asked(Kind.PUBLIC_IPV4), *items)) == {("eu-central-1", ""): "0.005"}


def test_logs_and_container_images_are_told_by_their_usage_type(stubbed: Stubbed) -> None:
    """us-east-1 has a prefix in some services and none in others."""
    logs = {"locationType": "AWS Region", "regionCode": "us-east-1", "usagetype": "USE1-DataProcessing-Bytes"}
    rare = {**logs, "usagetype": "USE1-DataProcessingIA-Bytes"}
    items = [item(each, tier("0.5", "GB"), family="Data Payload") for each in (logs, rare)]
    assert figures(stubbed.answer(asked(Kind.LOG_INGESTION), *items)) == {("us-east-1", ""): "0.5"}
    images = {"locationType": "AWS Region", "regionCode": "us-east-1", "usagetype": "TimedStorage-ByteHrs"}
    stored = item(images, tier("0.1", "GB-Mo"), family="EC2 Container Registry")
    assert figures(stubbed.answer(asked(Kind.IMAGE_STORAGE), stored)) == {("us-east-1", ""): "0.1"}


def test_a_missing_permission_is_named(stubbed: Stubbed) -> None:
    stubbed.error("AccessDeniedException", "User is not authorized to perform this", 400)
    with pytest.raises(Denied) as denied:
        stubbed.answer()
    assert denied.value.hint == "Allow pricing:GetProducts for this identity."


def test_throttling_is_said_as_such(stubbed: Stubbed) -> None:
    stubbed.error("ThrottlingException", "Rate exceeded")
    with pytest.raises(Throttled):
        stubbed.answer()


def test_a_token_that_expired_is_answered_by_beginning_anew(stubbed: Stubbed) -> None:
    """A laptop that slept in the middle of a refresh comes back with a token of yesterday."""
    stubbed.page(instance("0.115"), token="old")
    stubbed.error("ExpiredNextTokenException", "Expired")
    stubbed.page(instance("0.116"))
    assert figures(stubbed.answer()) == {("eu-central-1", "m5.large"): "0.116"}


def test_a_token_that_never_changes_ends_the_asking(stubbed: Stubbed) -> None:
    stubbed.page(instance("0.115"), token="same")
    stubbed.page(instance("0.115"), token="same")
    with pytest.raises(Unreachable, match="again and again"):
        stubbed.answer()


@pytest.mark.parametrize(
    "text",
    [
        '{"product": {"sku"',
        "[]",
        '{"product": {"sku": "S", "attributes": {}}}',
        instance("0.115").replace('"0.115"', "0.115"),
        instance("0.115").replace('"8 GiB"', "null"),
        instance("0.115").replace('"pricePerUnit"', '"price"'),
        instance("0.115").replace('"beginRange": "0"', '"beginRange": []'),
    ],
)
def test_an_item_that_was_cut_off_or_has_a_new_form_ends_the_question(stubbed: Stubbed, text: str) -> None:
    """Leaving it out would leave a gap that nobody sees; taking it as it is ended the refresh in a traceback."""
    with pytest.raises(Unreachable, match="can't be read"):
        stubbed.answer(FRANKFURT, instance("0.115"), text)


def test_an_answer_without_a_list_was_cut_off(stubbed: Stubbed) -> None:
    """Botocore makes an empty answer of a body that is no JSON; read as "no prices" it would pass for a success."""
    stubbed.stub.add_response("get_products", {})
    with pytest.raises(Unreachable, match="cut off"):
        stubbed.answer()


def test_cancelling_ends_it_before_the_next_page(stubbed: Stubbed) -> None:
    stubbed.page(instance("0.115"), token="more")
    calls: list[int] = []

    def check() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        stubbed.list.answer(FRANKFURT, check)


@pytest.mark.parametrize(
    ("region", "home"),
    [
        ("eu-west-1", "eu-central-1"),
        ("us-west-2", "us-east-1"),
        ("ap-southeast-2", "ap-south-1"),
        ("sa-east-1", "us-east-1"),
    ],
)
def test_the_price_list_is_asked_where_it_answers(region: str, home: str) -> None:
    """It answers in three regions only, whichever region the connection is of."""
    client = account_connection(region).client("pricing")
    assert client.meta.endpoint_url == f"https://api.pricing.{home}.amazonaws.com"


def test_local_has_no_price_list() -> None:
    local = LocalConnection("eu-central-1", Home.default(), lambda _: Endpoint("http://127.0.0.1:1", 7, "a", "b"))
    with pytest.raises(Unsupported, match="no price list"):
        price_list(local)


def test_a_price_list_in_another_currency_is_not_asked() -> None:
    with pytest.raises(Unsupported, match="not in USD"):
        price_list(account_connection("cn-north-1"))


def test_all_instance_types_are_asked_region_by_region_and_a_few_in_all_regions() -> None:
    whole, few = questions(("eu-central-1", "us-east-1")), questions((), ("m5.large",))
    assert [dict(each.filters).get("regionCode") for each in whole if each.kind is Kind.LINUX] == [
        "eu-central-1",
        "us-east-1",
    ]
    [linux] = [each for each in few if each.kind is Kind.LINUX]
    assert linux.filters["instanceType"] == "m5.large"
    assert "regionCode" not in linux.filters
