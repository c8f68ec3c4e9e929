"""Filters and pages of the List operations (service reference 1.15).

Filters are joined by *and*, the values of one by *or*; `name` also takes ``web*`` and ``*web*``. A page token holds the
key of the last item shown, so that items made or deleted meanwhile neither repeat nor hide others.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from core.local.service import faults
from core.local.service.desk import Desk, Members
from core.local.store.resources import Resource

PAGE = 25

Key = tuple[Any, ...]
Read = Callable[[Members], object]


def member(*path: str) -> Read:
    """A filter's value: the member at `path` of a body."""

    def read(body: Members) -> object:
        value: Any = body
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    return read


def filtered(desk: Desk, found: Iterable[Resource], allowed: Mapping[str, Read]) -> list[Resource]:
    """The resources that pass the request's filters; a filter that the operation does not have is refused."""
    filters = desk.members.get("filters", [])
    for index, each in enumerate(filters):
        if each.get("name") not in allowed:
            names = ", ".join(sorted(allowed))
            raise faults.invalid_value(f"filters[{index}].name", f"The filters of {desk.operation} are: {names}.")
    return [one for one in found if all(_passes(one.body, each, allowed) for each in filters)]


def page(desk: Desk, name: str, items: Sequence[tuple[Key, Members]], size: int = PAGE) -> Members:
    """The request's page of `items` (sorted by key) as the member `name`, with a `nextToken` while more follow."""
    after = _key(desk)
    rest = [(key, item) for key, item in items if after is None or key > after]
    shown = rest[: int(desk.members.get("maxResults", size))]
    more = len(rest) > len(shown)
    return {name: [item for _, item in shown], **({"nextToken": _token(desk, shown[-1][0])} if more else {})}


def numbered(items: Iterable[Members]) -> list[tuple[Key, Members]]:
    """Items that are only ever added at the end: their position is their key."""
    return [((position,), item) for position, item in enumerate(items)]


def key_of(resource: Resource) -> Key:
    return (resource.arn.name, *resource.version.nodes, resource.build)


def newest_builds(found: Iterable[Resource]) -> list[Resource]:
    """Of every version only its newest build."""
    newest = {(one.arn.name, one.version): one for one in sorted(found, key=key_of)}
    return list(newest.values())


def newest_versions(found: Iterable[Resource]) -> list[Resource]:
    """Of every name only its newest version."""
    newest = {one.arn.name: one for one in sorted(found, key=key_of)}
    return list(newest.values())


def owned_by(desk: Desk, kind: str) -> list[Resource]:
    """The resources of the request's `owner` (Self unless given); nobody shares with, or sells to, this machine."""
    match desk.members.get("owner", "Self"):
        case "Self":
            return desk.library.owned(desk.region, kind)
        case "Amazon":
            return desk.library.managed(desk.region, kind)
        case _:
            return []


def _passes(body: Members, each: Members, allowed: Mapping[str, Read]) -> bool:
    value = allowed[each["name"]](body)
    wanted = each.get("values", [])
    if each["name"] == "name":
        return any(_like(str(value), pattern) for pattern in wanted)
    if isinstance(value, list):
        return any(item in wanted for item in value)
    return value is not None and str(value) in wanted


def _like(name: str, pattern: str) -> bool:
    if pattern.endswith("*") and len(pattern) > 1:
        text = pattern.strip("*")
        return text in name if pattern.startswith("*") else name.startswith(text)
    return name == pattern


def _token(desk: Desk, key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([desk.operation, *key]).encode()).decode()


def _key(desk: Desk) -> Key | None:
    token = desk.members.get("nextToken")
    if token is None:
        return None
    try:
        operation, *key = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise faults.invalid_token() from error
    if operation != desk.operation or not key or not all(isinstance(part, str | int) for part in key):
        raise faults.invalid_token()
    return tuple(key)
