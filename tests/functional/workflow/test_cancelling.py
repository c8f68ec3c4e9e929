"""Builds that are cancelled, or lose their service: nothing is left running, nothing half made is listed."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from core.local.store.records import ENDED_WORKFLOW
from core.local.workflow.engine import DIED, STOPPED, BuildEngine
from tests.functional.workflow.conftest import REGION, Bakery
from tests.functional.workflow.test_custom_workflows import CAPTURE, HEAD
from tests.functional.workflow.test_failures import ENDLESS

OPERATIONS = ["launch build", "metadata", "sanitize", "capture", "terminate", "launch test", "copy us-east-1"]
TWO_REGIONS = {"distributions": [{"region": REGION}, {"region": "us-east-1"}]}


def stops_at(operation: str) -> tuple[Callable[[str], Awaitable[None]], asyncio.Event]:
    """Interference that lets a build run up to an operation and holds it there."""
    arrived = asyncio.Event()

    async def hold(happening: str) -> None:
        if happening == operation and not arrived.is_set():
            arrived.set()
            await asyncio.Event().wait()

    return hold, arrived


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_build_can_be_cancelled_at_every_step(bakery: Bakery, operation: str) -> None:
    """Without the handling the image stayed in its state, its step RUNNING, and the machine ran on."""
    hold, arrived = stops_at(operation)
    bakery.fleet.before = bakery.images.before = hold
    arn = bakery.image(components=(bakery.component("loaf"),), distributionConfiguration=TWO_REGIONS)
    bakery.engine.start(arn)
    async with asyncio.timeout(30):
        await arrived.wait()
    bakery.engine.cancel(arn)
    image = await bakery.end(arn)
    assert image["state"] == {"status": "CANCELLED"}
    assert bakery.running() == []
    workflow = bakery.executions(arn)[-1]
    assert workflow.status == "CANCELLED"
    statuses = [step.status for step in bakery.builds.steps(workflow.workflow_execution_id)]
    assert statuses.count("CANCELLED") == 1
    assert "RUNNING" not in statuses
    amis = [ami["region"] for ami in image["outputResources"]["amis"]]
    assert amis == ([REGION] if operation == "copy us-east-1" else [])
    built = 2 if operation in ("terminate", "launch test", "copy us-east-1") else 1
    assert len(bakery.images.amis()) == built


async def test_cancelling_a_component_kills_its_command(bakery: Bakery) -> None:
    """Without the handling the command of the cancelled build went on until its machine was gone."""
    arn = bakery.image(components=(bakery.component("endless", ENDLESS),))
    bakery.engine.start(arn)
    await bakery.until(lambda: any("rising" in line for line in bakery.log()))
    [machine] = bakery.fleet.launched.values()
    assert machine.guest.sessions
    bakery.engine.cancel(arn)
    await bakery.end(arn)
    assert machine.guest.sessions == ()
    assert bakery.steps(arn)["ApplyBuildComponents"].status == "CANCELLED"


async def test_cancelling_again_and_again_does_not_interrupt_the_clean_up(bakery: Bakery) -> None:
    """Without the handling a cancellation that came while a build cleaned up after itself left its machine running."""
    cleaning = 0

    async def slow(operation: str) -> None:
        nonlocal cleaning
        while operation == "terminate" and cleaning < 3:
            cleaning += 1
            bakery.engine.cancel(arn)
            await asyncio.sleep(0.01)

    bakery.fleet.before = slow
    arn = bakery.image(workflows=[{"workflowArn": bakery.workflow("build", "untidy", HEAD + CAPTURE)}])
    image = await bakery.bake(arn)
    assert cleaning == 3
    assert image["state"]["status"] == "CANCELLED"
    assert bakery.running() == []


async def test_cancelling_an_ended_build_changes_nothing(bakery: Bakery) -> None:
    arn = bakery.image()
    await bakery.bake(arn)
    bakery.engine.cancel(arn)
    image = await bakery.end(arn)
    assert image["state"]["status"] == "AVAILABLE"


async def test_a_third_build_waits_and_says_so(bakery: Bakery) -> None:
    """Without the handling three machines shared two cores, and all three builds ran into their time limits."""
    hold, arrived = stops_at("launch build")
    bakery.fleet.before = hold
    first, second, third = (bakery.image(name) for name in ("first", "second", "third"))
    bakery.engine.start(first)
    async with asyncio.timeout(30):
        await arrived.wait()
    endless = bakery.component("endless", ENDLESS)
    fourth = bakery.image("fourth", components=(endless,))
    bakery.engine.start(fourth)
    await bakery.until(lambda: bool(bakery.running()))
    bakery.engine.start(second)
    bakery.engine.start(third)
    group = "/aws/imagebuilder/third"
    await bakery.until(lambda: any("Waiting: 2 builds run already" in line for line in bakery.log(group=group)))
    assert bakery.builds.image(third)["state"]["status"] == "PENDING"
    bakery.engine.cancel(third)
    assert (await bakery.end(third))["state"]["status"] == "CANCELLED"
    bakery.engine.cancel(first)
    assert (await bakery.end(second))["state"]["status"] == "AVAILABLE"
    bakery.engine.cancel(fourth)
    await bakery.end(fourth)


def another_engine(bakery: Bakery) -> BuildEngine:
    return BuildEngine(bakery.builds, bakery.fleet, bakery.images, bakery.outside, bakery.home)


async def test_builds_of_a_stopping_service_fail_with_a_reason(bakery: Bakery) -> None:
    """Without the handling the images of a stopped service stayed in their states until its next start."""
    engine = another_engine(bakery)
    async with engine.serving():
        arn = bakery.image(components=(bakery.component("endless", ENDLESS),))
        engine.start(arn)
        await bakery.until(lambda: any("rising" in line for line in bakery.log()))
    state = bakery.builds.image(arn)["state"]
    assert (state["status"], state["reason"]) == ("FAILED", STOPPED)
    assert bakery.running() == []
    assert bakery.steps(arn)["ApplyBuildComponents"].status == bakery.executions(arn)[0].status == "FAILED"


async def test_builds_of_a_dead_service_fail_at_the_next_start(bakery: Bakery) -> None:
    """Without the handling the image of a killed service was BUILDING for ever, and could be neither retried nor
    deleted."""
    hold, arrived = stops_at("metadata")
    bakery.fleet.before = hold
    arn = bakery.image()
    bakery.engine.start(arn)
    async with asyncio.timeout(30):
        await arrived.wait()
    async with another_engine(bakery).serving():
        state = bakery.builds.image(arn)["state"]
        assert (state["status"], state["reason"]) == ("FAILED", DIED)
        assert state["failureContext"] == {"imageStatus": "BUILDING"}
        [workflow] = bakery.executions(arn)
        assert workflow.status in ENDED_WORKFLOW
        statuses = [step.status for step in bakery.steps(arn).values()]
        assert statuses == ["COMPLETED", "COMPLETED", "FAILED", *["PENDING"] * 4]
