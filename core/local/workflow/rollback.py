"""Undoing a workflow whose step failed: completed steps in reverse order, those that have something to undo.

Only two actions have (EC2 Image Builder user guide, wfdoc-step-actions): LaunchInstance terminates its machine, and
CollectImageMetadata removes an SSM association, of which the local Image Builder makes none.
"""

from collections.abc import Mapping, Sequence

from core.errors import BakehouseError
from core.local.workflow.build import Build
from core.local.workflow.failure import explained
from core.local.workflow.subject import members, text
from core.local.workflow.values import Json, Unresolved, resolve, text_of
from core.recipe.workflow import WorkflowStep


async def roll_back(build: Build, completed: Sequence[tuple[WorkflowStep, str]], scope: Mapping[str, Json]) -> bool:
    """Roll back steps (with their execution ids), given in the order they ran. Whether any was rolled back."""
    rolled_back = False
    for step, step_id in reversed(completed):
        match step.action:
            case "LaunchInstance":
                rolled_back |= await _terminate(build, step, step_id, scope)
            case "CollectImageMetadata":
                status = "COMPLETED" if _enabled(step, scope) else "SKIPPED"
                build.site.builds.change_step(step_id, rollbackStatus=status)
                rolled_back |= status == "COMPLETED"
    return rolled_back


async def _terminate(build: Build, step: WorkflowStep, step_id: str, scope: Mapping[str, Json]) -> bool:
    outputs = members(members(scope["stepOutputs"]).get(step.name))
    instance_id = text(outputs.get("instanceId"))
    if instance_id not in build.machines.running:
        return False
    builds = build.site.builds
    if not (build.subject.terminates_on_failure and _enabled(step, scope)):
        build.machines.keep(instance_id)
        builds.change_step(step_id, rollbackStatus="SKIPPED")
        build.say(f"{instance_id} is kept for debugging. It runs until it is terminated by hand.")
        return False
    builds.change_step(step_id, rollbackStatus="RUNNING")
    try:
        await build.machines.terminate(instance_id)
    except BakehouseError as error:
        builds.change_step(step_id, rollbackStatus="FAILED")
        build.say(f"{instance_id} could not be terminated: {explained(error)}")
        return False
    builds.change_step(step_id, rollbackStatus="COMPLETED")
    return True


def _enabled(step: WorkflowStep, scope: Mapping[str, Json]) -> bool:
    """`rollbackEnabled`, which may be dynamic; what can't be resolved counts as its default, true."""
    if isinstance(step.rollback_enabled, bool):
        return step.rollback_enabled
    try:
        value = resolve({"rollbackEnabled.$": step.rollback_enabled}, scope)
    except Unresolved:
        return True
    return text_of(members(value).get("rollbackEnabled")) != "false"
