"""What every document in an editor can do: values put and cleared, list items added, removed, moved, copied, pasted.

Edits are pure: each returns a new value and leaves the old one as it was, which is all that undo needs. They are made
of the splices of `core.recipe.codec`, so an edit touches the lines of its node and no others. A value at its default is
not written: the file says what its author decided, nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from core.errors import Invalid, Severity, Unsupported
from core.recipe.address import Path, address
from core.recipe.codec import Place, Source, path_of
from core.recipe.render import Value, list_item, plain_value
from core.recipe.tree import Entries, Items, Node, Plain, Scalar, plain, tree_of

_EMPTY: tuple[Plain, ...] = (None, [], {})


@dataclass(frozen=True, slots=True)
class Slot:
    """What a place means when nothing is written there; a `required` place is never left out, and a `blank` text is
    as good as nothing."""

    default: Plain = None
    required: bool = False
    blank: bool = False

    def empty(self, value: Plain) -> bool:
        """Whether a value says no more than nothing does."""
        return not self.required and (value == self.default or value in _EMPTY or (self.blank and value == ""))


@dataclass(frozen=True)
class Editable:
    """A document's source, with edits. A place is an address or a path; indexes are positions in a list.

    Every edit raises Invalid while the text is no valid YAML, Unsupported where a splice would touch other nodes (a
    value that comes from an alias), NotFound where there is no such place.
    """

    source: Source

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def file(self) -> str:
        return self.source.file

    def slot(self, path: Path) -> Slot:
        """What is meant at `path` without a word there."""
        raise NotImplementedError

    def keys(self, path: Path) -> tuple[str, ...]:
        """The keys that the map at `path` may have, in the order in which they are written; () where any will do."""
        raise NotImplementedError

    def copied_name(self, place: Path, item: Plain) -> tuple[str, str] | None:
        """The key and the value by which a duplicate of a list item differs from it; None where nothing has to."""
        raise NotImplementedError

    def item_of(self, place: Path, text: str) -> Value:
        """The list item that a pasted text which is no map stands for."""
        raise Invalid("What was pasted cannot stand here", hint="Paste a list of YAML maps")

    def write(self, text: str) -> Self:
        """The document with another text, as typed in a text editor."""
        return self if text == self.text else self._with(Source(tree_of(text, file=self.file)))

    def renamed(self, file: str) -> Self:
        """The same text under another file name."""
        return self._with(Source(tree_of(self.text, file=file)))

    def put(self, place: Place, value: Value) -> Self:
        """Give a place a value; maps on the way that are missing are made. A value at its default is cleared."""
        path = path_of(place)
        meant = plain_value(value)
        if self.slot(path).empty(meant):
            return self.clear(path)
        if self.source.node(path) is not None and self.source.value(path) == meant:
            return self
        nodes = [self.source.node(path[:length]) for length in range(len(path))]
        depth = max((length for length, node in enumerate(nodes) if _holds(node)), default=0)
        target, last = path[: depth + 1], path[depth]
        for part in reversed(path[depth + 1 :]):
            value = [value] if isinstance(part, int) else {part: value}
        parent = self.source.node(path[:depth])
        if isinstance(last, int) and isinstance(parent, Items) and last == len(parent.items):
            return self._with(self.source.insert(path[:depth], last, value))
        return self._with(self.source.set(target, value, self.keys(path[:depth])))

    def clear(self, place: Place) -> Self:
        """Take a value away, and the maps and lists that held nothing else."""
        path = path_of(place)
        if self.source.node(path) is None:
            return self
        while len(path) > 1 and self._may_go(path[:-1]):
            path = path[:-1]
        return self._with(self.source.remove(path))

    def rename(self, place: Place, key: str) -> Self:
        """Give a key another name."""
        return self._with(self.source.rename(place, key))

    def _may_go(self, parent: Path) -> bool:
        """Whether a map or list goes with the one thing it holds; a list's item does not."""
        node = self.source.node(parent)
        size = len(node.entries) if isinstance(node, Entries) else len(node.items) if isinstance(node, Items) else 0
        return size == 1 and isinstance(parent[-1], str) and not self.slot(parent).required

    def count(self, place: Place) -> int:
        """How many items the list at a place has; 0 where there is none."""
        node = self.source.node(place)
        return len(node.items) if isinstance(node, Items) else 0

    def add(self, place: Place, value: Value, index: int | None = None) -> Self:
        """Put an item into a list, at its end unless `index` says where; a missing list is made."""
        path = path_of(place)
        if not self.count(path):
            if plain(self.source.node(path)) not in _EMPTY:
                raise Unsupported(f"{address(path)} is not a list", hint="Correct the text there first")
            return self.put(path, [value])
        return self._with(self.source.insert(path, self.count(path) if index is None else index, value))

    def remove(self, place: Place, indexes: Iterable[int]) -> Self:
        """Take items and the comments right above them out of a list; a list left empty goes, unless it is required."""
        path, doomed = path_of(place), set(indexes)
        if doomed >= set(range(self.count(path))) and not self.slot(path).required:
            return self.clear(path)
        source = self.source
        for index in sorted(doomed, reverse=True):
            source = source.remove((*path, index), remarks=True)
        return self._with(source)

    def move(self, place: Place, indexes: Iterable[int], gap: int) -> Self:
        """Move items, in their order, to the gap before the item that now is at position `gap`."""
        path, chosen = path_of(place), sorted(set(indexes))
        source = self.source
        # Those before the gap from its side backwards, the others forwards: so none shifts one that is still to move.
        for offset, index in enumerate(reversed([index for index in chosen if index < gap])):
            source = source.move(path, index, gap - 1 - offset)
        for offset, index in enumerate(index for index in chosen if index >= gap):
            source = source.move(path, index, gap + offset)
        return self._with(source)

    def duplicate(self, place: Place, indexes: Iterable[int]) -> Self:
        """Put copies of items below the last of them, under names of their own where names must differ."""
        path, chosen = path_of(place), sorted(set(indexes))
        changed = self
        for offset, index in enumerate(chosen):
            at = chosen[-1] + 1 + offset
            copy = self.source.item((*path, index))
            changed = changed.add(path, copy, at)
            named = changed.copied_name(path, plain_value(copy))
            if named is not None:
                changed = changed.put((*path, at, named[0]), named[1])
        return changed

    def copy(self, place: Place, indexes: Iterable[int]) -> str:
        """Items as YAML text, for the clipboard; quotes and comments come along."""
        path = path_of(place)
        items = (self.source.item((*path, index), remarks=True) for index in sorted(set(indexes)))
        return "".join(f"{line}\n" for item in items for line in list_item(item, 2, 2))

    def paste(self, place: Place, text: str, index: int | None = None) -> Self:
        """Put the items of a YAML text into a list: what `copy` gave, one map, or a map with such a list as only value.

        Raises:
            Invalid: the text holds no items for this place.
        """
        path = path_of(place)
        changed = self
        for offset, item in enumerate(self._pasted(path, text)):
            changed = changed.add(path, item, None if index is None else index + offset)
        return changed

    def _pasted(self, place: Path, text: str) -> Sequence[Value]:
        source = Source.parse(text)
        errors = [problem for problem in source.problems if problem.severity is Severity.ERROR]
        root = source.root
        match root:
            case _ if errors:
                raise Invalid(f"What was pasted is not YAML: {errors[0].message}", problems=errors, hint=errors[0].hint)
            case Items(items=items) if items:
                return [source.item((index,), remarks=True) for index in range(len(items))]
            case Entries(entries=((_, Items(path=path, items=items)),)) if items:
                return [source.item((*path, index), remarks=True) for index in range(len(items))]
            case Entries():
                lines = tuple(text.rstrip().splitlines())
                dashed = Source.parse(
                    "\n".join(("- " if number == 0 else "  ") + line for number, line in enumerate(lines))
                )
                whole = dashed.item((0,)) if dashed.value("") == [source.value("")] else source.value("")
                return [whole]
            case Scalar() if not root.is_null:
                return [self.item_of(place, root.text)]
        raise Invalid("There is nothing to paste", hint="Copy list items or their YAML text first")

    def _with(self, source: Source) -> Self:
        return self if source is self.source else replace(self, source=source)


def _holds(node: Node | None) -> bool:
    """Whether a value can be put below a node as it is: it is there and says something."""
    return node is not None and not (isinstance(node, Scalar) and node.is_null)


def below(found: str, place: str) -> bool:
    """Whether an address is another one or below it; what a connection overrides counts as the thing overridden."""
    if found.startswith("connections.") and not place.startswith("connections"):
        found = (*found.split(".", 2), "")[2]
    return not place or found == place or found.startswith((place + ".", place + "["))


def free_name(name: str, taken: set[str]) -> str:
    """The name with the first number behind it that makes it one of its own."""
    stem, _, number = name.rpartition("-")
    stem = stem if stem and number.isdigit() else name
    return next(free for count in range(2, len(taken) + 3) if (free := f"{stem}-{count}") not in taken)
