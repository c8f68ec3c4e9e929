"""Ending the records of a workflow execution that did not come to its own end."""

from typing import Literal

from core.local.store.builds import Builds
from core.local.store.records import WorkflowExecution, now
from core.local.workflow.failure import shortened


def close_records(
    builds: Builds, execution: WorkflowExecution, status: Literal["FAILED", "CANCELLED"], message: str
) -> None:
    """End the execution and its running steps with `status`; pending steps stay PENDING, ended ones as they are."""
    for step in builds.steps(execution.workflow_execution_id):
        if step.status == "RUNNING":
            builds.change_step(step.step_execution_id, status=status, message=message, endTime=now())
    builds.change_workflow(execution.workflow_execution_id, status=status, message=shortened(message), endTime=now())
