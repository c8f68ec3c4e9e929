"""Workflow documents: read with their types, refused at the right place."""

import pytest

from core.errors import Invalid, Problem, Severity
from core.recipe.workflow import (
    Retry,
    WorkflowComparison,
    WorkflowLogical,
    WorkflowOutput,
    WorkflowParameter,
    check_workflow,
    parse_workflow,
)
from core.recipe.workflow_actions import WORKFLOW_ACTIONS, WorkflowType

BUILD = """\
name: build-and-ask
description: Builds, and waits for a person before the image is made
schemaVersion: 1.0
parameters:
  - {name: wait, type: boolean, default: false}
  - {name: types, type: stringList, default: [t3.medium, t3.large], description: Instance types}
  - {name: topic, type: string}
steps:
  - name: LaunchBuildInstance
    action: LaunchInstance
    onFailure: Abort
    retry: {maxAttempts: 3}
    inputs:
      waitFor: ssmAgent
      instanceTypesOverride.$: $.parameters.types
  - name: ApplyBuildComponents
    action: ExecuteComponents
    timeoutSeconds: 3600
    inputs:
      instanceId.$: $.stepOutputs.LaunchBuildInstance.instanceId
  - name: Ask
    action: WaitForAction
    if:
      and:
        - {booleanEquals: true, value: $.parameters.wait}
        - not: {stringEquals: Windows, value: $.imagebuilder.platform}
    inputs:
      snsTopicArn.$: $.parameters.topic
      payload: '{"image": "{{ $.imagebuilder.imageName }}", "on": "{{ $.stepOutputs.LaunchBuildInstance.instanceId }}"}'
  - name: CreateOutputAMI
    action: CreateImage
    rollbackEnabled: '{{ $.parameters.wait }}'
    waitSeconds: 10
    inputs: {instanceId.$: $.stepOutputs.LaunchBuildInstance.instanceId}
  - name: TerminateBuildInstance
    action: TerminateInstance
    onFailure: Continue
    inputs:
      instanceId.$: $.stepOutputs.LaunchBuildInstance.instanceId
      waitForTermination: true
outputs:
  - {name: ImageId, value: $.stepOutputs.CreateOutputAMI.imageId}
"""


def errors(text: str, stage: WorkflowType | None = "BUILD") -> list[Problem]:
    return [problem for problem in check_workflow(text, type=stage) if problem.severity is Severity.ERROR]


def test_a_good_workflow_has_no_problems() -> None:
    assert check_workflow(BUILD, type="BUILD") == ()


def test_a_workflow_is_read_with_its_types() -> None:
    workflow = parse_workflow(BUILD)
    assert workflow.name == "build-and-ask"
    assert workflow.parameters == (
        WorkflowParameter("wait", "boolean", ("false",)),
        WorkflowParameter("types", "stringList", ("t3.medium", "t3.large"), "Instance types"),
        WorkflowParameter("topic"),
    )
    assert workflow.outputs == (WorkflowOutput("ImageId", "$.stepOutputs.CreateOutputAMI.imageId"),)
    launch, apply, ask, create, terminate = workflow.steps
    assert launch.inputs == {"waitFor": "ssmAgent", "instanceTypesOverride.$": "$.parameters.types"}
    assert launch.retry == Retry(3, 30)
    assert (apply.timeout_seconds, launch.timeout_seconds) == (3600, None)
    assert ask.condition == WorkflowLogical(
        "and",
        (
            WorkflowComparison("booleanEquals", True, "$.parameters.wait"),
            WorkflowLogical("not", (WorkflowComparison("stringEquals", "Windows", "$.imagebuilder.platform"),)),
        ),
    )
    assert (create.rollback_enabled, create.wait_seconds) == ("{{ $.parameters.wait }}", 10)
    assert (terminate.on_failure, terminate.inputs["waitForTermination"]) == ("Continue", True)


@pytest.mark.parametrize(("written", "value"), [("7", 7), ("'7'", "7"), ("1.5", 1.5), ("0755", "0755"), ("''", "")])
def test_operands_keep_the_type_they_are_written_in(written: str, value: object) -> None:
    text = BUILD.replace("{booleanEquals: true,", f"{{numberEquals: {written},")
    condition = parse_workflow(text).steps[2].condition
    assert isinstance(condition, WorkflowLogical)
    assert isinstance(condition.children[0], WorkflowComparison)
    assert condition.children[0].operand == value


def test_a_text_input_stays_text() -> None:
    text = BUILD.replace("action: ExecuteComponents", "action: RunCommand").replace(
        "    inputs:\n      instanceId.$: $.stepOutputs.LaunchBuildInstance.instanceId\n  - name: Ask",
        "    inputs: {instanceId: i-0123, documentName: AWS-Run, documentVersion: 1, parameters: {n: [1, two]}}\n"
        "  - name: Ask",
    )
    inputs = parse_workflow(text).steps[1].inputs
    assert inputs == {
        "instanceId": "i-0123",
        "documentName": "AWS-Run",
        "documentVersion": "1",
        "parameters": {"n": (1, "two")},
    }


