"""Component documents (AWSTOE documents): typed, with every rule of the format checked.

Source: EC2 Image Builder user guide, toe-use-documents and the pages it links. Scalars keep their source text
(``0755`` stays "0755", ``1.0`` "1.0"), since that is what AWS's own examples rely on. Reading collects all problems
instead of stopping at the first. The values are plain frozen dataclasses, so that a check starts fast.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.catalog.limits import DOCUMENT_BYTES, INLINE_DOCUMENT_CHARACTERS, PARAMETERS_PER_COMPONENT
from core.errors import Problem
from core.recipe.actions import ACTIONS, PLATFORMS, ActionModule
from core.recipe.address import Path
from core.recipe.chaining import StepPlace, check_references
from core.recipe.conditions import (
    Comparison,
    Condition,
    Decision,
    Logical,
    StepCondition,
    read_condition,
    read_step_condition,
)
from core.recipe.findings import Fields, Findings, did_you_mean, entries_of, said, text_of, whole_of
from core.recipe.inputs import InputValue, read_inputs
from core.recipe.loops import ForEachDelimited, ForEachList, ForRange, Loop, read_loop
from core.recipe.tree import Entries, Items, Node, Scalar, Tree, read

__all__ = [
    "Comparison",
    "ComponentDocument",
    "Condition",
    "Constant",
    "Decision",
    "ForEachDelimited",
    "ForEachList",
    "ForRange",
    "InputValue",
    "Logical",
    "Loop",
    "OnFailure",
    "Parameter",
    "Phase",
    "Step",
    "StepCondition",
    "check_component",
    "component_type",
    "examine_component",
    "parse_component",
]

OnFailure = Literal["Abort", "Continue", "Ignore"]

DEFAULT_TIMEOUT_SECONDS = 7200

_NAME = re.compile(r"[A-Za-z0-9_-]{3,128}")
_BAD_CHARACTER = (
    "Allowed characters are combinations of numbers [0-9], english letters [a-z,A-Z] and special characters [-_]."
)
_SERVICE_PHASES = frozenset({"build", "validate", "test", "container-host-test"})
_DOCUMENT_KEYS = ("name", "description", "schemaVersion", "parameters", "constants", "phases", "disableLogging")
_PHASE_KEYS = ("name", "steps", "disableLogging")
_STEP_KEYS = (
    "name",
    "action",
    "timeoutSeconds",
    "onFailure",
    "maxAttempts",
    "if",
    "loop",
    "inputs",
    "disableLogging",
)


_PARAMETER_KEYS = ("type", "default", "description", "allowedValues")
_CONSTANT_KEYS = ("type", "value", "description")


def keys_at(path: Path) -> tuple[str, ...]:
    """The keys that a map of a component document may have, in the order they are written; () where any will do."""
    match path:
        case ():
            return _DOCUMENT_KEYS
        case ("phases", int()):
            return _PHASE_KEYS
        case ("phases", int(), "steps", int()):
            return _STEP_KEYS
        case ("parameters", int(), str()):
            return _PARAMETER_KEYS
        case ("constants", int(), str()):
            return _CONSTANT_KEYS
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value the recipe may give (must, without `default`); `allowed_values` empty means any."""

    name: str
    type: str = "string"
    default: str | None = None
    description: str | None = None
    allowed_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Constant:
    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Step:
    """One action. `timeout_seconds` -1 is unlimited; `max_attempts` counts all attempts, not extra ones.

    `inputs` always is a tuple of maps, one for actions that take a map. `assertion` is set for Assert only.
    """

    name: str
    action: str
    timeout_seconds: int = DEFAULT_TIMEOUT_SECONDS
    on_failure: OnFailure = "Abort"
    max_attempts: int = 1
    condition: StepCondition | None = None
    loop: Loop | None = None
    inputs: tuple[Mapping[str, InputValue], ...] = ()
    assertion: Condition | None = None
    disable_logging: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    name: str
    steps: tuple[Step, ...] = ()
    disable_logging: bool = False


@dataclass(frozen=True, slots=True)
class ComponentDocument:
    name: str | None = None
    description: str | None = None
    schema_version: str = "1.0"
    parameters: tuple[Parameter, ...] = ()
    constants: tuple[Constant, ...] = ()
    phases: tuple[Phase, ...] = ()
    disable_logging: bool = False


