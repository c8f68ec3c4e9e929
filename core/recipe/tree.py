"""A YAML or JSON text as a tree of nodes that know their place, read defensively.

Image Builder's documents depend on the *source text* of a scalar (``permissions: 0755``, ``schemaVersion: 1.0``), so
nothing is resolved to numbers here: a scalar is its text, and whoever reads it says which type is wanted. The tree is
built from parser events rather than composed by the library, because that is where aliases still show where they are
used and where the limits against hostile documents (nodes, depth, size, alias expansion) can stop the parser early.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from core.errors import Problem, Severity
from core.recipe.address import Path, address
from core.recipe.nodes import MAX_DEPTH, MAX_NODES, Entries, Items, Node, Plain, Scalar, Span
from core.recipe.swift import swift_root

__all__ = ["Entries", "Items", "Node", "Plain", "Scalar", "Span", "Tree", "find", "plain", "read", "tree_of"]

MAX_CHARACTERS = 1024 * 1024

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:\s|#[^\n]*\n)*)+")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Tree:
    """A text's root node (None when it is empty or cannot be read) and what is wrong with it as YAML."""

    text: str
    root: Node | None
    problems: tuple[Problem, ...] = ()
    file: str = ""


def read(text: str, *, file: str = "") -> Tree:
    """Read one YAML 1.2 or JSON document. Never raises for a bad text: `problems` say what is wrong and where."""
    early = _obstacle(text, file)
    if early:
        return Tree(text, None, (early,), file)
    root = swift_root(text)
    return library_tree(text, file=file) if root is None else Tree(text, root, (), file)


def library_tree(text: str, *, file: str = "") -> Tree:
    """The text as the library reads it: any YAML, with what is wrong with it."""
    builder = _Builder(text, file)
    try:
        root = builder.document()
    except _RefusedError as refusal:
        return Tree(text, None, (*builder.problems, refusal.problem), file)
    except MarkedYAMLError as error:
        return Tree(text, None, (*builder.problems, _syntax_problem(error, file)), file)
    except YAMLError as error:
        return Tree(text, None, (*builder.problems, _character_problem(error, text, file)), file)
    return Tree(text, root, tuple(builder.problems), file)


# What a text says depends on the text alone, so a tree is never out of date. A recipe names up to 20 components and 10
# workflows; twice that spares a second window the rereading.
@lru_cache(maxsize=64)
def tree_of(text: str, *, file: str = "") -> Tree:
    """As `read`, for texts that are asked for again and again while they are edited."""
    return read(text, file=file)


def plain(node: Node | None) -> Plain:
    """The node as lists and dicts of source texts; YAML null and a missing node are None."""
    match node:
        case None:
            return None
        case Scalar():
            return None if node.is_null else node.text
        case Items():
            return [plain(item) for item in node.items]
        case Entries():
            return {key.text: plain(value) for key, value in node.entries}


