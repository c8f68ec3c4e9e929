"""Workflow documents, their executions and steps, and steps that wait for an answer."""

import json
from typing import Any

from core.local.store.records import StepExecution, WorkflowExecution
from tests.functional.service.refusals import invalid, refused
from tests.functional.service.running import Running
from tests.functional.service.samples import BUILD_WORKFLOW, TEST_WORKFLOW, infrastructure, recipe, start, workflow

MANAGED = "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/build-image"
ROLE = "arn:aws:iam::123456789012:role/builder"


def _begin(service: Running, arn: str, *steps: StepExecution) -> tuple[WorkflowExecution, tuple[StepExecution, ...]]:
    builds = service.workshop.engine.builds
    execution = builds.begin_workflow(arn, f"{MANAGED}/1.0.0/1", "BUILD", len(steps))
    return execution, builds.begin_steps(execution.workflow_execution_id, steps)


def test_a_workflow_is_a_document_with_builds(imagebuilder: Any) -> None:
    arn = workflow(imagebuilder, "My Workflow")
    assert arn == "arn:aws:imagebuilder:eu-west-1:123456789012:workflow/build/my-workflow/1.0.0/1"
    got = imagebuilder.get_workflow(workflowBuildVersionArn=arn)
    assert "requestId" not in got
    assert got["workflow"]["data"] == BUILD_WORKFLOW
    assert got["workflow"]["parameters"] == [{"name": "Depth", "type": "integer", "defaultValue": ["2"]}]
    changed = workflow(imagebuilder, "My Workflow", data=BUILD_WORKFLOW.replace("2", "3"))
    assert changed.endswith("/2")
    newest = arn.replace("1.0.0/1", "x.x.x")
    assert imagebuilder.get_workflow(workflowBuildVersionArn=newest)["workflow"]["arn"] == changed
    listed = imagebuilder.list_workflow_build_versions(workflowVersionArn=newest)["workflowSummaryList"]
    assert [one["arn"] for one in listed] == [arn, changed]


def test_a_name_is_unique_within_its_type(imagebuilder: Any) -> None:
    build = workflow(imagebuilder, "same-name")
    test = workflow(imagebuilder, "same-name", "TEST", TEST_WORKFLOW)
    assert "workflow/build/same-name" in build
    assert "workflow/test/same-name" in test
    create = imagebuilder.create_workflow
    members = {"name": "same-name", "semanticVersion": "1.0.0", "type": "BUILD", "data": BUILD_WORKFLOW}
    assert "'Workflow' already exists" in refused("ResourceAlreadyExistsException", create, **members)


def test_a_wrong_workflow_is_refused(imagebuilder: Any) -> None:
    data = BUILD_WORKFLOW.replace("LaunchInstance", "CopyImage")
    members = {"name": "wrong", "semanticVersion": "1.0.0", "type": "BUILD", "data": data}
    assert "CopyImage" in invalid(imagebuilder.create_workflow, **members)


def test_a_workflow_that_a_pipeline_uses_is_not_deleted(imagebuilder: Any) -> None:
    own = workflow(imagebuilder, "in-use")
    made = imagebuilder.create_image_pipeline(
        name="uses-workflow",
        imageRecipeArn=recipe(imagebuilder, "uses-workflow"),
        infrastructureConfigurationArn=infrastructure(imagebuilder, "uses-workflow"),
        executionRole=ROLE,
        workflows=[{"workflowArn": own}],
    )
    refused("ResourceDependencyException", imagebuilder.delete_workflow, workflowBuildVersionArn=own)
    imagebuilder.delete_image_pipeline(imagePipelineArn=made["imagePipelineArn"])
    imagebuilder.delete_workflow(workflowBuildVersionArn=own)


def test_managed_workflows_tell_only_their_newest_version(imagebuilder: Any) -> None:
    got = imagebuilder.get_workflow(workflowBuildVersionArn=f"{MANAGED}/x.x.x")
    assert got["latestVersionReferences"] == {"latestVersionArn": f"{MANAGED}/x.x.x"}
    assert got["workflow"]["owner"] == "Amazon"
    listed = imagebuilder.list_workflows(owner="Amazon")["workflowVersionList"]
    assert {one["name"] for one in listed} >= {"build-image", "test-image"}
    assert imagebuilder.list_workflows(owner="AWSMarketplace")["workflowVersionList"] == []
    invalid(imagebuilder.list_workflows, owner="Shared")


