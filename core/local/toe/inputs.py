"""Reading one entry of a step's inputs: after substitution everything is text, so flags and lists are read from it.

A document that passed its check has the right keys and shapes; what an expression has put into a value is only known
now, so values are still judged here.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from core.local.toe.outcome import ActionFailed
from core.recipe.component import InputValue

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")

Entry: TypeAlias = Mapping[str, InputValue]
Entries: TypeAlias = tuple[Entry, ...]


def is_whole(text: str) -> bool:
    r"""Whether the text can be written anywhere: escapes of YAML and JSON can name half a character (``\uD800``)."""
    return _HALF_CHARACTER.search(text) is None


def text(entry: Entry, key: str, default: str | None = None) -> str:
    """A text; `default` None makes it required.

    Raises:
        ActionFailed: it is missing, or a list or map.
    """
    match entry.get(key):
        case str(value):
            return value
        case None if default is not None:
            return default
        case None:
            raise ActionFailed(f"the input {key!r} is missing")
        case _:
            raise ActionFailed(f"the input {key!r} must be a text")


def flag(entry: Entry, key: str, default: bool) -> bool:
    """A boolean, written true or false in any case."""
    match text(entry, key, "true" if default else "false").strip().lower():
        case "true":
            return True
        case "false":
            return False
        case other:
            raise ActionFailed(f"the input {key!r} must be true or false, not {other!r}")


def texts(entry: Entry, key: str) -> tuple[str, ...]:
    """A list of texts; nothing is the empty list, a single text a list of one."""
    match entry.get(key):
        case None:
            return ()
        case str(value):
            return (value,)
        case tuple(values):
            return tuple(plain(value) for value in values)
        case _:
            raise ActionFailed(f"the input {key!r} must be a list of texts")


def plain(value: InputValue) -> str:
    """A value as chaining gives it to another step: a list of texts line by line, anything deeper as JSON."""
    match value:
        case str():
            return value
        case tuple() if all(isinstance(item, str) for item in value):
            return "\n".join(item for item in value if isinstance(item, str))
        case _:
            return json.dumps(jsonable(value), ensure_ascii=False)


def jsonable(value: InputValue, shown: Callable[[str], str] = str) -> object:
    """The value in lists and dicts, each text as `shown`."""
    match value:
        case str():
            return shown(value)
        case tuple():
            return [jsonable(item, shown) for item in value]
        case _:
            return {key: jsonable(item, shown) for key, item in value.items()}
