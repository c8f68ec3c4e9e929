"""One document: made ready before anything runs, then executed phase by phase; and the documents it calls.

A called document (ExecuteDocument) is read, checked and run like one given to the run, at most three levels below it
and never inside itself (user guide, toe-action-modules).
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial

from core.errors import Invalid
from core.local.toe.execution import Execution
from core.local.toe.inputs import is_whole
from core.local.toe.modules import MODULES
from core.local.toe.outcome import ActionEnd, ActionFailed, Done
from core.local.toe.record import (
    FAILED,
    DocumentRecord,
    PhaseRecord,
    StepRecord,
    counts,
    detailed_output,
    now,
    overall,
    run_status,
)
from core.local.toe.request import StepFailure
from core.local.toe.scene import NestedCall
from core.local.toe.step import StepRun
from core.local.toe.values import Values
from core.recipe.component import ComponentDocument, parse_component

NESTING_LIMIT = 3
SHOWN_STDERR_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class ReadyDocument:
    """A document that passed every check, with the values of its parameters and constants."""

    path: str
    document: ComponentDocument
    values: Mapping[str, str]


async def make_ready(path: str, text: str, parameters: Mapping[str, str]) -> ReadyDocument:
    """Parse and check a document and give its parameters values: the given ones, else the defaults.

    A parameter without either is empty, names it doesn't know are ignored, as in AWSTOE.

    Raises:
        Invalid: with every reason.
    """
    document = await asyncio.to_thread(parse_component, text, file=path)
    for phase in document.phases:
        for step in phase.steps:
            if step.action not in MODULES and step.assertion is None:
                raise Invalid(
                    f"Step {step.name!r} in phase {phase.name!r}: the action {step.action} does not exist on Linux"
                )
    values = {constant.name: constant.value for constant in document.constants}
    for parameter in document.parameters:
        value = parameters.get(parameter.name, parameter.default or "")
        if parameter.allowed_values and value not in parameter.allowed_values:
            allowed = ", ".join(parameter.allowed_values)
            raise Invalid(f"The parameter {parameter.name} of {path} must be one of {allowed}, not {value!r}")
        values[parameter.name] = value
    if not is_whole(json.dumps([asdict(document), values], ensure_ascii=False)):
        raise Invalid(f"{path} holds half a character (an unpaired surrogate), which no file or command can take")
    return ReadyDocument(path, document, values)


class DocumentRun:
    """One document under way. `ancestors` are the documents that called it, outermost first."""

    def __init__(
        self, ready: ReadyDocument, phases: tuple[str, ...], execution: Execution, ancestors: tuple[str, ...] = ()
    ) -> None:
        """Select `phases` (none selects all); a phase the document doesn't have is ignored."""
        self._ready = ready
        self._execution = execution
        self._chain = (*ancestors, ready.path)
        self.record = DocumentRecord(
            ready.path,
            ready.document.name or "",
            ready.document.description or "",
            [
                PhaseRecord(phase, not phases or phase.name in phases, [StepRecord(step) for step in phase.steps])
                for phase in ready.document.phases
            ],
        )
        self.lost = False

    async def execute(self) -> None:
        """Run the selected phases; how it went is in `record`.

        Raises:
            HostFault: this host can't go on.
        """
        record, console = self.record, self._execution.console
        console.heading(f"Document {record.path}")
        record.status, record.started = "running", now()
        with console.silence(self._ready.document.disable_logging):
            for phase in record.phases:
                if phase.selected and not await self._phase(phase):
                    break
        record.status = overall([phase.status for phase in record.phases])
        if record.status in FAILED:
            record.failure_message = f"Document {record.path} failed!"
        record.ended = now()
        self._execution.changed()

    async def _phase(self, phase: PhaseRecord) -> bool:
        """Run a phase; whether the document goes on."""
        console = self._execution.console
        console.heading(f"Phase {phase.phase.name}")
        phase.status, phase.started = "running", now()
        goes_on = True
        with console.silence(phase.phase.disable_logging):
            for step in phase.steps:
                goes_on = await self._step(phase, step)
                if not goes_on:
                    break
        phase.status = overall([step.status for step in phase.steps])
        if phase.status in FAILED:
            phase.failure_message = f"Phase {phase.phase.name} failed!"
        phase.ended = now()
        return goes_on

    async def _step(self, phase: PhaseRecord, step: StepRecord) -> bool:
        values = Values(self._ready.values, self.record, self._execution.facts, phase.phase.name, step.step.name)
        failure = await StepRun(step, values, self._execution, partial(self._call, step)).execute()
        if failure is None or step.status == "ignoredFailure":
            return True
        self.lost = failure.lost
        self.record.failure = self.record.failure or failure.cause or self._failed(phase, step, failure)
        return step.step.on_failure == "Continue" and not failure.lost

    def _failed(self, phase: PhaseRecord, step: StepRecord, failure: ActionFailed) -> StepFailure:
        top = self._chain[0]
        return StepFailure(
            document=self.record.path,
            component_arn=top if top.startswith("arn:") else "",
            phase=phase.phase.name,
            step=step.step.name,
            action=step.step.action,
            error_message=self._execution.console.masked(failure.message),
            stderr=failure.stderr[-SHOWN_STDERR_CHARACTERS:],
        )

    async def _call(self, step: StepRecord, call: NestedCall) -> ActionEnd:
        """Run a document for ExecuteDocument; its whole result goes into the step's record."""
        if call.path in self._chain:
            raise ActionFailed(f"the document {call.path} calls itself: {' > '.join((*self._chain, call.path))}")
        if len(self._chain) > NESTING_LIMIT:
            raise ActionFailed(f"documents are nested more than {NESTING_LIMIT} levels deep: {' > '.join(self._chain)}")
        execution = self._execution
        try:
            ready = await make_ready(call.path, call.text, call.parameters)
        except Invalid as error:
            raise ActionFailed(error.message) from error
        nested = DocumentRun(ready, call.phases, execution, self._chain)
        await nested.execute()
        record, execution_id = nested.record, execution.request.execution_id
        step.nested = [*(step.nested or ()), detailed_output(execution_id, [record], execution.console.masked)]
        outputs = {
            **{name: str(count) for name, count in counts([record]).items() if name != "skippedStepCount"},
            "executionId": execution_id,
            "failureMessage": record.failure_message,
            "logUrl": "",
            "status": run_status([record]),
        }
        if record.status in FAILED:
            raise ActionFailed(
                record.failure_message,
                timed_out=record.status == "timedOut",
                final=True,
                lost=nested.lost,
                cause=record.failure,
                outputs=(outputs,),
            )
        return Done((outputs,))
