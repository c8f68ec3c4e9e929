"""Builds as a real service reports them, in the shapes of recordings: a good one with a reboot, and a failed one.

The logs mix the service's own words with the component runner's, as CloudWatch streams do.
"""

from core.build.source import (
    Ami,
    ComponentFailureContext,
    Image,
    ImageFailureContext,
    ImageState,
    ImageStatus,
    OutputResources,
    RollbackStatus,
    StepExecution,
    StepStatus,
    WorkflowExecution,
    WorkflowStatus,
)
from tests.fakes.source import ARN, Scene, at, image, lines

NGINX = "arn:aws:imagebuilder:eu-central-1:123456789012:component/nginx/1.0.0/1"
BUILD_WORKFLOW = "arn:aws:imagebuilder:eu-central-1:aws:workflow/build/build-image/1.0.2/1"
TEST_WORKFLOW = "arn:aws:imagebuilder:eu-central-1:aws:workflow/test/test-image/1.0.2/1"

BUILD_LOG = lines(
    20,
    f"""
Image transitioned to BUILDING state for Image ARN: {ARN}
Started BUILD workflow {BUILD_WORKFLOW}
Total 4 steps to run for workflow {BUILD_WORKFLOW}
Started step LaunchBuildInstance with action LaunchInstance
Launched instance (instance id: i-0abc)
Step LaunchBuildInstance completed
Started step ApplyBuildComponents with action ExecuteComponents
Setup: STARTED SETUP
Document {NGINX}
Phase build
Step Install
ExecuteBash: STARTED EXECUTION
ExecuteBash: Created temporary directory: /tmp/AWSTOE1638342889
CmdExecution: Starting execution of command with arguments [bash /tmp/AWSTOE1638342889/script-271901008.sh]
Stdout: Reading package lists...
Stdout: Step Configure
CmdExecution: Stderr: debconf: delaying package configuration
CmdExecution: ExitCode 0
ExecuteBash: FINISHED EXECUTION
Step Kernel
ExecuteBash: STARTED EXECUTION
CmdExecution: Starting execution of command with arguments [bash /tmp/AWSTOE2/script-1.sh]
CmdExecution: Stderr:
CmdExecution: ExitCode 194
Rebooting the system now
Setup: STARTED SETUP
Document {NGINX}
Phase build
Executor: System has rebooted successfully
Step Kernel
ExecuteBash: STARTED EXECUTION
CmdExecution: Starting execution of command with arguments [bash /tmp/AWSTOE3/script-1.sh]
Stdout: 6.1.0-28-amd64
CmdExecution: Stderr:
CmdExecution: ExitCode 0
ExecuteBash: FINISHED EXECUTION
Phase validate
Step Served
ExecuteBash: STARTED EXECUTION
CmdExecution: Starting execution of command with arguments [bash /tmp/AWSTOE3/script-2.sh]
CmdExecution: Stderr:
CmdExecution: ExitCode 0
ExecuteBash: FINISHED EXECUTION
Executor: FINISHED EXECUTION OF ALL DOCUMENTS
TOE has completed execution successfully
""",
)

TEST_LOG = lines(
    60,
    f"""
Started step ApplyTestComponents with action ExecuteComponents
Setup: STARTED SETUP
Document {NGINX}
Phase test
Step Fetch
WebDownload: STARTED EXECUTION
WebDownload: FINISHED EXECUTION
TOE has completed execution successfully
""",
)

FAILED_LOG = (
    *BUILD_LOG[:14],
    *lines(
        40,
        f"""
Stdout: Reading package lists...
CmdExecution: Stderr: WARNING: apt does not have a stable CLI interface.\\nE: Unable to locate package ngnix
CmdExecution: ExitCode 100
ExecuteBash: FINISHED EXECUTION
Document: {NGINX}
ComponentArn: {NGINX}
Phase: build
Step: Install
Action: ExecuteBash
ErrorMessage: exit status 100
Stderr: E: Unable to locate package ngnix
TOE has completed execution with failure - Execution failed!
""",
    ),
)


def workflow(
    id_: str, arn: str, type_: str, status: WorkflowStatus, start: float, end: float | None = None, **members: object
) -> WorkflowExecution:
    return WorkflowExecution(
        workflow_execution_id=id_,
        workflow_build_version_arn=arn,
        type=type_,
        status=status,
        start_time=at(start),
        end_time=None if end is None else at(end),
    ).model_copy(update=members)


def step(
    id_: str, name: str, action: str, status: StepStatus, start: float | None = None, end: float | None = None
) -> StepExecution:
    return StepExecution(
        step_execution_id=id_,
        name=name,
        action=action,
        status=status,
        start_time=None if start is None else at(start),
        end_time=None if end is None else at(end),
    )


