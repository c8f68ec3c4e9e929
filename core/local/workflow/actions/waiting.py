"""WaitForAction: the workflow pauses until somebody answers with SendWorkflowStepAction."""

from collections.abc import Mapping

from core.local.workflow.build import Step
from core.local.workflow.failure import StepFailed
from core.local.workflow.values import Json


async def wait_for_action(step: Step) -> Mapping[str, Json]:
    """RESUME completes the step, STOP fails it. A build without a machine lets others build meanwhile."""
    build = step.build
    for notice in ("snsTopicArn", "lambdaFunctionName"):
        if step.inputs.get(notice):
            build.say(f"{step.name}: {notice} is not notified by the local Image Builder.")
    build.say(f"{step.name} waits for an action (step execution {step.execution_id}).")
    if not build.machines.running:
        build.slot.give_back()
    answer = await build.site.waiting.wait(step.execution_id)
    outputs: dict[str, Json] = {"action": answer.action, "reason": answer.reason}
    build.say(f"{step.name} got {answer.action}{f': {answer.reason}' if answer.reason else ''}")
    if answer.action == "STOP":
        why = answer.reason or "no reason given"
        raise StepFailed(f"Workflow step {step.name} was stopped: {why}", outputs=outputs, final=True)
    return outputs
