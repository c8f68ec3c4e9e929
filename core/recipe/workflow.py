"""Workflow documents: typed, with every rule of the format checked.

Source: EC2 Image Builder user guide, the wfdoc pages (service reference 3.2 to 3.4). Values may be dynamic: a key with
the suffix ``.$`` holds a JSONPath, and ``{{ $.path }}`` inside a text is filled in.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.catalog.limits import (
    INLINE_DOCUMENT_CHARACTERS,
    OUTPUTS_PER_WORKFLOW,
    PARAMETERS_PER_WORKFLOW,
    STEPS_PER_WORKFLOW,
)
from core.errors import Problem
from core.recipe.findings import Fields, Findings, did_you_mean, entries_of, kind_of, said, text_of, whole_of
from core.recipe.json_value import JsonValue, json_value
from core.recipe.tree import Entries, Items, Node, Scalar, Tree, read
from core.recipe.workflow_actions import WORKFLOW_ACTIONS, WorkflowAction, WorkflowInput, WorkflowType
from core.recipe.workflow_conditions import (
    WorkflowComparison,
    WorkflowCondition,
    WorkflowLogical,
    read_workflow_condition,
)

__all__ = [
    "Retry",
    "WorkflowComparison",
    "WorkflowCondition",
    "WorkflowDocument",
    "WorkflowLogical",
    "WorkflowOutput",
    "WorkflowParameter",
    "WorkflowStep",
    "check_workflow",
    "examine_workflow",
    "parse_workflow",
]

PARAMETER_TYPES = ("string", "integer", "boolean", "stringList")
IMAGEBUILDER_KEYS = (
    "cloudWatchLogGroup",
    "cloudWatchLogStream",
    "collectImageMetadata",
    "collectImageScanFindings",
    "dateTime",
    "imageBuildNumber",
    "imageId",
    "imageName",
    "imageType",
    "imageVersionNumber",
    "instanceProfileName",
    "platform",
    "s3Logs",
    "securityGroups",
    "sourceImageARN",
    "subnetId",
    "terminateInstanceOnFailure",
    "workflowPhase",
    "workingDirectory",
)

_NAME = re.compile(r"[A-Za-z0-9_-]{2,128}")
_PATH = re.compile(
    r"\$\.(?P<space>parameters|stepOutputs|imagebuilder)\.(?P<name>[A-Za-z0-9_-]+)(?:\.(?P<key>[A-Za-z0-9_-]+))?"
)
_TEMPLATE = re.compile(r"\{\{([^{}]*)\}\}")
_STEP_KEYS = (
    "name",
    "action",
    "description",
    "if",
    "inputs",
    "onFailure",
    "rollbackEnabled",
    "rollbackEnabled.$",
    "timeoutSeconds",
    "waitSeconds",
    "retry",
)


@dataclass(frozen=True, slots=True)
class WorkflowParameter:
    """A value the caller may give (must, without `default`); as in the API, values are lists of texts."""

    name: str
    type: Literal["string", "integer", "boolean", "stringList"] = "string"
    default: tuple[str, ...] | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class WorkflowOutput:
    """Visible to later workflows as ``$.workflowOutputs.<name>``; `value` is a JSONPath or a text with templates."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Retry:
    """`max_attempts` counts all attempts (1 to 10); `backoff_seconds` is the pause between them."""

    max_attempts: int
    backoff_seconds: int = 30


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """One step. `timeout_seconds` None means the action's default; `rollback_enabled` may be a JSONPath."""

    name: str
    action: str
    description: str | None = None
    condition: WorkflowCondition | None = None
    inputs: Mapping[str, JsonValue] = field(default_factory=dict)
    on_failure: Literal["Abort", "Continue"] = "Abort"
    rollback_enabled: bool | str = True
    timeout_seconds: int | None = None
    wait_seconds: int = 0
    retry: Retry | None = None


