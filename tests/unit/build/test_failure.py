"""The one line that matters first, from whatever is known of a failed build."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.build.failure import LONGEST_LINE, explain, label
from core.build.run import Run, replay
from core.build.source import (
    ComponentFailureContext,
    DistributionFailureContext,
    Image,
    ImageFailureContext,
    ImageState,
    ImageStatus,
    LogEvent,
    RegionFailure,
    StepExecution,
    StepStatus,
    WorkflowExecution,
    WorkflowStatus,
)
from core.recipe.component import parse_component
from tests.fakes.builds import BUILD_WORKFLOW, FAILED_LOG, NGINX, failed_build, good_build, step, workflow
from tests.fakes.source import Scene, image, lines
from tests.unit.build.following import followed

DOCUMENT = """
name: nginx
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Install
        action: ExecuteBash
        inputs:
          commands:
            - apt-get update
            - apt-get install -y ngnix
"""


def failed_image(reason: str = "", context: ImageFailureContext | None = None) -> Image:
    state = ImageState(status=ImageStatus.FAILED, reason=reason, failure_context=context)
    return image(ImageStatus.FAILED).model_copy(update={"state": state})


def run_of(scene: Scene) -> Run:
    return replay(followed([scene]))


def headline(scene: Scene) -> str:
    failure = explain(run_of(scene))
    assert failure is not None
    return failure.headline


def with_log(*log: LogEvent) -> Scene:
    """A failed build of which only the step and the log are known."""
    apply = step("step-1", "ApplyBuildComponents", "ExecuteComponents", StepStatus.FAILED, 0, 60)
    ended = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.FAILED, 0, 60)
    return Scene(image=failed_image("Step failed"), workflows=(ended,), steps={"wf": (apply,)}, log=log)


def test_a_build_that_did_not_fail_has_no_failure() -> None:
    assert explain(replay(followed(good_build()))) is None
    assert explain(Run()) is None


def test_everything_known_of_a_failed_component_comes_together() -> None:
    failure = explain(replay(followed(failed_build())), {NGINX: parse_component(DOCUMENT)})
    assert failure is not None
    assert failure.headline == "nginx 1.0.0 › build › Install: E: Unable to locate package ngnix"
    assert failure.command == "apt-get update\napt-get install -y ngnix"
    assert (failure.workflow, failure.workflow_step) == ("build-image", "ApplyBuildComponents")
    assert (failure.document, failure.phase, failure.step, failure.action) == (NGINX, "build", "Install", "ExecuteBash")
    assert failure.stage is ImageStatus.BUILDING
    assert failure.exit_code == 100
    assert failure.stderr == (
        "WARNING: apt does not have a stable CLI interface.",
        "E: Unable to locate package ngnix",
    )
    assert failure.reason == f"Document {NGINX} failed!"
    assert failure.evidence[:2] == failure.stderr


def test_without_the_document_the_command_is_the_one_of_the_log() -> None:
    failure = explain(replay(followed(failed_build())))
    assert failure is not None
    assert failure.command == "bash /tmp/AWSTOE1638342889/script-271901008.sh"


def test_the_log_alone_is_enough() -> None:
    assert headline(with_log(*FAILED_LOG)) == "nginx 1.0.0 › build › Install: E: Unable to locate package ngnix"


def test_a_log_without_failure_block_is_enough() -> None:
    block = next(n for n, event in enumerate(FAILED_LOG) if event.message.startswith("Document: "))
    scene = with_log(*FAILED_LOG[:block], FAILED_LOG[-1])
    assert headline(scene) == "nginx 1.0.0 › build › Install: E: Unable to locate package ngnix"


def test_the_failure_context_alone_is_enough() -> None:
    failed = ComponentFailureContext(
        component_arn=NGINX,
        phase_name="build",
        step_name="Install",
        action="ExecuteBash",
        error_message="exit status 127",
    )
    context = ImageFailureContext(image_status=ImageStatus.BUILDING, component_failure=failed)
    failure = explain(run_of(Scene(image=failed_image("whatever", context))))
    assert failure is not None
    assert failure.headline == "nginx 1.0.0 › build › Install: exit status 127"
    assert failure.exit_code == 127


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (
            "Workflow Execution ID: 'wf-1' failed with reason: Step LaunchBuildInstance timed out",
            "Step LaunchBuildInstance timed out",
        ),
        ("The service was stopped during this build.", "The service was stopped during this build."),
        ("", "no reason was given"),
    ],
)
def test_the_reason_alone_is_shown_without_its_lead(reason: str, expected: str) -> None:
    assert headline(Scene(image=failed_image(reason))) == expected


def test_a_failed_workflow_step_says_what_its_outputs_say() -> None:
    summary = '{"status":"failed","failureMessage":"Document a.yml failed!"}'
    outputs = '{"runCommandId":"cmd-1","output":["' + summary.replace('"', '\\"') + '"]}'
    apply = step("step-1", "ApplyBuildComponents", "ExecuteComponents", StepStatus.FAILED, 0, 60)
    ended = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.FAILED, 0, 60)
    scene = Scene(
        image=failed_image("failed"),
        workflows=(ended,),
        steps={"wf": (apply.model_copy(update={"outputs": outputs}),)},
    )
    assert headline(scene) == "ApplyBuildComponents: Document a.yml failed!"


def test_a_failed_step_that_runs_no_components_is_not_blamed_on_an_earlier_component() -> None:
    create = step("step-2", "CreateOutputAMI", "CreateImage", StepStatus.FAILED, 61, 62)
    create = create.model_copy(update={"message": "The host's disk is full."})
    scene = with_log(*FAILED_LOG)
    done = scene.steps["wf"][0].model_copy(update={"status": StepStatus.COMPLETED})
    assert headline(replace(scene, steps={"wf": (done, create)})) == "CreateOutputAMI: The host's disk is full."


def test_a_failed_distribution_names_its_regions() -> None:
    regions = (
        RegionFailure(region="eu-west-1", status="FAILED", error_message="EC2 Client Error: quota"),
        RegionFailure(region="us-east-1", status="TIMED_OUT"),
    )
    distribution = DistributionFailureContext(error_message="2 failed", region_failures=regions)
    context = ImageFailureContext(failed_step="Distribute", distribution_failure=distribution)
    said = headline(Scene(image=failed_image("Not all distribution jobs are completed.", context)))
    assert said == "Distribute: eu-west-1: EC2 Client Error: quota; us-east-1: TIMED_OUT"


def test_of_nested_documents_the_innermost_step_is_named() -> None:
    log = lines(
        1,
        """
