"""The root cause: the line that matters, what it means, what to do, and what earlier runs did there."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from core.build.bars import Chart
from core.build.cause import Cause, cause
from core.build.chart import chart
from core.build.explanations import explanations, find
from core.build.run import replay
from core.build.source import (
    Image,
    ImageFailureContext,
    ImageState,
    ImageStatus,
    StepStatus,
    WorkflowStatus,
)
from tests.fakes.builds import BUILD_WORKFLOW, NGINX, failed_build, good_build, step, workflow
from tests.fakes.source import Scene, at, image, lines
from tests.unit.build.following import followed

FAILED = replay(followed(failed_build()))
BROKE = chart(FAILED, at(1000))
WORKED = chart(replay(followed(good_build())), at(1000))


def caused(scene: Scene) -> Cause:
    found = cause(replay(followed([scene])))
    assert found is not None
    return found


def failed_image(reason: str, context: ImageFailureContext | None = None) -> Image:
    state = ImageState(status=ImageStatus.FAILED, reason=reason, failure_context=context)
    return image(ImageStatus.FAILED).model_copy(update={"state": state})


def failed_step(name: str, action: str, message: str) -> Scene:
    """A build whose workflow step failed with a message."""
    broken = step("s", name, action, StepStatus.FAILED, 1, 60).model_copy(update={"message": message})
    ended = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.FAILED, 0, 60)
    reason = f"Workflow Execution ID: 'wf' failed with reason: {message}"
    return Scene(image=failed_image(reason), workflows=(ended,), steps={"wf": (broken,)})


def printed(*stderr: str, code: int = 1, stdout: tuple[str, ...] = ()) -> Scene:
    """A build whose component printed this and failed."""
    said = "\n".join([*(f"Stdout: {line}" for line in stdout), *(f"CmdExecution: Stderr: {line}" for line in stderr)])
    log = f"Document {NGINX}\nPhase build\nStep Install\nExecuteBash: STARTED EXECUTION\n{said}\n"
    log += f"CmdExecution: ExitCode {code}\nExecuteBash: FINISHED EXECUTION\n"
    log += f"ExecuteBash: FAILED EXECUTION: exit status {code}\nTOE has completed execution with failure"
    apply = step("s", "ApplyBuildComponents", "ExecuteComponents", StepStatus.FAILED, 1, 60)
    ended = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.FAILED, 0, 60)
    return Scene(image=failed_image("x"), workflows=(ended,), steps={"wf": (apply,)}, log=lines(2, log))


def test_only_a_failed_run_has_a_cause() -> None:
    assert cause(replay(followed(good_build()))) is None


def test_the_cause_leads_to_the_bar_and_to_its_part_of_the_log() -> None:
    found = cause(FAILED)
    assert found is not None
    assert found.headline == "nginx 1.0.0 › build › Install: E: Unable to locate package ngnix"
    assert found.known is not None
    assert found.known.id == "package-missing"
    bar = BROKE.bar(found.key or "")
    assert bar is not None
    assert (bar.name, bar.path, bar.lines) == ("Install", found.path, found.lines)


def test_a_full_disk_is_the_cause_and_not_what_broke_for_it() -> None:
    """The last line that complained was apt's, which knew only that dpkg had failed."""
    found = caused(
        printed(
            "dpkg: error processing archive /var/cache/apt/archives/linux.deb (--unpack):",
            " cannot copy extracted data for './vmlinuz': failed to write (No space left on device)",
            "E: Sub-process /usr/bin/dpkg returned an error code (1)",
            code=100,
        )
    )
    assert "No space left on device" in found.headline
    assert "volumeSize" in found.hint


def test_an_exit_status_explains_a_failure_but_is_not_the_line_that_matters() -> None:
    found = caused(printed("/opt/run.sh: line 3: cannot run", "bash: /opt/run.sh: Permission denied", code=126))
    assert found.line == "bash: /opt/run.sh: Permission denied"
    assert found.known is not None
    assert found.known.id == "not-executable"


def test_the_temporary_script_is_left_out_of_the_line() -> None:
    found = caused(
        printed("/tmp/AWSTOE163834/script-27190.sh: line 4: syntax error near unexpected token `fi'", code=2)
    )
    assert found.line == "line 4: syntax error near unexpected token `fi'"