@dataclass(frozen=True, slots=True)
class WorkflowDocument:
    name: str | None = None
    description: str | None = None
    schema_version: str = "1.0"
    parameters: tuple[WorkflowParameter, ...] = ()
    steps: tuple[WorkflowStep, ...] = ()
    outputs: tuple[WorkflowOutput, ...] = ()


def parse_workflow(text: str, *, file: str = "") -> WorkflowDocument:
    """The document.

    Raises:
        Invalid: the text is no valid workflow document; `problems` say where.
    """
    findings = Findings(file)
    document = examine_workflow(read(text, file=file), findings)
    if findings.failed or document is None:
        raise findings.invalid("The workflow document")
    return document


def check_workflow(text: str, *, file: str = "", type: WorkflowType | None = None) -> tuple[Problem, ...]:  # noqa: A002
    """Everything wrong or doubtful, in source order; with a `type`, also whether the actions belong into it."""
    findings = Findings(file)
    examine_workflow(read(text, file=file), findings, stage=type)
    return findings.problems


def examine_workflow(tree: Tree, findings: Findings, *, stage: WorkflowType | None = None) -> WorkflowDocument | None:
    """Read a tree, adding what is wrong to `findings`; None when there is no map to read."""
    findings.extend(tree.problems)
    if not isinstance(tree.root, Entries):
        if tree.root is not None:
            findings.error(tree.root, "A workflow document is a map with 'schemaVersion' and 'steps'")
        else:
            findings.empty_unless_failed("The workflow document")
        return None
    if len(tree.text) > INLINE_DOCUMENT_CHARACTERS:
        limit = f"{INLINE_DOCUMENT_CHARACTERS:,}"
        findings.warning(tree.root, f"Above {limit} characters AWS takes a workflow document from S3 only")
    return _Reader(findings, stage).document(tree.root)


