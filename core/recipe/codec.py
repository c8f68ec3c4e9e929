"""A document's source text and its tree together, and edits that never write the file anew.

An edit is a splice: characters are replaced at the marks of one node, so comments, order, quoting, alignment and line
ends of everything else stay byte for byte. Every splice is proved before it is handed out: the new text is read again
and must say what the edit meant, and nothing else; what cannot be done that way is refused rather than rewritten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from core.errors import Invalid, NotFound, Problem, Severity, Unsupported
from core.recipe.address import Path, address, parse_address
from core.recipe.render import Value, Verbatim, plain_value
from core.recipe.splice import Splice, Splicer
from core.recipe.tree import Items, Node, Plain, Tree, find, plain, read, tree_of

Place = str | Path


@dataclass(frozen=True, slots=True)
class Source:
    """A text as it stands in the file, with its tree. Edits return a new one; a place is an address or a path."""

    tree: Tree

    @classmethod
    def parse(cls, text: str, *, file: str = "") -> Self:
        """Read a text; never raises for a bad one: `problems` say what is wrong with it as YAML."""
        return cls(read(text, file=file))

    @property
    def text(self) -> str:
        return self.tree.text

    @property
    def file(self) -> str:
        return self.tree.file

    @property
    def root(self) -> Node | None:
        return self.tree.root

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.tree.problems

    def node(self, place: Place) -> Node | None:
        """The node at an address, None where there is none."""
        return find(self.tree.root, path_of(place))

    def value(self, place: Place = "") -> Plain:
        """The plain value at an address: texts, lists, maps; None for YAML null and where nothing is."""
        return plain(self.node(place))

    def position(self, place: Place) -> tuple[int, int]:
        """Line and column (from 1) of the node at an address, or of the deepest node on the way to it."""
        path = path_of(place)
        while path and find(self.tree.root, path) is None:
            path = path[:-1]
        node = find(self.tree.root, path)
        return (node.span.line, node.span.column) if node is not None else (1, 1)

    def set(self, place: Place, value: Value, order: Sequence[str] = ()) -> Self:
        """Give the node at an address another value; a key that is missing in its map is added at its end, or behind
        the last of those that come before it in `order`.

        Raises:
            NotFound: the parent is not there, or the list is shorter. Unsupported, Invalid: see `_edited`.
        """
        path = path_of(place)
        return self._edited(
            path,
            lambda splicer: splicer.set(path, value, order),
            lambda root: _replaced(root, path, plain_value(value)),
        )

    def remove(self, place: Place, *, remarks: bool = False) -> Self:
        """Take a key with its value, or a list item, away with its lines; with `remarks`, the comment lines right
        above a block list's item go as well.

        Raises:
            NotFound: nothing is there. Unsupported, Invalid: see `_edited`.
        """
        path = path_of(place)
        return self._edited(
            path, lambda splicer: splicer.remove(path, remarks=remarks), lambda root: _removed(root, path)
        )

    def rename(self, place: Place, key: str) -> Self:
        """Give the key at an address another name; its value stays as it is.

        Raises:
            NotFound: no key is there, or one of the new name is there too. Unsupported, Invalid: see `_edited`.
        """
        path = path_of(place)
        if self.node((*path[:-1], key)) is not None:
            raise NotFound(f"There is a {key!r} already")
        return self._edited(path, lambda splicer: splicer.rename(path, key), lambda root: _renamed(root, path, key))

    def item(self, place: Place, *, remarks: bool = False) -> Value:
        """A list item in the shape in which it can be inserted elsewhere, with quotes and comments where its own lines
        say all of it (not in braces or brackets, nor where an alias brings something in).

        Raises:
            NotFound: no list item is there.
        """
        path = path_of(place)
        value = _at(plain(self.root), path)
        lines = Splicer(self.tree).lines(path, remarks=remarks)
        alone = [read("\n".join(lines) + end) for end in ("\n", "")]
        if not lines or alone[0].problems or [value] not in [plain(each.root) for each in alone]:
            return value
        return Verbatim(_at(plain(alone[0].root), (0,)), lines)

    def insert(self, place: Place, index: int, value: Value) -> Self:
        """Put an item into the list at an address so that it gets the position `index`.

        Raises:
            NotFound: there is no list, or it is shorter. Unsupported, Invalid: see `_edited`.
        """
        path = path_of(place)
        return self._edited(
            path,
            lambda splicer: splicer.insert(path, index, value),
            lambda root: _inserted(root, path, index, plain_value(value)),
        )

    def append(self, place: Place, value: Value) -> Self:
        """Put an item at the end of the list at an address; see `insert`."""
        node = self.node(place)
        return self.insert(place, len(node.items) if isinstance(node, Items) else 0, value)

    def move(self, place: Place, index: int, to: int) -> Self:
        """Move the item `index` of the list at an address to the position `to` (counted without it).

        A block item takes the comment lines right above it along.

        Raises:
            NotFound: there is no list, or it is shorter. Unsupported, Invalid: see `_edited`.
        """
        path = path_of(place)
        if index == to and self.node((*path, index)) is not None:
            return self
        return self._edited(
            path,
            lambda splicer: splicer.move(path, index, to),
            lambda root: _inserted(_removed(root, (*path, index)), path, to, _at(root, (*path, index))),
        )

    def _edited(self, path: Path, edit: Callable[[Splicer], Splice], meant: Callable[[Plain], Plain]) -> Self:
        """The source after a splice, proved by reading it again.

        Raises:
            Invalid: the text has errors that must be corrected first.
            Unsupported: the node comes from an alias, or stands where a splice would touch other nodes.
        """
        errors = [problem for problem in self.problems if problem.severity is Severity.ERROR]
        if errors:
            hint = "Correct the text first"
            raise Invalid(
                f"{self.file or 'The file'} cannot be edited: {errors[0].message}", problems=errors, hint=hint
            )
        right = (meant(plain(self.root)), meant(self._complete()))
        spliced = edit(Splicer(self.tree)).applied(self.text)
        # A block text at the very end needs a line break behind it to keep its own last one.
        for text in (spliced, spliced + "\n") if not spliced.endswith("\n") else (spliced,):
            edited = type(self)(tree_of(text, file=self.file))
            if plain(edited.root) in right and len(edited.problems) <= len(self.problems):
                return edited
        where = address(path) or "the document"
        raise Unsupported(f"{where} cannot be changed in place", hint="Edit the text itself there")

    def _complete(self) -> Plain:
        """What the text says with a line break at its end: a block text there gains one by what follows it."""
        return plain(self.root) if self.text.endswith("\n") else plain(read(self.text + "\n").root)


def path_of(place: Place) -> Path:
    if isinstance(place, tuple):
        return place
    try:
        return parse_address(place)
    except ValueError as error:
        raise NotFound(str(error)) from None


def _at(root: Plain, path: Path) -> Plain:
    for part in path:
        match root, part:
            case dict(), str() if part in root:
                root = root[part]
            case list(), int() if 0 <= part < len(root):
                root = root[part]
            case _:
                raise NotFound(f"There is no {address(path)}")
    return root


def _replaced(root: Plain, path: Path, value: Plain) -> Plain:
    if not path:
        return value
    match root, path[0]:
        case dict(), str() as key if key in root or len(path) == 1:
            return root | {key: _replaced(root.get(key), path[1:], value)}
        case list(), int() as index if 0 <= index < len(root):
            return [*root[:index], _replaced(root[index], path[1:], value), *root[index + 1 :]]
        case None, str() as key if len(path) == 1:
            return {key: value}
    raise NotFound(f"There is no {address(path[:1])} to set a value in")


def _removed(root: Plain, path: Path) -> Plain:
    match root, path:
        case dict(), (str() as key,) if key in root:
            return {name: value for name, value in root.items() if name != key}
        case list(), (int() as index,) if 0 <= index < len(root):
            return [*root[:index], *root[index + 1 :]]
        case dict(), (str() as key, *_) if key in root:
            return root | {key: _removed(root[key], path[1:])}
        case list(), (int() as index, *_) if 0 <= index < len(root):
            return [*root[:index], _removed(root[index], path[1:]), *root[index + 1 :]]
    raise NotFound(f"There is no {address(path[:1]) or 'such node'} to remove")


def _renamed(root: Plain, path: Path, key: str) -> Plain:
    parent = _at(root, path[:-1])
    if not isinstance(parent, dict) or path[-1] not in parent:
        raise NotFound(f"There is no {address(path)}")
    entries: Plain = {key if name == path[-1] else name: value for name, value in parent.items()}
    return entries if len(path) == 1 else _replaced(root, path[:-1], entries)


def _inserted(root: Plain, path: Path, index: int, value: Plain) -> Plain:
    if not path:
        items = [] if root is None else root
        if isinstance(items, list) and 0 <= index <= len(items):
            return [*items[:index], value, *items[index:]]
        raise NotFound("There is no list with that position")
    match root, path[0]:
        case dict(), str() as key if key in root:
            return root | {key: _inserted(root[key], path[1:], index, value)}
        case list(), int() as position if 0 <= position < len(root):
            return [*root[:position], _inserted(root[position], path[1:], index, value), *root[position + 1 :]]
    raise NotFound(f"There is no {address(path[:1])} to insert into")
