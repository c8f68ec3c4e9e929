"""What AWS has billed for Image Builder's resources, by Cost Explorer: the truth beside our own reckoning.

Image Builder tags what it makes with ``CreatedBy: EC2 Image Builder``. Cost Explorer counts by a tag from the day on
which it is activated as a cost allocation tag, so an empty answer may mean that nothing was spent or that nobody could
tell; which of them it is, is asked as well. Each request costs 0.01 USD: ask when the user wants to know.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from core.aws.connection import Capability
from core.aws.errors import translated
from core.errors import Denied, Invalid, NotFound, Unreachable, Unsupported

if TYPE_CHECKING:
    from core.aws.connection import Connection

COST_EXPLORER: Final = "ce"
TAG: Final = "CreatedBy"
VALUE: Final = "EC2 Image Builder"
METRIC: Final = "UnblendedCost"
CURRENCY: Final = "USD"
UNAVAILABLE: Final = "DataUnavailableException"
ACTIVATE: Final = (
    f"Activate the tag {TAG} under Billing and Cost Management, Cost allocation tags, in the account that pays. "
    "It appears there a day after Image Builder has first used it, and counts from its activation on."
)


@dataclass(frozen=True, slots=True)
class Spend:
    """What `region` cost in the month that begins on `month`; `estimated` while AWS has not closed the month. `region`
    is in Cost Explorer's words: "global" and "NoRegion" are among them."""

    month: date
    region: str
    usd: Decimal
    estimated: bool


@dataclass(frozen=True, slots=True)
class Billed:
    """`missing` is empty, or says what AWS would need to tell more."""

    spend: tuple[Spend, ...]
    missing: str = ""

    @property
    def total(self) -> Decimal:
        return sum((each.usd for each in self.spend), Decimal(0))


def billed(connection: "Connection", start: date, end: date) -> Billed:
    """From the month of `start` to before `end`. Raises Unsupported on Local, Denied with the permission that is
    missing, NotFound when Cost Explorer is not enabled."""
    if Capability.BILLING not in connection.capabilities:
        raise Unsupported(f"{connection.name} bills nothing.", hint="Choose a connection to AWS.")
    client = connection.client(COST_EXPLORER)
    spend = tuple(_spend(client, start.replace(day=1), end))
    return Billed(spend, "" if spend else _missing(client))


def _spend(client: Any, start: date, end: date) -> Iterator[Spend]:
    for month in _months(client, start, end):
        try:
            yield from tuple(_of_month(month))
        except (KeyError, IndexError, ValueError, ArithmeticError) as error:
            message = f"GetCostAndUsage: the answer can't be read ({type(error).__name__}: {error})."
            raise Unreachable(message, hint="Try again. If it stays so, Cost Explorer has a new form.") from error


def _of_month(month: Mapping[str, Any]) -> Iterator[Spend]:
    begin, estimated = date.fromisoformat(month["TimePeriod"]["Start"]), bool(month.get("Estimated", False))
    for group in month.get("Groups", ()):
        cost = group["Metrics"][METRIC]
        if cost["Unit"] != CURRENCY:
            message = f"AWS bills this account in {cost['Unit']}, and Bakehouse reckons in {CURRENCY}."
            raise Unsupported(message, hint="See Cost Explorer in the AWS console.")
        if amount := Decimal(cost["Amount"]):
            yield Spend(begin, group["Keys"][0], amount, estimated)


def _months(client: Any, start: date, end: date) -> Iterator[Mapping[str, Any]]:
    arguments = {
        "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
        "Granularity": "MONTHLY",
        "Metrics": [METRIC],
        "Filter": {"Tags": {"Key": TAG, "Values": [VALUE], "MatchOptions": ["EQUALS"]}},
        "GroupBy": [{"Type": "DIMENSION", "Key": "REGION"}],
    }
    token = ""
    while True:
        page = _asked(client, {**arguments, **({"NextPageToken": token} if token else {})})
        yield from page.get("ResultsByTime", ())
        before, token = token, page.get("NextPageToken", "")
        if not token:
            return
        if token == before:
            raise Unreachable("GetCostAndUsage: the same page came again and again.", hint="Try again.")


def _asked(client: Any, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        with translated("GetCostAndUsage", service=COST_EXPLORER):
            page: Mapping[str, Any] = client.get_cost_and_usage(**arguments)
            return page
    except Denied as error:
        hint = f"{error.hint} In a member account, the account that pays must give access to Cost Explorer as well."
        raise Denied(error.message, hint=hint, context=error.context) from error
    except Invalid as error:
        if error.context.get("code") != UNAVAILABLE:
            raise
        hint = "Enable Cost Explorer under Billing and Cost Management. It has figures a day later."
        raise NotFound(error.message, hint=hint, context=error.context) from error


def _missing(client: Any) -> str:
    """Why nothing was found: the tag is not activated, or nothing was spent."""
    try:
        with translated("ListCostAllocationTags", TAG, COST_EXPLORER):
            answer = client.list_cost_allocation_tags(TagKeys=[TAG], Status="Active")
    except Denied as error:
        return f"AWS names no cost of Image Builder. It may not count by its tag. {ACTIVATE} {error.hint}".strip()
    if answer.get("CostAllocationTags"):
        return ""
    return f"AWS does not count by the tag of Image Builder's resources. {ACTIVATE}"
