"""A component document in an editor: its text, what is wrong with it, its phases as lanes, and edits.

As with a recipe file, the text is the only state and every edit is a splice of it.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from core.errors import NotFound, Problem, Severity
from core.recipe.actions import ACTIONS, ActionModule
from core.recipe.address import Path
from core.recipe.codec import Source
from core.recipe.component import DEFAULT_TIMEOUT_SECONDS, ComponentDocument, keys_at
from core.recipe.editable import Editable, Slot, below, free_name
from core.recipe.lanes import Lanes, inputs_path, lanes_of
from core.recipe.reading import Reading, component_reading
from core.recipe.render import Value
from core.recipe.tree import Plain, Scalar, tree_of

_REQUIRED = Slot(required=True)
_STEP_SLOTS = {
    "name": _REQUIRED,
    "action": _REQUIRED,
    "timeoutSeconds": Slot(str(DEFAULT_TIMEOUT_SECONDS), blank=True),
    "onFailure": Slot("Abort", blank=True),
    "maxAttempts": Slot("1", blank=True),
    "disableLogging": Slot("false"),
}


@dataclass(frozen=True)
class ComponentDraft(Editable):
    """A component document as it stands in an editor, for the platform its recipe says (None: any that fits)."""

    platform: str | None = "Linux"

    @classmethod
    def of(cls, text: str, *, file: str = "", platform: str | None = "Linux") -> Self:
        return cls(Source(tree_of(text, file=file)), platform)

    @cached_property
    def _reading(self) -> Reading[ComponentDocument]:
        return component_reading(self.text, file=self.file, platform=self.platform)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong or doubtful, in source order."""
        return self._reading.problems

    @property
    def record(self) -> ComponentDocument | None:
        """The document; None while it is not valid."""
        failed = any(problem.severity is Severity.ERROR for problem in self.problems)
        return None if failed else self._reading.document

    @cached_property
    def lanes(self) -> Lanes:
        """Phases and steps, parameters and constants, as far as the text allows."""
        return lanes_of(self.source)

    def problems_at(self, place: str) -> tuple[Problem, ...]:
        """The problems of a node and of all below it."""
        return tuple(problem for problem in self.problems if below(problem.address, place))

    def add_phase(self, name: str, index: int | None = None) -> Self:
        return self.add("phases", {"name": name, "steps": []}, index)

    def add_step(self, phase: int, action: str, index: int | None = None) -> Self:
        """A new step with the inputs its action needs, to be filled."""
        names = {step.name for step in self.lanes.phases[phase].steps} if phase < len(self.lanes.phases) else set()
        step: dict[str, Value] = {"name": action if action not in names else free_name(action, names), "action": action}
        inputs = _needed(ACTIONS[action]) if action in ACTIONS else {}
        if inputs:
            step["inputs"] = [inputs] if ACTIONS[action].shape == "list" else inputs
        return self.add(("phases", phase, "steps"), step, index)

    def move_steps(self, phase: int, indexes: tuple[int, ...], to: int, gap: int) -> Self:
        """Move steps to a gap of the phase `to`, with their comments."""
        if phase == to:
            return self.move(("phases", phase, "steps"), indexes, gap)
        place: Path = ("phases", phase, "steps")
        changed: Self = self
        for offset, index in enumerate(sorted(set(indexes))):
            item = self.source.item((*place, index), remarks=True)
            changed = changed.add(("phases", to, "steps"), item, gap + offset)
        return changed.remove(place, indexes)

    def put_input(self, phase: int, step: int, name: str, value: Value, entry: int = 0) -> Self:
        """Set an input of a step, in the map `entry` where the action takes a list of them; at its default it goes."""
        place: Path = ("phases", phase, "steps", step)
        inputs = inputs_path(self.source, place, entry)
        if self.source.value((*place, "inputs")) in (None, [], {}):
            module = self._module(place)
            inputs = (*place, "inputs", 0) if module is not None and module.shape == "list" else (*place, "inputs")
        return self.put((*inputs, name), value)

    def switch_action(self, phase: int, step: int, action: str) -> Self:
        """Let a step do something else, with those inputs that mean the same there."""
        place: Path = ("phases", phase, "steps", step)
        module = ACTIONS.get(action)
        if module is None:
            raise NotFound(f"There is no action {action!r}")
        before = self._module(place)
        changed = self.put((*place, "action"), action)
        kept = [_kept(entry, before, module) for entry in self._inputs(place)] or [_needed(module)]
        if module.shape == "list":
            kept = [entry for entry in kept if entry]
            return changed.put((*place, "inputs"), kept) if kept else changed.clear((*place, "inputs"))
        first = kept[0]
        now = self.source.value((*place, "inputs"))
        if isinstance(now, dict) and first and set(first) <= set(now):
            for name in set(now) - set(first):
                changed = changed.clear((*place, "inputs", name))
            return changed
        return changed.put((*place, "inputs"), first) if first else changed.clear((*place, "inputs"))

    def add_parameter(self, name: str, default: str | None = None, index: int | None = None) -> Self:
        body: dict[str, Value] = {"type": "string"}
        if default is not None:
            body["default"] = default
        return self.add("parameters", {name: body}, index)

    def add_constant(self, name: str, value: str, index: int | None = None) -> Self:
        return self.add("constants", {name: {"type": "string", "value": value}}, index)

    def keys(self, path: Path) -> tuple[str, ...]:
        match path:
            case ("phases", int(), "steps", int(), "inputs", *_):
                module = self._module(path[:4])
                return tuple(known.name for known in module.inputs) if module is not None else ()
            case _:
                return keys_at(path)

    def slot(self, path: Path) -> Slot:
        match path:
            case ("phases",) | ("phases", int(), "steps") | ("phases", int(), "name") | ("schemaVersion",):
                return _REQUIRED
            case ("phases", int(), "steps", int(), "inputs", *rest):
                return self._input_slot(path[:4], rest)
            case ("phases", int(), "steps", int(), str() as key):
                return _STEP_SLOTS.get(key, Slot())
            case ("parameters" | "constants", int(), str(), "type" | "value"):
                return _REQUIRED
            case ("name",) | ("description",) | (_, int(), str(), "description"):
                return Slot(blank=True)
            case (*_, "disableLogging"):
                return Slot("false")
            case _:
                return Slot(required=isinstance(path[-1], int))

    def _input_slot(self, step: Path, rest: list[str | int]) -> Slot:
        module = self._module(step)
        keys = [part for part in rest if isinstance(part, str)]
        if module is None or len(keys) != 1 or rest[-1] != keys[0]:
            return Slot(required=bool(rest) or (module is not None and module.inputs_required))
        known = module.input(keys[0])
        return Slot() if known is None else Slot(known.default, required=known.required, blank=known.default != "")

    def copied_name(self, place: Path, item: Plain) -> tuple[str, str] | None:
        if not isinstance(item, dict) or place[-1:] not in (("steps",), ("phases",)):
            return None
        siblings = self.source.value(place)
        taken = {str(each.get("name")) for each in siblings if isinstance(each, dict)} if siblings else set()
        return "name", free_name(str(item.get("name") or "Step"), taken)

    def _module(self, step: Path) -> ActionModule | None:
        node = self.source.node((*step, "action"))
        return ACTIONS.get(node.text) if isinstance(node, Scalar) else None

    def _inputs(self, step: Path) -> list[dict[str, Plain]]:
        inputs = self.source.value((*step, "inputs"))
        entries = inputs if isinstance(inputs, list) else [inputs]
        return [entry for entry in entries if isinstance(entry, dict)]


def _needed(module: ActionModule) -> dict[str, Value]:
    """The required inputs, empty; for an action whose inputs are alternatives, the first of them."""
    required = [known for known in module.inputs if known.required]
    if not required and module.inputs_required:
        required = list(module.inputs[:1])
    return {known.name: [""] if known.kind == "strings" else "" for known in required}


def _kept(entry: dict[str, Plain], before: ActionModule | None, module: ActionModule) -> dict[str, Value]:
    """Of one map of inputs, those that another action has under the same name and of the same kind, and what else it
    needs, empty."""
    kept: dict[str, Value] = {}
    for known in module.inputs:
        old = before.input(known.name) if before is not None else known
        if known.name in entry and old is not None and old.kind == known.kind:
            kept[known.name] = entry[known.name]
        elif known.name in (needed := _needed(module)):
            kept[known.name] = needed[known.name]
    return kept