Document outer.yml
Phase build
Step Nested
ExecuteDocument: STARTED EXECUTION
Document inner.yml
Phase build
Step Within
ExecuteBash: STARTED EXECUTION
CmdExecution: Stderr: cp: cannot stat '/nowhere': No such file or directory
CmdExecution: ExitCode 1
ExecuteBash: FINISHED EXECUTION
TOE has completed execution with failure - Execution failed!
""",
    )
    assert headline(with_log(*log)) == (
        "inner.yml › build › Within: cp: cannot stat '/nowhere': No such file or directory"
    )


def test_an_earlier_ignored_failure_is_not_blamed() -> None:
    log = lines(
        1,
        """
Document a.yml
Phase build
Step Ignored
ExecuteBash: STARTED EXECUTION
CmdExecution: ExitCode 1
ExecuteBash: FINISHED EXECUTION
Step Real
ExecuteBash: STARTED EXECUTION
CmdExecution: ExitCode 2
ExecuteBash: FINISHED EXECUTION
TOE has completed execution with failure - Execution failed!
""",
    )
    failure = explain(run_of(with_log(*log)))
    assert failure is not None
    assert (failure.step, failure.exit_code) == ("Real", 2)


def test_a_workflow_that_was_run_again_is_not_blamed() -> None:
    def attempt(id_: str, start: float, message: str, *, retried: bool) -> tuple[WorkflowExecution, StepExecution]:
        failed = step(f"step-{id_}", "LaunchTestInstance", "LaunchInstance", StepStatus.FAILED, start, start + 1)
        ended = workflow(id_, BUILD_WORKFLOW, "TEST", WorkflowStatus.FAILED, start, start + 1, retried=retried)
        return ended, failed.model_copy(update={"message": message})

    old, old_step = attempt("wf-1", 1, "then", retried=True)
    new, new_step = attempt("wf-2", 9, "now", retried=False)
    steps = {"wf-1": (old_step,), "wf-2": (new_step,)}
    assert headline(Scene(image=failed_image("x"), workflows=(old, new), steps=steps)) == "LaunchTestInstance: now"


def test_a_step_cut_off_with_its_machine_is_named() -> None:
    log = lines(1, "Document a.yml\nPhase build\nStep Halt\nExecuteBash: STARTED EXECUTION")
    assert headline(with_log(*log)).startswith("a.yml › build › Halt: ")


@given(st.text(), st.text())
def test_whatever_a_service_says_makes_one_short_line(reason: str, outputs: str) -> None:
    failed = step("s", "Step", "RunCommand", StepStatus.FAILED, 1).model_copy(update={"outputs": outputs})
    ended = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.FAILED, 0)
    said = headline(Scene(image=failed_image(reason), workflows=(ended,), steps={"wf": (failed,)}))
    assert said
    assert "\n" not in said
    assert len(said) <= LONGEST_LINE


def test_components_are_called_by_name_and_version() -> None:
    assert label(NGINX) == "nginx 1.0.0"
    assert label("components/nginx.yml") == "components/nginx.yml"


def test_the_local_services_hint_is_told_apart_and_the_step_not_twice() -> None:
    create = step("step-2", "CreateOutputAMI", "CreateImage", StepStatus.FAILED, 61, 62)
    said = "The host's disk is full. In workflow step CreateOutputAMI. Hint: Free some space."
    create = create.model_copy(update={"message": said})
    failure = explain(run_of(Scene(image=failed_image(said), steps={"wf": (create,)}, workflows=with_log().workflows)))
    assert failure is not None
    assert failure.headline == "CreateOutputAMI: The host's disk is full"
    assert failure.reason == failure.error_message == "The host's disk is full"
    assert failure.hint == "Free some space."
