"""Builds that fail: what is recorded, what is undone, and what is said."""

import asyncio
import errno
import json
from typing import Any

import pytest

from core.errors import HostFault, MachineFault
from core.local.store.builds import Builds
from core.local.store.records import StepExecution
from core.local.workflow.engine import BuildEngine
from tests.functional.workflow.conftest import REGION, Bakery

BURNT = """
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Burn, action: ExecuteBash, inputs: {commands: ["echo oven too hot >&2; exit 3"]}}
"""
TASTELESS = """
schemaVersion: 1.0
phases:
  - name: test
    steps:
      - {name: Taste, action: ExecuteBash, inputs: {commands: ["exit 1"]}}
"""
ENDLESS = """
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Rise, action: ExecuteBash, inputs: {commands: [echo rising, sleep 600]}}
"""


async def test_a_failed_component_fails_the_image_and_rolls_back(bakery: Bakery) -> None:
    """Without the handling the image stayed BUILDING for ever, and its machine ran on."""
    component = bakery.component("burnt", BURNT)
    arn = bakery.image(components=(component,))
    while_terminating = []

    async def look(operation: str) -> None:
        if operation == "terminate":
            while_terminating.append(bakery.executions(arn)[0].status)

    bakery.fleet.before = look
    image = await bakery.bake(arn)
    [workflow] = bakery.executions(arn)
    assert while_terminating == ["ROLLBACK_IN_PROGRESS"]
    steps = bakery.steps(arn)
    assert [step.status for step in steps.values()] == ["COMPLETED", "FAILED", *["PENDING"] * 5]
    assert (workflow.status, workflow.total_steps_succeeded, workflow.total_steps_failed) == (
        "ROLLBACK_COMPLETED",
        1,
        1,
    )
    assert steps["LaunchBuildInstance"].rollback_status == "COMPLETED"
    assert bakery.running() == []
    reason = (
        f"Workflow Execution ID: '{workflow.workflow_execution_id}' failed with reason: Document {component} failed!"
    )
    assert image["state"]["reason"] == reason
    assert json.loads(steps["ApplyBuildComponents"].outputs or "")["error"] == f"Document {component} failed!"
    assert image["state"]["failureContext"] == {
        "imageStatus": "BUILDING",
        "workflowExecutionId": workflow.workflow_execution_id,
        "workflowArn": workflow.workflow_build_version_arn,
        "stepExecutionId": steps["ApplyBuildComponents"].step_execution_id,
        "failedStep": "ApplyBuildComponents",
        "componentFailure": {
            "componentArn": component,
            "phaseName": "build",
            "stepName": "Burn",
            "action": "ExecuteBash",
            "errorMessage": "exit status 3: oven too hot",
        },
    }


async def test_a_machine_is_kept_for_debugging_when_asked_for(bakery: Bakery) -> None:
    """Without the handling the machine that somebody wanted to look into was gone with the failure."""
    arn = bakery.image(
        components=(bakery.component("burnt", BURNT),),
        infrastructureConfiguration={"terminateInstanceOnFailure": False},
    )
    await bakery.bake(arn)
    [workflow] = bakery.executions(arn)
    assert workflow.status == "FAILED"
    assert bakery.steps(arn)["LaunchBuildInstance"].rollback_status == "SKIPPED"
    assert [machine.state for machine in bakery.fleet.machines()] == ["kept"]


async def test_a_failed_test_fails_the_image_and_leaves_the_ami(bakery: Bakery) -> None:
    arn = bakery.image(components=(bakery.component("tasteless", TASTELESS),))
    image = await bakery.bake(arn)
    assert image["state"]["failureContext"]["imageStatus"] == "TESTING"
    assert image["outputResources"] == {"amis": []}
    assert len(bakery.images.amis(REGION)) == 2
    assert bakery.running() == []


