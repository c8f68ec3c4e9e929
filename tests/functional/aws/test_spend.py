"""What AWS has billed for Image Builder, and in words what it would need to tell."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.stub import Stubber

from core.aws.connection import AwsConnection, LocalConnection
from core.aws.spend import Billed, Spend, billed
from core.errors import Denied, NotFound, Unreachable, Unsupported
from core.local.endpoint import Endpoint, Home
from tests.functional.aws.account import account_connection

START, END = date(2026, 9, 15), date(2026, 11, 1)
REQUEST = {
    "TimePeriod": {"Start": "2026-09-01", "End": "2026-11-01"},
    "Granularity": "MONTHLY",
    "Metrics": ["UnblendedCost"],
    "Filter": {"Tags": {"Key": "CreatedBy", "Values": ["EC2 Image Builder"], "MatchOptions": ["EQUALS"]}},
    "GroupBy": [{"Type": "DIMENSION", "Key": "REGION"}],
}


class Account(AwsConnection):
    """An account whose Cost Explorer answers from a script."""

    def __init__(self) -> None:
        plain = account_connection()
        super().__init__(plain.stored, plain._around)
        self.ce = boto3.Session().client("ce", region_name="us-east-1", config=Config(signature_version=UNSIGNED))
        self.stub = Stubber(self.ce)
        self.stub.activate()

    def client(self, service: str) -> Any:
        assert service == "ce"
        return self.ce

    def answers(self, *months: dict[str, Any], token: str = "", expected: dict[str, Any] | None = None) -> None:
        page = {"ResultsByTime": list(months)} | ({"NextPageToken": token} if token else {})
        self.stub.add_response("get_cost_and_usage", page, expected or REQUEST)

    def tags(self, *active: str) -> None:
        found = [{"TagKey": key, "Type": "UserDefined", "Status": "Active"} for key in active]
        expected = {"TagKeys": ["CreatedBy"], "Status": "Active"}
        self.stub.add_response("list_cost_allocation_tags", {"CostAllocationTags": found}, expected)

    def refuses(self, operation: str, code: str, message: str = "User is not authorized") -> None:
        self.stub.add_client_error(operation, code, message, 400)


@pytest.fixture
def account() -> Iterator[Account]:
    made = Account()
    yield made
    made.stub.assert_no_pending_responses()


def month(start: str, costs: dict[str, str], estimated: bool = False, unit: str = "USD") -> dict[str, Any]:
    groups = [
        {"Keys": [region], "Metrics": {"UnblendedCost": {"Amount": usd, "Unit": unit}}} for region, usd in costs.items()
    ]
    period = {"Start": start, "End": "2026-12-01"}
    return {"TimePeriod": period, "Groups": groups, "Total": {}, "Estimated": estimated}


def test_what_was_billed_is_told_by_month_and_region(account: Account) -> None:
    account.answers(
        month("2026-09-01", {"eu-central-1": "1.4168", "us-east-1": "0.46"}),
        month("2026-10-01", {"eu-central-1": "0.0000000001", "NoRegion": "0"}, estimated=True),
    )
    found = billed(account, START, END)
    assert found.spend == (
        Spend(date(2026, 9, 1), "eu-central-1", Decimal("1.4168"), estimated=False),
        Spend(date(2026, 9, 1), "us-east-1", Decimal("0.46"), estimated=False),
        Spend(date(2026, 10, 1), "eu-central-1", Decimal("0.0000000001"), estimated=True),
    )
    assert found.total == Decimal("1.8768000001")
    assert found.missing == ""


def test_every_page_is_read(account: Account) -> None:
    account.answers(month("2026-09-01", {"eu-central-1": "1"}), token="more")
    account.answers(month("2026-10-01", {"eu-central-1": "2"}), expected={**REQUEST, "NextPageToken": "more"})
    assert billed(account, START, END).total == 3


def test_a_page_that_comes_again_and_again_ends_it(account: Account) -> None:
    account.answers(token="same")
    account.answers(token="same", expected={**REQUEST, "NextPageToken": "same"})
    with pytest.raises(Unreachable, match="again and again"):
        billed(account, START, END)


@pytest.mark.parametrize(
    "group", [{"Keys": ["eu-central-1"]}, month("2026-09-01", {"eu-central-1": "much"})["Groups"][0]]
)
def test_an_answer_of_a_new_form_is_said(account: Account, group: dict[str, Any]) -> None:
    """It would end in a traceback."""
    account.answers({**month("2026-09-01", {}), "Groups": [group]})
    with pytest.raises(Unreachable, match="can't be read"):
        billed(account, START, END)


def test_without_the_permission_it_is_named(account: Account) -> None:
    account.refuses("get_cost_and_usage", "AccessDeniedException")
    with pytest.raises(Denied) as denied:
        billed(account, START, END)
    assert denied.value.hint.startswith("Allow ce:GetCostAndUsage for this identity.")
    assert "the account that pays" in denied.value.hint


def test_a_tag_that_is_not_activated_is_not_taken_for_nothing_spent(account: Account) -> None:
    """Cost Explorer answers with an empty list to a tag that it does not count by, and "0 USD" would be believed."""
    account.answers(month("2026-09-01", {}))
    account.tags()
    found = billed(account, START, END)
    assert found.spend == ()
    assert found.missing.startswith(
        "AWS does not count by the tag of Image Builder's resources. Activate the tag CreatedBy"
    )


def test_nothing_spent_is_nothing_missing(account: Account) -> None:
    account.answers(month("2026-09-01", {}))
    account.tags("CreatedBy")
    assert billed(account, START, END) == Billed(())


def test_whether_the_tag_is_activated_may_be_unknown_too(account: Account) -> None:
    account.answers(month("2026-09-01", {}))
    account.refuses("list_cost_allocation_tags", "AccessDeniedException")
    found = billed(account, START, END)
    assert "It may not count by its tag." in found.missing
    assert found.missing.endswith("Allow ce:ListCostAllocationTags for this identity.")


def test_a_cost_explorer_that_was_never_enabled_is_said(account: Account) -> None:
    account.refuses("get_cost_and_usage", "DataUnavailableException", "Data is not available.")
    with pytest.raises(NotFound) as fault:
        billed(account, START, END)
    assert fault.value.hint.startswith("Enable Cost Explorer")


def test_another_currency_is_not_added_up_as_if_it_were_ours(account: Account) -> None:
    account.answers(month("2026-09-01", {"cn-north-1": "7.1"}, unit="CNY"))
    with pytest.raises(Unsupported, match="in CNY"):
        billed(account, START, END)


def test_local_bills_nothing() -> None:
    local = LocalConnection("eu-central-1", Home.default(), lambda _: Endpoint("http://127.0.0.1:1", 7, "a", "b"))
    with pytest.raises(Unsupported, match="bills nothing"):
        billed(local, START, END)
