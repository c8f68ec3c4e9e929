"""Writing new values as YAML, for a splice: one line where that is readable, block lines for nested values.

Only what is new is written. Texts are plain where every YAML reader takes them for text, quoted otherwise, so that
``"80"`` does not come back as a number from another tool.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.recipe.tree import Plain


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A list item as it stands in some text: what it says, and its lines from its dash on (or from remarks above it),
    so that quotes and remarks come along when it is copied."""

    value: Plain
    lines: tuple[str, ...]


Value: TypeAlias = "str | bool | int | float | Verbatim | Sequence[Value] | Mapping[str, Value] | None"

_PLAIN = re.compile(r"[A-Za-z0-9_./$%+^(;~=<\\][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]*")
_LITERAL = re.compile(r"[^\s\x00-\x1f][^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]*")
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", "<<", "=", ".nan", ".inf"})
_BARE_NUMBER = re.compile(r"[-+]?[0-9][0-9a-fA-Fx.]*")
_NUMBER = re.compile(r"[-+]?(?:0[xob])?[0-9][0-9a-fA-F_,.:eE+-]*|[-+]?\.[0-9_]+.*|[-+]?\.inf", re.IGNORECASE)


def plain_value(value: Value) -> Plain:
    """The value as reading it back gives it (see `core.recipe.tree.plain`)."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case Verbatim():
            return value.value
        case Mapping():
            return {key: plain_value(item) for key, item in value.items()}
        case _:
            return [plain_value(item) for item in value]


def inline(value: Value, *, style: str = "", flow: bool = False, like: str = "") -> str:
    """The value on one line; `flow` is whether it stands inside braces or brackets.

    `style` is the quote it had before. `like` is the plain text it had before: where that was a bare number or word
    such as true, so is this.
    """
    match value:
        case None:
            return "null"
        case str():
            return value if _alike(like, value) else _text(value, style, flow)
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f'"{value}"' if style == '"' else f"'{value}'" if style == "'" else str(value)
        case Verbatim():
            return inline(value.value, style=style, flow=flow, like=like)
        case Mapping():
            return (
                "{"
                + ", ".join(f"{inline(key, flow=True)}: {inline(item, flow=True)}" for key, item in value.items())
                + "}"
            )
        case _:
            return "[" + ", ".join(inline(item, flow=True) for item in value) + "]"


def is_nested(value: Value) -> bool:
    """Whether a value is written as block lines: a map or a list with something in it."""
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and len(value) > 0


def block(value: Value, step: int, dash: int) -> list[str]:
    """A nested value as lines without indentation of their own; lists below a key are indented by `dash`."""
    lines: list[str] = []
    match value:
        case Verbatim():
            return block(value.value, step, dash)
        case Mapping():
            for key, item in value.items():
                lines += entry(inline(key), item, step, dash)
        case str() | None | bool() | int() | float():
            lines.append(inline(value))
        case _:
            for item in value:
                lines += list_item(item, step, dash)
    return lines


def entry(key: str, value: Value, step: int, dash: int) -> list[str]:
    """A key and its value as lines."""
    if isinstance(value, Verbatim):
        value = value.value
    if is_nested(value):
        indent = " " * (step if isinstance(value, Mapping) else dash)
        return [f"{key}:", *(indent + line if line else "" for line in block(value, step, dash))]
    literal = literal_lines(value)
    if literal:
        return [f"{key}: {literal[0]}", *(" " * step + line if line else "" for line in literal[1:])]
    return [f"{key}: {inline(value)}"]


def list_item(value: Value, step: int, dash: int) -> list[str]:
    """A list item as lines, the first with its dash."""
    if isinstance(value, Verbatim):
        return list(value.lines)
    lines = block(value, step, dash) if is_nested(value) else literal_lines(value) or [inline(value)]
    return [f"- {lines[0]}", *(f"  {line}" if line else "" for line in lines[1:])]


def literal_lines(value: Value) -> list[str]:
    """A text of several lines as a literal block, header first; [] where a block cannot carry it."""
    if not isinstance(value, str) or "\n" not in value.rstrip("\n") or not _LITERAL.fullmatch(value):
        return []
    body = value.removesuffix("\n")
    lines = body.split("\n")
    if body.endswith("\n") or any(line != line.rstrip() for line in lines):
        return []
    return ["|" if value.endswith("\n") else "|-", *lines]


def _text(text: str, style: str, flow: bool) -> str:
    if style not in ("'", '"') and _plain_ok(text, flow):
        return text
    if style == "'" and _PLAIN.fullmatch("a" + text):
        return "'" + text.replace("'", "''") + "'"
    if style != '"' and '"' in text and _PLAIN.fullmatch("a" + text):
        return "'" + text.replace("'", "''") + "'"
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def _alike(old: str, new: str) -> bool:
    booleans = {old.lower(), new.lower()} <= _WORDS - {"null", "~", "<<", "="}
    return bool(_NUMBER.fullmatch(old) and _BARE_NUMBER.fullmatch(new)) or booleans


def _plain_ok(text: str, flow: bool) -> bool:
    if not _PLAIN.fullmatch(text) or text != text.strip() or text.lower() in _WORDS or text in ("---", "..."):
        return False
    if _NUMBER.fullmatch(text) or ": " in text or " #" in text or text.endswith(":"):
        return False
    return not (flow and re.search(r"[,\[\]{}:]", text))
