"""From a document's text to what a module is given: chaining first, then everything else, as AWSTOE's log orders it.

Text that arrives from another step's output is read for parameters once more, as there; what a parameter's value
brings in is not read again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from core.local.toe.facts import Facts
from core.local.toe.inputs import Entries, Entry, plain
from core.local.toe.record import DocumentRecord
from core.recipe.component import InputValue
from core.recipe.expressions import (
    ContextRef,
    EnvRef,
    ImdsRef,
    LoopRef,
    ParameterRef,
    Reference,
    SsmRef,
    StepRef,
    references,
    substitute,
)


@dataclass(frozen=True, slots=True)
class Iteration:
    """One turn of a loop; `name` is the loop's own name, "" without one."""

    name: str
    index: int
    value: str

    def __call__(self, ref: LoopRef) -> str | None:
        if ref.loop not in ("loop", self.name):
            return None
        return str(self.index) if ref.field == "index" else self.value


@dataclass(frozen=True, slots=True)
class Values:
    """The names visible at one step. Methods raise ActionFailed where the machine or SSM can't answer."""

    parameters: Mapping[str, str]
    record: DocumentRecord
    facts: Facts
    phase: str
    step: str
    iteration: Iteration | None = None

    async def entries(self, entries: Entries) -> Entries:
        return tuple([await self._entry(entry) for entry in entries])

    async def text(self, text: str) -> str:
        chained = substitute(text, self._chain)
        found = {ref: await self._value(ref) for ref in dict.fromkeys(references(chained))}
        return substitute(chained, found.get)

    async def _entry(self, entry: Entry) -> Entry:
        return {key: await self._input(value) for key, value in entry.items()}

    async def _input(self, value: InputValue) -> InputValue:
        match value:
            case str():
                return await self.text(value)
            case tuple():
                return tuple([await self._input(item) for item in value])
            case _:
                return await self._entry(value)

    def _chain(self, ref: Reference) -> str | None:
        """A step's recorded value; empty where the step ran without it, or did not run (yet)."""
        if not isinstance(ref, StepRef):
            return None
        record = self.record.find(ref.phase, ref.step)
        if record is None:
            return None
        side: tuple[Mapping[str, InputValue], ...] = record.inputs if ref.side == "inputs" else record.outputs
        index = ref.index or 0
        return plain(side[index].get(ref.key, "")) if index < len(side) else ""

    async def _value(self, ref: Reference) -> str | None:
        match ref:
            case ParameterRef(name):
                return self.parameters.get(name)
            case StepRef():
                return None
            case LoopRef():
                return None if self.iteration is None else self.iteration(ref)
            case EnvRef(name):
                return await self.facts.environment(name)
            case ContextRef(key):
                return await self.facts.context(key, phase=self.phase, step=self.step)
            case ImdsRef(path):
                return await self.facts.metadata(path)
            case SsmRef(name, None):
                return await self.facts.parameter(name)
            case SsmRef(_, indirect):
                named = None if indirect is None else await self._value(indirect)
                return None if named is None else await self.facts.parameter(named)
            case _:
                assert_never(ref)