def _build_steps(done: int, status: StepStatus) -> tuple[StepExecution, ...]:
    """The first `done` steps are completed, the next has `status`, the others are pending."""
    actions = ("LaunchInstance", "ExecuteComponents", "CreateImage", "TerminateInstance")
    names = ("LaunchBuildInstance", "ApplyBuildComponents", "CreateOutputAMI", "TerminateBuildInstance")
    starts, ends = (2, 20, 30, 40), (19, 29, 39, 41)
    steps = []
    for n, (name, action) in enumerate(zip(names, actions, strict=True)):
        if n < done:
            steps.append(step(f"step-{n}", name, action, StepStatus.COMPLETED, starts[n], ends[n]))
        elif n == done and status is not StepStatus.PENDING:
            end = None if status is StepStatus.RUNNING else ends[n]
            steps.append(step(f"step-{n}", name, action, status, starts[n], end))
        else:
            steps.append(step(f"step-{n}", name, action, StepStatus.PENDING))
    return tuple(steps)


def good_build() -> tuple[Scene, ...]:
    building = workflow("wf-build", BUILD_WORKFLOW, "BUILD", WorkflowStatus.RUNNING, 1)
    built = workflow("wf-build", BUILD_WORKFLOW, "BUILD", WorkflowStatus.COMPLETED, 1, 42)
    testing = workflow("wf-test", TEST_WORKFLOW, "TEST", WorkflowStatus.RUNNING, 43)
    tested = workflow("wf-test", TEST_WORKFLOW, "TEST", WorkflowStatus.COMPLETED, 43, 70)
    apply = step("step-t1", "ApplyTestComponents", "ExecuteComponents", StepStatus.RUNNING, 60)
    applied = step("step-t1", "ApplyTestComponents", "ExecuteComponents", StepStatus.COMPLETED, 60, 62)
    all_steps = {"wf-build": _build_steps(4, StepStatus.PENDING)}
    ami = Ami(region="eu-central-1", image="ami-0123456789abcdef0", name="web", account_id="123456789012")
    available = Image(
        arn=ARN,
        name="Web Server",
        version="1.0.0/3",
        date_created=at(0),
        os_version="Debian GNU/Linux 12",
        state=ImageState(status=ImageStatus.AVAILABLE),
        output_resources=OutputResources(amis=(ami,)),
    )
    return (
        Scene(image=image(ImageStatus.PENDING)),
        Scene(workflows=(building,), steps={"wf-build": _build_steps(0, StepStatus.RUNNING)}),
        Scene(workflows=(building,), steps={"wf-build": _build_steps(1, StepStatus.RUNNING)}, log=BUILD_LOG[:12]),
        Scene(workflows=(building,), steps={"wf-build": _build_steps(1, StepStatus.RUNNING)}, log=BUILD_LOG[:25]),
        Scene(workflows=(building,), steps={"wf-build": _build_steps(2, StepStatus.RUNNING)}, log=BUILD_LOG),
        Scene(
            image=image(ImageStatus.TESTING),
            workflows=(built, testing),
            steps={**all_steps, "wf-test": (apply,)},
            log=BUILD_LOG + TEST_LOG[:4],
        ),
        Scene(
            image=available,
            workflows=(built, tested),
            steps={**all_steps, "wf-test": (applied,)},
            log=BUILD_LOG + TEST_LOG,
        ),
    )


def failed_build() -> tuple[Scene, ...]:
    """The component fails; later steps stay PENDING; the machine's launch is rolled back."""
    building = workflow("wf-build", BUILD_WORKFLOW, "BUILD", WorkflowStatus.RUNNING, 1)
    undone = building.model_copy(update={"status": WorkflowStatus.ROLLBACK_IN_PROGRESS})
    message = f"Document {NGINX} failed!"
    over = building.model_copy(
        update={"status": WorkflowStatus.ROLLBACK_COMPLETED, "message": message, "end_time": at(50)}
    )
    launched, apply, *later = _build_steps(1, StepStatus.FAILED)
    apply = apply.model_copy(
        update={
            "message": message,
            "outputs": '{"runCommandId":"cmd-1","status":"Failed","error":"exit status 100","output":[]}',
        }
    )
    rolling = launched.model_copy(update={"rollback_status": RollbackStatus.RUNNING})
    rolled = launched.model_copy(update={"rollback_status": RollbackStatus.COMPLETED})
    state = ImageState(
        status=ImageStatus.FAILED,
        reason=f"Workflow Execution ID: 'wf-build' failed with reason: {message}",
        failure_context=ImageFailureContext(
            image_status=ImageStatus.BUILDING,
            workflow_execution_id="wf-build",
            workflow_arn=BUILD_WORKFLOW,
            step_execution_id="step-1",
            failed_step="ApplyBuildComponents",
            component_failure=ComponentFailureContext(
                component_arn=NGINX,
                phase_name="build",
                step_name="Install",
                action="ExecuteBash",
                error_message="exit status 100",
            ),
        ),
    )
    failed = image(ImageStatus.FAILED).model_copy(update={"state": state})
    return (
        Scene(workflows=(building,), steps={"wf-build": _build_steps(1, StepStatus.RUNNING)}, log=FAILED_LOG[:9]),
        Scene(workflows=(undone,), steps={"wf-build": (rolling, apply, *later)}, log=FAILED_LOG[:20]),
        Scene(image=failed, workflows=(over,), steps={"wf-build": (rolled, apply, *later)}, log=FAILED_LOG),
    )
