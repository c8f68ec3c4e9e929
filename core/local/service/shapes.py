"""Values between JSON and the API's shapes, both ways: what the model does not know is dropped.

Times are epoch seconds in rest-json and json bodies (the API's `DateTimeTimestamp`); its `DateTime` is a plain string
and passes through.
"""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from botocore.model import Shape

from core.local.service.faults import Fault


def from_json(value: Any, shape: Any) -> Any:
    """A JSON value as the shape's Python value; one of a wrong type is kept, for the constraints to refuse it."""
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            return {
                name: from_json(value[key], member)
                for name, member in shape.members.items()
                if value.get(key := member.serialization.get("name", name)) is not None
            }
        case "list" if isinstance(value, list):
            return [from_json(item, shape.member) for item in value]
        case "map" if isinstance(value, dict):
            return {key: from_json(item, shape.value) for key, item in value.items()}
        case "timestamp" if isinstance(value, int | float) and not isinstance(value, bool):
            return _time(value)
        case "blob" if isinstance(value, str):
            return _bytes(value)
        case _:
            return value


def from_text(text: str, shape: Shape) -> Any:
    """A value of a query string or path as the shape's Python value."""
    match shape.type_name:
        case "boolean":
            return {"true": True, "false": False}.get(text, text)
        case "integer" | "long":
            return int(text) if text.lstrip("-").isdecimal() and len(text) < 20 else text
        case _:
            return text


def to_json(value: Any, shape: Any) -> Any:
    """A Python value as JSON in the shape; members that the model does not have stay behind."""
    match shape.type_name:
        case "structure":
            return {
                member.serialization.get("name", name): to_json(value[name], member)
                for name, member in shape.members.items()
                if value.get(name) is not None
            }
        case "list":
            return [to_json(item, shape.member) for item in value]
        case "map":
            return {key: to_json(item, shape.value) for key, item in value.items()}
        case "timestamp":
            return value.timestamp() if isinstance(value, datetime) else value
        case "blob":
            return base64.b64encode(value).decode()
        case _:
            return value


def _time(seconds: float) -> datetime | float:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return seconds


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Fault("SerializationException", "A binary value is not valid base64.") from error
