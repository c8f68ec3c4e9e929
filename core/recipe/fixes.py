"""Quick fixes: the edits that put a problem right where there is no doubt what was meant.

A rule proposes; what is offered is only what was tried: the changed document no longer has the problem.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from core.errors import BakehouseError, Problem
from core.recipe.address import Path, parse_address
from core.recipe.component_draft import ComponentDraft
from core.recipe.draft import Draft
from core.recipe.editable import free_name
from core.recipe.render import Value
from core.recipe.schedule import expression_problem
from core.recipe.tree import Entries, Scalar

D = TypeVar("D", Draft, ComponentDraft)
Proposal: TypeAlias = tuple[str, Callable[[D], D]]

_MEANT = re.compile(r"Did you mean '(?P<word>.+)'\?")
_SUCH_AS = re.compile(r"Such as (?P<example>[^\s,]+)$")
_QUOTED_KEY = re.compile(r"(?:has no|needs an?|needs) '(?P<needed>\w+)'|^'(?P<missing>\w+)' is missing")
_UNKNOWN_NAME = re.compile(r"Unknown key '|The document has no parameter '")
_UNKNOWN_REFERENCE = re.compile(r"\{\{ (?P<name>\S+) \}\} is neither")
# What a required key starts with, where one start is as good as any.
_STARTS: dict[str, Value] = {
    "schemaVersion": 1,
    "name": "untitled",
    "semanticVersion": "1.0.x",
    "parentImage": "debian-12-x86",
    "scheduleExpression": "cron(0 2 ? * sun *)",
    "type": "string",
    "action": "ExecuteBash",
    "steps": [],
    "region": "us-east-1",
}
_UNIX_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Fix(Generic[D]):
    """What a fix does, in the words of a menu, and the document after it."""

    label: str
    draft: D


def fixes(draft: D, problem: Problem) -> tuple[Fix[D], ...]:
    """Everything that puts a problem of the draft's own file right; () where there is nothing obvious."""
    if problem.file != draft.file:
        return ()
    return tuple(_working(draft, problem))


def _working(draft: D, problem: Problem) -> Iterator[Fix[D]]:
    seen = {draft.text}
    for label, edit in _proposals(draft, problem):
        try:
            fixed = edit(draft)
        except BakehouseError:
            # Not to be done in place: then there is no quick fix, and the problem says what to do by hand.
            continue
        left = {(each.address, each.message) for each in fixed.problems}
        if fixed.text not in seen and (problem.address, problem.message) not in left:
            seen.add(fixed.text)
            yield Fix(label, fixed)


def _proposals(draft: D, problem: Problem) -> Iterator[Proposal[D]]:
    path = parse_address(problem.address)
    message = problem.message
    if "tab is used for indentation" in message:
        yield "Replace tabs with spaces", lambda old: old.write(_without_tabs(old.text))
    if "starts with '{{'" in message:
        yield "Put quotes around the value", lambda old: old.write(_quoted_value(old.text, problem.line))
    if not path:
        yield from _missing(draft, problem, path)
        return
    yield from _words(draft, problem, path)
    yield from _missing(draft, problem, path)
    yield from _doubles(draft, problem, path)
    yield from _texts(draft, problem, path)


def _words(draft: D, problem: Problem, path: Path) -> Iterator[Proposal[D]]:
    """A word that is not known, and what it probably should be."""
    meant = _MEANT.search(problem.hint)
    unknown = _UNKNOWN_NAME.match(problem.message)
    if unknown and meant:
        yield f"Change to '{meant['word']}'", lambda old: old.rename(path, meant["word"])
    if unknown:
        yield f"Remove '{path[-1]}'", lambda old: old.clear(path)
    elif meant and (reference := _UNKNOWN_REFERENCE.match(problem.message)):
        name, word = reference["name"], meant["word"]
        yield f"Change to {{{{ {word} }}}}", lambda old: old.write(_with_reference(old, path, name, word))
    elif meant and isinstance(draft.source.node(path), Scalar):
        yield f"Change to '{meant['word']}'", lambda old: old.put(path, meant["word"])


