"""What may be written at a cursor: keys, values and ``{{ … }}`` references, also while the text is not valid.

Candidates come from the same tables that checks use, so what is offered is what is accepted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

from core.catalog.instance_types import INSTANCE_TYPES
from core.catalog.regions import REGIONS
from core.recipe.actions import ACTIONS
from core.recipe.address import Path
from core.recipe.component import keys_at
from core.recipe.conditions import COMPARISONS, DECISIONS
from core.recipe.expressions import CONTEXT_KEYS
from core.recipe.outline import Cursor, Row, cursor, rows
from core.recipe.record import Record
from core.recipe.schema import record_at
from core.recipe.step_form import FORMS, STEP_FIELDS
from core.recipe.validation import known_keys

CandidateKind: TypeAlias = Literal["key", "value", "reference"]

_OPEN_REFERENCE = re.compile(r"\{\{\s*(?P<typed>[^{}]*)$")
_REST_OF_REFERENCE = re.compile(r"[^{}\s\"']*(?:\s*\}\})?")
_COLON_FOLLOWS = re.compile(r"[\w-]*:")
_REST_OF_WORD = re.compile(r"[\w-]*")
_CONDITION_KEYS = ("and", "or", "not", *COMPARISONS, "value", "path", "then", "else")
_NESTED_KEYS = ("parameters", "constants", "phases", "steps", "inputs", "if", "loop", "allowedValues")
_PHASES = ("build", "validate", "test")
_AMI_TAGS = ("imagebuilder:buildDate", "imagebuilder:buildVersion")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One suggestion: how it is listed, what is inserted, and a sentence or word about it."""

    label: str
    insert: str
    kind: CandidateKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """Candidates for the text from `start` to `end`, which is replaced by the one chosen."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


def complete_component(text: str, offset: int, *, platform: str | None = "Linux") -> Completion:
    """What may be written at an offset of a component document."""
    place = cursor(text, offset)
    outline = rows(text)
    if (reference := _reference_at(text, offset)) is not None:
        return _chosen(reference, offset, _closing(text, offset), _references(outline, place))
    if place.in_text:
        return Completion(offset, offset, ())
    action = next((row.value for row in outline if row.path == (*place.path[:4], "action")), "")
    if place.is_value:
        return _completion(text, offset, place, _values(_component_values(place.path, action, platform)))
    keys = _component_keys(place.path, action)
    return _completion(
        text, offset, place, _keys(keys, _written(outline, place, text.count("\n", 0, offset)), text, offset)
    )


def complete_recipe(text: str, offset: int, *, documents: Iterable[str] = ()) -> Completion:
    """What may be written at an offset of a recipe file; `documents` are the paths of those beside it."""
    place = cursor(text, offset)
    if (reference := _reference_at(text, offset)) is not None:
        tags = (_reference(tag, "the image") for tag in _AMI_TAGS)
        return _chosen(reference, offset, _closing(text, offset), tags)
    if place.in_text:
        return Completion(offset, offset, ())
    record = record_at(place.path)
    if place.is_value or record is None:
        return _completion(text, offset, place, _values(_recipe_values(place.path, tuple(documents))))
    below = known_keys(record)
    lists = {name for name in below if _is_list(record, name)}
    keys = {name: "nested" if child is not None or name in lists else "" for name, child in below.items()}
    if not place.path:
        keys["connections"] = "nested"
    return _completion(
        text, offset, place, _keys(keys, _written(rows(text), place, text.count("\n", 0, offset)), text, offset)
    )


def _completion(text: str, offset: int, place: Cursor, candidates: Iterator[Candidate]) -> Completion:
    """Candidates that go on from what is typed, replacing the word at the cursor to its end."""
    rest = _REST_OF_WORD.match(text, offset)
    end = rest.end() if rest is not None and rest.end() <= place.end else offset
    start = min(place.start, offset)
    return _chosen(text[start:offset], offset, end, candidates)


def _chosen(typed: str, offset: int, end: int, candidates: Iterable[Candidate]) -> Completion:
    word = typed.lower().lstrip("\"'")
    start = offset - len(typed)
    every = list(candidates)
    # What goes on from the word typed; where nothing does, what has it anywhere (``stdout`` finds a step's output).
    found = [each for each in every if each.label.lower().startswith(word)]
    found = found or [each for each in every if word in each.label.lower()]
    return Completion(start, end, tuple(found))


def _reference_at(text: str, offset: int) -> str | None:
    """What of a reference is typed before the cursor, None outside of one."""
    found = _OPEN_REFERENCE.search(text[text.rfind("\n", 0, offset) + 1 : offset])
    return None if found is None else found["typed"]


def _closing(text: str, offset: int) -> int:
    rest = _REST_OF_REFERENCE.match(text, offset)
    return offset if rest is None else rest.end()


def _written(outline: Iterable[Row], place: Cursor, line: int) -> set[str]:
    """The keys that the map at the cursor has already, but for the one that is being typed on `line`."""
    depth = len(place.path)
    below = (row for row in outline if row.has_key and row.line != line and len(row.path) == depth + 1)
    return {str(row.path[-1]) for row in below if row.path[:depth] == place.path}


def _keys(keys: dict[str, str], written: set[str], text: str, offset: int) -> Iterator[Candidate]:
    """Keys that are not there yet, with the colon that they need unless it stands there already."""
    colon = _COLON_FOLLOWS.match(text, offset) is not None
    for name, detail in keys.items():
        if name not in written:
            nested = detail == "nested"
            end = "" if colon else ":" if nested else ": "
            yield Candidate(name, name + end, "key", "" if nested else detail)


def _values(values: Iterable[tuple[str, str]]) -> Iterator[Candidate]:
    return (Candidate(value, value, "value", detail) for value, detail in values)


def _component_keys(path: Path, action: str) -> dict[str, str]:
    match path:
        case ("phases", int(), "steps", int(), "inputs", *rest) if all(isinstance(part, int) for part in rest):
            form = FORMS.get(action)
            fields = form.fields if form is not None else ()
            if any(field.kind == "condition" for field in fields):
                return dict.fromkeys(_CONDITION_KEYS, "")
            nested = ("texts", "map", "parameters")
            return {field.name: "nested" if field.kind in nested else field.help for field in fields}
        case ("phases", int(), "steps", int(), "if", *_) | (
            "phases",
            int(),
            "steps",
            int(),
            "inputs",
            "and" | "or" | "not",
            *_,
        ):
            return dict.fromkeys(_CONDITION_KEYS, "")
        case ("phases", int(), "steps", int(), "loop"):
            return {"name": "", "for": "nested", "forEach": "nested"}
        case ("phases", int(), "steps", int(), "loop", "for"):
            return dict.fromkeys(("start", "end", "updateBy"), "")
        case ("phases", int(), "steps", int(), "loop", "forEach"):
            return dict.fromkeys(("list", "delimiter"), "")
    helps = {field.name: field.help for field in STEP_FIELDS} if path[-2:-1] == ("steps",) else {}
    return {name: "nested" if name in _NESTED_KEYS else helps.get(name, "") for name in keys_at(path)}


def _component_values(path: Path, action: str, platform: str | None) -> Iterator[tuple[str, str]]:
    match path:
        case ("phases", int(), "steps", int(), "action"):
            for name, module in ACTIONS.items():
                if platform is None or platform in module.platforms:
                    yield name, FORMS[name].help
        case ("phases", int(), "steps", int(), "inputs", *_):
            field = next(
                (each for each in (FORMS[action].fields if action in FORMS else ()) if each.name == path[-1]), None
            )
            if field is not None:
                yield from ((value, "") for value in (("true", "false") if field.kind == "boolean" else field.allowed))
        case (*_, "then" | "else"):
            yield from ((decision, "") for decision in DECISIONS)
        case ("phases", int(), "steps", int(), str() as key):
            yield from ((value, "") for field in STEP_FIELDS if field.name == key for value in field.allowed)
        case ("phases", int(), "name"):
            yield from ((name, "") for name in _PHASES)
        case ("parameters" | "constants", int(), str(), "type"):
            yield "string", ""
        case ("schemaVersion",):
            yield "1.0", ""
    if path[-1:] == ("disableLogging",):
        yield from (("true", ""), ("false", ""))


def _references(outline: tuple[Row, ...], place: Cursor) -> Iterator[Candidate]:
    """Parameters, constants, outputs of the steps before the cursor's, the loop's value, facts of the run."""
    for row in outline:
        if row.has_key and len(row.path) == 3 and row.path[0] in ("parameters", "constants"):
            yield _reference(str(row.path[2]), str(row.path[0]).removesuffix("s"))
    here = place.path[:4]
    if any(row.path[:5] == (*here, "loop") for row in outline):
        yield _reference("loop.value", "loop")
        yield _reference("loop.index", "loop")
    told = {row.path: row.value.strip("'\"") for row in outline if row.path[-1:] in (("name",), ("action",))}
    for path, action in told.items():
        if path[:4] == here:
            break
        match path:
            case ("phases", int(), "steps", int(), "action") if action in FORMS:
                phase, step = told.get((*path[:2], "name"), ""), told.get((*path[:4], "name"), "")
                for output in FORMS[action].outputs if phase and step else ():
                    yield _reference(f"{phase}.{step}.outputs.{output}", f"output of {action}")
    yield from (_reference(f"context:{key}", "the run") for key in CONTEXT_KEYS)
    yield from (_reference(start, detail, open_ended=True) for start, detail in _OPEN_ENDED)


_OPEN_ENDED = (
    ("env:", "environment variable of the machine"),
    ("aws:ssm:", "SSM parameter"),
    ("aws:imds:", "instance metadata"),
)


def _reference(name: str, detail: str, *, open_ended: bool = False) -> Candidate:
    return Candidate(name, name if open_ended else f"{name} }}}}", "reference", detail)


def _recipe_values(path: Path, documents: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    match path:
        case ("distributions", int(), "region"):
            yield from ((code, region.name) for code, region in REGIONS.items())
        case ("infrastructureConfiguration", "instanceTypes", int()):
            yield from ((name, "") for name in INSTANCE_TYPES)
        case (*_, "document" | "dockerfileTemplate"):
            yield from ((name, "") for name in documents)
        case (*_, str() as key):
            record = record_at(path[:-1])
            field = None if record is None else _annotation(record, key)
            yield from ((word, "") for word in _words(field))


def _annotation(record: type[Record], key: str) -> Any:
    return next((field.annotation for name, field in record.model_fields.items() if (field.alias or name) == key), None)


def _is_list(record: type[Record], key: str) -> bool:
    return any(get_origin(part) is tuple for part in _parts(_annotation(record, key)))


def _words(annotation: Any) -> Iterator[str]:
    """The values an annotation allows by name."""
    for part in _parts(annotation):
        if part is bool:
            yield from ("true", "false")
        elif get_origin(part) is Literal:
            yield from (str(word) for word in get_args(part))


def _parts(annotation: Any) -> Iterator[Any]:
    """The members of a union, one by one."""
    if get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    else:
        yield annotation
