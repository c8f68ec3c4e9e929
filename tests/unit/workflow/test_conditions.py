"""Conditions of workflow steps, read from documents as users write them."""

import pytest

from core.local.workflow.conditions import Uncomparable, holds
from core.local.workflow.values import Json, Unresolved
from core.recipe.workflow import WorkflowCondition, parse_workflow

SCOPE: dict[str, Json] = {
    "parameters": {"Size": 12, "Count": "007", "Debug": True, "Flag": "false"},
    "imagebuilder": {"imageType": "AMI", "platform": "Linux"},
}


def condition(text: str) -> WorkflowCondition:
    parameters = ", ".join(f"{{name: {name}, type: string}}" for name in ("Size", "Count", "Debug", "Flag", "No"))
    document = (
        f"{{schemaVersion: 1.0, parameters: [{parameters}], "
        f"steps: [{{name: Launch, action: LaunchInstance, inputs: {{waitFor: ssmAgent}}, if: {text}}}]}}"
    )
    [step] = parse_workflow(document).steps
    assert step.condition is not None
    return step.condition


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{stringEquals: AMI, value: $.imagebuilder.imageType}", True),
        ("{stringEquals: ami, value: $.imagebuilder.imageType}", False),
        ("{stringEquals: '', value: $.imagebuilder.imageType}", False),
        ("{stringEquals: true, value: $.parameters.Debug}", True),
        ("{booleanEquals: true, value: $.parameters.Debug}", True),
        ("{booleanEquals: true, value: $.parameters.Flag}", False),
        ("{numberEquals: 7, value: $.parameters.Count}", True),
        ("{numberEquals: '12', value: $.parameters.Size}", True),
        ("{numberGreaterThan: 11.5, value: $.parameters.Size}", True),
        ("{numberGreaterThan: 12, value: $.parameters.Size}", False),
        ("{numberGreaterThanEquals: 12, value: $.parameters.Size}", True),
        ("{numberLessThan: 12, value: $.parameters.Size}", False),
        ("{numberLessThanEquals: 12, value: $.parameters.Size}", True),
        (
            "{and: [{stringEquals: AMI, value: $.imagebuilder.imageType},"
            " {not: {stringEquals: Windows, value: $.imagebuilder.platform}}]}",
            True,
        ),
        ("{or: [{numberLessThan: 1, value: $.parameters.Size}, {booleanEquals: false, value: 'true'}]}", False),
    ],
)
def test_a_condition_compares_its_value_with_its_operand(text: str, expected: bool) -> None:
    assert holds(condition(text), SCOPE) is expected


def test_the_value_stands_left_of_the_operator() -> None:
    assert holds(condition("{numberGreaterThan: 5, value: $.parameters.Size}"), SCOPE)
    assert not holds(condition("{numberLessThan: 5, value: $.parameters.Size}"), SCOPE)


@pytest.mark.parametrize(
    "text",
    [
        "{numberEquals: 5, value: $.imagebuilder.platform}",
        "{numberEquals: 1, value: $.parameters.Debug}",
        "{booleanEquals: true, value: $.parameters.Size}",
    ],
)
def test_values_of_the_wrong_kind_cannot_be_compared(text: str) -> None:
    with pytest.raises(Uncomparable):
        holds(condition(text), SCOPE)


def test_a_missing_value_is_not_just_false() -> None:
    with pytest.raises(Unresolved):
        holds(condition("{stringEquals: '', value: $.parameters.No}"), SCOPE)


def test_a_decided_and_does_not_ask_further() -> None:
    text = "{and: [{numberEquals: 1, value: $.parameters.Size}, {stringEquals: x, value: $.parameters.No}]}"
    assert holds(condition(text), SCOPE) is False
