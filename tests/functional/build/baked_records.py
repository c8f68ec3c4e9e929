"""What a build on the real engine left in the store, as whoever follows it would hear it."""

from core.build.source import Image, LogEvent, LogPage, Progress, StepExecution, WorkflowExecution
from core.errors import NotFound
from core.local.store import logs
from tests.functional.workflow.conftest import REGION, Bakery


class BakerySource:
    """A `core.build.source.Source` over the store of a bakery: the service's records in the service's words."""

    def __init__(self, bakery: Bakery) -> None:
        self._bakery = bakery

    def image(self, image_build_version_arn: str) -> Image:
        return Image.model_validate(self._bakery.builds.image(image_build_version_arn))

    def workflow_executions(self, image_build_version_arn: str) -> tuple[WorkflowExecution, ...]:
        found = self._bakery.builds.workflows(image_build_version_arn)
        return tuple(WorkflowExecution.model_validate(each.members()) for each in found)

    def step_executions(self, workflow_execution_id: str) -> tuple[StepExecution, ...]:
        found = self._bakery.builds.steps(workflow_execution_id)
        return tuple(StepExecution.model_validate(each.members()) for each in found)

    def log_events(self, group: str, stream: str, token: str | None) -> LogPage:
        with self._bakery.database.reading() as connection:
            ids = logs.stream_ids(connection, REGION, group)
            if stream not in ids:
                raise NotFound("The specified log stream does not exist.")
            rows = logs.events(connection, [ids[stream]], limit=100_000)
        first = int(token) if token else 0
        events = tuple(LogEvent(timestamp=row.timestamp, message=row.message) for row in rows[first:])
        return LogPage(events=events, next_token=str(first + len(events)))

    def progress(self, image_build_version_arn: str) -> tuple[Progress, ...]:
        return ()