def test_executions_and_steps_are_read_as_the_engine_writes_them(service: Running, imagebuilder: Any) -> None:
    arn = start(imagebuilder, "followed")
    assert imagebuilder.list_workflow_executions(imageBuildVersionArn=arn)["workflowExecutions"] == []
    launch = StepExecution(name="Launch", action="LaunchInstance", timeout_seconds=4500)
    apply = StepExecution(name="Apply", action="ExecuteComponents")
    execution, steps = _begin(service, arn, launch, apply)
    builds = service.workshop.engine.builds
    builds.change_step(steps[0].step_execution_id, status="COMPLETED", outputs=json.dumps({"instanceId": "i-1"}))
    builds.change_workflow(execution.workflow_execution_id, totalStepsSucceeded=1)
    listed = imagebuilder.list_workflow_executions(imageBuildVersionArn=arn)
    assert listed["imageBuildVersionArn"] == arn
    assert [
        (one["status"], one["totalStepCount"], one["totalStepsSucceeded"]) for one in listed["workflowExecutions"]
    ] == [("RUNNING", 2, 1)]
    shown = imagebuilder.list_workflow_step_executions(workflowExecutionId=execution.workflow_execution_id)
    assert shown["workflowBuildVersionArn"] == f"{MANAGED}/1.0.0/1"
    assert [(one["name"], one["status"]) for one in shown["steps"]] == [("Launch", "COMPLETED"), ("Apply", "PENDING")]
    assert "timeoutSeconds" not in shown["steps"][0]
    step = imagebuilder.get_workflow_step_execution(stepExecutionId=steps[0].step_execution_id)
    assert (step["timeoutSeconds"], step["onFailure"], step["imageBuildVersionArn"]) == (4500, "Abort", arn)
    whole = imagebuilder.get_workflow_execution(workflowExecutionId=execution.workflow_execution_id)
    assert whole["type"] == "BUILD"


def test_executions_belong_to_their_region(service: Running, imagebuilder: Any) -> None:
    execution, _ = _begin(service, start(imagebuilder, "regional-run"))
    elsewhere = service.client(region="us-east-1")
    get = elsewhere.get_workflow_execution
    refused("ResourceNotFoundException", get, workflowExecutionId=execution.workflow_execution_id)
    refused("ResourceNotFoundException", elsewhere.get_workflow_step_execution, stepExecutionId=_no_step())


def test_a_waiting_step_is_answered_once(service: Running, imagebuilder: Any) -> None:
    """Between the answer and the engine's taking it, a second answer was accepted and contradicted the first."""
    arn = start(imagebuilder, "waiting")
    _, steps = _begin(service, arn, StepExecution(name="Approve", action="WaitForAction"))
    step_id = steps[0].step_execution_id
    assert _waiting(imagebuilder, arn) == []
    answer = {"stepExecutionId": step_id, "imageBuildVersionArn": arn, "action": "RESUME", "reason": "fine"}
    refused("InvalidRequestException", imagebuilder.send_workflow_step_action, **answer)
    service.workshop.engine.builds.change_step(step_id, status="RUNNING", startTime="2026-01-01T00:00:00.000Z")
    assert [one["name"] for one in _waiting(imagebuilder, arn)] == ["Approve"]
    imagebuilder.send_workflow_step_action(**answer)
    assert ("answer", step_id, "RESUME", "fine") in service.workshop.engine.calls
    assert _waiting(imagebuilder, arn) == []
    refused("InvalidRequestException", imagebuilder.send_workflow_step_action, **{**answer, "action": "STOP"})


def test_an_answer_names_the_image_of_its_step(service: Running, imagebuilder: Any) -> None:
    arn, other = start(imagebuilder, "mine"), start(imagebuilder, "other")
    _, steps = _begin(service, arn, StepExecution(name="Approve", action="WaitForAction", status="RUNNING"))
    answer = {"stepExecutionId": steps[0].step_execution_id, "imageBuildVersionArn": other, "action": "RESUME"}
    assert "'imageBuildVersionArn'" in invalid(imagebuilder.send_workflow_step_action, **answer)


def _waiting(client: Any, arn: str) -> list[dict[str, Any]]:
    return [one for one in client.list_waiting_workflow_steps()["steps"] if one["imageBuildVersionArn"] == arn]


def _no_step() -> str:
    return "step-00000000-0000-0000-0000-000000000000"
