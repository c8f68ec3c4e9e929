"""Workflows written by users: retries, conditions, waiting for an action, commands, parallel tests."""

import asyncio
import json

import pytest

from core.errors import MachineFault
from core.local.store.engine_port import StepAnswer
from tests.functional.workflow.conftest import BASE, Bakery

HEAD = """
schemaVersion: 1.0
steps:
  - {name: Launch, action: LaunchInstance, inputs: {waitFor: ssmAgent}}
"""
CAPTURE = """
  - {name: Capture, action: CreateImage, inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}}
outputs:
  - {name: ImageId, value: $.stepOutputs.Capture.imageId}
"""


def command(name: str, script: str, more: str = "") -> str:
    return f"""
  - name: {name}
    action: RunCommand{more}
    inputs:
      instanceId.$: $.stepOutputs.Launch.instanceId
      documentName: AWS-RunShellScript
      parameters: {{commands: [{json.dumps(script)}]}}
"""


async def test_a_launch_that_fails_is_tried_again(bakery: Bakery) -> None:
    """Without the handling one hiccup of a machine's start cost the whole build."""
    tries = 0

    async def hiccup(operation: str) -> None:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise MachineFault("The machine did not start.", context={"console": "GRUB loading\nerror: no such disk"})

    bakery.fleet.before = hiccup
    head = HEAD.replace("inputs:", "retry: {maxAttempts: 3, backoffSeconds: 0}, inputs:", 1)
    arn = bakery.image(workflows=[{"workflowArn": bakery.workflow("build", "patient", head + CAPTURE)}])
    image = await bakery.bake(arn)
    assert image["state"]["status"] == "AVAILABLE"
    launch = bakery.steps(arn)["Launch"]
    assert (launch.status, launch.attempt_number, launch.max_attempts, launch.message) == ("COMPLETED", 3, 3, None)
    assert "ImageBuilder: error: no such disk" in bakery.log()
    assert any("The machine did not start. In workflow step Launch. Attempt 2 of 3" in line for line in bakery.log())


async def test_a_step_that_fails_every_time_fails_after_its_last_attempt(bakery: Bakery) -> None:
    steps = command("Try", "echo no >&2; exit 7", "\n    retry: {maxAttempts: 2, backoffSeconds: 0}")
    arn = bakery.image(workflows=[{"workflowArn": bakery.workflow("build", "stubborn", HEAD + steps + CAPTURE)}])
    image = await bakery.bake(arn)
    assert image["state"]["reason"].endswith(
        "ExpectationNotMet. ssm:ListCommandInvocations returned terminal state Failed in workflow step Try: "
        "exit status 7: no"
    )
    assert bakery.steps(arn)["Try"].attempt_number == 2


async def test_a_failure_that_may_happen_is_recorded_and_the_workflow_goes_on(bakery: Bakery) -> None:
    """Without the handling `onFailure: Continue` was a failure as any other."""
    steps = command("Try", "exit 7", "\n    onFailure: Continue")
    arn = bakery.image(workflows=[{"workflowArn": bakery.workflow("build", "lenient", HEAD + steps + CAPTURE)}])
    image = await bakery.bake(arn)
    assert image["state"]["status"] == "AVAILABLE"
    [workflow] = bakery.executions(arn)
    assert (workflow.status, workflow.total_steps_succeeded, workflow.total_steps_failed) == ("COMPLETED", 2, 1)


async def test_outputs_travel_from_step_to_step_and_parameters_from_the_caller(bakery: Bakery) -> None:
    steps = command("Ask", "printf %s {{ $.parameters.Grain }}") + command(
        "Tell",
        "echo got {{ $.stepOutputs.Ask.output[0] }} for {{ $.imagebuilder.imageName }}",
        "\n    if: {stringEquals: RYE, value: $.parameters.Grain}",
    )
    document = "parameters: [{name: Grain, type: string, default: wheat}]" + HEAD + steps + CAPTURE
    workflow = {
        "workflowArn": bakery.workflow("build", "talkative", document),
        "parameters": [{"name": "Grain", "value": ["RYE"]}],
    }
    arn = bakery.image(workflows=[workflow])
    await bakery.bake(arn)
    assert json.loads(bakery.steps(arn)["Tell"].outputs or "")["output"] == ["got RYE for web\n"]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("{name: Odd, action: ExecuteStateMachine, inputs: {stateMachineArn: a}}", "there is no AWS Step Functions"),
        (
            "{name: Odd, action: RunCommand, inputs: {instanceId: i-1, documentName: AWS-UpdateSSMAgent}}",
            "not 'AWS-UpdateSSMAgent'",
        ),
        ("{name: Odd, action: SanitizeInstance, inputs: {instanceId: i-1}}", "Instances [[i-1]] not in a valid state"),
        (
            "{name: Odd, action: SanitizeInstance, inputs: {instanceId.$: $.workflowOutputs.Id}}",
            "'$.workflowOutputs.Id' can't be resolved",
        ),
    ],
)
async def test_what_cannot_be_done_fails_with_a_reason(bakery: Bakery, step: str, reason: str) -> None:
    """Without the handling an action unknown here was skipped, and the image looked as if it had been carried out."""
    document = f"schemaVersion: 1.0\nsteps:\n  - {step}\n"
    image = await bakery.bake(bakery.image(workflows=[{"workflowArn": bakery.workflow("build", "odd", document)}]))
    assert image["state"]["status"] == "FAILED"
    assert reason in image["state"]["reason"]