def find(node: Node | None, path: Path) -> Node | None:
    """The node at `path` below `node`, or None."""
    for part in path:
        match node, part:
            case Entries(), str():
                node = node.get(part)
            case Items(), int() if 0 <= part < len(node.items):
                node = node.items[part]
            case _:
                return None
    return node


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Builder:
    """Turns parser events into nodes, counting every node an alias expands to."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._text = text
        self._events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
        self._anchors: dict[str, Node | None] = {}
        self._nodes = 0
        self.problems: list[Problem] = []

    def document(self) -> Node | None:
        event = next(self._events)
        while not isinstance(event, DocumentStartEvent | StreamEndEvent):
            event = next(self._events)
        if isinstance(event, StreamEndEvent):
            return None
        root = self._node(next(self._events), ())
        next(self._events)
        if not isinstance(extra := next(self._events), StreamEndEvent):
            self._refuse(extra, (), "The file holds more than one YAML document", "Keep one document per file")
        return None if isinstance(root, Scalar) and root.is_null else root

    def _node(self, event: Event, path: Path, after: int | None = None) -> Node:
        """The node that starts with `event`; an empty one stands at the offset `after`, if the parser lost it."""
        self._count(event, path)
        if isinstance(event, AliasEvent):
            return self._alias(event, path)
        self._check_tag(event, path)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = None
        node: Node
        match event:
            case ScalarEvent():
                node = self._scalar(event, path, after)
            case SequenceStartEvent():
                node = self._items(event, path)
            case MappingStartEvent():
                node = self._entries(event, path)
            case _:
                raise AssertionError(f"unexpected parser event {event!r}")
        if anchor:
            self._anchors[anchor] = node
        return node

    def _scalar(self, event: ScalarEvent, path: Path, after: int | None) -> Scalar:
        style = event.style or ""
        span = self._span(event, event.end_mark.index)
        if style in ("|", ">"):
            lines = self._text[span.start : span.end]
            keeps_breaks = "+" in lines.partition("\n")[0]
            kept = lines.removesuffix("\n").removesuffix("\r") if keeps_breaks else lines.rstrip("\r\n")
            span = replace(span, end=span.start + len(kept))
        elif after is not None and span.start == span.end and not style and event.anchor is None:
            line_start = self._text.rfind("\n", 0, after) + 1
            span = Span(after, after, self._text.count("\n", 0, after) + 1, after - line_start + 1)
        if _SURROGATE.search(event.value):
            message = "Half a character: an escape from \\uD800 to \\uDFFF stands for none by itself"
            self._report(span, path, message, "Write the character itself, or as \\U and eight digits")
        return Scalar(path, span, event.value, style)

    def _items(self, start: SequenceStartEvent, path: Path) -> Items:
        items: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        span = self._span(start, 0)
        if start.flow_style:
            return Items(path, replace(span, end=event.end_mark.index), tuple(items), True)
        end = max((item.span.end for item in items), default=span.start)
        return Items(path, replace(span, end=end), tuple(items))

    def _entries(self, start: MappingStartEvent, path: Path) -> Entries:
        entries: dict[str, tuple[Scalar, Node]] = {}
        merged: dict[str, tuple[Scalar, Node]] = {}
        span = self._span(start, 0)
        end = 0
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, path)
            colon = self._text.find(":", key.span.end) + 1
            value = self._node(next(self._events), (*path, key.text), None if start.flow_style else colon)
            end = max(end, value.span.end, key.span.end)
            if key.text == "<<" and not key.style and isinstance(value, Entries | Items):
                merged |= self._merge(value, path)
            elif key.text in entries:
                first = entries[key.text][0].span.line
                self._report(key.span, (*path, key.text), f"The key {key.text!r} is here twice (first on line {first})")
            else:
                entries[key.text] = (key, value)
        span = replace(span, end=event.end_mark.index if start.flow_style else max(end, span.end))
        brought = tuple(entry for text, entry in merged.items() if text not in entries)
        return Entries(path, span, (*entries.values(), *brought), bool(start.flow_style), own=len(entries))

    def _key(self, event: Event, path: Path) -> Scalar:
        if isinstance(event, MappingStartEvent) and event.flow_style:
            message = "A value that starts with '{{' is read as a YAML map"
            self._refuse(event, path, message, "Put quotes around the whole value")
        # Refused before it is read: a key within a key within a key would nest without a path growing longer.
        key = self._node(event, path) if isinstance(event, ScalarEvent | AliasEvent) else None
        if not isinstance(key, Scalar):
            self._refuse(event, path, "A key must be plain text", "")
        return key

    def _merge(self, value: Node, path: Path) -> dict[str, tuple[Scalar, Node]]:
        sources = value.items if isinstance(value, Items) else (value,)
        merged: dict[str, tuple[Scalar, Node]] = {}
        for source in sources:
            if isinstance(source, Entries):
                for key, node in source.entries:
                    if key.text not in merged:
                        merged[key.text] = (key, self._copied(node, (*path, key.text), node))
        return merged

    def _alias(self, event: AliasEvent, path: Path) -> Node:
        name = event.anchor
        if name not in self._anchors:
            self._refuse(event, path, f"The alias *{name} has no anchor &{name} before it", "")
        if (node := self._anchors[name]) is None:
            self._refuse(event, path, f"The alias *{name} contains itself", "")
        return replace(self._copied(node, path, event), span=self._span(event, event.end_mark.index))

    def _copied(self, node: Node, path: Path, place: Event | Node) -> Node:
        """The node as it stands at another path; `place` gets the blame for an expansion too large."""
        self._count(place, path)
        match node:
            case Scalar():
                return replace(node, path=path, aliased=True)
            case Items():
                items = tuple(self._copied(item, (*path, n), place) for n, item in enumerate(node.items))
                return replace(node, path=path, items=items, aliased=True)
            case Entries():
                entries = tuple((key, self._copied(item, (*path, key.text), place)) for key, item in node.entries)
                return replace(node, path=path, entries=entries, aliased=True)

    def _check_tag(self, event: Event, path: Path) -> None:
        tag = str(getattr(event, "tag", None) or "!")
        if tag != "!" and not tag.startswith("tag:yaml.org,2002:"):
            message = f"The tag {tag} is ignored"
            hint = "Tags such as !Sub are CloudFormation's, not Image Builder's"
            self._report(self._span(event, 0), path, message, hint, Severity.WARNING)

    def _count(self, place: Event | Node, path: Path) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._refuse(place, path, f"The document has more than {MAX_NODES:,} nodes (aliases count each time)", "")
        if len(path) > MAX_DEPTH:
            self._refuse(place, path[:8], f"The document is nested more than {MAX_DEPTH} levels deep", "")

    def _span(self, event: Event, end: int) -> Span:
        """From the event's start, past its anchor and tag, to the offset `end`."""
        mark = event.start_mark
        start, line, column = mark.index, mark.line, mark.column
        if (getattr(event, "anchor", None) and not isinstance(event, AliasEvent)) or getattr(event, "tag", None):
            skipped = _PROPERTIES.match(self._text, start)
            if skipped:
                line += skipped[0].count("\n")
                start = skipped.end()
                column = start - self._text.rfind("\n", 0, start) - 1
        return Span(start, max(start, end), line + 1, column + 1)

    def _report(
        self, span: Span, path: Path, message: str, hint: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        self.problems.append(Problem(address(path), span.line, span.column, severity, message, hint, self._file))

    def _refuse(self, place: Event | Node, path: Path, message: str, hint: str) -> NoReturn:
        span = place.span if isinstance(place, Scalar | Items | Entries) else self._span(place, 0)
        problem = Problem(address(path), span.line, span.column, Severity.ERROR, message, hint, self._file)
        raise _RefusedError(problem)


_CONFLICT = re.compile(r"^(?:<{7} |>{7} |={7}$)", re.MULTILINE)


def _obstacle(text: str, file: str) -> Problem | None:
    """What would make the parser's own message useless, seen before it runs."""
    if len(text) > MAX_CHARACTERS:
        size = f"{len(text):,} characters"
        return Problem("", 0, 0, Severity.ERROR, f"The file is too large to be a document: {size}", "", file)
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        hint = "Resolve the conflict and remove the <<<<<<<, ======= and >>>>>>> lines"
        return Problem("", line, 1, Severity.ERROR, "A merge conflict of Git is still in the file", hint, file)
    return None


def _syntax_problem(error: MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    sentence = " ".join(str(error.problem or error.context or "cannot be read").split())
    hint = ""
    if "'\\t'" in sentence:
        sentence, hint = "A tab is used for indentation", "YAML is indented with spaces only"
    elif "mapping values are not allowed" in sentence:
        hint = "A text with ': ' in it needs quotes, or the line is indented wrongly"
    elif "cannot start any token" in sentence:
        hint = "Put quotes around a value that starts with this character"
    return Problem("", line, column, Severity.ERROR, f"Not valid YAML: {sentence}", hint, file)


def _character_problem(error: YAMLError, text: str, file: str) -> Problem:
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        return Problem("", 0, 0, Severity.ERROR, f"Not valid YAML: {error}", "", file)
    before = text[:position]
    line, column = before.count("\n") + 1, position - before.rfind("\n")
    code = f"U+{ord(text[position]):04X}" if position < len(text) else "?"
    return Problem("", line, column, Severity.ERROR, f"The character {code} is not allowed in YAML", "Remove it", file)