async def test_a_step_that_takes_too_long_is_stopped(bakery: Bakery) -> None:
    """Without the handling a component that hangs kept its build and its machine for twelve hours."""
    workflow = bakery.workflow(
        "build",
        "impatient",
        """
schemaVersion: 1.0
steps:
  - {name: Launch, action: LaunchInstance, inputs: {waitFor: ssmAgent}}
  - name: Run
    action: ExecuteComponents
    timeoutSeconds: 1
    inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}
""",
    )
    arn = bakery.image(components=(bakery.component("endless", ENDLESS),), workflows=[{"workflowArn": workflow}])
    image = await bakery.bake(arn)
    assert image["state"]["reason"].endswith("failed with reason: Step Run timed out")
    assert bakery.steps(arn)["Run"].message == "Step Run timed out"
    [machine] = bakery.fleet.launched.values()
    assert machine.guest.sessions == ()


async def test_a_machine_that_dies_fails_the_step_and_its_console_is_told(bakery: Bakery) -> None:
    """Without the handling the engine waited for a command of a machine that was no more."""
    arn = bakery.image(components=(bakery.component("endless", ENDLESS),))
    bakery.engine.start(arn)
    await bakery.until(lambda: any("rising" in line for line in bakery.log()))
    [instance_id] = bakery.running()
    bakery.fleet.pull_out(instance_id)
    image = await bakery.end(arn)
    failure = image["state"]["failureContext"]
    assert failure["failedStep"] == "ApplyBuildComponents"
    assert "ended unexpectedly" in failure["componentFailure"]["errorMessage"]
    assert any("Kernel panic" in line for line in bakery.log())
    assert bakery.running() == []


async def test_a_machine_that_dies_while_an_image_is_made_of_it_is_told_of_too(bakery: Bakery) -> None:
    """Without the handling the reason said that the machine had ended, and nothing said why."""

    async def pull_out(operation: str) -> None:
        if operation == "capture":
            [instance_id] = bakery.running()
            bakery.fleet.pull_out(instance_id)
            raise MachineFault("The machine ended while it was shut down.")

    bakery.images.before = pull_out
    image = await bakery.bake(bakery.image())
    assert "ended while it was shut down" in image["state"]["reason"]
    assert any("Kernel panic" in line for line in bakery.log())
    assert bakery.running() == []


@pytest.mark.parametrize("operation", ["launch build", "metadata", "sanitize", "capture", "launch test"])
@pytest.mark.parametrize(
    "fault",
    [
        OSError(errno.ENOSPC, "No space left on device", "/var/lib/bakehouse/disk.qcow2"),
        HostFault("The disk of this computer is full.", hint="Free some space."),
    ],
)
async def test_a_full_disk_fails_the_image_with_a_reason(bakery: Bakery, operation: str, fault: Exception) -> None:
    """Without the handling the build died of an OSError and its image stayed in the state it was in."""

    async def fail(happening: str) -> None:
        if happening == operation:
            raise fault

    bakery.fleet.before = bakery.images.before = fail
    arn = bakery.image(components=(bakery.component("loaf"),))
    image = await bakery.bake(arn)
    assert image["state"]["status"] == "FAILED"
    assert "No space left on device" in image["state"]["reason"] or "disk of this computer" in image["state"]["reason"]
    step = image["state"]["failureContext"]["failedStep"]
    assert step in bakery.steps(arn, -1)
    assert image["state"]["reason"].endswith(
        (f". In workflow step {step}.", f"is full. In workflow step {step}. Hint: Free some space.")
    )
    assert bakery.running() == []
    assert len(bakery.images.amis()) == (2 if operation == "launch test" else 1)


async def test_a_bug_of_ours_fails_the_image_and_says_so(bakery: Bakery, caplog: pytest.LogCaptureFixture) -> None:
    """Without the handling an image whose build died of a bug stayed BUILDING until the service was started anew."""

    async def stumble(_operation: str) -> None:
        raise ZeroDivisionError("flour / 0")

    bakery.fleet.before = stumble
    arn = bakery.image()
    image = await bakery.bake(arn)
    assert image["state"]["reason"] == "Bakehouse has a bug: ZeroDivisionError: flour / 0"
    assert bakery.executions(arn)[0].status == bakery.steps(arn)["LaunchBuildInstance"].status == "FAILED"
    assert "died of a bug" in caplog.text