def _missing(draft: D, problem: Problem, path: Path) -> Iterator[Proposal[D]]:
    """A key that has to be there, started with what the hint says or with a sensible value."""
    found = _QUOTED_KEY.search(problem.message)
    key = (found["needed"] or found["missing"]) if found else None
    example = _SUCH_AS.search(problem.hint)
    start: Value = example["example"] if example else _STARTS.get(key or "")
    if key is None or start is None:
        return
    node = draft.source.node(path)
    place = (*path, key) if not path or isinstance(node, Entries) or node is None else path
    if draft.source.value(place) in (None, ""):
        shown = "" if start == [] else f": {start}"
        yield f"Add {key}{shown}", lambda old: old.put(place, start)


def _doubles(draft: D, problem: Problem, path: Path) -> Iterator[Proposal[D]]:
    """Things that may be there once only."""
    match path:
        case ("distributions", int() as index, "region") if "is listed twice" in problem.message:
            yield "Remove the second entry", lambda old: old.remove("distributions", (index,))
        case (str() as key, "components", int() as index) if "at most once" in problem.message:
            yield "Remove the second one", lambda old: old.remove((key, "components"), (index,))
            yield "Disable the second one", lambda old: old.put((*path, "disabled"), True)
        case (*parent, int(), "name") if problem.message.startswith(("Two steps", "Two phases")):
            siblings = draft.source.value(tuple(parent))
            names = {str(each.get("name")) for each in siblings if isinstance(each, dict)} if siblings else set()
            name = free_name(str(draft.source.value(path)), names)
            yield f"Rename to '{name}'", lambda old: old.put(path, name)


def _texts(draft: D, problem: Problem, path: Path) -> Iterator[Proposal[D]]:
    """Texts that only need a little to be right."""
    value = draft.source.value(path)
    message = problem.message
    if not isinstance(value, str):
        return
    if "must contain '{{ imagebuilder:buildDate }}'" in message:
        name = f"{value} {{{{ imagebuilder:buildDate }}}}".lstrip()
        yield "Add the build date to the name", lambda old: old.put(path, name)
    if "has five fields" in message and (cron := _six_fields(value)):
        yield f"Change to {cron}", lambda old: old.put(path, cron)
    if named := re.match(r"The action is written (\w+), not", message):
        yield f"Change to {named[1]}", lambda old: old.put(path, named[1])
    if message.startswith("Schema version"):
        yield "Change to 1.0", lambda old: old.put(path, 1.0)
    if message.startswith(("Invalid step name", "Invalid phase name")):
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", value).strip("-")
        yield f"Rename to '{name}'", lambda old: old.put(path, name)


def _six_fields(expression: str) -> str:
    """A cron expression of five fields, as Unix writes them, with AWS's day fields and year; "" if that fails."""
    minute, hour, day, month, weekday = expression[len("cron(") : -1].split()
    weekday = re.sub(r"\b[0-7]\b", lambda digit: _UNIX_DAYS[int(digit[0])], weekday)
    day, weekday = (day, "?") if weekday == "*" else ("?" if day == "*" else day, weekday)
    cron = f"cron({minute} {hour} {day} {month} {weekday} *)"
    return "" if expression_problem(cron) else cron


def _without_tabs(text: str) -> str:
    return re.sub(r"^[ \t]+", lambda indent: indent[0].expandtabs(2), text, flags=re.MULTILINE)


def _quoted_value(text: str, line: int) -> str:
    """The text with quotes around the value on one line that starts with ``{{``."""
    lines = text.splitlines(keepends=True)
    value = re.compile(r"(?<=[:\-] )(\{\{[^\r\n]*?)(?=\s*$|\s+#)", re.MULTILINE)
    lines[line - 1] = value.sub(lambda found: '"' + found[0].replace('"', '\\"') + '"', lines[line - 1], count=1)
    return "".join(lines)


def _with_reference(draft: D, path: Path, name: str, word: str) -> str:
    """The text with a reference renamed within one node."""
    node = draft.source.node(path)
    if node is None:
        return draft.text
    start, end = node.span.start, node.span.end
    reference = re.compile(rf"(\{{\{{\s*){re.escape(name)}(\s*\}}\}})")
    renamed = reference.sub(lambda found: f"{found[1]}{word}{found[2]}", draft.text[start:end])
    return draft.text[:start] + renamed + draft.text[end:]