def test_what_a_command_prints_on_stdout_counts_if_it_is_handed_over() -> None:
    run = replay(followed([printed("", code=1)]))
    found = cause(run, said=("collecting", "OSError: [Errno 28] No space left on device"))
    assert found is not None
    assert found.known is not None
    assert found.known.id == "disk-full"
    assert found.line == "OSError: [Errno 28] No space left on device"


def on_stdout(*said: str) -> Scene:
    """A build whose component complained on stdout and failed without another word."""
    return printed("", code=2, stdout=said)


def test_what_a_program_complains_of_on_stdout_is_heard_where_stderr_is_silent() -> None:
    """Ansible, pytest and the like print their failures there, and the card said no more than the exit status."""
    found = caused(on_stdout("TASK [nginx]", "fatal: [localhost]: FAILED! => role not found", "PLAY RECAP", ""))
    assert found.headline == "nginx 1.0.0 › build › Install: fatal: [localhost]: FAILED! => role not found"
    assert found.failure.printed == ("TASK [nginx]", "fatal: [localhost]: FAILED! => role not found", "PLAY RECAP")
    full = caused(on_stdout("OSError: [Errno 28] No space left on device"))
    assert full.known is not None
    assert full.known.id == "disk-full"


def test_harmless_words_on_stdout_are_not_taken_for_the_failure() -> None:
    assert caused(on_stdout("checked 12 files, no errors", "0 failed")).line == "exit status 2"


def test_what_is_not_known_is_told_in_its_own_words() -> None:
    found = caused(printed("the oven is cold", code=3))
    assert found.headline == "nginx 1.0.0 › build › Install: the oven is cold"
    assert (found.known, found.hint) == (None, "")


def test_the_services_own_advice_comes_before_the_tables() -> None:
    found = caused(failed_step("Launch", "LaunchInstance", "The machine's kernel panicked. Hint: Read the console."))
    assert found.known is not None
    assert found.hint == "Read the console."


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Step LaunchBuildInstance timed out", "ssm-never-online"),
        ("Step LaunchTestInstance timed out", "test-machine-never-online"),
        (
            "An error occurred (InvalidInstanceId) when calling the SendCommand operation: Instances [[i-1]] not in a"
            " valid state for account 1 in workflow step LaunchBuildInstance",
            "ssm-never-online",
        ),
        ("connect: no route to host", "no-network"),
        ("curl: (6) Could not resolve host: example.org", "no-network"),
        ("curl: (28) Failed to connect to 10.0.0.1 port 443 after 130000 ms: Connection timed out", "no-answer"),
        ("The EC2 AMI name must contain '{{ imagebuilder:buildDate }}' to ensure that it is unique.", "ami-name"),
        ("fork/exec /tmp/imagebuilder/awstoe: permission denied", "noexec"),
        ("An error occurred (AccessDenied) when calling the PutObject operation: Access Denied", "s3-denied"),
        ("fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden", "s3-denied"),
        ("Value (web) for parameter iamInstanceProfile.name is invalid.", "iam-not-spread"),
        ("User: arn:aws:sts::1:role/a is not authorized to perform: ec2:CreateImage", "access-denied"),
        ("User: arn:aws:sts::1:role/a is not authorized to perform: ssm:PutParameter", "parameter-outside"),
        (
            "Invalid schedule expression. Details: Invalid CRON expression: error at position 9, details: Unexpected"
            " end of expression.",
            "cron",
        ),
        ("One or more outputs should be provided for each region in a configuration.", "region-without-output"),
        ("In region 'eu-west-1' - 'EC2 Client Error: block public access is on'", "public-sharing-blocked"),
        ("You have requested more vCPU capacity than your current vCPU limit of 32 allows", "quota"),
        ("We currently do not have sufficient t3.medium capacity in eu-west-1a.", "no-capacity"),
        ("ThrottlingException: Rate exceeded", "throttled"),
        ("Step AssertInventoryCollection failed", "inventory-clash"),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 911", "package-locked"),
        ("No match for argument: ngnix", "package-missing"),
        ("bash: line 1: ngnix: command not found", "command-missing"),
        ("curl: (22) The requested URL returned error: 404", "download-missing"),
        ("curl: (60) SSL certificate problem: self-signed certificate", "clock-or-certificate"),
        ("/root/x.sh: line 9: HOME: unbound variable", "home-unset"),
        ("Job for nginx.service failed because the control process exited with error code.", "unit-missing"),
        ("curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server", "port-closed"),
        ("tee: /etc/motd: Permission denied", "permission"),
        ("the step timed out after 5 s", "step-timeout"),
        ("the machine went away in the middle of the step: The machine powered itself off.", "machine-powered-off"),
        ("the machine did not come back after a reboot: The machine did not reboot.", "machine-never-back"),
        ("The machine did not answer within 300 seconds", "machine-did-not-boot"),
        ("The local Image Builder ended unexpectedly while the image was being built.", "service-stopped"),
        ("The machine was stopped because this computer's disk is full", "host-disk-full"),
        ("runtime: out of memory: cannot allocate 4194304-byte block", "out-of-memory"),
    ],
)  # fmt: skip
def test_known_failures_are_known_by_what_is_really_said(text: str, known: str) -> None:
    found = find([text])
    assert found is not None
    assert found.known.id == known


