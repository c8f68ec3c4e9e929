"""The comparisons of conditions that need no machine: texts, numbers and patterns.

Each tests ``value OP operand`` (EC2 Image Builder user guide, toe-comparison-operators). Patterns are Go's, which are
RE2's: matched by RE2 itself, so that no pattern takes longer than its text is long.
"""

import re
from decimal import Decimal
from math import isinf

import re2  # type: ignore[import-untyped]

from core.local.toe.outcome import ActionFailed

_NUMBER = re.compile(r"[-+]?(?:[0-9]+[.])?[0-9]+", re.ASCII)


def compare(operator: str, value: str, operand: str, *, fold_case: bool = True) -> bool:
    """Whether ``value OP operand`` holds; `fold_case` makes text operators and patterns blind to case.

    Raises:
        ActionFailed: the operand is no pattern.
    """
    if operator == "patternMatches":
        return matches(value, operand, fold_case=fold_case)
    if operator.startswith("number"):
        left, right = number(value), number(operand)
        return left is not None and right is not None and _ordered(operator, (left > right) - (left < right))
    left_text, right_text = (value.casefold(), operand.casefold()) if fold_case else (value, operand)
    return _ordered(operator, (left_text > right_text) - (left_text < right_text))


def is_empty(text: str) -> bool:
    return text == ""


def is_blank(text: str) -> bool:
    """Only spaces, at least one."""
    return text != "" and text.strip(" ") == ""


def number(text: str) -> Decimal | None:
    """A number as conditions read one: no exponent, no bare point, within a float64's range; else None."""
    if not _NUMBER.fullmatch(text) or isinf(float(text)):
        return None
    return Decimal(text)


def matches(value: str, pattern: str, *, fold_case: bool = True) -> bool:
    """Whether the pattern matches anywhere in the value.

    Raises:
        ActionFailed: it is no RE2 pattern.
    """
    options = re2.Options()
    options.case_sensitive = not fold_case
    options.log_errors = False
    try:
        return re2.compile(pattern, options).search(value) is not None
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ActionFailed(f"patternMatches: {pattern[:200]!r} is not a regular expression: {said}") from error


def _ordered(operator: str, order: int) -> bool:
    """What an operator says of the sign of value minus operand."""
    if operator.endswith("LessThanEquals"):
        return order <= 0
    if operator.endswith("GreaterThanEquals"):
        return order >= 0
    if operator.endswith("LessThan"):
        return order < 0
    if operator.endswith("GreaterThan"):
        return order > 0
    return order == 0
