"""References of a component document, checked before anything runs.

AWSTOE validates parameters and chaining of all documents during its set-up. A reference to a name that is not declared
or to a step that has not run yet is an error; where AWSTOE leaves a text alone (``loop.*`` in a step without a loop)
or newer versions may know more (a context key), it is a warning.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from core.recipe.actions import ActionModule
from core.recipe.expressions import (
    CONTEXT_KEYS,
    ContextRef,
    EnvRef,
    ImdsRef,
    LoopRef,
    ParameterRef,
    Reference,
    SsmRef,
    StepRef,
    references,
)
from core.recipe.findings import Findings, did_you_mean
from core.recipe.tree import Entries, Items, Node, Scalar

_UNCLOSED = re.compile(r"\{\{\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.(?:inputs|outputs)[^{}\n]*(?:\n|\Z)")
_FORBIDDEN_METADATA = ("iam/", "identity-credentials/")


@dataclass(frozen=True, slots=True)
class StepPlace:
    """A step as references see it; `loop` is None without a loop, "" for a loop without a name of its own."""

    phase: str
    name: str
    module: ActionModule | None
    loop: str | None
    node: Entries


def check_references(steps: Sequence[StepPlace], names: Collection[str], findings: Findings) -> None:
    """Check every reference in the inputs, conditions and loops of the steps, which stand in document order."""
    by_name = {(step.phase, step.name): position for position, step in enumerate(steps)}
    for position, step in enumerate(steps):
        checker = _Checker(steps, by_name, names, findings, position)
        for key in ("if", "loop", "inputs"):
            for scalar in _scalars(step.node.get(key)):
                checker.text(scalar)


def _scalars(node: Node | None) -> Iterator[Scalar]:
    match node:
        case Scalar() if "{{" in node.text:
            yield node
        case Items():
            for item in node.items:
                yield from _scalars(item)
        case Entries():
            for _, value in node.entries:
                yield from _scalars(value)


@dataclass(frozen=True, slots=True)
class _Checker:
    steps: Sequence[StepPlace]
    by_name: dict[tuple[str, str], int]
    names: Collection[str]
    findings: Findings
    position: int

    def text(self, scalar: Scalar) -> None:
        for ref in references(scalar.text):
            self.reference(ref, scalar)
        if _UNCLOSED.search(scalar.text):
            self.findings.warning(scalar, "A '{{' is never closed, so it stays literal text", "Close it with '}}'")

    def reference(self, ref: Reference, scalar: Scalar) -> None:
        match ref:
            case ParameterRef(name):
                if name not in self.names:
                    message = f"{{{{ {name} }}}} is neither a parameter nor a constant of this document"
                    self.findings.error(scalar, message, did_you_mean(name, self.names))
            case StepRef():
                self._chained(ref, scalar)
            case LoopRef(loop, field):
                own = self.steps[self.position].loop
                if own is None or loop not in ("loop", own):
                    message = f"{{{{ {loop}.{field} }}}} stays literal text: this step has no loop of that name"
                    self.findings.warning(scalar, message)
            case ContextRef(key):
                if key not in CONTEXT_KEYS:
                    self.findings.warning(scalar, f"Unknown context key {key!r}", did_you_mean(key, CONTEXT_KEYS))
            case ImdsRef(path):
                if (below := path.lstrip("/")).startswith(_FORBIDDEN_METADATA):
                    root = below.split("/")[0]
                    self.findings.error(scalar, f"Instance metadata below {root!r} may not be referenced")
            case SsmRef(_, indirect):
                if indirect is not None:
                    self.reference(indirect, scalar)
            case EnvRef():
                pass

    def _chained(self, ref: StepRef, scalar: Scalar) -> None:
        said = f"{{{{ {ref.phase}.{ref.step}.{ref.side}.{ref.key} }}}}"
        target = self.by_name.get((ref.phase, ref.step))
        if target is None:
            known = [f"{step.phase}.{step.name}" for step in self.steps[: self.position]]
            message = f"{said} refers to a step that does not exist"
            self.findings.error(scalar, message, did_you_mean(f"{ref.phase}.{ref.step}", known) if known else "")
            return
        step, here = self.steps[target], self.steps[self.position]
        if target > self.position or (target == self.position and ref.side == "outputs"):
            self.findings.error(
                scalar, f"{said} refers to a step that has not run yet", "Only earlier steps have values"
            )
        elif here.phase == "test" and ref.phase in ("build", "validate"):
            message = f"{said} is empty in an image build: build and test stages run on different machines"
            self.findings.warning(scalar, message)
        self._check_key(ref, step, scalar, said)

    def _check_key(self, ref: StepRef, step: StepPlace, scalar: Scalar, said: str) -> None:
        if ref.side == "outputs":
            outputs = step.module.outputs if step.module else ()
            if step.module and ref.key not in outputs:
                listed = ", ".join(outputs) or "none"
                self.findings.warning(
                    scalar, f"{said}: {step.module.name} has no such output", f"Its outputs: {listed}"
                )
            return
        given = step.node.get("inputs")
        entries = given.items if isinstance(given, Items) else (given,)
        index = ref.index or 0
        entry = entries[index] if index < len(entries) else None
        if not isinstance(entry, Entries) or entry.get(ref.key) is None:
            self.findings.warning(scalar, f"{said}: the step has no such input, so the value is empty")
