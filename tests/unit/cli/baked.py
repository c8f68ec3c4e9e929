"""A scripted bake for tests of what is shown of one: a component that runs, then either way it can end."""

from core.build.run import Run, replay
from core.build.source import (
    Image,
    ImageState,
    ImageStatus,
    Progress,
    StepExecution,
    StepStatus,
    WorkflowExecution,
    WorkflowStatus,
)
from tests.fakes.source import Scene, at, image, lines
from tests.unit.build.following import followed

NGINX = "arn:aws:imagebuilder:eu-central-1:123456789012:component/nginx/1.0.0/1"
BUILD = "arn:aws:imagebuilder:eu-central-1:aws:workflow/build/build-image/1.0.0/1"

RUNNING_LOG = f"""\
Setup: STARTED SETUP
Document {NGINX}
Phase build
Step Install
ExecuteBash: STARTED EXECUTION
Stdout: Setting up nginx ...
"""
FAILED_LOG = f"""\
{RUNNING_LOG}CmdExecution: Stderr: E: Unable to locate package ngnix
CmdExecution: ExitCode 100
ExecuteBash: FINISHED EXECUTION WITH ERRORS
TOE has completed execution unsuccessfully
"""


def workflow(status: WorkflowStatus, end: float | None = None) -> WorkflowExecution:
    return WorkflowExecution(
        workflow_execution_id="wf-1",
        workflow_build_version_arn=BUILD,
        type="BUILD",
        status=status,
        total_step_count=3,
        start_time=at(1),
        end_time=at(end) if end else None,
    )


def step(
    name: str, status: StepStatus, start: float | None = None, end: float | None = None, message: str = ""
) -> StepExecution:
    return StepExecution(
        step_execution_id=f"step-{name}",
        name=name,
        action="ExecuteComponents" if name == "Apply" else "Other",
        status=status,
        message=message,
        start_time=None if start is None else at(start),
        end_time=None if end is None else at(end),
    )


def running(*progress: Progress) -> Scene:
    """Launch is done, Apply runs, Create waits."""
    steps = (
        step("Launch", StepStatus.COMPLETED, 1, 3),
        step("Apply", StepStatus.RUNNING, 3),
        step("Create", StepStatus.PENDING),
    )
    log = lines(4, RUNNING_LOG)
    return Scene(image(), (workflow(WorkflowStatus.RUNNING),), {"wf-1": steps}, log, progress)


def available() -> Scene:
    steps = tuple(step(name, StepStatus.COMPLETED, start, start + 2) for name, start in (("Launch", 1), ("Create", 7)))
    done = workflow(WorkflowStatus.COMPLETED, 9)
    return Scene(image(ImageStatus.AVAILABLE), (done,), {"wf-1": steps}, lines(4, RUNNING_LOG))


def failed() -> Scene:
    steps = (
        step("Launch", StepStatus.COMPLETED, 1, 3),
        step("Apply", StepStatus.FAILED, 3, 8, "the component failed"),
        step("Create", StepStatus.PENDING),
    )
    state = ImageState(status=ImageStatus.FAILED, reason=f"Document {NGINX} failed!")
    ended: Image = image().model_copy(update={"state": state})
    return Scene(ended, (workflow(WorkflowStatus.FAILED, 8),), {"wf-1": steps}, lines(4, FAILED_LOG))


def run_until(moment: Scene) -> Run:
    """The run as it is known right after the moment, which need not be the end."""
    if moment.image.state.status.terminal:
        return replay(followed([moment]))
    events = followed([moment, Scene(image(ImageStatus.CANCELLED))])
    return replay(event for event in events if event.at <= at(0.01))


def create_failed(message: str) -> Run:
    """A build whose image could not be created, as the local engine records that."""
    steps = (step("Launch", StepStatus.COMPLETED, 1, 3), step("Create", StepStatus.FAILED, 3, 8, message))
    state = ImageState(
        status=ImageStatus.FAILED, reason=f"Workflow Execution ID: 'wf-1' failed with reason: {message[:90]}…"
    )
    ended = image().model_copy(update={"state": state})
    return run_until(Scene(ended, (workflow(WorkflowStatus.FAILED, 8),), {"wf-1": steps}))
