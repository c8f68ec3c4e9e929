"""The model's constraints on a request: required members, types, lengths, ranges, enums, patterns.

botocore checks only presence and types on the client's side; AWS checks the rest on arrival, and so do we.
Patterns must match the whole value, whether they are anchored or not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from botocore.model import Shape

_TYPES: Mapping[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "character": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (datetime,),
    "blob": (bytes,),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One value that the model refuses: the path of the parameter and what is wrong with it."""

    parameter: str
    detail: str


def first_violation(members: Mapping[str, Any], shape: Shape | None) -> Violation | None:
    """The first violation in the order of the model's members, None when the request fits."""
    return None if shape is None else next(_violations(members, shape, "", ""), None)


def _violations(value: Any, shape: Shape, path: str, name: str) -> Iterator[Violation]:
    if not _fits(value, _TYPES[shape.type_name]):
        yield Violation(path, f"{name} must be of type {shape.type_name}")
        return
    match shape.type_name:
        case "structure":
            yield from _structure(value, shape, path)
        case "map":
            yield from _range(len(value), shape, path, f"The number of entries in {name}")
            for key, item in value.items():
                yield from _violations(key, shape.key, f"{path}.{key}", f"the key {key!r}")
                yield from _violations(item, shape.value, f"{path}.{key}", key)
        case "list":
            yield from _range(len(value), shape, path, f"The number of items in {name}")
            for index, item in enumerate(value):
                yield from _violations(item, shape.member, f"{path}[{index}]", f"{name}[{index}]")
        case "string":
            yield from _range(len(value), shape, path, f"The length of {name}")
            yield from _text(value, shape, path, name)
        case "integer" | "long" | "float" | "double":
            yield from _range(value, shape, path, name)
        case _:
            return


def _fits(value: Any, allowed: tuple[type, ...]) -> bool:
    return isinstance(value, allowed) and (bool in allowed or not isinstance(value, bool))


def _structure(value: dict[str, Any], shape: Any, path: str) -> Iterator[Violation]:
    prefix = f"{path}." if path else ""
    for required in shape.required_members:
        if required not in value:
            yield Violation(f"{prefix}{required}", f"{required} is required")
    for name, member in shape.members.items():
        if name in value:
            yield from _violations(value[name], member, f"{prefix}{name}", name)


def _text(value: str, shape: Any, path: str, name: str) -> Iterator[Violation]:
    if shape.enum and value not in shape.enum:
        yield Violation(path, f"{name} must be one of: {', '.join(shape.enum)}")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield Violation(path, f"{name} must match pattern {pattern}")


def _range(amount: float, shape: Shape, path: str, what: str) -> Iterator[Violation]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and amount < low:
        yield Violation(path, f"{what} must be at least {low}")
    if high is not None and amount > high:
        yield Violation(path, f"{what} must be at most {high}")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
