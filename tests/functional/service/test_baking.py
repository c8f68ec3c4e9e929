"""Builds through the API: the real service and the real engine, with machines that are fakes."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.aws.connection import LocalConnection
from core.aws.imagebuilder import Answer
from core.errors import Invalid
from core.local.endpoint import Endpoint, Home
from tests.fakes.bakery import Bakery
from tests.functional.service.refusals import refused
from tests.functional.service.running import KEYS, Listening, serving
from tests.functional.service.samples import component, distribution, infrastructure, recipe, workflow

PARENT = "arn:aws:imagebuilder:eu-west-1:aws:image/debian-12-x86/x.x.x"
ROLE = "arn:aws:iam::123456789012:role/builder"
DEADLINE = 30
LOAF = """\
schemaVersion: 1.0
parameters:
  - Flour: {type: string, default: rye}
phases:
  - name: build
    steps:
      - {name: Bake, action: ExecuteBash, inputs: {commands: ["echo baking with {{ Flour }}"]}}
  - name: test
    steps:
      - {name: Taste, action: ExecuteBash, inputs: {commands: [echo tasting]}}
"""
APPROVAL = """\
schemaVersion: 1.0
steps:
  - {name: Approve, action: WaitForAction}
"""


@pytest.fixture
def bakery(tmp_path: Path) -> Bakery:
    return Bakery(tmp_path / "machines")


@pytest.fixture
def service(home: Home, bakery: Bakery) -> Iterator[Listening]:
    with serving(home, bakery.make) as listening:
        yield listening


@pytest.fixture
def client(service: Listening) -> Any:
    return service.client()


def _until(holds: Callable[[], Any]) -> Any:
    """What `holds` returns as soon as that is true; each asking is a request, so nothing spins."""
    deadline = time.monotonic() + DEADLINE
    while not (found := holds()):
        assert time.monotonic() < deadline
    return found


def _ended(client: Any, arn: str) -> dict[str, Any]:
    def image() -> Any:
        found = client.get_image(imageBuildVersionArn=arn)["image"]
        return found if found["state"]["status"] in ("AVAILABLE", "FAILED", "CANCELLED") else None

    ended: dict[str, Any] = _until(image)
    return ended


def parts(client: Any) -> dict[str, Any]:
    loaf = {"componentArn": component(client, "loaf", LOAF), "parameters": [{"name": "Flour", "value": ["spelt"]}]}
    return {
        "imageRecipeArn": recipe(client, "bread", parentImage=PARENT, components=[loaf]),
        "infrastructureConfigurationArn": infrastructure(client, "oven"),
        "distributionConfigurationArn": distribution(client, "shops", "eu-west-1", "us-east-1"),
    }


def _waiting(client: Any) -> dict[str, Any]:
    def one() -> Any:
        steps = client.list_waiting_workflow_steps()["steps"]
        return steps[0] if steps else None

    step: dict[str, Any] = _until(one)
    return {name: step[name] for name in ("stepExecutionId", "imageBuildVersionArn")}


def test_a_pipeline_makes_a_tested_and_distributed_image(service: Listening, client: Any) -> None:
    made = client.create_image_pipeline(name="bread", **parts(client))["imagePipelineArn"]
    arn = client.start_image_pipeline_execution(imagePipelineArn=made)["imageBuildVersionArn"]
    image = _ended(client, arn)
    assert image["state"] == {"status": "AVAILABLE"}
    assert [ami["region"] for ami in image["outputResources"]["amis"]] == ["eu-west-1", "us-east-1"]
    executions = client.list_workflow_executions(imageBuildVersionArn=arn)["workflowExecutions"]
    assert [(one["type"], one["status"]) for one in executions] == [
        ("BUILD", "COMPLETED"),
        ("TEST", "COMPLETED"),
        ("DISTRIBUTION", "COMPLETED"),
    ]
    events = service.client("logs").get_log_events(
        logGroupName="/aws/imagebuilder/bread", logStreamName="1.0.0/1", startFromHead=True
    )
    messages = [event["message"] for event in events["events"]]
    assert "Stdout: baking with spelt" in messages
    assert "Stdout: tasting" in messages
    assert client.list_image_packages(imageBuildVersionArn=arn)["imagePackageList"]
    assert client.get_image_pipeline(imagePipelineArn=made)["imagePipeline"]["lastRunStatus"] == "AVAILABLE"
    assert client.get_image(imageBuildVersionArn=arn[:-2])["image"]["arn"] == arn


@pytest.mark.parametrize(("action", "status"), [("RESUME", "AVAILABLE"), ("STOP", "FAILED")])
def test_a_build_waits_for_the_answer_and_obeys_it(client: Any, action: str, status: str) -> None:
    build = "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/build-image/x.x.x"
    attached = [{"workflowArn": build}, {"workflowArn": workflow(client, "approval", "TEST", APPROVAL)}]
    arn = client.create_image(executionRole=ROLE, workflows=attached, **parts(client))["imageBuildVersionArn"]
    waiting = _waiting(client)
    assert waiting["imageBuildVersionArn"] == arn
    client.send_workflow_step_action(action=action, reason="by hand", **waiting)
    refused("InvalidRequestException", client.send_workflow_step_action, action=action, **waiting)
    assert _ended(client, arn)["state"]["status"] == status


def test_a_retry_goes_on_with_the_tests(client: Any) -> None:
    build = "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/build-image/x.x.x"
    attached = [{"workflowArn": build}, {"workflowArn": workflow(client, "approval", "TEST", APPROVAL)}]
    arn = client.create_image(executionRole=ROLE, workflows=attached, **parts(client))["imageBuildVersionArn"]
    client.send_workflow_step_action(action="STOP", **_waiting(client))
    assert _ended(client, arn)["state"]["status"] == "FAILED"
    client.retry_image(imageBuildVersionArn=arn)
    assert client.get_image(imageBuildVersionArn=arn)["image"]["state"]["status"] != "FAILED"
    client.send_workflow_step_action(action="RESUME", **_waiting(client))
    assert _ended(client, arn)["state"] == {"status": "AVAILABLE"}
    executions = client.list_workflow_executions(imageBuildVersionArn=arn)["workflowExecutions"]
    assert [(one["type"], one.get("retried", False)) for one in executions][:3] == [
        ("BUILD", False),
        ("TEST", True),
        ("TEST", False),
    ]


def test_the_typed_face_answers_retries_and_lists_as_the_raw_one_does(service: Listening, client: Any) -> None:
    """Its words for a build that waits: stopped, retried, resumed; the image's packages and its listing in the end."""
    endpoint = Endpoint(service.url, 1, KEYS.access_key_id, KEYS.secret_access_key)
    builder = LocalConnection("eu-west-1", service.home, lambda home: endpoint).image_builder()
    build = "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/build-image/x.x.x"
    attached = [{"workflowArn": build}, {"workflowArn": workflow(client, "approval", "TEST", APPROVAL)}]
    arn = client.create_image(executionRole=ROLE, workflows=attached, **parts(client))["imageBuildVersionArn"]
    step = _waiting(client)["stepExecutionId"]
    assert builder.waiting_builds() == {arn}
    builder.answer(arn, step, Answer.STOP, "not yet")
    assert _ended(client, arn)["state"]["status"] == "FAILED"
    builder.retry(arn)
    step = _waiting(client)["stepExecutionId"]
    builder.answer(arn, step, Answer.RESUME, "")
    with pytest.raises(Invalid):
        builder.answer(arn, step, Answer.RESUME, "")
    assert _ended(client, arn)["state"]["status"] == "AVAILABLE"
    assert [(each.arn, each.state.status.value) for each in builder.own_builds()] == [(arn, "AVAILABLE")]
    assert builder.packages(arn)
    with pytest.raises(Invalid):
        builder.retry(arn)


