"""A node as JSON would carry it, for the places where Image Builder's own types matter (workflow inputs).

Plain scalars become booleans, whole numbers and decimals where they look like it in YAML 1.2; everything quoted, and
everything that would lose its spelling (``0755``, ``1.0``), stays text.
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

from core.recipe.tree import Entries, Items, Node, Scalar

JsonValue: TypeAlias = "str | bool | int | float | tuple[JsonValue, ...] | Mapping[str, JsonValue] | None"

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,15})\.[0-9]{0,14}[1-9]")


def json_value(node: Node) -> JsonValue:
    """The node as text, bool, number, tuple, map, or None."""
    match node:
        case Scalar():
            return _scalar(node)
        case Items():
            return tuple(json_value(item) for item in node.items)
        case Entries():
            return {key.text: json_value(value) for key, value in node.entries}


def _scalar(node: Scalar) -> JsonValue:
    if node.style:
        return node.text
    if node.is_null:
        return None
    if node.text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return node.text.lower() == "true"
    if _WHOLE.fullmatch(node.text):
        return int(node.text)
    return float(node.text) if _DECIMAL.fullmatch(node.text) else node.text
