"""The `inputs` of a component step, checked against the table of action modules.

Internally every action's inputs are a list of maps, as AWSTOE logs them: a map is a list of one. Both shapes are read
for every action, because documents that AWS accepts use both.
"""

from collections.abc import Mapping
from typing import TypeAlias

from core.recipe.actions import ActionModule, Input
from core.recipe.findings import Fields, Findings, did_you_mean, kind_of, said
from core.recipe.tree import Entries, Items, Node, Scalar

InputValue: TypeAlias = "str | tuple[InputValue, ...] | Mapping[str, InputValue]"


def read_inputs(
    node: Node | None, module: ActionModule, findings: Findings, place: Node, step: str, phase: str
) -> tuple[Mapping[str, InputValue], ...]:
    """The inputs as a tuple of maps; what is missing, unknown or of a wrong shape goes to `findings`."""
    empty = (
        node is None or (isinstance(node, Items) and not node.items) or (isinstance(node, Entries) and not node.entries)
    )
    if node is None or empty:
        if module.inputs_required:
            message = f"Action {module.name} has no inputs; it requires an 'inputs'"
            findings.error(node or place, f"Step {step!r} in phase {phase!r}: {message}")
        return ()
    entries = node.items if isinstance(node, Items) else (node,)
    if isinstance(node, Entries) and module.shape == "list":
        findings.warning(node, f"The inputs of {module.name} are documented as a list of maps, this is one map")
    if isinstance(node, Items) and module.shape == "map" and len(entries) > 1:
        findings.warning(
            node, f"The inputs of {module.name} are documented as one map, this is a list of {len(entries)}"
        )
    read = []
    for entry in entries:
        if isinstance(entry, Entries):
            if module.name != "Assert":
                _check_entry(entry, module, findings, step)
            read.append({key.text: input_value(value) for key, value in entry.entries})
        else:
            findings.error(entry, f"The inputs of {module.name} must be a {module.shape}, not {kind_of(entry)}")
    return tuple(read)


def input_value(node: Node) -> InputValue:
    """The node as texts, tuples and maps; YAML null is the empty text."""
    match node:
        case Scalar():
            return "" if node.is_null else node.text
        case Items():
            return tuple(input_value(item) for item in node.items)
        case Entries():
            return {key.text: input_value(value) for key, value in node.entries}


def _check_entry(entry: Entries, module: ActionModule, findings: Findings, step: str) -> None:
    what = f"the inputs of {module.name} in step {step!r}"
    fields = Fields(entry, findings, what, [known.name for known in module.inputs])
    for known in module.inputs:
        node = entry.get(known.name)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            if known.required:
                findings.error(node or entry, f"Action {module.name} in step {step!r} needs the input {known.name!r}")
        else:
            _check_value(node, known, module, findings)
    if module.name == "ExecutePowerShell" and (fields.get("commands") is None) == (fields.get("file") is None):
        findings.error(entry, f"ExecutePowerShell in step {step!r} needs exactly one of 'commands' and 'file'")


def _check_value(node: Node, known: Input, module: ActionModule, findings: Findings) -> None:
    what = f"Input {known.name!r} of {module.name}"
    match known.kind:
        case "string":
            if not isinstance(node, Scalar):
                findings.error(node, f"{what} must be a text, not {kind_of(node)}")
            elif known.allowed and "{{" not in node.text:
                _check_allowed(node, known, what, findings)
        case "boolean":
            if not isinstance(node, Scalar) or (node.flag is None and "{{" not in node.text):
                findings.error(node, f"{what} must be true or false, not {said(node)}")
        case "integer":
            if not isinstance(node, Scalar) or not (node.text.isdigit() or "{{" in node.text):
                findings.error(node, f"{what} must be a whole number, not {said(node)}")
        case "strings":
            _check_strings(node, what, findings)
        case "map":
            if not isinstance(node, Entries):
                findings.error(node, f"{what} must be a map, not {kind_of(node)}")
        case "parameters":
            _check_parameters(node, what, findings)


def _check_allowed(node: Scalar, known: Input, what: str, findings: Findings) -> None:
    if node.text.lower() not in {value.lower() for value in known.allowed}:
        hint = did_you_mean(node.text, known.allowed)
        findings.error(node, f"{what} must be one of {', '.join(known.allowed)}, not {said(node)}", hint)


def _check_strings(node: Node, what: str, findings: Findings) -> None:
    if not isinstance(node, Items):
        findings.error(node, f"{what} must be a list, not {kind_of(node)}", "Start the line with '- '")
        return
    if not node.items:
        findings.warning(node, f"{what} is an empty list")
    for item in node.items:
        if not isinstance(item, Scalar):
            hint = "A text with ': ' in it, or one that starts with '[', '{' or '- ', needs quotes or a '|' block"
            findings.error(item, f"An item of {what[0].lower()}{what[1:]} is {kind_of(item)}, not a text", hint)


def _check_parameters(node: Node, what: str, findings: Findings) -> None:
    if not isinstance(node, Items):
        findings.error(node, f"{what} must be a list of {{name, value}}, not {kind_of(node)}")
        return
    for item in node.items:
        if isinstance(item, Entries):
            fields = Fields(item, findings, "a parameter of the called document", ("name", "value"))
            fields.text("name", required=True)
            if item.get("value") is None:
                fields.required("value")
            else:
                fields.text("value")
        else:
            findings.error(item, f"{what} must be a list of {{name, value}}; this item is {kind_of(item)}")
