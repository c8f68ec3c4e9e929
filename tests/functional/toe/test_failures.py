"""What a failing step means for its phase, its document, the run, and the log."""

import pytest

from core.errors import GuestLost, MachineFault
from core.local.toe.run import DocumentInput, execute
from tests.functional.toe.oven import Oven, document_of, stdout, step

ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:component/nginx/1.0.0/1"


async def test_an_ignored_failure_leaves_the_document_a_success(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Fails
          action: ExecuteBash
          onFailure: Ignore
          inputs: {commands: ['echo lost', exit 3]}
        - name: GoesOn
          action: ExecuteBash
          inputs: {commands: ['echo "[{{ build.Fails.outputs.stdout }}]"']}
        """)
    assert result.status == "success"
    assert result.failure is None
    assert step(result, "Fails")["status"] == "ignoredFailure"
    assert step(result, "Fails")["failureMessage"] == "exit status 3"
    assert result.detailed_output["documents"][0]["status"] == "successWithIgnoredFailure"
    assert result.detailed_output["documents"][0]["phases"][0]["status"] == "successWithIgnoredFailure"
    assert result.summary["ignoredFailedStepCount"] == 1
    assert stdout(result, "GoesOn") == "[]"
    assert oven.lines[-1] == "TOE has completed execution successfully"


async def test_continue_runs_the_rest_but_still_fails_the_document(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Fails
          action: ExecuteBash
          onFailure: Continue
          inputs: {commands: [exit 3]}
        - name: GoesOn
          action: ExecuteBash
          inputs: {commands: ['true']}
        """)
    assert result.status == "failed"
    assert step(result, "GoesOn")["status"] == "success"
    assert result.summary["failureMessage"] == "Document test.yml failed!"
    assert result.summary["executedStepCount"] == 2
    assert result.failure is not None
    assert result.failure.step == "Fails"


async def test_the_first_failed_step_is_printed_as_a_block_at_the_end(oven: Oven) -> None:
    text = document_of("""
        - name: Install
          action: ExecuteBash
          inputs: {commands: ['echo no such package >&2', 'echo give up >&2', exit 100]}
        """)
    result = await oven.run(oven.request(DocumentInput(ARN, text)))
    assert oven.lines[-9:] == [
        f"Document: {ARN}",
        f"ComponentArn: {ARN}",
        "Phase: build",
        "Step: Install",
        "Action: ExecuteBash",
        "ErrorMessage: exit status 100",
        "Stderr: no such package",
        "Stderr: give up",
        "TOE has completed execution with failure - Execution failed!",
    ]
    assert result.failure is not None
    assert result.failure.component_arn == ARN


async def test_an_abort_ends_the_phase_the_document_and_the_run(oven: Oven) -> None:
    first = """
        schemaVersion: 1.0
        phases:
          - name: build
            steps:
              - name: Fails
                action: ExecuteBash
                inputs: {commands: [exit 1]}
          - name: validate
            steps:
              - name: Never
                action: ExecuteBash
                inputs: {commands: [touch /var/tmp/never]}
        """
    documents = (DocumentInput("first.yml", first), DocumentInput("second.yml", first))
    result = await oven.run(oven.request(*documents, phases=("build", "validate")))
    assert step(result, "Never")["status"] == "notExecuted"
    assert [document["status"] for document in result.detailed_output["documents"]] == ["failed", "notExecuted"]
    assert not oven.guest.path("/var/tmp/never").exists()
    assert "Document second.yml" not in oven.lines


async def test_a_document_is_done_only_when_it_has_succeeded(oven: Oven) -> None:
    good = document_of("- {name: Good, action: ExecuteBash, inputs: {commands: ['true']}}")
    bad = document_of("- {name: Bad, action: ExecuteBash, inputs: {commands: ['false']}}")
    done = []

    async def document_done(index: int) -> None:
        done.append(index)
        assert oven.guest.sessions == ()

    request = oven.request(*(DocumentInput(f"{n}.yml", text) for n, text in enumerate((good, good, bad))))
    await execute(request, oven.guest, log=oven.lines.append, outside=oven.outside, document_done=document_done)
    assert done == [0, 1]


