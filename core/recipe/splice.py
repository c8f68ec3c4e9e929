"""Where in the text an edit of the tree has to cut, and what it puts there.

Block collections are edited by whole lines, flow collections between their commas. The functions here only propose;
`core.recipe.codec` proves every proposal by reading the result.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.errors import Unsupported
from core.recipe.address import Path, address
from core.recipe.render import Value, block, entry, inline, is_nested, list_item, literal_lines
from core.recipe.tree import Entries, Items, Node, Scalar, Tree, find

_DEFAULT_STEP = 2
_KEEPS_BLANK_LINES = re.compile(r"[|>]\d?\+")
_REMARK_LINE = re.compile(r"\r?\n(?P<indent> *)(?:(?P<remark>#[^\r\n]*)|[ \t]*(?=\r?\n|\Z))")
_BLANK_LINES = re.compile(r"(\r?\n[ \t]*)+(?=\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Splice:
    """Replacements of character ranges, none overlapping another."""

    pieces: tuple[tuple[int, int, str], ...]

    def applied(self, text: str) -> str:
        for start, end, replacement in sorted(self.pieces, reverse=True):
            text = text[:start] + replacement + text[end:]
        return text


class Splicer:
    """Proposes splices of one text; new lines follow its line ends and its habits of indentation."""

    def __init__(self, tree: Tree) -> None:
        self._text = tree.text
        self._root = tree.root
        self._newline = "\r\n" if "\r\n" in tree.text else "\n"
        self._step = next(_steps(tree.root, Entries), _DEFAULT_STEP)
        self._dash = next(_steps(tree.root, Items), _DEFAULT_STEP)

    def set(self, path: Path, value: Value, order: Sequence[str] = ()) -> Splice:
        if not path:
            raise _refusal(path, "The whole document cannot be set at once")
        parent, last = self._editable(path[:-1]), path[-1]
        match parent, last:
            case Entries(), str() if any(key.text == last for key, _ in parent.entries[: parent.own]):
                return self._replace(path, value)
            case Entries(), str():
                return self._add(parent, path[:-1], last, value, order)
            case Items(), int():
                return self._replace(path, value)
            case None, str() if self._root is None:
                gap = "" if not self._text or self._text.endswith("\n") else self._newline
                lines = self._newline.join(entry(inline(last), value, self._step, self._dash))
                return _one(len(self._text), len(self._text), gap + lines + self._newline)
            case Scalar(), str() if path[:-1] and parent.is_null:
                return self._replace(path[:-1], {last: value})
            case _:
                raise _refusal(path, f"{address(path[:-1]) or 'The document'} has no place for it")

    def lines(self, path: Path, *, remarks: bool) -> tuple[str, ...]:
        """The lines of a block list's item from its dash on, as they would stand at the margin; () where the item has
        no lines of its own. With `remarks`, the comment lines right above it come first."""
        parent, index = find(self._root, path[:-1]), path[-1]
        if not isinstance(parent, Items) or parent.flow or parent.aliased or not isinstance(index, int):
            return ()
        start, end = self._rows(parent)[index]
        margin = parent.span.column - 1
        first = self._above(start) if remarks and self._starts_line(start) else self._line_start(start)
        above = self._text[first : self._line_start(start)]
        below = " " * margin + self._text[start : self._line_end(end)]
        rows = [row.removesuffix("\r") for row in (above + below).split("\n")]
        return tuple(row[margin:] if not row[:margin].strip() else row.lstrip() for row in rows)

    def remove(self, path: Path, *, remarks: bool = False) -> Splice:
        """Without a node's lines; with `remarks`, without the comment lines right above a block list's item too."""
        parent = self._editable(path[:-1])
        match parent, path[-1]:
            case Entries(), str() as key:
                own = parent.entries[: parent.own]
                index = next((n for n, (name, _) in enumerate(own) if name.text == key), None)
                if index is None:
                    raise _refusal(path, "A merge key brings it in")
                if len(parent.entries) == 1:
                    return self._replace(path[:-1], {})
                extents = [(name.span.start, max(name.span.end, value.span.end)) for name, value in own]
                return self._cut_flow(extents, index) if parent.flow else self._cut_lines(extents, index)
            case Items(), int() as index:
                if len(parent.items) == 1:
                    return self._replace(path[:-1], [])
                if parent.flow:
                    return self._cut_flow([(item.span.start, item.span.end) for item in parent.items], index)
                rows = self._rows(parent)
                if remarks and self._starts_line(rows[index][0]):
                    rows[index] = (self._above(rows[index][0]), rows[index][1])
                return self._cut_lines(rows, index)
            case _:
                raise _refusal(path, "There is nothing to remove")

    def rename(self, path: Path, key: str) -> Splice:
        parent = self._editable(path[:-1])
        own = parent.entries[: parent.own] if isinstance(parent, Entries) else ()
        old = next((name for name, _ in own if name.text == path[-1]), None)
        if old is None or not isinstance(parent, Entries):
            raise _refusal(path, "There is no such key")
        return _one(old.span.start, old.span.end, inline(key, style=old.style, flow=parent.flow))

    def insert(self, path: Path, index: int, value: Value) -> Splice:
        node = self._editable(path)
        if not isinstance(node, Items) or not node.items:
            return self._replace(path, [value])
        if node.flow:
            if index == 0:
                return _one(node.span.start + 1, node.span.start + 1, inline(value, flow=True) + ", ")
            end = node.items[index - 1].span.end
            return _one(end, end, ", " + inline(value, flow=True))
        rows = self._rows(node)
        lines = list_item(value, self._step, self._dash)
        indent = " " * (node.span.column - 1)
        apart = any(self._starts_line(start) and self._blank_above(self._above(start)) for start, _ in rows[1:])
        if index > 0:
            kept = _KEEPS_BLANK_LINES.search(self._text, *rows[index - 1])
            return self._after(rows[index - 1][1], ["", *lines] if apart and not kept else lines, indent)
        first = rows[0][0]
        if self._starts_line(first):
            at = self._above(first)
            if apart and not _KEEPS_BLANK_LINES.search("\n".join(lines)):
                lines = [*lines, ""]
            return _one(at, at, "".join(self._indented(indent, line) + self._newline for line in lines))
        return _one(first, first, (self._newline + indent).join([*lines, ""]))

    def move(self, path: Path, index: int, to: int) -> Splice:
        node = self._editable(path)
        if not isinstance(node, Items):
            raise _refusal(path, "Only list items move")
        if node.flow:
            return self._reorder([(item.span.start, item.span.end) for item in node.items], index, to)
        rows = [(start, self._line_end(end)) for start, end in self._rows(node)]
        if self._starts_line(rows[0][0]):
            rows = [(self._above(start), end) for start, end in rows]
        return self._reorder(rows, index, to)

    def _editable(self, path: Path) -> Node | None:
        for length in range(len(path) + 1):
            node = find(self._root, path[:length])
            if node is not None and node.aliased:
                raise _refusal(path, "It comes from an alias; edit it where the anchor is")
        return find(self._root, path)

    def _replace(self, path: Path, value: Value) -> Splice:
        """Put another value where a node stands."""
        node = find(self._root, path)
        if node is None:
            raise _refusal(path, "There is nothing to replace")
        if not path:
            return _one(node.span.start, self._line_end(node.span.end), inline(value))
        parent = find(self._root, path[:-1])
        in_flow = any(_is_flow(find(self._root, path[:length])) for length in range(len(path)))
        if in_flow:
            return self._replace_in_flow(node, parent, value)
        one_line = _one_line(node)
        literal = literal_lines(value)
        if one_line and not is_nested(value) and not (literal and self._rest(node.span.end) == ""):
            return self._replace_inline(node, value, flow=False)
        return self._replace_block(path, node, parent, value)

    def _replace_inline(self, node: Node, value: Value, *, flow: bool, prefix: str = "") -> Splice:
        start, end = node.span.start, node.span.end
        style, like = (node.style, node.text) if isinstance(node, Scalar) and not node.aliased else ("", "")
        rendered = inline(value, style=style, flow=flow, like="" if style else like)
        if not prefix and start == end and start > 0 and not self._text[start - 1].isspace():
            prefix = " "
        return _one(start, end, prefix + rendered)

    def _replace_in_flow(self, node: Node, parent: Node | None, value: Value) -> Splice:
        bare = False
        if isinstance(parent, Entries):
            key = parent.key(str(node.path[-1]))
            bare = key is not None and ":" not in self._text[key.span.end : node.span.start]
        return self._replace_inline(node, value, flow=True, prefix=": " if bare else "")

    def _replace_block(self, path: Path, node: Node, parent: Node | None, value: Value) -> Splice:
        """Replace everything behind the colon or dash, keeping a remark that stands on that line."""
        if isinstance(parent, Entries):
            key = parent.key(str(path[-1]))
            if key is None:
                raise _refusal(path, "There is nothing to replace")
            lead = self._text.index(":", key.span.end) + 1
            base = key.span.column - 1
        elif isinstance(parent, Items):
            lead = self._rows(parent)[int(path[-1])][0] + 1
            base = parent.span.column - 1
        else:
            raise _refusal(path, "It stands nowhere")
        header = self._text[lead : self._line_end(lead)]
        remark = header[: max(0, node.span.start - lead)] if not _one_line(node) else self._rest(node.span.end)
        remark = remark[remark.index("#") :].strip() if "#" in remark else ""
        end = self._line_end(node.span.end)
        return _one(lead, end, self._body(node, value, base, remark, in_list=isinstance(parent, Items)))

    def _body(self, node: Node, value: Value, base: int, remark: str, *, in_list: bool) -> str:
        tail = f" {remark}" if remark else ""
        if not is_nested(value):
            literal = literal_lines(value)
            if not literal:
                return f" {inline(value)}{tail}"
            indent = " " * (base + self._step)
            return self._newline.join([f" {literal[0]}{tail}", *(self._indented(indent, line) for line in literal[1:])])
        lines = block(value, self._step, self._dash)
        if in_list and not remark:
            indent = " " * (base + 2)
            return self._newline.join([f" {lines[0]}", *(self._indented(indent, line) for line in lines[1:])])
        same = (
            isinstance(node, Entries) == isinstance(value, Mapping)
            and not _one_line(node)
            and not isinstance(node, Scalar)
        )
        width = node.span.column - 1 if same else base + (self._step if isinstance(value, Mapping) else self._dash)
        if in_list:
            width = base + 2
        return self._newline.join([tail, *(self._indented(" " * width, line) for line in lines)])

    def _add(self, parent: Entries, path: Path, key: str, value: Value, order: Sequence[str]) -> Splice:
        """A new key behind those that come before it in `order`, or at the end of the map."""
        if not parent.entries:
            return self._replace(path, {key: value})
        if parent.flow:
            text = f"{inline(key, flow=True)}: {inline(value, flow=True)}"
            if not parent.own:
                return _one(parent.span.start + 1, parent.span.start + 1, text + ", ")
            end = max(max(name.span.end, item.span.end) for name, item in parent.entries[: parent.own])
            return _one(end, end, ", " + text)
        lines = entry(inline(key), value, self._step, self._dash)
        indent = " " * (parent.span.column - 1)
        before = parent.entries[: parent.own]
        if key in order:
            earlier = order[: order.index(key)]
            before = tuple(own for own in before if own[0].text in earlier)
        if not before and parent.own:
            first = parent.entries[0][0].span.start
            return _one(first, first, (self._newline + indent).join([*lines, ""]))
        end = max((max(name.span.end, item.span.end) for name, item in before), default=parent.span.end)
        apart = is_nested(value) and any(self._blank_above(name.span.start) for name, _ in parent.entries)
        return self._after(self._with_remarks(end, parent.span.column), ["", *lines] if apart else lines, indent)

    def _after(self, position: int, lines: Sequence[str], indent: str) -> Splice:
        at = self._line_end(position)
        return _one(at, at, "".join(self._newline + self._indented(indent, line) for line in lines))

    def _cut_lines(self, extents: Sequence[tuple[int, int]], index: int) -> Splice:
        start, end = extents[index][0], self._line_end(extents[index][1])
        if self._starts_line(start):
            if index > 0 and _KEEPS_BLANK_LINES.search(self._text, *extents[index - 1]):
                end = self._after_blank_lines(end)
            elif self._blank_above(start):
                # The blank line that set it apart goes with it.
                below = _BLANK_LINES.match(self._text, end)
                if not self._text[end:].strip():
                    start = self._line_start(self._line_start(start) - 1)
                elif below is not None:
                    end = self._line_end(self._text.index("\n", end) + 1)
            return Splice((self._whole_lines(start, end),))
        # The first of a collection that starts behind a dash: the next one takes its place on that line.
        following = extents[index + 1][0]
        if not self._text[end:following].strip():
            return _one(start, following, "")
        while self._text[start - 1] == " ":
            start -= 1
        return _one(start, end, "")

    def _cut_flow(self, extents: Sequence[tuple[int, int]], index: int) -> Splice:
        start, end = extents[index]
        if index == len(extents) - 1:
            before = extents[index - 1][1]
            return _one(start if "#" in self._text[before:start] else before, end, "")
        end = self._text.index(",", end) + 1
        following = extents[index + 1][0]
        blank = len(self._text[end:following]) - len(self._text[end:following].lstrip(" \t"))
        if self._starts_line(start) and not self._rest(end):
            return Splice((self._whole_lines(start, self._line_end(end)),))
        return _one(start, end + blank, "")

    def _reorder(self, rows: Sequence[tuple[int, int]], index: int, to: int) -> Splice:
        """Give the places of a list's items to other items, leaving what is between them."""
        order = [position for position in range(len(rows)) if position != index]
        order.insert(to, index)
        texts = [self._text[start:end] for start, end in rows]
        moved = zip(rows, order, strict=True)
        return Splice(
            tuple(
                (start, end, texts[source]) for (start, end), source in moved if texts[source] != self._text[start:end]
            )
        )

    def _rows(self, node: Items) -> list[tuple[int, int]]:
        """For each item of a block list, where its dash is and where its value ends."""
        dash = re.compile(rf"^ {{{node.span.column - 1}}}(-)(?=\s|$)", re.MULTILINE)
        rows: list[tuple[int, int]] = []
        for item in node.items:
            start = node.span.start
            if rows:
                found = dash.search(self._text, self._line_end(rows[-1][1]))
                if found is None:
                    raise _refusal(item.path, "Its dash cannot be found")
                start = found.start(1)
            rows.append((start, self._with_remarks(max(start + 1, item.span.end), node.span.column)))
        return rows

    def _with_remarks(self, end: int, column: int) -> int:
        """The end of the last comment behind a list's item that is indented into it: that far the item reaches."""
        at = self._line_end(end)
        while (row := _REMARK_LINE.match(self._text, at)) is not None and row.end() > at:
            if row["remark"] and len(row["indent"]) < column:
                break
            at = row.end()
            if row["remark"]:
                end = at
        return end

    def _above(self, position: int) -> int:
        """The start of the line at `position`, or of the remark lines right above it that are indented no further."""
        start = self._line_start(position)
        margin = position - start
        while start > 0:
            before = self._line_start(start - 1)
            remark = self._text[before:start].lstrip(" ")
            if not remark.startswith("#") or start - before - len(remark) > margin:
                break
            start = before
        return start

    def _whole_lines(self, start: int, end: int) -> tuple[int, int, str]:
        """The cut of the lines from `start` to `end` with one line break."""
        start = self._line_start(start)
        after = self._text.find("\n", end) + 1
        if after:
            return (start, after, "")
        return (max(0, start - len(self._newline)), len(self._text), "")

    def _after_blank_lines(self, end: int) -> int:
        """The end of the last blank line that follows the line ending at `end`, which a text above would take for its
        own once nothing stands between them."""
        blank = _BLANK_LINES.match(self._text, end)
        return end if blank is None else self._line_end(blank.end())

    def _blank_above(self, position: int) -> bool:
        """Whether the line above the one at `position` is blank."""
        start = self._line_start(position)
        return start > 1 and not self._text[self._line_start(start - 1) : start].strip()

    def _line_start(self, position: int) -> int:
        return self._text.rfind("\n", 0, position) + 1

    def _line_end(self, position: int) -> int:
        """The end of the line at `position`, before its line break."""
        end = self._text.find("\n", position)
        end = len(self._text) if end < 0 else end
        return end - 1 if end > position and self._text[end - 1] == "\r" else end

    def _rest(self, position: int) -> str:
        return self._text[position : self._line_end(position)].strip()

    def _starts_line(self, position: int) -> bool:
        return not self._text[self._line_start(position) : position].strip(" \ufeff")

    @staticmethod
    def _indented(indent: str, line: str) -> str:
        return indent + line if line else ""


def _refusal(path: Path, reason: str) -> Unsupported:
    return Unsupported(f"{address(path) or 'The document'} cannot be changed in place: {reason}")


def _one(start: int, end: int, text: str) -> Splice:
    return Splice(((start, end, text),))


def _is_flow(node: Node | None) -> bool:
    return isinstance(node, Items | Entries) and node.flow


def _one_line(node: Node) -> bool:
    """Whether a node stands in its line as one piece: not a block scalar, not a block collection."""
    match node:
        case Scalar():
            return node.aliased or node.style not in ("|", ">")
        case Items() | Entries():
            return node.aliased or node.flow


def _steps(node: Node | None, kind: type[Items] | type[Entries]) -> Iterator[int]:
    """How much further right than their key the block lists (or maps) of a document stand, in source order."""
    match node:
        case Entries():
            for key, value in node.entries[: node.own]:
                if isinstance(value, kind) and not value.flow and not value.aliased:
                    yield value.span.column - key.span.column
                yield from _steps(value, kind)
        case Items():
            for item in node.items:
                yield from _steps(item, kind)