class _Reader:
    def __init__(self, findings: Findings, workflow_type: WorkflowType | None) -> None:
        self._findings = findings
        self._type = workflow_type
        self._parameters: set[str] = set()
        self._earlier: dict[str, WorkflowAction | None] = {}

    def document(self, root: Entries) -> WorkflowDocument:
        keys = ("name", "description", "schemaVersion", "parameters", "steps", "outputs")
        fields = Fields(root, self._findings, "the document", keys)
        self._check_version(fields)
        return WorkflowDocument(
            name=fields.text("name"),
            description=fields.text("description"),
            parameters=self._read_parameters(fields),
            steps=self._steps(fields),
            outputs=self._outputs(fields),
        )

    def _check_version(self, fields: Fields) -> None:
        text = fields.text("schemaVersion", required=True)
        if text is not None and text not in ("1.0", "1"):
            node = fields.node.index["schemaVersion"]
            self._findings.error(node, f"Schema version {text!r} is not supported", "Write schemaVersion: 1.0")

    def _read_parameters(self, fields: Fields) -> tuple[WorkflowParameter, ...]:
        items = fields.items("parameters")
        if len(items) > PARAMETERS_PER_WORKFLOW:
            self._findings.warning(
                items[PARAMETERS_PER_WORKFLOW], f"Image Builder's quota is {PARAMETERS_PER_WORKFLOW} parameters"
            )
        return tuple(parameter for item in items if (parameter := self._parameter(item)) is not None)

    def _parameter(self, item: Node) -> WorkflowParameter | None:
        entries = entries_of(item, self._findings, "a parameter")
        if entries is None:
            return None
        fields = Fields(entries, self._findings, "a parameter", ("name", "type", "default", "description"))
        name = fields.text("name", required=True)
        if name is None:
            return None
        if name in self._parameters:
            self._findings.error(entries, f"Two parameters are called {name!r}")
        self._parameters.add(name)
        kind: Literal["string", "integer", "boolean", "stringList"]
        fields.required("type")
        match fields.choice("type", PARAMETER_TYPES, default="string"):
            case "integer" | "boolean" | "stringList" as kind:
                pass
            case _:
                kind = "string"
        return WorkflowParameter(name, kind, self._default(fields, name, kind), fields.text("description"))

    def _default(self, fields: Fields, name: str, kind: str) -> tuple[str, ...] | None:
        node = fields.node.get("default")
        if node is None:
            return None
        values = node.items if isinstance(node, Items) else (node,)
        if isinstance(node, Items) and kind != "stringList":
            self._findings.error(node, f"The default of {name!r} must be one {kind}, not a list")
        for value in values:
            wrong = not isinstance(value, Scalar)
            wrong = wrong or (kind == "integer" and whole_of(value) is None)
            wrong = wrong or (kind == "boolean" and isinstance(value, Scalar) and value.flag is None)
            if wrong:
                self._findings.error(value, f"The default of {name!r} is not of the type {kind}: {said(value)}")
        return tuple(text for value in values if (text := text_of(value, Findings(), "")) is not None)

    def _steps(self, fields: Fields) -> tuple[WorkflowStep, ...]:
        items = fields.items("steps", required=True)
        if not items and isinstance(fields.node.get("steps"), Items):
            self._findings.error(fields.node.index["steps"], "A workflow needs at least one step")
        if len(items) > STEPS_PER_WORKFLOW:
            self._findings.warning(items[STEPS_PER_WORKFLOW], f"Image Builder's quota is {STEPS_PER_WORKFLOW} steps")
        steps = tuple(step for item in items if (step := self._step(item)) is not None)
        self._check_mixture(fields, [step.action for step in steps])
        return steps

    def _check_mixture(self, fields: Fields, actions: Collection[str]) -> None:
        amis = {"DistributeImage", "ModifyImageAttributes", "ApplyImageConfigurations"} & set(actions)
        if "DistributeContainerImage" in actions and amis:
            message = f"DistributeContainerImage cannot stand in one workflow with {', '.join(sorted(amis))}"
            self._findings.error(fields.node.index["steps"], message)

    def _step(self, item: Node) -> WorkflowStep | None:
        entries = entries_of(item, self._findings, "a step")
        if entries is None:
            return None
        name = self._name(entries)
        what = f"step {name!r}"
        fields = Fields(entries, self._findings, what, _STEP_KEYS)
        action = self._action(fields)
        condition, inputs = fields.get("if"), entries.get("inputs")
        for scalar, dynamic in _texts(condition, inputs):
            self._check_paths(scalar, dynamic)
        timeout = self._timeout(fields, action)
        step = WorkflowStep(
            name=name,
            action=action.name if action else "",
            description=fields.text("description"),
            condition=None
            if condition is None
            else read_workflow_condition(condition, self._findings, f"'if' of {what}"),
            inputs=self._inputs(inputs, action, entries, what),
            on_failure="Continue"
            if fields.choice("onFailure", ("Abort", "Continue"), default="Abort") == "Continue"
            else "Abort",
            rollback_enabled=self._rollback(fields),
            timeout_seconds=timeout,
            wait_seconds=self._wait(fields, timeout, action),
            retry=self._retry(fields),
        )
        self._earlier[name] = action
        return step

    def _name(self, entries: Entries) -> str:
        node = entries.get("name")
        if node is None:
            self._findings.error(entries, "A step has no 'name'")
            return ""
        name = text_of(node, self._findings, "the name of a step") or ""
        if not _NAME.fullmatch(name):
            self._findings.error(node, f"Invalid step name {name!r}: letters, digits, '-' and '_', 3 to 128 of them")
        elif name in self._earlier:
            self._findings.error(node, f"Two steps are called {name!r}")
        return name

    def _action(self, fields: Fields) -> WorkflowAction | None:
        node = fields.required("action")
        text = None if node is None else text_of(node, self._findings, f"the action of {fields.what}")
        if node is None or text is None:
            return None
        action = WORKFLOW_ACTIONS.get(text)
        if action is None:
            hint = did_you_mean(text, WORKFLOW_ACTIONS)
            self._findings.error(node, f"Unknown step action {text!r} in {fields.what}", hint)
        elif action.stages_documented and self._type is not None and self._type not in action.stages:
            stages = " and ".join(stage.lower() for stage in action.stages)
            self._findings.error(node, f"{text} belongs into {stages} workflows, this is a {self._type.lower()} one")
        return action

    def _inputs(
        self, node: Node | None, action: WorkflowAction | None, place: Entries, what: str
    ) -> Mapping[str, JsonValue]:
        given = node if isinstance(node, Entries) else None
        if node is not None and given is None and not (isinstance(node, Scalar) and node.is_null):
            self._findings.error(node, f"'inputs' of {what} must be a map, not {kind_of(node)}")
        if action is None:
            return {} if given is None else {key.text: json_value(value) for key, value in given.entries}
        for known in action.inputs:
            if known.required and (given is None or not {known.name, f"{known.name}.$"} & set(given.index)):
                self._findings.error(given or place, f"{action.name} in {what} needs the input {known.name!r}")
        values: dict[str, JsonValue] = {}
        for key, value in given.entries if given else ():
            known_input = action.input(key.text.removesuffix(".$"))
            if known_input is None:
                names = [known.name for known in action.inputs]
                at = Scalar(value.path, key.span, key.text)
                self._findings.error(at, f"{action.name} has no input {key.text!r}", did_you_mean(key.text, names))
            elif not key.text.endswith(".$"):
                self._check_value(value, known_input, action)
            text = known_input is not None and known_input.kind == "string" and isinstance(value, Scalar)
            values[key.text] = value.text if text and isinstance(value, Scalar) else json_value(value)
        return values

    def _check_value(self, node: Node, known: WorkflowInput, action: WorkflowAction) -> None:
        what = f"Input {known.name!r} of {action.name}"
        if isinstance(node, Scalar) and "{{" in node.text:
            return
        if isinstance(node, Scalar) and node.text.startswith("$."):
            self._findings.warning(node, f"{what} is a JSONPath in a key without '.$'", f"Write the key {known.name}.$")
            return
        match known.kind:
            case "string" if not isinstance(node, Scalar):
                self._findings.error(node, f"{what} must be a text, not {kind_of(node)}")
            case "string" if isinstance(node, Scalar) and known.allowed and node.text not in known.allowed:
                hint = did_you_mean(node.text, known.allowed)
                self._findings.error(node, f"{what} must be one of {', '.join(known.allowed)}, not {said(node)}", hint)
            case "boolean" if not isinstance(node, Scalar) or node.flag is None:
                self._findings.error(node, f"{what} must be true or false, not {said(node)}")
            case "strings" | "list" if not isinstance(node, Items):
                self._findings.error(node, f"{what} must be a list, not {kind_of(node)}")
            case "map" if not isinstance(node, Entries):
                self._findings.error(node, f"{what} must be a map, not {kind_of(node)}")

    def _rollback(self, fields: Fields) -> bool | str:
        dynamic = fields.text("rollbackEnabled.$")
        node = fields.get("rollbackEnabled")
        if dynamic is not None:
            return dynamic
        if isinstance(node, Scalar) and (_TEMPLATE.search(node.text) or node.text.startswith("$.")):
            return node.text
        return fields.flag("rollbackEnabled", default=True)

    def _within(self, fields: Fields, key: str, low: int, high: int) -> int | None:
        node = fields.get(key)
        value = fields.whole(key)
        if node is None or value is None:
            return None
        if not low <= value <= high:
            self._findings.error(node, f"{key!r} of {fields.what} must be {low} to {high}, not {value}")
            return None
        return value

    def _timeout(self, fields: Fields, action: WorkflowAction | None) -> int | None:
        return self._within(fields, "timeoutSeconds", 1, action.max_timeout if action else 7 * 86400)

    def _wait(self, fields: Fields, timeout: int | None, action: WorkflowAction | None) -> int:
        limit = timeout or (action.default_timeout if action else 7 * 86400)
        return self._within(fields, "waitSeconds", 0, limit - 1) or 0

    def _retry(self, fields: Fields) -> Retry | None:
        node = fields.get("retry")
        entries = None if node is None else entries_of(node, self._findings, f"'retry' of {fields.what}")
        if entries is None:
            return None
        retry = Fields(entries, self._findings, f"'retry' of {fields.what}", ("maxAttempts", "backoffSeconds"))
        retry.required("maxAttempts")
        attempts = self._within(retry, "maxAttempts", 1, 10)
        backoff = self._within(retry, "backoffSeconds", 0, 600)
        return None if attempts is None else Retry(attempts, 30 if backoff is None else backoff)

    def _outputs(self, fields: Fields) -> tuple[WorkflowOutput, ...]:
        items = fields.items("outputs")
        if len(items) > OUTPUTS_PER_WORKFLOW:
            self._findings.warning(
                items[OUTPUTS_PER_WORKFLOW], f"Image Builder's quota is {OUTPUTS_PER_WORKFLOW} outputs"
            )
        outputs: list[WorkflowOutput] = []
        for item in items:
            entries = entries_of(item, self._findings, "an output")
            if entries is None:
                continue
            output = Fields(entries, self._findings, "an output", ("name", "value", "value.$"))
            name = output.text("name", required=True)
            key = "value.$" if "value.$" in entries.index else "value"
            value = output.text(key, required=True)
            if name is None or value is None:
                continue
            if name in {known.name for known in outputs}:
                self._findings.error(item, f"Two outputs are called {name!r}")
            self._check_paths(entries.index[key], dynamic=True)
            outputs.append(WorkflowOutput(name, value))
        return tuple(outputs)

    def _check_paths(self, node: Node, dynamic: bool) -> None:
        if not isinstance(node, Scalar):
            return
        whole = dynamic and node.text.startswith("$.")
        for expression in [node.text] if whole else _TEMPLATE.findall(node.text):
            for path in _PATH.finditer(expression):
                self._check_path(path["space"], path["name"], path["key"], node)

    def _check_path(self, space: str, name: str, key: str | None, node: Node) -> None:
        if space == "parameters":
            if name not in self._parameters:
                hint = did_you_mean(name, self._parameters)
                self._findings.error(node, f"$.parameters.{name} is not declared in this document", hint)
        elif space == "imagebuilder":
            if name not in IMAGEBUILDER_KEYS:
                hint = did_you_mean(name, IMAGEBUILDER_KEYS)
                self._findings.warning(node, f"$.imagebuilder.{name} is not known", hint)
        elif name not in self._earlier:
            hint = did_you_mean(name, self._earlier)
            self._findings.error(node, f"$.stepOutputs.{name} refers to no earlier step", hint)
        else:
            action = self._earlier[name]
            if action is not None and key is not None and key not in action.outputs:
                listed = ", ".join(action.outputs) or "none"
                message = f"$.stepOutputs.{name}.{key}: {action.name} has no such output"
                self._findings.warning(node, message, f"Its outputs: {listed}")


def _texts(condition: Node | None, inputs: Node | None) -> Iterator[tuple[Scalar, bool]]:
    """The texts of a step, each with whether a JSONPath may stand in it without braces."""
    yield from ((scalar, True) for scalar in _scalars(condition))
    if isinstance(inputs, Entries):
        for key, value in inputs.entries:
            yield from ((scalar, key.text.endswith(".$")) for scalar in _scalars(value))


def _scalars(node: Node | None) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Items():
            for item in node.items:
                yield from _scalars(item)
        case Entries():
            for _, value in node.entries:
                yield from _scalars(value)
