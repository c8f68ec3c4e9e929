"""What a run of component documents is given and what it gives back, as values.

The counterpart of `awstoe run --config … -p build,validate` and of its summary on stdout (EC2 Image Builder user guide,
toe-run-config-input, toe-get-started).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
RunStatus: TypeAlias = Literal["success", "failed", "timedOut"]


@dataclass(frozen=True, slots=True)
class DocumentInput:
    """One document of the run. `path` is what logs call it (a component build version ARN or a file's name).

    A recipe gives every parameter as a list of strings.
    """

    path: str
    text: str
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToeRequest:
    """Documents and the phases to run of each.

    `environment` is what the runner's process would have (`IMAGE_*`, `WORKING_DIRECTORY`), `working_directory` a folder
    of the guest. `metadata` answers `{{ aws:imds:… }}` by path below ``meta-data/`` and is completed from the region.
    `log_directory` is a folder of the host that gets one `TOE_…` folder; without it no files are written.
    """

    documents: tuple[DocumentInput, ...]
    phases: tuple[str, ...]
    execution_id: str
    environment: Mapping[str, str] = field(default_factory=dict)
    account_id: str = ""
    region: str = ""
    working_directory: str = "/tmp"  # noqa: S108 - Image Builder's documented default, in the guest
    metadata: Mapping[str, str] = field(default_factory=dict)
    log_directory: Path | None = None


@dataclass(frozen=True, slots=True)
class StepFailure:
    """The first step that failed without being ignored, as Image Builder's failure context has it.

    `phase`, `step` and `action` are empty when the document failed in set-up, before any step ran. `component_arn` is
    empty for a document that is not a component's.
    """

    document: str
    component_arn: str
    phase: str
    step: str
    action: str
    error_message: str
    stderr: str = ""


@dataclass(frozen=True, slots=True)
class ToeResult:
    """How a run ended.

    `summary` is what `awstoe run` prints, `detailed_output` and `chaining` the content of detailedoutput.json and
    chaining.json. A run with ignored failures is a success; its document says `successWithIgnoredFailure`.
    """

    status: RunStatus
    summary: Json
    detailed_output: Json
    chaining: list[Json]
    failure: StepFailure | None = None
