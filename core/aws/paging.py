"""All pages of a list operation.

A page of Image Builder may be short or empty and still carry a token (service reference, 1.15), so only the missing
token ends a listing. A token that comes back unchanged would loop for ever and is reported instead.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.errors import Unreachable


def items(
    operation: str, call: Callable[..., Mapping[str, Any]], member: str, **arguments: Any
) -> Iterator[Mapping[str, Any]]:
    """Every element of list `member` over all pages, each page fetched only when asked for."""
    token: str | None = None
    while True:
        page = call(**arguments, **({"nextToken": token} if token else {}))
        yield from page.get(member, ())
        following = page.get("nextToken")
        if not following:
            return
        if following == token:
            raise Unreachable(f"{operation}: the service answers with the same page again and again.")
        token = following
