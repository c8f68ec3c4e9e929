"""Whether a workflow step runs: the conditions under `if` (EC2 Image Builder user guide, wfdoc-conditional)."""

import re
from collections.abc import Mapping
from decimal import Decimal

from core.local.workflow.values import Json, interpolate, is_path, look_up, text_of
from core.recipe.workflow import WorkflowComparison, WorkflowCondition, WorkflowLogical

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class Uncomparable(Exception):
    """A condition asks for a number or a boolean and gets something else."""


def holds(condition: WorkflowCondition, scope: Mapping[str, Json]) -> bool:
    """Raises Unresolved for a path that leads nowhere, Uncomparable for a value of the wrong kind."""
    if isinstance(condition, WorkflowLogical):
        outcomes = (holds(child, scope) for child in condition.children)
        match condition.operator:
            case "and":
                return all(outcomes)
            case "or":
                return any(outcomes)
            case "not":
                return not next(outcomes)
    return _compares(condition, scope)


def _compares(comparison: WorkflowComparison, scope: Mapping[str, Json]) -> bool:
    left, right = _value(comparison.operand, scope), _value(comparison.value, scope)
    match comparison.operator:
        case "stringEquals":
            return text_of(left) == text_of(right)
        case "booleanEquals":
            return _boolean(left) is _boolean(right)
        case "numberEquals":
            return _number(left) == _number(right)
        case "numberGreaterThan":
            return _number(right) > _number(left)
        case "numberGreaterThanEquals":
            return _number(right) >= _number(left)
        case "numberLessThan":
            return _number(right) < _number(left)
        case "numberLessThanEquals":
            return _number(right) <= _number(left)
        case unknown:
            raise Uncomparable(f"'{unknown}' is not a condition of workflow documents")


def _value(value: Json, scope: Mapping[str, Json]) -> Json:
    if not isinstance(value, str):
        return value
    return look_up(value, scope) if is_path(value) else interpolate(value, scope)


def _boolean(value: Json) -> bool:
    match value:
        case bool():
            return value
        case "true" | "True":
            return True
        case "false" | "False":
            return False
        case _:
            raise Uncomparable(f"'{text_of(value)}' is not a boolean")


def _number(value: Json) -> Decimal:
    text = text_of(value)
    if isinstance(value, bool) or _NUMBER.fullmatch(text) is None:
        raise Uncomparable(f"'{text}' is not a number")
    return Decimal(text)
