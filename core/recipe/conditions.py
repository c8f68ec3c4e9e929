"""Conditions of component documents: what `if` and Assert test.

A condition is a map with exactly one operator; comparison operators test ``value OP operand``. Source: EC2 Image
Builder user guide, toe-conditional-constructs, toe-comparison-operators and toe-logical-operators. `then` and `else`
are documented beside the operator, but AWS's STIG documents write them inside the map below it, and older guide pages
wrap the condition in a one-element list: all of these are read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from core.recipe.findings import Findings, capital, did_you_mean, kind_of, said, text_of
from core.recipe.tree import Entries, Items, Node, Scalar

MAX_LEVELS = 4

Decision: TypeAlias = Literal["Execute", "Skip", "Abort"]
DECISIONS: tuple[Decision, ...] = ("Execute", "Skip", "Abort")
LogicalOperator: TypeAlias = Literal["and", "or", "not"]

_NUMBER = re.compile(r"[-+]?(?:[0-9]+[.])?[0-9]+")
_NUMERIC = (
    "numberEquals",
    "numberLessThan",
    "numberLessThanEquals",
    "numberGreaterThan",
    "numberGreaterThanEquals",
)
_WITH_VALUE = (
    "stringEquals",
    "stringLessThan",
    "stringLessThanEquals",
    "stringGreaterThan",
    "stringGreaterThanEquals",
    "patternMatches",
    *_NUMERIC,
)
_WITH_PATH = ("fileMD5Equals", "fileSHA1Equals", "fileSHA256Equals", "fileSHA512Equals")
_ALONE = ("stringIsEmpty", "stringIsWhitespace", "binaryExists", "fileExists", "folderExists")
_LOGICAL = ("and", "or", "not")
COMPARISONS = (*_WITH_VALUE, *_WITH_PATH, *_ALONE)
SUBJECTS: Mapping[str, Literal["value", "path", ""]] = {
    **dict.fromkeys(_WITH_VALUE, "value"),
    **dict.fromkeys(_WITH_PATH, "path"),
    **dict.fromkeys(_ALONE, ""),
}
"""The key that a comparison needs beside it: what is compared."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``value OP operand``; `value` for string and number operators, `path` for file hashes, neither for the others."""

    operator: str
    operand: str
    value: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Logical:
    """`and` and `or` of several conditions, `not` of one."""

    operator: LogicalOperator
    children: tuple["Condition", ...]


Condition: TypeAlias = Comparison | Logical


@dataclass(frozen=True, slots=True)
class StepCondition:
    """A step's `if`: what to do where `test` holds (`then`) and where it does not (`otherwise`)."""

    test: Condition
    then: Decision = "Execute"
    otherwise: Decision = "Skip"


def read_step_condition(node: Node, findings: Findings, what: str) -> StepCondition | None:
    """The `if` of a step; None when it is wrong, with the reasons in `findings`."""
    reader = _Reader(findings, what, decisions=True)
    test = reader.condition(node, 0)
    if test is None:
        return None
    return StepCondition(test, reader.decision("then", "Execute"), reader.decision("else", "Skip"))


def read_condition(node: Node, findings: Findings, what: str) -> Condition | None:
    """The condition an Assert step tests; None when it is wrong, with the reasons in `findings`."""
    return _Reader(findings, what, decisions=False).condition(node, 0)


def sentence(condition: Condition) -> str:
    """The condition as one reads it: ``'502' stringEquals '200'``."""
    match condition:
        case Comparison(operator, operand, value, path):
            subject = value if value is not None else path
            return f"{operator} {operand!r}" if subject is None else f"{subject!r} {operator} {operand!r}"
        case Logical("not", children):
            return f"not ({sentence(children[0])})"
        case Logical(operator, children):
            return f" {operator} ".join(f"({sentence(child)})" for child in children)