def parse_component(text: str, *, file: str = "") -> ComponentDocument:
    """The document, for whatever platform its actions are.

    Raises:
        Invalid: the text is no valid component document; `problems` say where.
    """
    findings = Findings(file)
    document = examine_component(read(text, file=file), findings)
    if findings.failed or document is None:
        raise findings.invalid("The component document")
    return document


def check_component(text: str, *, file: str = "", platform: str | None = "Linux") -> tuple[Problem, ...]:
    """Everything wrong or doubtful, in source order. With `platform` None, any platform that fits all steps will do."""
    findings = Findings(file)
    examine_component(read(text, file=file), findings, platform=platform)
    return findings.problems


def component_type(document: ComponentDocument) -> Literal["BUILD", "TEST"]:
    """TEST for a document whose only phase is called test, as the service derives it; else BUILD."""
    return "TEST" if [phase.name for phase in document.phases] == ["test"] else "BUILD"


def examine_component(tree: Tree, findings: Findings, *, platform: str | None = None) -> ComponentDocument | None:
    """Read a tree, adding what is wrong to `findings`; None when there is no map to read."""
    findings.extend(tree.problems)
    if not isinstance(tree.root, Entries):
        if tree.root is not None:
            findings.error(tree.root, "A component document is a map with 'schemaVersion' and 'phases'")
        else:
            findings.empty_unless_failed("The component document")
        return None
    _check_size(tree.text, tree.root, findings)
    return _Reader(findings, platform).document(tree.root)


