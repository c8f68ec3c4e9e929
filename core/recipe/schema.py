"""What the records of a recipe file say of a place in it: which keys may stand there, and what is meant without a word.

An editor asks when something is edited. So that a window needn't wait for pydantic to make its validators, this module
and the rules of `core.recipe.file` are imported then.
"""

from typing import Any

from pydantic_core import PydanticUndefined

from core.recipe.address import Path
from core.recipe.editable import Slot
from core.recipe.recipe import RecipeFile
from core.recipe.record import Record
from core.recipe.render import plain_value
from core.recipe.tree import Plain
from core.recipe.validation import known_keys


def record_at(path: Path) -> type[Record] | None:
    """The record that a map of a recipe file is read as, also where a connection overrides it."""
    record: type[Record] | None = RecipeFile
    for part in path[2:] if path[:1] == ("connections",) else path:
        if isinstance(part, str) and record is not None:
            record = known_keys(record).get(part)
    return record if path != ("connections",) else None


def keys_at(path: Path) -> tuple[str, ...]:
    """The keys that the map at `path` may have, in the order in which they are written; () where any will do."""
    record = record_at(path)
    return () if record is None else tuple(known_keys(record))


def slot_at(path: Path) -> Slot:
    """What is meant at `path` without a word there; what a connection overrides has no default of its own."""
    if path[:1] == ("connections",):
        return Slot()
    record = record_at(path[:-1])
    if record is None or not isinstance(path[-1], str):
        return Slot(required=isinstance(path[-1], int))
    known = next((each for name, each in record.model_fields.items() if (each.alias or name) == path[-1]), None)
    if known is None:
        return Slot()
    default = _plain_default(known.get_default(call_default_factory=True))
    return Slot(default, required=known.is_required(), blank=True)


def _plain_default(value: Any) -> Plain:
    if value is PydanticUndefined or value is None or isinstance(value, Record):
        return None
    return plain_value(value)
