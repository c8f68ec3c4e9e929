"""Why a build failed: the one line that matters first, and the facts around it.

What is known comes from four places, none of which always speaks: the image's `failureContext` and `reason`, the
failed workflow step's message and outputs, the failure block that the component runner prints, and the step as its
console log shows it. They are asked in that order for names, and in the opposite order for what went wrong, because the
closer to the command, the plainer the words.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.build.run import COMPONENT_ACTION, Run
from core.build.source import (
    ComponentFailureContext,
    DistributionFailureContext,
    ImageFailureContext,
    ImageStatus,
    StepExecution,
    StepStatus,
)
from core.build.toe_log import ComponentFailure, Span, SpanKind, SpanStatus
from core.errors import heard
from core.recipe.component import ComponentDocument
from core.recipe.conditions import sentence

LONGEST_LINE = 300
STDERR_LINES = 12

_REASON_LEAD = re.compile(r"^Workflow Execution ID: '[^']*' failed with reason: ")
_STEP_TAIL = re.compile(r"[.,]? in workflow step [\w-]+\.?$", re.IGNORECASE)
_EXIT_STATUS = re.compile(r"exit status (-?\d+)")
_COMPLAINT = re.compile(
    r"^E: |\b(error|fatal|fail(ed|ure)|can(no|')t|unable|denied|invalid|refused|timed out|no (such|space)|not found)\b",
    re.IGNORECASE,
)
_OUTCRY = re.compile(r"^(E: |error\b|fatal\b|failed\b)|\b(error|exception|fatal|failed|panic): |FAILED!", re.IGNORECASE)
_TELLING_KEYS = ("errorMessage", "failureMessage", "error", "message", "reason")


@dataclass(frozen=True, slots=True)
class Failure:
    """`place` leads to what failed, `what` is the line closest to it; everything else may be empty. `stage` is the
    state the image was in; `reason` the service's words; `command` what the step runs or asserts, from its document
    where that is at hand; `stderr` its last lines and `printed` those of stdout; `exit_code` None where no command was
    run; `hint` the service's own advice. `evidence` are all lines that were said of it but those of stdout, the closest
    to the command first. `step_execution_id` and `span` name the records of the workflow step and of the component's
    step."""

    place: tuple[str, ...]
    what: str
    reason: str = ""
    stage: ImageStatus = ImageStatus.UNKNOWN
    workflow: str = ""
    workflow_step: str = ""
    document: str = ""
    phase: str = ""
    step: str = ""
    action: str = ""
    command: str = ""
    exit_code: int | None = None
    error_message: str = ""
    stderr: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()
    hint: str = ""
    evidence: tuple[str, ...] = ()
    step_execution_id: str = ""
    span: int | None = None

    @property
    def headline(self) -> str:
        return headline(self.place, self.what)


def explain(run: Run, documents: Mapping[str, ComponentDocument] | None = None) -> Failure | None:
    """Why the run's image FAILED; None if it did not. `documents` are component documents by ARN or file name."""
    if run.image is None or run.status is not ImageStatus.FAILED:
        return None
    context = run.image.state.failure_context or ImageFailureContext()
    reason, advice = _message(_REASON_LEAD.sub("", run.image.state.reason))
    workflow_step = _failed_workflow_step(run, context)
    step = workflow_step or StepExecution(step_execution_id="", status=StepStatus.FAILED)
    distribution = _distribution(context.distribution_failure)
    named = context.component_failure or ComponentFailureContext()
    in_component = not distribution and step.action in ("", COMPONENT_ACTION)
    block = run.failures[max(run.failures)] if in_component and run.failures else ComponentFailure(key=0)
    span = _failed_span(run, step.step_execution_id, named.step_name or block.step) if in_component else None
    document = (
        named.component_arn or block.component_arn or block.document or _name_around(run, span, SpanKind.DOCUMENT)
    )
    phase = named.phase_name or block.phase or _name_around(run, span, SpanKind.PHASE)
    name = named.step_name or block.step or (span.name if span else "")
    error = named.error_message or block.error_message or (span.error if span else "")
    stderr = _lines((span.stderr if span else "") or block.stderr)
    told, hint = _message(next(_told(step.outputs), "") or step.message)
    printed = span.printed if span else ()
    what = distribution or _telling_line(stderr, printed) or error or told or reason or "no reason was given"
    where = (label(document), phase, name) if document else (context.failed_step or step.name,)
    exit_code = span.exit_code if span else None
    heard_of = (*stderr, *_lines(block.stderr), *_lines(error), *_lines(told), *_lines(distribution), *_lines(reason))
    return Failure(
        place=tuple(filter(None, where)),
        what=_first_line(what),
        reason=reason,
        stage=context.image_status,
        workflow=_workflow_name(run, context, step),
        workflow_step=context.failed_step or step.name,
        document=document,
        phase=phase,
        step=name,
        action=named.action or block.action or (span.action if span else step.action),
        command=_command(documents or {}, document, phase, name) or (span.command if span else ""),
        exit_code=exit_code if exit_code is not None else _exit_status(error),
        error_message=error or told,
        stderr=stderr[-STDERR_LINES:],
        printed=printed,
        hint=hint or advice,
        evidence=heard_of,
        step_execution_id=step.step_execution_id,
        span=span.key if span else None,
    )


