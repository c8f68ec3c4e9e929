"""All that the workflow engine reads and writes: images under construction, executions, logs, packages.

Every call is one committed transaction, so whoever polls the API sees nothing that could still be taken back, and a
process killed at any moment loses nothing it has told of.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from sqlalchemy import delete, insert, select

from core.local.machine.ports import Package
from core.local.store import executions, logs, resources
from core.local.store.database import Database
from core.local.store.library import Library
from core.local.store.managed import Managed
from core.local.store.records import ENDED_IMAGE, StepExecution, WorkflowExecution, now
from core.local.store.schema import PACKAGE, RESOURCE

WorkflowType = Literal["BUILD", "TEST", "DISTRIBUTION"]


class Builds:
    """Sync and thread-safe. API members are named as the API names them (camelCase); None takes a member away."""

    def __init__(self, database: Database, managed: Managed) -> None:
        self._database = database
        self._managed = managed

    def image(self, arn: str) -> dict[str, Any]:
        """An image as GetImage returns it. Raises KeyError when it is gone."""
        with self._database.reading() as connection:
            found = resources.get(connection, arn)
        if found is None:
            raise KeyError(arn)
        return found.body

    def change_image(self, arn: str, **members: Any) -> dict[str, Any]:
        """Replace members of an image and return the whole. Raises KeyError when it is gone."""
        with self._database.writing() as connection:
            found = resources.get(connection, arn)
            if found is None:
                raise KeyError(arn)
            body = found.with_body(**members).body
            resources.change(connection, arn, body)
            return body

    def begin_workflow(
        self,
        image_arn: str,
        workflow_arn: str,
        type: WorkflowType,  # noqa: A002 - the API's own member name
        total_steps: int,
        parallel_group: str | None = None,
    ) -> WorkflowExecution:
        """A new workflow execution, RUNNING from now."""
        execution = WorkflowExecution(
            image_build_version_arn=image_arn,
            workflow_build_version_arn=workflow_arn,
            type=type,
            status="RUNNING",
            total_step_count=total_steps,
            start_time=now(),
            parallel_group=parallel_group,
        )
        with self._database.writing() as connection:
            executions.add_workflow(connection, execution)
        return execution

    def change_workflow(self, workflow_execution_id: str, **members: Any) -> WorkflowExecution:
        with self._database.writing() as connection:
            return executions.change_workflow(connection, workflow_execution_id, members)

    def begin_steps(self, workflow_execution_id: str, steps: Iterable[StepExecution]) -> tuple[StepExecution, ...]:
        """Record the steps of a workflow execution in order; returns them with their references filled in."""
        with self._database.writing() as connection:
            execution = executions.workflow(connection, workflow_execution_id)
            if execution is None:
                raise KeyError(workflow_execution_id)
            references = {
                "workflow_execution_id": workflow_execution_id,
                "workflow_build_version_arn": execution.workflow_build_version_arn,
                "image_build_version_arn": execution.image_build_version_arn,
            }
            placed = [step.model_copy(update=references) for step in steps]
            executions.add_steps(connection, placed)
        return tuple(placed)

    def change_step(self, step_execution_id: str, **members: Any) -> StepExecution:
        """A WaitForAction step waits from when its status becomes RUNNING until it is answered or ends."""
        with self._database.writing() as connection:
            return executions.change_step(connection, step_execution_id, members)

    def workflows(self, image_arn: str) -> tuple[WorkflowExecution, ...]:
        with self._database.reading() as connection:
            return executions.workflows(connection, image_arn)

    def steps(self, workflow_execution_id: str) -> tuple[StepExecution, ...]:
        with self._database.reading() as connection:
            return executions.steps(connection, workflow_execution_id)

    def append_log(self, region: str, group: str, stream: str, events: Sequence[tuple[int, str]]) -> None:
        """Add events (timestamp in epoch milliseconds, message) to a log stream."""
        if events:
            with self._database.writing() as connection:
                logs.append(connection, region, group, stream, events)

    def put_packages(self, image_arn: str, packages: Iterable[Package]) -> None:
        """Replace the package inventory of an image."""
        rows = [
            {"resource_arn": image_arn, "position": position, "name": package.name, "version": package.version}
            for position, package in enumerate(packages)
        ]
        with self._database.writing() as connection:
            connection.execute(delete(PACKAGE).where(PACKAGE.c.resource_arn == image_arn))
            if rows:
                connection.execute(insert(PACKAGE), rows)

    def unfinished_images(self) -> list[str]:
        """The ARNs of all images whose build has not ended, in every region."""
        query = select(RESOURCE.c.arn, RESOURCE.c.body).where(RESOURCE.c.type == "image").order_by(RESOURCE.c.created)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [row.arn for row in rows if row.body["state"]["status"] not in ENDED_IMAGE]

    def component(self, arn: str) -> dict[str, Any] | None:
        """A component as GetComponent returns it (`data` is the document); wildcards mean the newest match."""
        return self._resolved(arn)

    def workflow(self, arn: str) -> dict[str, Any] | None:
        """A workflow as GetWorkflow returns it (`data` is the document); wildcards mean the newest match."""
        return self._resolved(arn)

    def image_by_reference(self, region: str, arn: str) -> dict[str, Any] | None:
        """The image an ARN means in `region`: itself, or the newest AVAILABLE build under a version or wildcard."""
        found = self._resolved(arn)
        return found if found is not None and found["arn"].split(":")[3] == region else None

    def _resolved(self, arn: str) -> dict[str, Any] | None:
        with self._database.reading() as connection:
            found = Library(connection, self._managed).resolve(arn)
        return None if found is None else found.body
