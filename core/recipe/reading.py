"""Documents as they were read before: an editor checks everything at each keystroke, yet only one document changed.

What a text says depends on the text alone, so a reading is kept under the text itself and is never out of date. All of
it is frozen and may be shared.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from core.errors import Problem
from core.recipe.component import ComponentDocument, examine_component
from core.recipe.findings import Findings
from core.recipe.tree import tree_of
from core.recipe.workflow import WorkflowDocument, examine_workflow
from core.recipe.workflow_actions import WorkflowType

D = TypeVar("D")

_READINGS = 64


@dataclass(frozen=True, slots=True)
class Reading(Generic[D]):
    """What a text says, None where it is no map at all, and what is wrong with it."""

    document: D | None
    problems: tuple[Problem, ...]


@lru_cache(maxsize=_READINGS)
def component_reading(text: str, *, file: str = "", platform: str | None = None) -> Reading[ComponentDocument]:
    findings = Findings(file)
    document = examine_component(tree_of(text, file=file), findings, platform=platform)
    return Reading(document, findings.problems)


@lru_cache(maxsize=_READINGS)
def workflow_reading(text: str, *, file: str = "", stage: WorkflowType) -> Reading[WorkflowDocument]:
    findings = Findings(file)
    document = examine_workflow(tree_of(text, file=file), findings, stage=stage)
    return Reading(document, findings.problems)
