"""The constraints of the service model on requests."""

from typing import Any

import pytest
from botocore.model import ShapeResolver
from hypothesis import given
from hypothesis import strategies as st

from core.local.service.constraints import Violation, first_violation

SHAPES = ShapeResolver(
    {
        "Request": {
            "type": "structure",
            "required": ["name"],
            "members": {
                "name": {"shape": "Name"},
                "size": {"shape": "Size"},
                "kind": {"shape": "Kind"},
                "flag": {"shape": "Flag"},
                "tags": {"shape": "Tags"},
                "parts": {"shape": "Parts"},
            },
        },
        "Name": {"type": "string", "min": 3, "max": 8, "pattern": "^[a-z]+$"},
        "Size": {"type": "integer", "min": 1, "max": 100},
        "Kind": {"type": "string", "enum": ["A", "B"]},
        "Flag": {"type": "boolean"},
        "Tags": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Loose"}, "max": 2},
        "Loose": {"type": "string", "pattern": "a|bc"},
        "Parts": {"type": "list", "member": {"shape": "Request"}, "min": 1},
    }
)
REQUEST = SHAPES.get_shape_by_name("Request")


@pytest.mark.parametrize(
    "members",
    [
        {"name": "abc"},
        {
            "name": "abcdefgh",
            "size": 100,
            "kind": "B",
            "flag": False,
            "tags": {"abc": "bc"},
            "parts": [{"name": "abc"}],
        },
        {"name": "abc", "tags": {}},
    ],
)
def test_what_fits_passes(members: dict[str, Any]) -> None:
    assert first_violation(members, REQUEST) is None


@pytest.mark.parametrize(
    ("members", "violation"),
    [
        ({}, Violation("name", "name is required")),
        ({"name": 3}, Violation("name", "name must be of type string")),
        ({"name": "ab"}, Violation("name", "The length of name must be at least 3")),
        ({"name": "abcdefghi"}, Violation("name", "The length of name must be at most 8")),
        ({"name": "abc\n"}, Violation("name", "name must match pattern ^[a-z]+$")),
        ({"name": "abc", "size": 101}, Violation("size", "size must be at most 100")),
        ({"name": "abc", "size": True}, Violation("size", "size must be of type integer")),
        ({"name": "abc", "size": "7"}, Violation("size", "size must be of type integer")),
        ({"name": "abc", "kind": "C"}, Violation("kind", "kind must be one of: A, B")),
        ({"name": "abc", "flag": 1}, Violation("flag", "flag must be of type boolean")),
        ({"name": "abc", "tags": {"abc": "b"}}, Violation("tags.abc", "abc must match pattern a|bc")),
        ({"name": "abc", "parts": []}, Violation("parts", "The number of items in parts must be at least 1")),
        ({"name": "abc", "parts": [{"name": "abc"}, {}]}, Violation("parts[1].name", "name is required")),
    ],
)
def test_the_first_violation_is_named_by_its_path(members: dict[str, Any], violation: Violation) -> None:
    assert first_violation(members, REQUEST) == violation


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["name", "size", "kind", "flag", "tags", "parts"]), _JSON))
def test_no_json_makes_the_check_fail_by_itself(members: dict[str, Any]) -> None:
    first_violation(members, REQUEST)
