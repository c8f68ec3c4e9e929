"""The reader against the console log of our own component runner, run for real: both must tell the same story."""

import pytest

from core.build.toe_log import ComponentFailure, Reading, Span, SpanStatus, close, read
from core.local.toe.run import ToeResult
from tests.fakes.source import at, line
from tests.functional.toe.conftest import guest, namespaces, oven
from tests.functional.toe.oven import Oven

__all__ = ["guest", "namespaces", "oven"]

STATUSES = {
    "success": SpanStatus.COMPLETED,
    "failed": SpanStatus.FAILED,
    "timedOut": SpanStatus.FAILED,
    "skipped": SpanStatus.SKIPPED,
    "ignoredFailure": SpanStatus.IGNORED,
    "successWithIgnoredFailure": SpanStatus.COMPLETED,
}

LOOKALIKES = """
- name: Lookalikes
  action: ExecuteBash
  inputs:
    commands:
      - |
        for text in 'Step Other' 'Phase test' 'Document x' 'Setup: STARTED SETUP' 'CmdExecution: ExitCode 7' \\
          'TOE has completed execution successfully' 'Document: x' '2026-01-01T00:00:00Z Step Other'; do
          echo "$text"; echo "$text" >&2
        done
- {name: After, action: ExecuteBash, inputs: {commands: ['true']}}
"""
FAILING = """
- name: Fails
  action: ExecuteBash
  onFailure: Continue
  inputs: {commands: ['echo one >&2; echo "Step Other" >&2; exit 3']}
- {name: Skipped, action: Reboot, if: {stringEquals: a, value: b}}
- {name: After, action: ExecuteBash, inputs: {commands: ['true']}}
"""
IGNORED = """
- {name: Fails, action: ExecuteBash, onFailure: Ignore, inputs: {commands: ['exit 3']}}
- name: Refused
  action: ExecuteBash
  onFailure: Ignore
  if: {stringEquals: a, value: a, then: Abort}
  inputs: {commands: ['true']}
- {name: After, action: ExecuteBash, inputs: {commands: ['true']}}
"""
RETRIED = """
- name: Slow
  action: ExecuteBash
  timeoutSeconds: 1
  maxAttempts: 2
  inputs: {commands: ['test -e /tmp/again && exit 0; touch /tmp/again; echo waiting >&2; sleep 60']}
- name: TooSlow
  action: ExecuteBash
  timeoutSeconds: 1
  inputs: {commands: ['echo waiting >&2; sleep 60']}
"""
REBOOTING = """
- {name: First, action: Reboot}
- name: Again
  action: ExecuteBash
  inputs: {commands: ['test -e /var/tmp/x || { touch /var/tmp/x; exit 194; }']}
- {name: Last, action: Reboot}
"""
NESTED = """
- name: Write
  action: CreateFile
  inputs:
    - path: /opt/inner.yml
      content: |
        schemaVersion: 1.0
        phases:
          - name: build
            steps:
              - {name: Inner, action: ExecuteBash, inputs: {commands: ['exit 5']}}
- {name: Outer, action: ExecuteDocument, onFailure: Continue, inputs: {document: /opt/inner.yml}}
- {name: After, action: Assert, inputs: {stringEquals: a, value: a}}
"""
LOOPING = """
- name: Each
  action: ExecuteBash
  loop: {name: turn, forEach: [a, b, c]}
  inputs: {commands: ['echo {{ turn.value }}']}
"""


def told(lines: list[str]) -> tuple[Reading, dict[str, Span], list[ComponentFailure]]:
    reading, marks = read(Reading(), [line(n, text) for n, text in enumerate(lines)])
    spans = {mark.name: mark for mark in marks if isinstance(mark, Span)}
    return reading, spans, [mark for mark in marks if isinstance(mark, ComponentFailure)]


def recorded(result: ToeResult) -> dict[str, SpanStatus]:
    """The status of every step that began, as the runner's own record has it."""
    return {
        step["name"]: STATUSES[step["status"]]
        for document in result.detailed_output["documents"]
        for phase in document["phases"]
        for step in phase["steps"]
        if step["startTime"]
    }


@pytest.mark.parametrize("steps", [LOOKALIKES, FAILING, IGNORED, RETRIED, REBOOTING, NESTED, LOOPING])
async def test_every_step_has_the_status_that_the_runner_recorded(oven: Oven, steps: str) -> None:
    result = await oven.steps(steps)
    reading, spans, failures = told(oven.lines)
    inner = {"Inner", "build", "/opt/inner.yml", "test.yml"}
    seen = {name: span.status for name, span in spans.items() if name not in inner}
    assert seen == recorded(result)
    assert spans["test.yml"].status is STATUSES[result.detailed_output["documents"][0]["status"]]
    assert reading.open == ()
    assert close(reading, at(99))[1] == ()
    assert bool(failures) == (result.failure is not None)


async def test_the_failure_block_tells_what_the_runner_knows(oven: Oven) -> None:
    result = await oven.steps(FAILING)
    _, spans, (block,) = told(oven.lines)
    failure = result.failure
    assert failure is not None
    assert (block.document, block.phase, block.step, block.action) == ("test.yml", "build", "Fails", "ExecuteBash")
    assert (block.error_message, block.stderr) == (failure.error_message, failure.stderr)
    assert spans["Fails"].exit_code == 3
    assert spans["Fails"].stderr == "one\nStep Other"
    assert spans["Fails"].error == failure.error_message


async def test_steps_that_ran_more_than_once_are_counted(oven: Oven) -> None:
    await oven.steps(REBOOTING + LOOPING)
    _, spans, _ = told(oven.lines)
    assert {name: spans[name].executions for name in ("First", "Again", "Last", "Each")} == {
        "First": 1,
        "Again": 2,
        "Last": 1,
        "Each": 3,
    }


async def test_a_document_that_is_refused_is_told_as_such(oven: Oven) -> None:
    result = await oven.bake("phases: [}")
    _, spans, (block,) = told(oven.lines)
    assert result.failure is not None
    assert spans == {}
    assert (block.document, block.step) == ("test.yml", "")
    assert block.error_message
