"""Asking the AWS Price List (Query API, GetProducts) for prices, page by page.

An answer is what could be read without doubt. Where two different prices remain for one thing, or a price is in another
currency, that figure is refused and said, and every other one counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from core.aws.connection import PRICE_LIST, Capability
from core.aws.errors import translated
from core.aws.price_item import Item, item
from core.aws.price_questions import SYSTEMS, Question
from core.aws.quote import Answer, Quote, usd
from core.catalog.instance_types import InstanceType
from core.errors import Invalid, Unreachable, Unsupported

if TYPE_CHECKING:
    from core.aws.connection import Connection

OPERATION: Final = "GetProducts"
PAGE: Final = 100
"""The most that a page may have."""
EXPIRED: Final = "ExpiredNextTokenException"
ATTEMPTS: Final = 2


class PriceList:
    """The Price List through a botocore client of ``pricing``. Calls may come from any one thread at a time."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def answer(self, question: Question, check: Callable[[], None] = lambda: None) -> Answer:
        """All that the price list says about it; `check` is called before each page and may raise Cancelled. Raises
        Denied, which names pricing:GetProducts, Throttled, Unreachable."""
        return _answer(question, self._items(question, check))

    def _items(self, question: Question, check: Callable[[], None]) -> list[Item]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with translated(OPERATION, question.name, PRICE_LIST):
                    return [item(text) for text in self._texts(question, check)]
            except Invalid as error:
                if error.context.get("code") != EXPIRED or attempt == ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _texts(self, question: Question, check: Callable[[], None]) -> Iterator[str]:
        filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in question.filters.items()]
        token = ""
        while True:
            check()
            following = {"NextToken": token} if token else {}
            page = self._client.get_products(
                ServiceCode=question.service, Filters=filters, FormatVersion="aws_v1", MaxResults=PAGE, **following
            )
            if "PriceList" not in page:
                raise Unreachable(f"{OPERATION} ({question.name}): the answer was cut off.", hint="Try again.")
            yield from page["PriceList"]
            before, token = token, page.get("NextToken", "")
            if not token:
                return
            if token == before:
                raise Unreachable(f"{OPERATION} ({question.name}): the same page came again and again.")


def price_list(connection: "Connection") -> PriceList:
    """The Price List as `connection` may ask it. Raises Unsupported where there is none in USD."""
    if Capability.BILLING not in connection.capabilities:
        raise Unsupported(f"{connection.name} has no price list.", hint="Choose a connection to AWS.")
    if connection.partition != "aws":
        message = f"The price list of {connection.region} is not served there, or not in USD."
        raise Unsupported(message, hint="Choose a connection to a region outside GovCloud and China.")
    return PriceList(connection.client(PRICE_LIST))


def _answer(question: Question, items: list[Item]) -> Answer:
    found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    trouble: dict[tuple[str, str], str] = {}
    published: dict[tuple[str, str], date] = {}
    types: dict[str, InstanceType] = {}
    for each in items:
        subject, region = question.subject(each), each.region(*question.place)
        if subject is None or not region or not question.takes(each):
            continue
        key = region, subject
        try:
            found[key].update(each.amounts(question.unit))
        except Invalid as error:
            trouble[key] = error.message
        published[key] = max(published.get(key, each.published), each.published)
        if question.kind in SYSTEMS and (seen := each.instance_type) is not None:
            types[seen.name] = seen
    trouble |= {key: _two(amounts) for key, amounts in found.items() if len(amounts) > 1}
    quotes = tuple(
        Quote(question.kind, *key, amount, published[key])
        for key, amounts in found.items()
        if key not in trouble
        for amount in amounts
    )
    return Answer(quotes, types, tuple(_refusal(question, *key, why) for key, why in trouble.items()))


def _two(amounts: set[int]) -> str:
    listed = [usd(amount) for amount in sorted(amounts)]
    return f"AWS lists {len(listed)} prices: {', '.join(listed)} USD"


def _refusal(question: Question, region: str, subject: str, why: str) -> str:
    what = f"{subject} ({question.kind})" if subject else question.name
    return f"{what} in {region}: {why}. The price we had stays."