def headline(place: Sequence[str], what: str) -> str:
    """The line to show first: where, and what, at most `LONGEST_LINE` characters."""
    return _cut(": ".join(part for part in (" › ".join(place), what) if part))


def label(document: str) -> str:
    """How people call a component: ``nginx 1.0.0`` for its ARN, a file's name as it is."""
    parts = document.split("/")
    return f"{parts[1]} {parts[2]}" if document.startswith("arn:") and len(parts) > 2 else document


def _failed_workflow_step(run: Run, context: ImageFailureContext) -> StepExecution | None:
    """The one the service names, else the first that failed in a workflow that wasn't run again since."""
    if named := run.steps.get(context.step_execution_id):
        return named.step
    return next(
        (
            entry.step
            for workflow in run.workflows_in_order()
            if not workflow.retried
            for entry in run.steps_of(workflow.workflow_execution_id)
            if entry.step.status is StepStatus.FAILED
        ),
        None,
    )


def _workflow_name(run: Run, context: ImageFailureContext, step: StepExecution) -> str:
    entry = run.steps.get(step.step_execution_id)
    workflow = run.workflows.get(context.workflow_execution_id or (entry.workflow_execution_id if entry else ""))
    return workflow.name if workflow else ""


def _failed_span(run: Run, workflow_step: str, name: str) -> Span | None:
    """The component step that failed, within the workflow step where that is known: the one of that name, else the
    last, because the run went on after those before it, and those around it failed for it."""
    spans = run.components_of(workflow_step) if workflow_step else run.components.values()
    failed = (
        span
        for span in spans
        if span.kind is SpanKind.STEP and span.status in (SpanStatus.FAILED, SpanStatus.INTERRUPTED)
    )
    return max(failed, key=lambda span: (span.name == name, span.key), default=None)


def _name_around(run: Run, span: Span | None, kind: SpanKind) -> str:
    """The name of the innermost span of a kind that contains this one."""
    while span and span.kind is not kind:
        span = run.components.get(span.parent) if span.parent is not None else None
    return span.name if span else ""


def _distribution(failure: DistributionFailureContext | None) -> str:
    if failure is None:
        return ""
    regions = (f"{each.region}: {each.error_message or each.status}" for each in failure.region_failures)
    return "; ".join(regions) or failure.error_message


def _told(outputs: str) -> Iterator[str]:
    """What a step's outputs say of an error: a JSON object, whose texts may hold JSON again (the runner's summary)."""
    try:
        found = json.loads(outputs)
    except (ValueError, RecursionError):
        return
    pending: list[object] = [found]
    while pending:
        match pending.pop(0):
            case dict() as members:
                yield from (str(members[key]) for key in _TELLING_KEYS if members.get(key))
                pending.extend(members.values())
            case list() as items:
                pending.extend(items)
            case str() as text if text.lstrip().startswith("{"):
                yield from _told(text)


def _message(text: str) -> tuple[str, str]:
    """A record's message without the step it is about, which is known from the record, and its hint."""
    message, hint = heard(text.strip())
    return _STEP_TAIL.sub("", message), hint


def _command(documents: Mapping[str, ComponentDocument], document: str, phase: str, step: str) -> str:
    """The step's commands, or what it asserts, as its author wrote them; the log knows only the script made of them."""
    known = documents.get(document)
    for each in known.phases if known else ():
        for written in each.steps if each.name == phase else ():
            if written.name == step and written.assertion:
                return sentence(written.assertion)
            if written.name == step and written.inputs:
                commands = written.inputs[0].get("commands")
                if isinstance(commands, tuple):
                    return "\n".join(str(command).rstrip() for command in commands)
    return ""


def _lines(stderr: str) -> tuple[str, ...]:
    """Lines that say something. A runner may write line ends inside a log line as ``\\n``, as the local one does."""
    text = stderr if "\n" in stderr else stderr.replace("\\n", "\n")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _telling_line(stderr: tuple[str, ...], printed: tuple[str, ...]) -> str:
    """The last line of stderr that complains, else one of stdout that clearly does, else stderr's last."""
    complaints = [line for line in stderr if _COMPLAINT.search(line)]
    complaints = complaints or [line for line in printed if _OUTCRY.search(line)]
    return (complaints or [*stderr] or [""])[-1]


def _exit_status(error: str) -> int | None:
    found = _EXIT_STATUS.search(error)
    return int(found[1]) if found else None


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].strip()


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
