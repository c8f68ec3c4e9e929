"""Dynamic values: paths, interpolation, and what they refuse."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.local.workflow.values import Json, Unresolved, encode, interpolate, look_up, resolve

SCOPE: dict[str, Json] = {
    "parameters": {"Size": 3, "Debug": True, "Zones": ["a", "b"]},
    "stepOutputs": {"Launch": {"instanceId": "i-1"}, "Run": {"output": ["first\n", "{{ $.parameters.Size }}"]}},
    "imagebuilder": {"imageName": "web"},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.stepOutputs.Launch.instanceId", "i-1"),
        ("$.stepOutputs.Run.output[0]", "first\n"),
        ("$.parameters.Zones", ["a", "b"]),
        ("$.parameters.Debug", True),
        (" $.imagebuilder.imageName ", "web"),
    ],
)
def test_a_path_leads_to_its_value(path: str, value: Json) -> None:
    assert look_up(path, SCOPE) == value


@pytest.mark.parametrize(
    "path",
    [
        "$.parameters.Missing",
        "$.stepOutputs.Run.output[2]",
        "$.imagebuilder.imageName[0]",
        "$.imagebuilder[0]",
        "$..instanceId",
        "$.parameters.*",
        "$",
        "parameters.Size",
        "$.parameters.Zones[-1]",
        "$.parameters.__class__",
    ],
)
def test_a_path_that_leads_nowhere_is_refused_by_name(path: str) -> None:
    with pytest.raises(Unresolved) as caught:
        look_up(path, SCOPE)
    assert path in str(caught.value)


def test_a_dynamic_key_takes_the_whole_value_with_its_type() -> None:
    inputs: dict[str, Json] = {"size.$": "$.parameters.Size", "zones.$": ["$.parameters.Zones[1]"], "plain": "$.x"}
    assert resolve(inputs, SCOPE) == {"size": 3, "zones": ["b"], "plain": "$.x"}


def test_dynamic_keys_work_at_any_depth() -> None:
    inputs: dict[str, Json] = {"a": [{"b.$": "$.parameters.Debug"}], "c.$": {"d": "{{$.parameters.Size}}"}}
    assert resolve(inputs, SCOPE) == {"a": [{"b": True}], "c": {"d": "3"}}


def test_a_dynamic_key_may_hold_a_template() -> None:
    assert resolve({"name.$": "n-{{ $.parameters.Size }}"}, SCOPE) == {"name": "n-3"}


def test_values_inside_a_text_become_text() -> None:
    text = "{{$.imagebuilder.imageName}}-{{ $.parameters.Debug }}-{{ $.parameters.Zones }}-{{ other }}"
    assert interpolate(text, SCOPE) == 'web-true-["a","b"]-{{ other }}'


def test_what_is_put_in_is_not_looked_at_again() -> None:
    assert interpolate("{{ $.stepOutputs.Run.output[1] }}", SCOPE) == "{{ $.parameters.Size }}"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text().filter(lambda key: not key.endswith(".$")), inner),
)


@given(VALUES)
def test_what_has_no_reference_stays_as_it_is(value: Any) -> None:
    if "{{" not in json.dumps(value):
        assert resolve(value, SCOPE) == value


@given(VALUES)
def test_encoded_values_are_json(value: Any) -> None:
    assert json.loads(encode(value)) == value