MISSING: list[tuple[dict[str, Any], str]] = [
    (
        {"components": ("arn:aws:imagebuilder:eu-central-1:123456789012:component/none/1.0.0/1",)},
        "component/none/1.0.0",
    ),
    ({"parentImage": "ami-0000000000000dead"}, "'ami-0000000000000dead' does not exist in Region eu-central-1"),
    ({"parentImage": "arn:aws:imagebuilder:eu-central-1:aws:image/spelt-x86/x.x.x"}, "image/spelt-x86/x.x.x"),
    ({"parentImage": "ssm:/imagebuilder/latest"}, "'ssm:/imagebuilder/latest' can't be resolved"),
    (
        {"workflows": [{"workflowArn": "arn:aws:imagebuilder:eu-central-1:aws:workflow/build/none/x.x.x"}]},
        "workflow/build/none/x.x.x' does not exist",
    ),
    ({"type": "DOCKER"}, "can't make an image of type DOCKER"),
    ({"platform": "Windows"}, "can't make one for Windows"),
]


@pytest.mark.parametrize(("members", "named"), MISSING, ids=[named for _, named in MISSING])
async def test_what_is_missing_fails_the_image_before_any_machine_starts(
    bakery: Bakery, members: dict[str, Any], named: str
) -> None:
    """Without the handling the build stopped with a KeyError, or found out after the machine had been started."""
    image = await bakery.bake(bakery.image(**members))
    assert image["state"]["status"] == "FAILED"
    assert named in image["state"]["reason"]
    assert image["state"]["failureContext"] == {"imageStatus": "CREATING"}
    assert bakery.fleet.launched == {}


async def test_a_build_that_cannot_write_its_log_fails(bakery: Bakery) -> None:
    """Without the handling log lines were lost silently and the build went on unrecorded."""
    log = bakery.home.logs / "web" / "1.0.0"
    log.parent.mkdir(parents=True)
    log.write_text("in the way of a folder")
    image = await bakery.bake(bakery.image(components=(bakery.component("loaf"),)))
    assert image["state"]["status"] == "FAILED"
    assert "logs/web/1.0.0" in image["state"]["reason"]
    await asyncio.sleep(0)
    assert bakery.running() == []


class FullStore(Builds):
    """A store whose disk has no room for steps and images that come to an end, the first few times."""

    refusals = 3

    def change_step(self, step_execution_id: str, **members: Any) -> StepExecution:
        if members.get("status") == "FAILED":
            self.refuse()
        return super().change_step(step_execution_id, **members)

    def change_image(self, arn: str, **members: Any) -> dict[str, Any]:
        if members.get("state", {}).get("status") == "FAILED":
            self.refuse()
        return super().change_image(arn, **members)

    def refuse(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise HostFault("The store can't be written: the disk is full.")


async def test_an_end_that_cannot_be_written_now_is_written_later(bakery: Bakery) -> None:
    """Without the handling the image of a build that failed while the disk was full stayed BUILDING, its step RUNNING,
    until the service was started anew."""
    builds = FullStore(bakery.database, bakery.managed)
    engine = BuildEngine(builds, bakery.fleet, bakery.images, bakery.outside, bakery.home, record_again=0.01)
    async with engine.serving():
        arn = bakery.image(components=("arn:aws:imagebuilder:eu-central-1:123456789012:component/none/1.0.0/1",))
        engine.start(arn)
        await bakery.until(lambda: bakery.builds.image(arn)["state"]["status"] == "FAILED")
        assert "component/none" in bakery.builds.image(arn)["state"]["reason"]
        builds.refusals = 3
        arn = bakery.image("second", components=(bakery.component("burnt", BURNT),))
        engine.start(arn)
        await bakery.until(lambda: bakery.builds.image(arn)["state"]["status"] == "FAILED")
    assert bakery.executions(arn)[0].status == bakery.steps(arn)["ApplyBuildComponents"].status == "FAILED"
    assert bakery.running() == []
