"""Frozen values as JSON: dataclasses and models become objects with camelCase keys, as everywhere in Image Builder."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel


def plain(value: Any) -> Any:
    """The value in terms of JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {_camel(each.name): plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    match value:
        case BaseModel():
            return {_camel(name): plain(each) for name, each in value}
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case tuple() | list() | set() | frozenset():
            return [plain(each) for each in value]
        case Path():
            return str(value)
        case datetime():
            return value.isoformat()
        case _:
            return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
