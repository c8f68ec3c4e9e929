"""RunCommand: a Systems Manager document on the machine. Locally there is one, AWS-RunShellScript."""

import uuid
from collections.abc import Mapping

from core.local.workflow.actions.instance import guest_of
from core.local.workflow.build import Step
from core.local.workflow.failure import StepFailed
from core.local.workflow.subject import listed, members, text
from core.local.workflow.values import Json

OUTPUT_LIMIT = 24_000
"""Characters of output that Systems Manager returns of a command (StandardOutputContent)."""

ERROR_LIMIT = 8_000


class Captured:
    """The beginning of an output stream, as much of it as Systems Manager keeps."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = bytearray()

    def add(self, piece: bytes) -> None:
        self._bytes += piece[: self._limit * 4 - len(self._bytes)]

    def text(self) -> str:
        return self._bytes.decode(errors="replace")[: self._limit]


def command_outputs(status: str, output: str) -> dict[str, Json]:
    """The outputs of every action that runs a command: `output` holds the stdout of each part, here always one."""
    return {"runCommandId": str(uuid.uuid4()), "status": status, "output": [output]}


async def run_command(step: Step) -> Mapping[str, Json]:
    document = text(step.inputs.get("documentName"))
    if document != "AWS-RunShellScript":
        raise StepFailed(
            f"The local Image Builder knows the document 'AWS-RunShellScript' only, not '{document}', "
            f"in workflow step {step.name}."
        )
    parameters = {
        name: tuple(map(text, listed(value))) for name, value in members(step.inputs.get("parameters")).items()
    }
    script = "\n".join(parameters.get("commands", ()))
    out, err = Captured(OUTPUT_LIMIT), Captured(ERROR_LIMIT)
    ended = await guest_of(step).run(
        ["sh", "-c", script],
        cwd=_first(parameters, "workingDirectory", "/"),
        timeout=_seconds(step, _first(parameters, "executionTimeout", "3600")),
        stdout=out.add,
        stderr=err.add,
    )
    step.build.log.lines(out.text())
    step.build.log.lines(err.text())
    if not ended.succeeded:
        state = "TimedOut" if ended.timed_out else "Failed"
        raise StepFailed(
            "ExpectationNotMet. ssm:ListCommandInvocations returned terminal state "
            f"{state} in workflow step {step.name}: {_why(err.text(), ended.code, ended.timed_out)}",
            outputs=command_outputs(state, out.text()),
        )
    return command_outputs("Success", out.text())


def _first(parameters: Mapping[str, tuple[str, ...]], name: str, default: str) -> str:
    return next((value for value in parameters.get(name, ()) if value), default)


def _seconds(step: Step, value: str) -> float:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 172_800):
        raise StepFailed(f"executionTimeout is 1 to 172800 seconds, not '{value}', in workflow step {step.name}.")
    return float(value)


def _why(stderr: str, code: int, timed_out: bool) -> str:
    how = "its executionTimeout passed" if timed_out else f"exit status {code}"
    last = stderr.strip().splitlines()[-1:]
    return f"{how}: {last[0][:300]}" if last else how