class _Reader:
    """Reads one document; remembers the steps' places for the check of references at the end."""

    def __init__(self, findings: Findings, platform: str | None) -> None:
        self._findings = findings
        self._platform = platform
        self._steps: list[StepPlace] = []

    def document(self, root: Entries) -> ComponentDocument:
        fields = Fields(root, self._findings, "the document", _DOCUMENT_KEYS)
        names: dict[str, Node] = {}
        parameters = tuple(
            parameter for item in fields.items("parameters") if (parameter := self._parameter(item, names)) is not None
        )
        if len(parameters) > PARAMETERS_PER_COMPONENT:
            self._findings.warning(
                root.index["parameters"], f"Image Builder's quota is {PARAMETERS_PER_COMPONENT} parameters"
            )
        constants = tuple(
            constant for item in fields.items("constants") if (constant := self._constant(item, names)) is not None
        )
        document = ComponentDocument(
            name=fields.text("name"),
            description=fields.text("description"),
            schema_version=self._schema_version(fields),
            parameters=parameters,
            constants=constants,
            phases=self._phases(fields),
            disable_logging=fields.flag("disableLogging"),
        )
        self._check_platforms(root)
        check_references(self._steps, names, self._findings)
        return document

    def _schema_version(self, fields: Fields) -> str:
        text = fields.text("schemaVersion", required=True)
        if text is not None and text not in ("1.0", "1"):
            node = fields.node.index["schemaVersion"]
            self._findings.error(node, f"Schema version {text!r} is not supported", "Write schemaVersion: 1.0")
        return "1.0"

    def _declared(self, item: Node, names: dict[str, Node], kind: str) -> tuple[str, Entries] | None:
        """The name and the map of a one-key map such as ``{Port: {type: string}}``."""
        if not isinstance(item, Entries) or len(item.entries) != 1:
            hint = f"Write '- Name:' and below it, indented further, the keys of the {kind}"
            self._findings.error(item, f"A {kind} is a map with its name as the only key", hint)
            return None
        key, value = item.entries[0]
        place = Scalar(value.path, key.span, key.text)
        if not _NAME.fullmatch(key.text):
            message = f"Invalid {kind} name {key.text!r}: 3 to 128 letters, digits, '-' and '_'"
            self._findings.error(place, message)
        if key.text in names:
            message = f"The name {key.text!r} is declared twice (first on line {names[key.text].span.line})"
            self._findings.error(place, message, "Parameters and constants share one set of names")
        names.setdefault(key.text, place)
        entries = entries_of(value, self._findings, f"{kind} {key.text!r}")
        return None if entries is None else (key.text, entries)

    def _type(self, fields: Fields) -> str:
        text = fields.text("type", required=True)
        if text is not None and text != "string":
            node = fields.node.index["type"]
            self._findings.error(node, f"{fields.what} has the type {text!r}".capitalize(), "The only type is string")
        return text or "string"

    def _parameter(self, item: Node, names: dict[str, Node]) -> Parameter | None:
        declared = self._declared(item, names, "parameter")
        if declared is None:
            return None
        name, entries = declared
        fields = Fields(entries, self._findings, f"parameter {name!r}", _PARAMETER_KEYS)
        allowed = tuple(
            text
            for node in fields.items("allowedValues")
            if (text := text_of(node, self._findings, f"an allowed value of {name!r}")) is not None
        )
        default = "" if "default" in entries.index and fields.get("default") is None else fields.text("default")
        if allowed and default is not None and default not in allowed:
            self._findings.warning(entries.index["default"], f"The default of {name!r} is not among its allowedValues")
        return Parameter(name, self._type(fields), default, fields.text("description"), allowed)

    def _constant(self, item: Node, names: dict[str, Node]) -> Constant | None:
        declared = self._declared(item, names, "constant")
        if declared is None:
            return None
        name, entries = declared
        fields = Fields(entries, self._findings, f"constant {name!r}", _CONSTANT_KEYS)
        if "value" not in entries.index:
            fields.required("value")
        return Constant(name, self._type(fields), fields.text("value") or "")

    def _phases(self, fields: Fields) -> tuple[Phase, ...]:
        node = fields.node.get("phases")
        items = fields.items("phases", required=True)
        if isinstance(node, Items) and not items:
            self._findings.error(node, "Document has 0 phases. Phases list must not be empty.")
        phases: list[Phase] = []
        for item in items:
            phase = self._phase(item, {phase.name for phase in phases})
            if phase is not None:
                phases.append(phase)
        if node is not None and phases and not {phase.name for phase in phases} & _SERVICE_PHASES:
            message = "No phase is called build, validate or test, so Image Builder runs none of them"
            self._findings.warning(node, message)
        return tuple(phases)

    def _phase(self, item: Node, taken: set[str]) -> Phase | None:
        entries = entries_of(item, self._findings, "a phase")
        if entries is None:
            return None
        name = self._name(entries, "phase", taken, "")
        fields = Fields(entries, self._findings, f"phase {name!r}", _PHASE_KEYS)
        steps: list[Step] = []
        names: set[str] = set()
        loops: set[str] = set()
        for node in fields.items("steps", required=True):
            step = self._step(node, name, names, loops)
            if step is not None:
                steps.append(step)
                names.add(step.name)
        return Phase(name, tuple(steps), fields.flag("disableLogging"))

    def _name(self, entries: Entries, kind: str, taken: set[str], phase: str) -> str:
        """A phase's or step's name; "" when it has none."""
        where = f" in phase {phase!r}" if phase else ""
        node = entries.get("name")
        if node is None:
            self._findings.error(entries, f"A {kind}{where} has no 'name'")
            return ""
        name = text_of(node, self._findings, f"the name of a {kind}") or ""
        if not _NAME.fullmatch(name):
            rule = _BAD_CHARACTER if 3 <= len(name) <= 128 else "It has 3 to 128 characters."
            self._findings.error(node, f"Invalid {kind} name {name!r}{where}. {rule}")
        elif name in taken:
            self._findings.error(node, f"Two {kind}s{where} are called {name!r}")
        return name

    def _step(self, item: Node, phase: str, taken: set[str], loops: set[str]) -> Step | None:
        entries = entries_of(item, self._findings, f"a step in phase {phase!r}")
        if entries is None:
            return None
        name = self._name(entries, "step", taken, phase)
        what = f"step {name!r}"
        fields = Fields(entries, self._findings, what, _STEP_KEYS)
        module = self._action(fields)
        condition, loop = fields.get("if"), fields.get("loop")
        read = None if loop is None else read_loop(loop, self._findings, f"the loop of {what}")
        if read is not None and read.name is not None and loop is not None:
            if read.name in loops:
                self._findings.error(loop, f"Two loops in phase {phase!r} are called {read.name!r}")
            loops.add(read.name)
        looped = None if loop is None else (read.name or "") if read is not None else ""
        self._steps.append(StepPlace(phase, name, module, looped, entries))
        inputs = entries.get("inputs")
        assertion = None
        if module is not None and module.name == "Assert" and inputs is not None and _filled(inputs):
            assertion = read_condition(inputs, self._findings, f"the condition of {what}")
        return Step(
            name=name,
            action=module.name if module else "",
            timeout_seconds=self._timeout(fields, module),
            on_failure=self._on_failure(fields),
            max_attempts=self._attempts(fields, module),
            condition=None if condition is None else read_step_condition(condition, self._findings, f"'if' of {what}"),
            loop=read,
            inputs=() if module is None else read_inputs(inputs, module, self._findings, entries, name, phase),
            assertion=assertion,
            disable_logging=fields.flag("disableLogging"),
        )

    def _action(self, fields: Fields) -> ActionModule | None:
        node = fields.required("action")
        text = None if node is None else text_of(node, self._findings, f"the action of {fields.what}")
        if node is None or text is None:
            return None
        if text in ACTIONS:
            return ACTIONS[text]
        for module in ACTIONS.values():
            if module.name.lower() == text.lower():
                self._findings.warning(node, f"The action is written {module.name}, not {text}")
                return module
        self._findings.error(node, f"Unknown action {text!r} in {fields.what}", did_you_mean(text, ACTIONS))
        return None

    def _on_failure(self, fields: Fields) -> OnFailure:
        match fields.choice("onFailure", ("Abort", "Continue", "Ignore"), default="Abort"):
            case "Continue":
                return "Continue"
            case "Ignore":
                return "Ignore"
            case _:
                return "Abort"

    def _timeout(self, fields: Fields, module: ActionModule | None) -> int:
        nested = module is not None and module.name == "ExecuteDocument"
        default = -1 if nested else DEFAULT_TIMEOUT_SECONDS
        seconds = fields.whole("timeoutSeconds", default=default)
        node = fields.get("timeoutSeconds")
        if node is None or seconds is None or whole_of(node) is None:
            return default
        if nested and seconds != -1:
            self._findings.error(node, f"ExecuteDocument in {fields.what} cannot have a timeout", "Leave it out")
        elif seconds == 0 or seconds < -1:
            message = f"'timeoutSeconds' of {fields.what} must be above 0, or -1 for no limit, not {seconds}"
            self._findings.error(node, message)
        elif module is not None and module.name == "Reboot":
            self._findings.warning(node, "A timeout has no effect on Reboot")
        return seconds

    def _attempts(self, fields: Fields, module: ActionModule | None) -> int:
        attempts = fields.whole("maxAttempts", default=1)
        node = fields.get("maxAttempts")
        if node is None or attempts is None:
            return 1
        if attempts < 1:
            self._findings.error(node, f"'maxAttempts' of {fields.what} must be at least 1, not {said(node)}")
        elif module is not None and module.name == "ExecuteDocument" and attempts != 1:
            self._findings.error(node, f"ExecuteDocument in {fields.what} cannot be attempted again", "Leave it out")
        return max(1, attempts)

    def _check_platforms(self, root: Entries) -> None:
        """Every action must run on the platform; where none is given, on one that all others share."""
        placed = [(place, place.module) for place in self._steps if place.module is not None]
        shared = [self._platform] if self._platform else list(PLATFORMS)
        for place, module in placed:
            left = [platform for platform in shared if platform in module.platforms]
            if left:
                shared = left
                continue
            node = place.node.index["action"]
            message = f"Action {module.name} does not run on {' or '.join(shared)}"
            hint = f"It runs on {', '.join(module.platforms)}"
            self._findings.error(node, message if self._platform else f"{message}, which earlier steps need", hint)


def _filled(node: Node) -> bool:
    match node:
        case Scalar():
            return False
        case Items():
            return bool(node.items)
        case Entries():
            return bool(node.entries)


def _check_size(text: str, root: Node, findings: Findings) -> None:
    size = len(text.encode(errors="surrogatepass"))
    if size > DOCUMENT_BYTES:
        findings.warning(root, f"The document has {size:,} bytes; Image Builder's quota is {DOCUMENT_BYTES:,}")
    elif len(text) > INLINE_DOCUMENT_CHARACTERS:
        limit = f"{INLINE_DOCUMENT_CHARACTERS:,}"
        findings.warning(root, f"The document has {len(text):,} characters; above {limit} AWS takes it from S3 only")
