"""Workflow executions and their steps, and the answers to steps that wait."""

from functools import partial
from typing import Any

from core.local.service import faults, listing
from core.local.service.desk import Desk, Members
from core.local.store import executions
from core.local.store.records import StepExecution, WorkflowExecution

_MESSAGE_LIMIT = 500


def list_workflow_executions(desk: Desk) -> Members:
    image = desk.find(desk.members["imageBuildVersionArn"])
    shown = listing.numbered(one.members() for one in executions.workflows(desk.connection, str(image.arn)))
    reason = str(image.body["state"].get("reason", ""))[:_MESSAGE_LIMIT]
    listed = listing.page(desk, "workflowExecutions", shown)
    return listed | {"imageBuildVersionArn": str(image.arn), **({"message": reason} if reason else {})}


def get_workflow_execution(desk: Desk) -> Members:
    return _workflow(desk, desk.members["workflowExecutionId"]).members()


def list_workflow_step_executions(desk: Desk) -> Members:
    execution = _workflow(desk, desk.members["workflowExecutionId"])
    steps = executions.steps(desk.connection, execution.workflow_execution_id)
    listed = listing.page(desk, "steps", listing.numbered(one.members() for one in steps))
    names = ("workflowBuildVersionArn", "workflowExecutionId", "imageBuildVersionArn")
    whole = execution.members()
    return listed | {name: whole[name] for name in names} | {"message": execution.message}


def get_workflow_step_execution(desk: Desk) -> Members:
    return _step(desk, desk.members["stepExecutionId"]).members()


def list_waiting_workflow_steps(desk: Desk) -> Members:
    waiting = executions.waiting(desk.connection, desk.region)
    items = [((one.start_time or "", one.step_execution_id), one.members()) for one in waiting]
    return listing.page(desk, "steps", sorted(items, key=lambda item: item[0]))


def send_workflow_step_action(desk: Desk) -> Members:
    """RESUME completes a waiting step, STOP fails it; a step answered or ended before takes no answer."""
    members = desk.members
    step = _step(desk, members["stepExecutionId"])
    if step.image_build_version_arn != members["imageBuildVersionArn"]:
        detail = f"The step '{step.step_execution_id}' belongs to another image."
        raise faults.invalid_value("imageBuildVersionArn", detail)
    if not executions.take_waiting(desk.connection, step.step_execution_id):
        raise faults.invalid_request(f"The step '{step.step_execution_id}' does not wait for an action.")
    answer = (step.step_execution_id, members["action"], members.get("reason", ""))
    desk.after.append(partial(desk.backend.engine.answer, *answer))
    return desk.chosen("stepExecutionId", "imageBuildVersionArn")


def _workflow(desk: Desk, execution_id: str) -> WorkflowExecution:
    found = executions.workflow(desk.connection, execution_id)
    if found is None or _region(found.image_build_version_arn) != desk.region:
        raise faults.missing(f"The workflow execution '{execution_id}' does not exist.")
    return found


def _step(desk: Desk, step_id: str) -> StepExecution:
    found = executions.step(desk.connection, step_id)
    if found is None or _region(found.image_build_version_arn) != desk.region:
        raise faults.missing(f"The workflow step execution '{step_id}' does not exist.")
    return found


def _region(arn: str) -> str:
    return arn.split(":")[3]


OPERATIONS: dict[str, Any] = {
    "GetWorkflowExecution": get_workflow_execution,
    "GetWorkflowStepExecution": get_workflow_step_execution,
    "ListWaitingWorkflowSteps": list_waiting_workflow_steps,
    "ListWorkflowExecutions": list_workflow_executions,
    "ListWorkflowStepExecutions": list_workflow_step_executions,
    "SendWorkflowStepAction": send_workflow_step_action,
}
