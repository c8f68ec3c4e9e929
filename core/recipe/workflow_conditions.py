"""Conditions of workflow documents: a step's `if`.

Other operators and rules than in component documents: `and` and `or` take one to ten children, leaves compare
strings, numbers and booleans. Source: EC2 Image Builder user guide, wfdoc-conditional-constructs.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from core.recipe.findings import Findings, capital, did_you_mean, kind_of, said
from core.recipe.json_value import json_value
from core.recipe.tree import Entries, Items, Node, Scalar

MAX_LEVELS = 4
MAX_CHILDREN = 10
WORKFLOW_COMPARISONS = (
    "booleanEquals",
    "stringEquals",
    "numberEquals",
    "numberGreaterThan",
    "numberGreaterThanEquals",
    "numberLessThan",
    "numberLessThanEquals",
)
_LOGICAL = ("and", "or", "not")


@dataclass(frozen=True, slots=True)
class WorkflowComparison:
    """``value OP operand``: `operand` is a literal, `value` a JSONPath (``$.imagebuilder.imageType``) or a literal."""

    operator: str
    operand: str | bool | int | float
    value: str


@dataclass(frozen=True, slots=True)
class WorkflowLogical:
    operator: Literal["and", "or", "not"]
    children: tuple["WorkflowCondition", ...]


WorkflowCondition: TypeAlias = WorkflowComparison | WorkflowLogical


def read_workflow_condition(node: Node, findings: Findings, what: str, level: int = 0) -> WorkflowCondition | None:
    """The condition; None when it is wrong, with the reasons in `findings`."""
    if isinstance(node, Items) and len(node.items) == 1:
        node = node.items[0]
    if not isinstance(node, Entries):
        findings.error(node, f"{capital(what)} must be a map with one operator, not {kind_of(node)}")
        return None
    known = (*WORKFLOW_COMPARISONS, *_LOGICAL)
    operators = [key for key, _ in node.entries if key.text != "value"]
    if len(operators) != 1:
        findings.error(node, f"{capital(what)} must have exactly one operator", f"Known here: {', '.join(known)}")
        return None
    key = operators[0]
    operand = node.index[key.text]
    match key.text:
        case "and" | "or" | "not" as operator:
            return _logical(operator, operand, findings, what, level + 1)
        case operator if operator in WORKFLOW_COMPARISONS:
            return _comparison(operator, operand, node, findings)
        case _:
            place = Scalar(operand.path, key.span, key.text)
            findings.error(place, f"Unknown operator {key.text!r} in {what}", did_you_mean(key.text, known))
            return None


def _logical(
    operator: Literal["and", "or", "not"], operand: Node, findings: Findings, what: str, level: int
) -> WorkflowCondition | None:
    if level > MAX_LEVELS:
        findings.error(operand, f"{capital(what)} nests conditions more than {MAX_LEVELS} levels deep")
        return None
    if operator == "not":
        child = read_workflow_condition(operand, findings, what, level)
        return None if child is None else WorkflowLogical(operator, (child,))
    if not isinstance(operand, Items) or not 1 <= len(operand.items) <= MAX_CHILDREN:
        findings.error(operand, f"{operator!r} needs a list of 1 to {MAX_CHILDREN} conditions")
        return None
    children = [read_workflow_condition(item, findings, what, level) for item in operand.items]
    good = tuple(child for child in children if child is not None)
    return WorkflowLogical(operator, good) if len(good) == len(children) else None


def _comparison(operator: str, operand: Node, node: Entries, findings: Findings) -> WorkflowCondition | None:
    value = node.get("value")
    if value is None:
        findings.error(operand, f"{operator!r} needs 'value' beside it")
        return None
    literal = json_value(operand)
    if not isinstance(literal, str | bool | int | float) or not isinstance(value, Scalar):
        findings.error(operand, f"{operator!r} compares one value with another, not {said(operand)} with {said(value)}")
        return None
    return WorkflowComparison(operator, literal, value.text)
