"""Rows of workflow and step executions. A WaitForAction step that runs is *waiting* until it is answered."""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from core.local.store.records import StepExecution, WorkflowExecution
from core.local.store.schema import RESOURCE, STEP_EXECUTION, WORKFLOW_EXECUTION


def add_workflow(connection: Connection, execution: WorkflowExecution) -> None:
    values = {
        "id": execution.workflow_execution_id,
        "resource_arn": execution.image_build_version_arn,
        "body": execution.members(),
    }
    connection.execute(insert(WORKFLOW_EXECUTION).values(values))


def workflow(connection: Connection, execution_id: str) -> WorkflowExecution | None:
    query = select(WORKFLOW_EXECUTION.c.body).where(WORKFLOW_EXECUTION.c.id == execution_id)
    body = connection.execute(query).scalar()
    return None if body is None else WorkflowExecution.model_validate(body)


def workflows(connection: Connection, image_arn: str) -> tuple[WorkflowExecution, ...]:
    """The executions of an image in the order they began."""
    query = select(WORKFLOW_EXECUTION.c.body).where(WORKFLOW_EXECUTION.c.resource_arn == image_arn)
    rows = connection.execute(query.order_by(WORKFLOW_EXECUTION.c.sequence)).scalars()
    return tuple(WorkflowExecution.model_validate(body) for body in rows)


def change_workflow(connection: Connection, execution_id: str, members: dict[str, Any]) -> WorkflowExecution:
    """Raises KeyError when there is no such execution."""
    known = workflow(connection, execution_id)
    if known is None:
        raise KeyError(execution_id)
    changed = known.changed(members)
    target = update(WORKFLOW_EXECUTION).where(WORKFLOW_EXECUTION.c.id == execution_id)
    connection.execute(target.values(body=changed.members()))
    return changed


def add_steps(connection: Connection, steps: list[StepExecution]) -> None:
    rows = [
        {
            "id": step.step_execution_id,
            "workflow_execution_id": step.workflow_execution_id,
            "body": step.members(),
            "waiting": int(_waits(step)),
        }
        for step in steps
    ]
    if rows:
        connection.execute(insert(STEP_EXECUTION), rows)


def step(connection: Connection, step_id: str) -> StepExecution | None:
    body = connection.execute(select(STEP_EXECUTION.c.body).where(STEP_EXECUTION.c.id == step_id)).scalar()
    return None if body is None else StepExecution.model_validate(body)


def steps(connection: Connection, workflow_execution_id: str) -> tuple[StepExecution, ...]:
    """The steps of a workflow execution in the document's order."""
    query = select(STEP_EXECUTION.c.body).where(STEP_EXECUTION.c.workflow_execution_id == workflow_execution_id)
    rows = connection.execute(query.order_by(STEP_EXECUTION.c.sequence)).scalars()
    return tuple(StepExecution.model_validate(body) for body in rows)


def change_step(connection: Connection, step_id: str, members: dict[str, Any]) -> StepExecution:
    """Raises KeyError when there is no such step."""
    known = step(connection, step_id)
    if known is None:
        raise KeyError(step_id)
    changed = known.changed(members)
    values: dict[str, Any] = {"body": changed.members()}
    if changed.status != known.status:
        values["waiting"] = int(_waits(changed))
    connection.execute(update(STEP_EXECUTION).where(STEP_EXECUTION.c.id == step_id).values(values))
    return changed


def waiting(connection: Connection, region: str) -> tuple[StepExecution, ...]:
    """The steps of a region that wait for an answer, longest waiting first."""
    joined = STEP_EXECUTION.join(
        WORKFLOW_EXECUTION, WORKFLOW_EXECUTION.c.id == STEP_EXECUTION.c.workflow_execution_id
    ).join(RESOURCE, RESOURCE.c.arn == WORKFLOW_EXECUTION.c.resource_arn)
    query = select(STEP_EXECUTION.c.body).select_from(joined)
    query = query.where(STEP_EXECUTION.c.waiting == 1, RESOURCE.c.region == region)
    rows = connection.execute(query.order_by(STEP_EXECUTION.c.sequence)).scalars()
    return tuple(StepExecution.model_validate(body) for body in rows)


def take_waiting(connection: Connection, step_id: str) -> bool:
    """Mark a waiting step as answered; False when it doesn't wait (any more)."""
    target = update(STEP_EXECUTION).where(STEP_EXECUTION.c.id == step_id, STEP_EXECUTION.c.waiting == 1)
    return connection.execute(target.values(waiting=0)).rowcount == 1


def _waits(step: StepExecution) -> bool:
    return step.action == "WaitForAction" and step.status == "RUNNING"
