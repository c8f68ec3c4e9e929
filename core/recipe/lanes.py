"""What a component editor shows of a component document: phases as lanes, steps as cards in them.

As on the recipe's canvas, everything is read leniently from the source: a document is wrong most of the time while it
is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from core.recipe.actions import ACTIONS
from core.recipe.address import Path, address
from core.recipe.codec import Source
from core.recipe.conditions import COMPARISONS
from core.recipe.tree import Entries, Items, Node, Scalar

# Lines of a script that say nothing about what it does.
_PREAMBLE = ("#", "set ", "export ", "cd ")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class StepCard:
    """A step; `summary` is one line of what it does, `condition` and `loop` one line each, "" where there is none.
    `timeout` and `attempts` are as written, "" at their defaults."""

    address: str
    phase: int
    index: int
    name: str
    action: str
    summary: str
    on_failure: str
    timeout: str
    attempts: str
    condition: str
    loop: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A phase with its steps."""

    address: str
    index: int
    name: str
    steps: tuple[StepCard, ...]


@dataclass(frozen=True, slots=True)
class Declaration:
    """A parameter or a constant; `value` is the default or the value, None where a value must be given."""

    address: str
    index: int
    kind: Literal["parameter", "constant"]
    name: str
    value: str | None
    description: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lanes:
    """A component document as its editor shows it."""

    name: str
    description: str
    parameters: tuple[Declaration, ...]
    constants: tuple[Declaration, ...]
    phases: tuple[Lane, ...]

    def step(self, phase: int, index: int) -> StepCard | None:
        steps = self.phases[phase].steps if 0 <= phase < len(self.phases) else ()
        return steps[index] if 0 <= index < len(steps) else None


def lanes_of(source: Source) -> Lanes:
    root = source.root
    return Lanes(
        name=_text(_get(root, "name")),
        description=_text(_get(root, "description")),
        parameters=tuple(_declarations(_get(root, "parameters"), "parameter")),
        constants=tuple(_declarations(_get(root, "constants"), "constant")),
        phases=tuple(_lane(node, index) for index, node in enumerate(_items(_get(root, "phases")))),
    )


def _declarations(node: Node | None, kind: Literal["parameter", "constant"]) -> Iterator[Declaration]:
    for index, item in enumerate(_items(node)):
        name, body = ("", None)
        if isinstance(item, Entries) and item.entries:
            name, body = item.entries[0][0].text, item.entries[0][1]
        value = _get(body, "default" if kind == "parameter" else "value")
        yield Declaration(
            address(item.path),
            index,
            kind,
            name,
            None if value is None else _text(value),
            _text(_get(body, "description")),
            tuple(_text(each) for each in _items(_get(body, "allowedValues"))),
        )


def _lane(node: Node, index: int) -> Lane:
    steps = (_step(step, index, number) for number, step in enumerate(_items(_get(node, "steps"))))
    return Lane(address(node.path), index, _text(_get(node, "name")), tuple(steps))


def _step(node: Node, phase: int, index: int) -> StepCard:
    action = _text(_get(node, "action"))
    return StepCard(
        address=address(node.path),
        phase=phase,
        index=index,
        name=_text(_get(node, "name")),
        action=action,
        summary=_summary(action, _get(node, "inputs")),
        on_failure=_text(_get(node, "onFailure")) or "Abort",
        timeout=_text(_get(node, "timeoutSeconds")),
        attempts=_text(_get(node, "maxAttempts")),
        condition=said_condition(_get(node, "if")),
        loop=_loop(_get(node, "loop")),
    )


def _summary(action: str, inputs: Node | None) -> str:
    """One line that tells what a step does: its first command, its path, where from and where to, its condition."""
    entries = inputs.items if isinstance(inputs, Items) else () if inputs is None else (inputs,)
    if not entries:
        return ""
    module = ACTIONS.get(action)
    first = entries[0]
    if module is None or not module.inputs:
        line = said_condition(first)
    elif "source" in (names := [known.name for known in module.inputs]) and "destination" in names:
        line = f"{_text(_get(first, 'source'))} → {_text(_get(first, 'destination'))}"
    else:
        line = next((text for known in module.inputs if (text := _telling(_get(first, known.name)))), "")
    return _shortened(line) + (f"  (+{len(entries) - 1})" if len(entries) > 1 else "")


def _telling(node: Node | None) -> str:
    """The line of a text, or of a list of texts, that says most."""
    texts = [_text(item) for item in _items(node)] or [_text(node)]
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    return next((line for line in lines if not line.startswith(_PREAMBLE)), lines[0] if lines else "")


def said_condition(node: Node | None) -> str:
    """A condition in one line: ``{{ Port }} numberEquals 80 and …``; "" for none."""
    match node:
        case Items(items=items) if items:
            return said_condition(items[0])
        case Entries():
            for name, join in (("and", " and "), ("or", " or ")):
                if isinstance(below := node.get(name), Items):
                    return _shortened(join.join(said_condition(item) for item in below.items))
            if (below := node.get("not")) is not None:
                return _shortened(f"not {said_condition(below)}")
            for operator in COMPARISONS:
                if (operand := node.get(operator)) is not None:
                    subject = _text(node.get("value")) or _text(node.get("path"))
                    return _shortened(" ".join(part for part in (subject, operator, _text(operand)) if part))
    return ""


def _loop(node: Node | None) -> str:
    over = _get(node, "for")
    if isinstance(over, Entries):
        start, end, by = (_text(over.get(key)) for key in ("start", "end", "updateBy"))
        return f"{start} to {end}" + (f" by {by}" if by not in ("", "1") else "")
    each = _get(node, "forEach")
    if isinstance(each, Items):
        return _shortened("each of " + ", ".join(_text(item) for item in each.items))
    return _shortened(f"each of {_text(_get(each, 'list'))}") if isinstance(each, Entries) else ""


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _get(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Entries) else None


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Items) else ()


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_null else ""


def inputs_path(source: Source, step: Path, entry: int = 0) -> Path:
    """Where one map of a step's inputs is: the inputs themselves, or an item of their list."""
    node = source.node((*step, "inputs"))
    return (*step, "inputs", entry) if isinstance(node, Items) else (*step, "inputs")
