"""Comparisons of conditions, without a machine."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.local.toe.comparison import compare, is_blank, is_empty, matches, number
from core.local.toe.outcome import ActionFailed


@pytest.mark.parametrize(
    ("operator", "value", "operand", "holds"),
    [
        ("stringEquals", "Abc", "aBC", True),
        ("stringEquals", "abc ", "abc", False),
        ("stringEquals", "", "", True),
        ("stringLessThan", "1", "a", True),
        ("stringLessThan", "B", "a", False),
        ("stringLessThan", "a", "A", False),
        ("stringLessThanEquals", "a", "A", True),
        ("stringGreaterThan", "b", "A", True),
        ("stringGreaterThanEquals", "A", "a", True),
        ("numberEquals", "2.10", "2.1", True),
        ("numberEquals", "+2", "2.0", True),
        ("numberEquals", "9007199254740993", "9007199254740992", False),
        ("numberLessThan", "2.10", "2.9", True),
        ("numberLessThan", "-3", "-2", True),
        ("numberLessThanEquals", "2", "2", True),
        ("numberGreaterThan", "10", "9", True),
        ("numberGreaterThan", "a10", "1", False),
        ("numberGreaterThanEquals", "10", "1e1", False),
        ("numberEquals", "x", "x", False),
        ("patternMatches", "ThisIsValue", "^[a-z]+$", True),
        ("patternMatches", "a1b", "[0-9]", True),
        ("patternMatches", "abc", "^b", False),
    ],
)
def test_a_comparison_reads_value_operator_operand(operator: str, value: str, operand: str, holds: bool) -> None:
    assert compare(operator, value, operand) is holds


def test_letter_case_counts_when_folding_is_switched_off() -> None:
    assert not compare("stringEquals", "a", "A", fold_case=False)
    assert compare("stringGreaterThan", "a", "A", fold_case=False)
    assert not compare("patternMatches", "ABC", "^[a-z]+$", fold_case=False)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", ".5", "5.", "1e3", "0x1", "١", "--1", "1_000", "9" * 400, "inf", "nan"]
)
def test_what_conditions_do_not_read_as_a_number_is_none(text: str) -> None:
    assert number(text) is None


@given(st.integers(), st.integers())
def test_numbers_compare_as_numbers_however_they_are_written(left: int, right: int) -> None:
    if number(str(left)) is not None and number(str(right)) is not None:
        assert compare("numberLessThan", f"{left}.0", str(right)) is (left < right)


def test_empty_and_blank_mean_nothing_and_only_spaces() -> None:
    assert is_empty("")
    assert not is_empty(" ")
    assert is_blank("  ")
    assert not is_blank("")
    assert not is_blank(" \t")


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"^(a|aa)+$", r"^(.*a){25}$", r"(?:a?){60}a{60}$"])
def test_a_hostile_pattern_takes_no_time(pattern: str) -> None:
    """Python's own `re` needs longer than the age of the universe for these, and nothing can interrupt it."""
    started = time.process_time()
    matches("a" * 5000 + "!", pattern)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("pattern", ["(", "a{1000000}", r"(?=a)", r"(a)\1", "[z-a]"])
def test_what_re2_does_not_know_as_a_pattern_fails_with_a_reason(pattern: str) -> None:
    with pytest.raises(ActionFailed, match="is not a regular expression"):
        matches("a", pattern)