def waiting(on_failure: str = "Abort") -> str:
    return HEAD + f"  - {{name: Ask, action: WaitForAction, onFailure: {on_failure}}}\n" + CAPTURE


async def answer(bakery: Bakery, arn: str, action: StepAnswer, reason: str) -> None:
    await bakery.until(lambda: bool(bakery.executions(arn)) and bakery.steps(arn)["Ask"].status == "RUNNING")
    step = bakery.steps(arn)["Ask"].step_execution_id
    await asyncio.to_thread(bakery.engine.answer, step, action, reason)


async def test_a_waiting_step_goes_on_when_it_is_told_to(bakery: Bakery) -> None:
    arn = bakery.image(workflows=[{"workflowArn": bakery.workflow("build", "asking", waiting())}])
    bakery.engine.start(arn)
    await answer(bakery, arn, "RESUME", "smells good")
    image = await bakery.end(arn)
    assert image["state"]["status"] == "AVAILABLE"
    outputs = json.loads(bakery.steps(arn)["Ask"].outputs or "")
    assert outputs == {"action": "RESUME", "reason": "smells good"}


@pytest.mark.parametrize(("on_failure", "status"), [("Abort", "FAILED"), ("Continue", "AVAILABLE")])
async def test_a_stopped_wait_fails_its_step_and_on_failure_decides(
    bakery: Bakery, on_failure: str, status: str
) -> None:
    arn = bakery.image(workflows=[{"workflowArn": bakery.workflow("build", "asking", waiting(on_failure))}])
    bakery.engine.start(arn)
    await answer(bakery, arn, "STOP", "burnt")
    image = await bakery.end(arn)
    assert image["state"]["status"] == status
    step = bakery.steps(arn)["Ask"]
    assert (step.status, step.message) == ("FAILED", "Workflow step Ask was stopped: burnt")
    assert json.loads(step.outputs or "")["reason"] == "burnt"


async def test_a_build_that_waits_without_a_machine_lets_others_build(bakery: Bakery) -> None:
    """Without the handling two images that waited for an answer, for days, kept every other image PENDING."""
    document = "schemaVersion: 1.0\nsteps:\n  - {name: Ask, action: WaitForAction}\n"
    workflow = bakery.workflow("test", "asking", document)
    asking = [bakery.image(name, workflows=[{"workflowArn": workflow}]) for name in ("rye", "oat", "malt")]
    for arn in asking:
        bakery.engine.start(arn)
    assert (await bakery.bake(bakery.image()))["state"]["status"] == "AVAILABLE"
    for arn in asking:
        await answer(bakery, arn, "RESUME", "")
        assert (await bakery.end(arn))["state"]["status"] == "AVAILABLE"


@pytest.mark.parametrize(("on_failure", "status"), [("CONTINUE", "AVAILABLE"), ("ABORT", "FAILED")])
async def test_tests_of_a_group_run_together_and_may_fail_when_told(
    bakery: Bakery, on_failure: str, status: str
) -> None:
    """Without the handling the first failing test of a group cancelled the others, whatever its onFailure said."""
    good = bakery.workflow("test", "good", HEAD + command("Try", "echo good"))
    bad = bakery.workflow("test", "bad", HEAD + command("Try", "exit 1"))
    alone = bakery.workflow("test", "alone", HEAD + command("Try", "echo alone"))
    tests = [
        {"workflowArn": good, "parallelGroup": "crust"},
        {"workflowArn": alone},
        {"workflowArn": bad, "parallelGroup": "crust", "onFailure": on_failure},
    ]
    together = asyncio.Barrier(2)

    async def both(operation: str) -> None:
        if operation == "launch test" and len(bakery.fleet.launched) == 1:
            await together.wait()

    bakery.fleet.before = both
    build = bakery.workflow("build", "plain", HEAD + CAPTURE)
    arn = bakery.image(workflows=[{"workflowArn": build}, *tests])
    image = await bakery.bake(arn)
    assert image["state"]["status"] == status
    ended = {
        execution.workflow_build_version_arn.split("/")[2]: (execution.status, execution.parallel_group)
        for execution in bakery.executions(arn)[1:]
    }
    expected = {"good": ("COMPLETED", "crust"), "bad": ("ROLLBACK_COMPLETED", "crust")}
    assert ended == (expected if status == "FAILED" else {**expected, "alone": ("COMPLETED", None)})
    assert bakery.running() == []


async def test_tests_alone_test_the_parent_image(bakery: Bakery) -> None:
    test = bakery.workflow("test", "good", HEAD + command("Try", "echo good"))
    arn = bakery.image(workflows=[{"workflowArn": test}])
    image = await bakery.bake(arn)
    parent = bakery.images.base_ami("eu-central-1", BASE).ami_id
    assert [ami["image"] for ami in image["outputResources"]["amis"]] == [parent]
