"""A thorough reading of documents: any YAML or JSON, as the library reads it, and what is wrong with it in words.

The tree is built from parser events rather than composed by the library, because that is where aliases still show where
they are used and where the limits against hostile documents (nodes, depth, alias expansion) can stop the parser early.
`core.recipe.tree` comes here for what its fast reader leaves, so the library is imported with the first such document.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
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
from core.recipe.nodes import MAX_DEPTH, MAX_NODES, Entries, Items, Node, Scalar, Span
from core.recipe.tree import Tree

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:\s|#[^\n]*\n)*)+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def thorough_tree(text: str, *, file: str = "") -> Tree:
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
