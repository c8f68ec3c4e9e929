"""An image's way through its states: CREATING, BUILDING, TESTING, DISTRIBUTING, (INTEGRATING,) AVAILABLE.

What each state means and when it is entered: service reference 1.12 and 4.1.
"""

import asyncio
from collections.abc import Iterable, Mapping

from core.local.workflow.build import Build, Stage
from core.local.workflow.execution import Execution
from core.local.workflow.failure import Failure, ImageFailed, WorkflowFailed
from core.local.workflow.plan import Plan, PlannedWorkflow
from core.local.workflow.values import Json, text_of

PARALLEL_TESTS = 5
"""Tests of one parallel group that run at the same time (EC2 Image Builder user guide, manage-image-workflows)."""

ORDER: tuple[Stage, ...] = ("BUILD", "TEST", "DISTRIBUTION")


async def go_through(build: Build, plan: Plan, first: Stage = "BUILD") -> None:
    """Take the image from stage `first` to AVAILABLE. Raises WorkflowFailed or ImageFailed."""
    for stage in ORDER[ORDER.index(first) :]:
        workflows = plan.stage(stage)
        match stage:
            case "BUILD" if workflows:
                _enter(build, "BUILDING")
                for workflow in workflows:
                    adopt(build, await Execution(build, workflow).run())
            case "TEST" if workflows:
                _enter(build, "TESTING")
                await _test(build, workflows)
            case "DISTRIBUTION":
                _enter(build, "DISTRIBUTING")
                build.distributed[build.subject.region] = build.ami
                for workflow in workflows:
                    build.workflow_outputs.update(await Execution(build, workflow).run())
    build.record_outputs()


def adopt(build: Build, outputs: Mapping[str, Json]) -> None:
    """Take the build workflow's output `ImageId` as the image's AMI. Raises ImageFailed when there is none."""
    build.workflow_outputs.update(outputs)
    if "ImageId" not in outputs:
        raise ImageFailed("The build workflow has no output named ImageId, so there is no image to go on with.")
    ami_id = text_of(outputs["ImageId"]).strip()
    ami = build.site.ami(build.subject.region, ami_id)
    if ami is None:
        raise ImageFailed(f"The image '{ami_id}', the build workflow's output ImageId, does not exist.")
    build.ami = ami
    build.made = True


def _enter(build: Build, status: str) -> None:
    build.site.builds.change_image(build.arn, state={"status": status})
    build.say(f"The image is {status}.")


def groups(workflows: Iterable[PlannedWorkflow]) -> list[list[PlannedWorkflow]]:
    """Tests that run together, in the order their groups first appear; a test without a group runs alone."""
    found: list[list[PlannedWorkflow]] = []
    named: dict[str, list[PlannedWorkflow]] = {}
    for workflow in workflows:
        if workflow.group in named:
            named[workflow.group].append(workflow)
            continue
        found.append([workflow])
        if workflow.group:
            named[workflow.group] = found[-1]
    return found


async def _test(build: Build, workflows: Iterable[PlannedWorkflow]) -> None:
    """Run the tests, group after group. A group runs to its end even when one of its tests fails."""
    places = asyncio.Semaphore(PARALLEL_TESTS)

    async def run(workflow: PlannedWorkflow) -> Failure | None:
        async with places:
            try:
                build.workflow_outputs.update(await Execution(build, workflow).run())
            except WorkflowFailed as failed:
                if workflow.on_failure == "ABORT":
                    return failed.failure
                build.say(f"{workflow.arn} failed and may: {failed.failure.reason}")
            return None

    for group in groups(workflows):
        try:
            async with asyncio.TaskGroup() as together:
                tasks = [together.create_task(run(workflow)) for workflow in group]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        if failures := [failure for task in tasks if (failure := task.result()) is not None]:
            raise WorkflowFailed(failures[0])