WRONG = {
    "an unknown action": (
        "action: CreateImage",
        "action: CopyImage",
        "steps[3].action",
        "Unknown step action 'CopyImage'",
    ),
    "an action of another case": (
        "action: CreateImage",
        "action: createimage",
        "steps[3].action",
        "Unknown step action",
    ),
    "a name twice": ("name: Ask", "name: LaunchBuildInstance", "steps[2].name", "Two steps"),
    "a name with a blank": ("name: Ask", "name: Ask me", "steps[2].name", "Invalid step name"),
    "no schema version": ("schemaVersion: 1.0\n", "", "", "no 'schemaVersion'"),
    "another schema version": ("schemaVersion: 1.0", "schemaVersion: 1.1", "schemaVersion", "'1.1'"),
    "a missing input": ("      waitFor: ssmAgent\n", "", "steps[0].inputs", "needs the input 'waitFor'"),
    "a wrong word": ("waitFor: ssmAgent", "waitFor: ssh", "steps[0].inputs.waitFor", "must be one of ssmAgent"),
    "an unknown input": (
        "waitFor: ssmAgent",
        "waitFor: ssmAgent\n      wait: 1",
        "steps[0].inputs.wait",
        "has no input 'wait'",
    ),
    "no boolean": (
        "waitForTermination: true",
        "waitForTermination: 3",
        "steps[4].inputs.waitForTermination",
        "true or false",
    ),
    "too long a timeout": ("timeoutSeconds: 3600", "timeoutSeconds: 86401", "steps[1].timeoutSeconds", "1 to 86400"),
    "a wait as long as the timeout": ("waitSeconds: 10", "waitSeconds: 43200", "steps[3].waitSeconds", "0 to 43199"),
    "too many attempts": ("maxAttempts: 3", "maxAttempts: 11", "steps[0].retry.maxAttempts", "1 to 10"),
    "too long a pause": (
        "maxAttempts: 3",
        "maxAttempts: 3, backoffSeconds: 601",
        "steps[0].retry.backoffSeconds",
        "0 to 600",
    ),
    "an unknown onFailure": ("onFailure: Continue", "onFailure: Ignore", "steps[4].onFailure", "Abort, Continue"),
    "an undeclared parameter": (
        "$.parameters.topic",
        "$.parameters.tpic",
        'steps[2].inputs["snsTopicArn.$"]',
        "$.parameters.tpic is not declared",
    ),
    "an unknown step's output": (
        "stepOutputs.CreateOutputAMI",
        "stepOutputs.CreateAMI",
        "outputs[0].value",
        "refers to no earlier step",
    ),
    "a parameter of no type": ("{name: topic, type: string}", "{name: topic}", "parameters[2]", "no 'type'"),
    "a parameter of another type": ("type: stringList", "type: list", "parameters[1].type", "must be one of string"),
    "a default of another type": (
        "default: false",
        "default: maybe",
        "parameters[0].default",
        "not of the type boolean",
    ),
    "an unknown operator": ("booleanEquals", "boolEquals", "steps[2].if.and[0].boolEquals", "Unknown operator"),
    "no value": (", value: $.parameters.wait}", "}", "steps[2].if.and[0].booleanEquals", "needs 'value'"),
    "an output twice": (
        "outputs:\n",
        "outputs:\n  - {name: ImageId, value: a}\n",
        "outputs[1]",
        "Two outputs",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_told_at_its_place(mistake: str) -> None:
    old, new, address, message = WRONG[mistake]
    assert old in BUILD
    found = errors(BUILD.replace(old, new, 1))
    assert [(problem.address, message in problem.message) for problem in found[:1]] == [(address, True)], found
    assert found[0].line > 0


def test_an_action_belongs_to_its_stages_where_aws_says_so() -> None:
    text = BUILD.replace("action: CreateImage", "action: CollectImageMetadata").replace(".imageId}", ".osVersion}")
    assert errors(text, "BUILD") == []
    assert "belongs into build workflows" in errors(text, "TEST")[0].message
    assert errors(text, None) == []


def test_container_and_ami_distribution_do_not_mix() -> None:
    text = (
        "schemaVersion: 1.0\nsteps:\n"
        "  - {name: One, action: DistributeImage}\n"
        "  - {name: Two, action: DistributeContainerImage, inputs: {instanceId: i-1}}\n"
    )
    assert "cannot stand in one workflow" in errors(text, "DISTRIBUTION")[0].message


def test_a_path_in_a_key_without_its_mark_is_a_warning() -> None:
    text = BUILD.replace("snsTopicArn.$:", "snsTopicArn:")
    assert [problem.severity for problem in check_workflow(text)] == [Severity.WARNING]


def test_quotas_are_warnings() -> None:
    extra = "".join(f"  - {{name: Wait{number}, action: WaitForAction}}\n" for number in range(12))
    problems = check_workflow(BUILD.replace("outputs:", f"{extra}outputs:"))
    assert [(problem.severity, "quota" in problem.message) for problem in problems] == [(Severity.WARNING, True)]


@pytest.mark.parametrize("text", ["", "- a\n", "schemaVersion: 1.0\nsteps: []\n"])
def test_a_text_without_steps_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as raised:
        parse_workflow(text, file="w.yml")
    assert raised.value.problems


def test_there_are_nineteen_step_actions() -> None:
    assert len(WORKFLOW_ACTIONS) == 19
    assert all(action.default_timeout <= action.max_timeout for action in WORKFLOW_ACTIONS.values())
    assert WORKFLOW_ACTIONS["LaunchInstance"].default_timeout == 75 * 60