class _Reader:
    def __init__(self, findings: Findings, what: str, *, decisions: bool) -> None:
        self._findings = findings
        self._what = what
        self._decisions: dict[str, Node] | None = {} if decisions else None

    def decision(self, key: str, default: Decision) -> Decision:
        node = (self._decisions or {}).get(key)
        if node is None:
            return default
        for decision in DECISIONS:
            if isinstance(node, Scalar) and node.text == decision:
                return decision
        hint = did_you_mean(node.text, DECISIONS) if isinstance(node, Scalar) else ""
        self._findings.error(node, f"{key!r} of {self._what} must be Execute, Skip or Abort, not {said(node)}", hint)
        return default

    def condition(self, node: Node, level: int) -> Condition | None:
        if isinstance(node, Items) and len(node.items) == 1:
            node = node.items[0]
        if not isinstance(node, Entries):
            self._findings.error(node, f"{capital(self._what)} must be a map with one operator, not {kind_of(node)}")
            return None
        operator = self._operator(node, level)
        if operator is None:
            return None
        operand = node.index[operator.text]
        match operator.text:
            case "and" | "or" | "not" as logical:
                return self._logical(logical, operand, level + 1)
            case comparison:
                return self._comparison(comparison, operand, node)

    def _operator(self, node: Entries, level: int) -> Scalar | None:
        operators = []
        known = (*COMPARISONS, *_LOGICAL)
        for key, value in node.entries:
            place = Scalar(value.path, key.span, key.text)
            if key.text in known:
                operators.append(key)
            elif key.text in ("then", "else") and self._decisions is not None and level <= MAX_LEVELS:
                self._decisions.setdefault(key.text, value)
            elif key.text not in ("value", "path"):
                self._findings.error(
                    place, f"Unknown operator {key.text!r} in {self._what}", did_you_mean(key.text, known)
                )
                return None
        if len(operators) == 1:
            return operators[0]
        listed = " and ".join(repr(key.text) for key in operators)
        message = (
            f"{capital(self._what)} has two operators, {listed}"
            if operators
            else f"{capital(self._what)} has no operator"
        )
        hint = "Combine conditions with 'and' or 'or'" if operators else did_you_mean("", known)
        self._findings.error(node, message, hint)
        return None

    def _logical(self, operator: LogicalOperator, operand: Node, level: int) -> Condition | None:
        if level > MAX_LEVELS:
            message = f"{capital(self._what)} nests logical operators more than {MAX_LEVELS} levels deep"
            self._findings.error(operand, message)
            return None
        if operator == "not":
            child = self.condition(operand, level)
            return None if child is None else Logical(operator, (child,))
        if not isinstance(operand, Items) or not operand.items:
            self._findings.error(operand, f"{operator!r} needs a list of conditions, not {kind_of(operand)}")
            return None
        if len(operand.items) == 1:
            self._findings.warning(operand, f"{operator!r} has a single condition; AWS documents two or more")
        children = [self.condition(item, level) for item in operand.items]
        good = tuple(child for child in children if child is not None)
        return Logical(operator, good) if len(good) == len(children) else None

    def _comparison(self, operator: str, operand: Node, node: Entries) -> Condition | None:
        baseline = text_of(operand, self._findings, repr(operator))
        needed = "value" if operator in _WITH_VALUE else "path" if operator in _WITH_PATH else ""
        for key, value in node.entries:
            if key.text in ("value", "path") and key.text != needed:
                place = Scalar(value.path, key.span, key.text)
                hint = f"It needs {needed!r}" if needed else "It needs nothing beside it"
                self._findings.error(place, f"{operator!r} takes no {key.text!r}", hint)
        side: str | None = None
        if needed:
            given = node.get(needed)
            if given is None:
                self._findings.error(operand, f"{operator!r} needs {needed!r} beside it")
                return None
            side = text_of(given, self._findings, f"{needed!r} of {operator!r}")
        if baseline is None or (needed and side is None):
            return None
        if operator in _NUMERIC and "{{" not in baseline and not _NUMBER.fullmatch(baseline):
            self._findings.warning(operand, f"{operator!r} compares with {said(operand)}, which is not a number")
        return Comparison(operator, baseline, side if needed == "value" else None, side if needed == "path" else None)
