"""Validating a tree against records, with every complaint as a problem at the node's own place."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from core.recipe.address import Path
from core.recipe.findings import Findings, did_you_mean, said
from core.recipe.record import Record
from core.recipe.tree import Entries, Items, Node, Scalar, plain

R = TypeVar("R", bound=Record)


def validate(node: Node, record: type[R], findings: Findings) -> R | None:
    """The record the node describes; None when it is wrong, with the reasons in `findings`."""
    try:
        return record.model_validate(_given(node), by_alias=True, by_name=False)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            _report(details, node, record, findings)
        return None


def _given(node: Node) -> Any:
    """The node's plain value without keys whose value is null: writing nothing is leaving it out."""
    match node:
        case Entries():
            return {
                key.text: _given(value)
                for key, value in node.entries
                if not (isinstance(value, Scalar) and value.is_null)
            }
        case Items():
            return [_given(item) for item in node.items]
        case Scalar():
            return plain(node)


def _report(details: ErrorDetails, root: Node, record: type[Record], findings: Findings) -> None:
    place, rest = _place(root, details["loc"])
    context = details.get("ctx", {})
    name = repr(str(rest[0])) if rest else ""
    match details["type"]:
        case "missing":
            findings.error(place, f"{name} is missing")
        case "extra_forbidden":
            known = _known(record, details["loc"][:-1])
            key = str(details["loc"][-1])
            findings.error(_key(root, details["loc"]) or place, f"Unknown key {key!r}", did_you_mean(key, known))
        case "rule":
            findings.error(place, context["sentence"], context["hint"])
        case "string_type":
            findings.error(place, f"A text is expected here, not {said(place)}")
        case "bool_parsing" | "bool_type":
            findings.error(place, f"true or false is expected here, not {said(place)}")
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            findings.error(place, f"A whole number is expected here, not {said(place)}")
        case "literal_error":
            expected = context["expected"].replace("'", "")
            hint = (
                did_you_mean(place.text, expected.replace(" or ", ", ").split(", "))
                if isinstance(place, Scalar)
                else ""
            )
            findings.error(place, f"{said(place)} is not one of {expected}", hint)
        case "tuple_type" | "list_type":
            findings.error(place, f"A list is expected here, not {said(place)}")
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type" | "dict_attributes_type":
            findings.error(place, f"A map is expected here, not {said(place)}")
        case "greater_than_equal":
            findings.error(place, f"{said(place)} is below {context['ge']}, the least allowed")
        case "less_than_equal":
            findings.error(place, f"{said(place)} is above {context['le']}, the most allowed")
        case "string_too_short":
            findings.error(place, "A text is expected here, this one is empty")
        case "string_too_long":
            findings.error(place, f"The text is longer than {context['max_length']} characters")
        case "too_long":
            findings.error(place, f"The list has {context['actual_length']} items; {context['max_length']} are allowed")
        case _:
            findings.error(place, details["msg"])


def _place(root: Node, location: Sequence[int | str]) -> tuple[Node, Path]:
    """The deepest node on the way to a location, and what of the location it does not have."""
    node = root
    for depth, part in enumerate(location):
        match node, part:
            case Entries(), str() if (child := node.get(part)) is not None:
                node = child
            case Items(), int() if part < len(node.items):
                node = node.items[part]
            # A single text stands for a list of one (parameter values).
            case Scalar(), 0:
                continue
            case _:
                return node, tuple(location[depth:])
    return node, ()


def _key(root: Node, location: Sequence[int | str]) -> Scalar | None:
    """The key an unknown entry has, to mark the key rather than its value."""
    parent, rest = _place(root, location[:-1])
    value = parent.get(str(location[-1])) if isinstance(parent, Entries) and not rest else None
    key = parent.key(str(location[-1])) if isinstance(parent, Entries) else None
    return None if key is None or value is None else Scalar(value.path, key.span, key.text)


def _known(record: type[Record], location: Sequence[int | str]) -> list[str]:
    """The keys a record at a location below `record` has, as the file writes them."""
    current: type[Record] | None = record
    for part in location:
        if isinstance(part, str) and current is not None:
            current = known_keys(current).get(part)
    return [] if current is None else list(known_keys(current))


def known_keys(record: type[Record]) -> Mapping[str, type[Record] | None]:
    """The keys of a record as the file writes them, each with the record below it, if there is one."""
    return {field.alias or name: _record_of(field) for name, field in record.model_fields.items()}


def _record_of(field: FieldInfo) -> type[Record] | None:
    """The record class inside a field's annotation (``Ebs | None``, ``tuple[Distribution, ...]``)."""
    pending: list[Any] = [field.annotation]
    while pending:
        candidate = pending.pop()
        if isinstance(candidate, type) and issubclass(candidate, Record):
            return candidate
        pending.extend(getattr(candidate, "__args__", ()))
    return None