async def test_an_invalid_document_fails_the_run_before_any_step(oven: Oven) -> None:
    """Checked only when its turn comes, the second document's mistake would show after the first changed things."""
    good = document_of("- {name: Touch, action: ExecuteBash, inputs: {commands: [touch /var/tmp/touched]}}")
    bad = document_of(
        "- {name: Chained, action: ExecuteBash, inputs: {commands: ['{{ build.Nobody.outputs.stdout }}']}}"
    )
    result = await oven.run(oven.request(DocumentInput("good.yml", good), DocumentInput("bad.yml", bad)))
    assert result.status == "failed"
    assert result.failure is not None
    assert (result.failure.document, result.failure.step) == ("bad.yml", "")
    assert "build.Nobody" in result.failure.error_message
    assert not oven.guest.path("/var/tmp/touched").exists()
    assert any(line.startswith("Setup: bad.yml:5:") for line in oven.lines)


async def test_a_windows_action_fails_the_set_up(oven: Oven) -> None:
    result = await oven.steps("- {name: Shell, action: ExecutePowerShell, inputs: {commands: [dir]}}")
    assert result.failure is not None
    assert "ExecutePowerShell" in result.failure.error_message


async def test_a_run_whose_phases_no_document_has_succeeds_with_no_steps(oven: Oven) -> None:
    result = await oven.steps("- {name: Fails, action: ExecuteBash, inputs: {commands: [exit 1]}}", phases=("tset",))
    assert result.status == "success"
    assert result.summary["executedStepCount"] == 0


@pytest.mark.parametrize("on_failure", ["Abort", "Continue", "Ignore"])
@pytest.mark.parametrize(
    "fault", [GuestLost("The machine i-1 powered off"), MachineFault("QEMU of the machine i-1 died")]
)
async def test_a_lost_machine_fails_the_step_and_ends_the_run(oven: Oven, on_failure: str, fault: MachineFault) -> None:
    """Left alone, the error would come out as an exception with no word on the step, or, with onFailure: Ignore and
    attempts left, be tried again on a machine that is gone. A `poweroff` or `reboot` in a script is such a case."""

    def log(line: str) -> None:
        oven.lines.append(line)
        if line == "Stdout: going down":
            oven.guest.lose(fault)

    text = document_of(f"""
        - name: PowerOff
          action: ExecuteBash
          onFailure: {on_failure}
          maxAttempts: 3
          inputs: {{commands: [echo going down, sleep 60]}}
        - name: Never
          action: ExecuteBash
          inputs: {{commands: ['true']}}
        """)
    request = oven.request(DocumentInput(ARN, text))
    result = await execute(request, oven.guest, log=log, outside=oven.outside)
    assert result.status == "failed"
    assert result.failure is not None
    assert (result.failure.document, result.failure.phase, result.failure.step) == (ARN, "build", "PowerOff")
    assert fault.message in result.failure.error_message
    assert step(result, "PowerOff")["status"] == "failed"
    assert step(result, "Never")["status"] == "notExecuted"
    assert oven.lines.count("Stdout: going down") == 1


async def test_a_machine_lost_before_the_first_step_fails_the_set_up(oven: Oven) -> None:
    oven.guest.lose()
    result = await oven.steps("- {name: Never, action: ExecuteBash, inputs: {commands: ['true']}}")
    assert result.status == "failed"
    assert result.failure is not None
    assert "broke" in result.failure.error_message


async def test_a_condition_that_aborts_is_not_tried_again(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Guard
          action: ExecuteBash
          maxAttempts: 3
          onFailure: Ignore
          if: {folderExists: /var/tmp, then: Abort}
          inputs: {commands: [touch /var/tmp/never]}
        """)
    assert step(result, "Guard")["status"] == "ignoredFailure"
    assert not oven.guest.path("/var/tmp/never").exists()
    assert not any("attempt" in line for line in oven.lines)


@pytest.mark.parametrize(
    ("head", "word"),
    [('description: "\\uD800"\n', "fine"), ("name: fine\n", "\ud800"), ('"\\uD800": unknown\n', "fine")],
)
async def test_half_a_character_is_refused_before_anything_runs(oven: Oven, head: str, word: str) -> None:
    r"""YAML and JSON can name half a surrogate pair (\uD800), which no file, log or command can be given: writing it
    would raise UnicodeEncodeError somewhere in the middle of the run."""
    head += "parameters:\n  - Word: {type: string, default: x}\n"
    text = document_of("- {name: Say, action: ExecuteBash, inputs: {commands: ['echo {{ Word }}']}}", head)
    result = await oven.run(oven.request(DocumentInput("half.yml", text, {"Word": (word,)})))
    assert result.failure is not None
    assert (result.failure.document, result.failure.step) == ("half.yml", "")
    "\n".join([result.failure.error_message, *oven.lines]).encode()
