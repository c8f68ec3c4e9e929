"""Builds that succeed: the states, records and outputs on the way."""

import json

from sqlalchemy import select

from core.local.endpoint import ACCOUNT_ID
from core.local.store.schema import PACKAGE
from tests.functional.workflow.conftest import BASE, HELLO, REGION, Bakery


async def test_an_image_is_built_and_tested_on_two_machines(bakery: Bakery) -> None:
    arn = bakery.image(components=(bakery.component("loaf"),))
    image = await bakery.bake(arn)
    assert image["state"] == {"status": "AVAILABLE"}
    assert image["osVersion"] == "Bakers Linux 7 (sourdough)"
    [ami] = image["outputResources"]["amis"]
    assert (ami["region"], ami["accountId"], ami["description"]) == (REGION, ACCOUNT_ID, "A web server")
    made = bakery.images.table[REGION, ami["image"]]
    assert made.tags == {"CreatedBy": "EC2 Image Builder", "Ec2ImageBuilderArn": arn, "Flour": "rye"}
    build, test = bakery.fleet.launched.values()
    assert (build.spec.role, build.spec.ami_id) == ("build", bakery.images.base_ami(REGION, BASE).ami_id)
    assert (test.spec.role, test.spec.ami_id) == ("test", ami["image"])
    assert bakery.running() == []
    assert "Stdout: baking" in bakery.log()
    assert "Stdout: tasting" in bakery.log()


async def test_a_component_may_ask_which_machine_it_runs_on(bakery: Bakery) -> None:
    """Without what is known of the machine, the step failed where it runs on AWS."""
    asked = "echo {{ aws:imds:instance-id }} {{ aws:imds:ami-id }} {{ aws:imds:instance-type }}"
    component = bakery.component("asks", HELLO.replace("echo tasting", f'"{asked}"'))
    image = await bakery.bake(bakery.image(components=(component,)))
    [ami] = image["outputResources"]["amis"]
    assert f"Stdout: {list(bakery.fleet.launched)[1]} {ami['image']} t3.small" in bakery.log()


async def test_the_managed_workflows_leave_the_records_of_the_service(bakery: Bakery) -> None:
    arn = bakery.image(components=(bakery.component("loaf"),))
    await bakery.bake(arn)
    build, test = bakery.executions(arn)
    assert (build.type, build.status, build.total_step_count) == ("BUILD", "COMPLETED", 7)
    assert (build.total_steps_succeeded, build.total_steps_failed, build.total_steps_skipped) == (6, 0, 1)
    assert build.workflow_build_version_arn.endswith(":aws:workflow/build/build-image/1.0.0/1")
    assert (test.type, test.status, test.total_steps_skipped) == ("TEST", "COMPLETED", 1)
    steps = bakery.steps(arn)
    assert list(steps)[0::6] == ["LaunchBuildInstance", "TerminateBuildInstance"]
    assert steps["RunSysPrepScript"].status == "SKIPPED"
    launched = json.loads(steps["LaunchBuildInstance"].outputs or "")
    assert json.loads(steps["ApplyBuildComponents"].inputs or "") == launched
    assert steps["ApplyBuildComponents"].attempt_number == steps["ApplyBuildComponents"].max_attempts == 1
    assert steps["LaunchBuildInstance"].timeout_seconds == 75 * 60


async def test_the_express_workflows_skip_what_takes_time(bakery: Bakery) -> None:
    managed = f"arn:aws:imagebuilder:{REGION}:aws:workflow"
    names = ("build/express-build-image", "test/express-test-image")
    arn = bakery.image(workflows=[{"workflowArn": f"{managed}/{name}/x.x.x"} for name in names])
    image = await bakery.bake(arn)
    assert image["state"]["status"] == "AVAILABLE"
    assert "osVersion" not in image
    assert [execution.total_step_count for execution in bakery.executions(arn)] == [6, 3]


async def test_long_tasks_tell_how_far_they_are(bakery: Bakery) -> None:
    arn = bakery.image(distributionConfiguration={"distributions": [{"region": "us-east-1"}]})
    await bakery.bake(arn)
    progress = {one.label: (one.done, one.total, one.unit) for one in bakery.engine.progress(arn)}
    assert progress["Creating the image"] == (1, 1, "bytes")
    assert "Copying to us-east-1" in progress
    assert bakery.engine.progress("unknown") == ()


async def test_the_components_that_come_with_bakehouse_run(bakery: Bakery) -> None:
    names = ("hello-world-linux", "reboot-linux")
    components = tuple(f"arn:aws:imagebuilder:{REGION}:aws:component/{name}/x.x.x" for name in names)
    image = await bakery.bake(bakery.image(components=components))
    assert image["state"]["status"] == "AVAILABLE"
    pinned = [component["componentArn"] for component in image["imageRecipe"]["components"]]
    assert pinned == [component.replace("x.x.x", "1.0.0/1") for component in components]
    greetings = [line for line in bakery.log() if line.startswith("Stdout: Hello World")]
    assert greetings == [f"Stdout: Hello World from the {phase} phase." for phase in ("build", "validate", "test")]
    assert [machine.guest.reboots for machine in bakery.fleet.launched.values()] == [1, 0]


async def test_an_image_that_is_listed_as_available_knows_its_packages(bakery: Bakery) -> None:
    arn = bakery.image()
    await bakery.bake(arn)
    with bakery.database.reading() as connection:
        rows = connection.execute(select(PACKAGE.c.name, PACKAGE.c.version)).all()
    assert [tuple(row) for row in rows] == [("yeast", "1.2"), ("flour", "405")]
