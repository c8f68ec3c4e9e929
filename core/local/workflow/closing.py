"""Ending the records of workflow executions that did not come to their own end: cancelled, or died with their service.

It is done when all else of a build has been cleared away, because what ended it may have been a full disk, and the
records could not be written before the machine's disk was gone.
"""

from typing import Literal

from core.local.store.builds import Builds
from core.local.store.records import now
from core.local.workflow.failure import shortened


def close_records(builds: Builds, image_arn: str, status: Literal["FAILED", "CANCELLED"], message: str) -> None:
    """End the image's open executions and their running steps with `status`; pending steps stay PENDING."""
    for execution in builds.workflows(image_arn):
        if execution.ended:
            continue
        for step in builds.steps(execution.workflow_execution_id):
            if step.status == "RUNNING":
                ended = {"status": status, "message": shortened(message), "endTime": now()}
                builds.change_step(step.step_execution_id, **ended)
        ended = {"status": status, "message": shortened(message), "endTime": now()}
        builds.change_workflow(execution.workflow_execution_id, **ended)