def test_a_complaint_that_fails_nothing_explains_nothing() -> None:
    assert find(["Reading package lists...", "Stdout: done", "3 warnings"]) is None


def test_a_missing_package_is_the_networks_fault_if_the_lists_could_not_be_fetched() -> None:
    """`apt-get update` does not fail without a network, so the next step is blamed."""
    missing = ["E: Unable to locate package nginx"]
    behind = ["W: Failed to fetch http://deb.debian.org/ Temporary failure resolving 'deb.debian.org'"]
    found = find(missing, behind)
    assert found is not None
    assert (found.known.id, found.line) == ("no-network", behind[0])
    other = find(["cp: cannot stat 'x': No such file or directory"], behind)
    assert other is not None
    assert other.known.id == "no-such-file"


def test_every_explanation_says_what_it_means_what_to_do_and_where_that_is_from() -> None:
    table = explanations()
    ids = [each.id for each in table]
    assert len(ids) == len(set(ids)) >= 25
    for each in table:
        assert each.means.endswith(".")
        assert re.search(r"[.?]$", each.advice)
        assert each.source
        assert set(each.because) <= set(ids)


def history(*charts: Chart) -> list[Chart]:
    """Runs on days before, the first the oldest."""
    return [
        replace(
            each, begin=each.begin - timedelta(days=len(charts) - n), end=each.end - timedelta(days=len(charts) - n)
        )
        for n, each in enumerate(charts)
    ]


def earlier(*charts: Chart) -> str:
    found = cause(FAILED, history=history(*charts))
    assert found is not None
    return found.earlier.text if found.earlier else ""


@pytest.mark.parametrize(
    ("charts", "said"),
    [
        ((), ""),
        ((WORKED,), "It succeeded in the earlier run, usually in 0.8 s."),
        ((WORKED,) * 3, "It succeeded in all 3 earlier runs, usually in 0.8 s."),
        ((BROKE, BROKE), "It failed in all 2 earlier runs too."),
        (
            (WORKED, BROKE, BROKE),
            "It failed in the last 2 runs too. It last succeeded on 2026-09-01 at 10:00 UTC, usually in 0.8 s.",
        ),
        (
            (BROKE, WORKED),
            "It succeeded in 1 of 2 earlier runs. It last succeeded on 2026-09-01 at 10:00 UTC, usually in 0.8 s.",
        ),
    ],
)
def test_what_earlier_runs_did_there_is_said_in_a_sentence(charts: Sequence[Chart], said: str) -> None:
    assert earlier(*charts) == said


def test_a_step_that_no_earlier_run_had_is_called_so() -> None:
    assert earlier(replace(WORKED, bars=())) == "No earlier run came to this step."


def test_a_failure_outside_of_components_leads_to_its_workflow_step() -> None:
    found = caused(failed_step("LaunchBuildInstance", "LaunchInstance", "Step LaunchBuildInstance timed out"))
    assert found.headline == "LaunchBuildInstance: Step LaunchBuildInstance timed out"
    assert found.key == "step s"


def test_a_failure_before_any_workflow_leads_to_the_state_of_the_image() -> None:
    found = caused(Scene(image=failed_image("There is no image debian-99.")))
    assert found.headline == "There is no image debian-99."
    assert found.key == "state CREATING"