def test_a_cancelled_build_leaves_no_machine(client: Any, bakery: Bakery) -> None:
    wait = """\
schemaVersion: 1.0
steps:
  - {name: Launch, action: LaunchInstance, inputs: {waitFor: ssmAgent}}
  - {name: Approve, action: WaitForAction}
"""
    attached = [{"workflowArn": workflow(client, "launch-and-wait", data=wait)}]
    arn = client.create_image(executionRole=ROLE, workflows=attached, **parts(client))["imageBuildVersionArn"]
    _waiting(client)
    client.cancel_image_creation(imageBuildVersionArn=arn)
    assert _ended(client, arn)["state"]["status"] == "CANCELLED"
    assert _until(lambda: not bakery.fleet.machines())
    client.delete_image(imageBuildVersionArn=arn)


def test_a_stopped_service_ends_its_builds_failed(home: Home, tmp_path: Path) -> None:
    attached_to = Bakery(tmp_path / "first")
    with serving(home, attached_to.make) as listening:
        client = listening.client()
        build = "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/build-image/x.x.x"
        attached = [{"workflowArn": build}, {"workflowArn": workflow(client, "approval", "TEST", APPROVAL)}]
        arn = client.create_image(executionRole=ROLE, workflows=attached, **parts(client))["imageBuildVersionArn"]
        _waiting(client)
    with serving(home, Bakery(tmp_path / "second").make) as listening:
        client = listening.client()
        state = client.get_image(imageBuildVersionArn=arn)["image"]["state"]
        assert (state["status"], "stopped" in state["reason"]) == ("FAILED", True)
        assert client.list_waiting_workflow_steps()["steps"] == []
