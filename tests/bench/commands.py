"""A component document as one plain shell script: what a Packer user would have written for the same image."""

import shlex
from collections.abc import Mapping

from core.recipe.component import ComponentDocument, InputValue, Step
from core.recipe.expressions import ParameterRef, Reference, substitute


def script_of(document: ComponentDocument, parameters: Mapping[str, str]) -> str:
    """The build and validate phases as bash, a subshell per step; Assert steps have no command and are left out."""
    values = {each.name: each.default or "" for each in document.parameters}
    values |= {each.name: each.value for each in document.constants}
    values |= parameters

    def resolve(reference: Reference) -> str | None:
        return values[reference.name] if isinstance(reference, ParameterRef) else None

    steps = (step for phase in document.phases if phase.name in {"build", "validate"} for step in phase.steps)
    return substitute("set -e\n" + "".join(f"(\n{text}\n)\n" for step in steps if (text := _shell(step))), resolve)


def _shell(step: Step) -> str:
    match step.action:
        case "ExecuteBash":
            commands = step.inputs[0]["commands"]
            return "set +e\n" + "\n".join(_text(command) for command in commands)
        case "CreateFile":
            return "\n".join(_create_file(each) for each in step.inputs)
        case "Assert":
            return ""
        case other:
            raise ValueError(f"step {step.name}: the bench does not know how to say {other} in shell")


def _create_file(file: Mapping[str, InputValue]) -> str:
    path, content = shlex.quote(_text(file["path"])), shlex.quote(_text(file.get("content", "")))
    mode = _text(file.get("permissions", "0666"))
    return f'mkdir -p "$(dirname {path})"\nprintf %s {content} >{path}\nchmod {mode} {path}'


def _text(value: InputValue) -> str:
    assert isinstance(value, str)
    return value
