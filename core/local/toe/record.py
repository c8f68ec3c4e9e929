"""What has happened so far, as a tree that grows while documents run: the source of both JSON files and of chaining.

The only mutable values of this package. Shapes of ``detailedoutput.json`` and ``chaining.json`` follow a real AWSTOE
log folder (times are RFC 3339 without fractions; inputs and outputs are JSON *text* of a list).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from core.local.toe.inputs import Entries, jsonable
from core.local.toe.outcome import Outputs
from core.local.toe.request import Json, RunStatus, StepFailure
from core.recipe.component import ForEachDelimited, ForEachList, ForRange, Loop, Phase, Step

StepStatus: TypeAlias = Literal["notExecuted", "running", "success", "failed", "timedOut", "ignoredFailure", "skipped"]
GroupStatus: TypeAlias = Literal["notExecuted", "running", "success", "failed", "timedOut", "successWithIgnoredFailure"]
Masked: TypeAlias = Callable[[str], str]


def now() -> str:
    """The time as detailedoutput.json has it: UTC, RFC 3339, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class StepRecord:
    """One step: `inputs` as resolved for its last attempt, `outputs` of the attempt that succeeded."""

    step: Step
    status: StepStatus = "notExecuted"
    started: str = ""
    ended: str = ""
    failure_message: str = ""
    inputs: Entries = ()
    outputs: Outputs = ()
    nested: list[Json] | None = None

    def as_json(self, masked: Masked) -> Json:
        return {
            "name": self.step.name,
            "status": self.status,
            "failureMessage": masked(self.failure_message),
            "timeoutSeconds": self.step.timeout_seconds,
            "onFailure": self.step.on_failure,
            "maxAttempts": self.step.max_attempts,
            "action": self.step.action,
            "startTime": self.started,
            "endTime": self.ended,
            "inputs": _as_text(self.inputs, masked),
            "outputs": _as_text(self.outputs, masked),
            "loop": loop_json(self.step.loop),
            "detailedOutput": self.nested,
        }


@dataclass(slots=True)
class PhaseRecord:
    """`selected` phases are run, the others are only listed in chaining.json."""

    phase: Phase
    selected: bool
    steps: list[StepRecord]
    status: GroupStatus = "notExecuted"
    started: str = ""
    ended: str = ""
    failure_message: str = ""

    def as_json(self, masked: Masked) -> Json:
        return {
            "name": self.phase.name,
            "status": self.status,
            "startTime": self.started,
            "endTime": self.ended,
            "failureMessage": masked(self.failure_message),
            "steps": [step.as_json(masked) for step in self.steps],
        }


@dataclass(slots=True)
class DocumentRecord:
    """One document; `failure` is its first step that failed without being ignored."""

    path: str
    name: str = ""
    description: str = ""
    phases: list[PhaseRecord] = field(default_factory=list)
    status: GroupStatus = "notExecuted"
    started: str = ""
    ended: str = ""
    failure_message: str = ""
    failure: StepFailure | None = None

    def as_json(self, masked: Masked) -> Json:
        return {
            "name": self.name,
            "filePath": self.path,
            "status": self.status,
            "description": self.description,
            "startTime": self.started,
            "endTime": self.ended,
            "failureMessage": masked(self.failure_message),
            "phases": [phase.as_json(masked) for phase in self.phases if phase.selected],
        }

    def chaining(self, masked: Masked) -> Json:
        return {
            "phases": [
                {
                    "name": phase.phase.name,
                    "isSelected": phase.selected,
                    "steps": [_chained(step, masked) for step in phase.steps],
                }
                for phase in self.phases
            ]
        }

    def find(self, phase: str, step: str) -> StepRecord | None:
        found = (
            record
            for candidate in self.phases
            if candidate.phase.name == phase
            for record in candidate.steps
            if record.step.name == step
        )
        return next(found, None)

    def steps(self) -> Iterator[StepRecord]:
        """Every step of the selected phases."""
        for phase in self.phases:
            if phase.selected:
                yield from phase.steps


FAILED: Final = ("failed", "timedOut")


def overall(parts: Sequence[StepStatus | GroupStatus]) -> GroupStatus:
    """A phase's status from its steps', a document's from its phases': the first that failed decides."""
    for status in parts:
        if status == "failed" or status == "timedOut":
            return status
    if "ignoredFailure" in parts or "successWithIgnoredFailure" in parts:
        return "successWithIgnoredFailure"
    return "success"


def run_status(documents: Sequence[DocumentRecord]) -> RunStatus:
    """The status of a run: ignored failures are successes."""
    status = overall([document.status for document in documents])
    return status if status == "failed" or status == "timedOut" else "success"


def detailed_output(execution_id: str, documents: Sequence[DocumentRecord], masked: Masked) -> Json:
    """The content of detailedoutput.json."""
    return {
        "executionId": execution_id,
        "status": run_status(documents),
        "startTime": next((document.started for document in documents), ""),
        "endTime": next((document.ended for document in reversed(documents) if document.ended), ""),
        "failureMessage": next((document.failure_message for document in documents if document.failure_message), ""),
        "documents": [document.as_json(masked) for document in documents],
    }


def counts(documents: Sequence[DocumentRecord]) -> Mapping[str, int]:
    """The summary's step counts: a failed or ignored step was executed, a skipped one was not."""
    statuses = [step.status for document in documents for step in document.steps()]
    failed = statuses.count("failed") + statuses.count("timedOut")
    ignored = statuses.count("ignoredFailure")
    return {
        "failedStepCount": failed,
        "executedStepCount": failed + ignored + statuses.count("success"),
        "ignoredFailedStepCount": ignored,
        "skippedStepCount": statuses.count("skipped"),
    }


def loop_json(loop: Loop | None) -> Json | None:
    """The loop as its document writes it."""
    if loop is None:
        return None
    match loop.over:
        case ForRange(start, end, update_by):
            over: Json = {"for": {"start": start, "end": end, "updateBy": update_by}}
        case ForEachList(items):
            over = {"forEach": list(items)}
        case ForEachDelimited(text, delimiter):
            over = {"forEach": {"list": text, "delimiter": delimiter}}
    return {**({"name": loop.name} if loop.name else {}), **over}


def _chained(record: StepRecord, masked: Masked) -> Json:
    return {
        "name": record.step.name,
        "inputs": _as_text(record.inputs, masked),
        "outputs": _as_text(record.outputs, masked),
        "loop": loop_json(record.step.loop),
        "documents": record.nested,
    }


def _as_text(entries: Entries | Outputs, masked: Masked) -> str:
    shown = [jsonable(entry, masked) for entry in entries]
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
