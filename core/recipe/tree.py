"""A YAML or JSON text as a tree of nodes that know their place, read defensively.

Image Builder's documents depend on the *source text* of a scalar (``permissions: 0755``, ``schemaVersion: 1.0``), so
nothing is resolved to numbers here: a scalar is its text, and whoever reads it says which type is wanted. Documents in
their common form are read by `core.recipe.swift`, all others by `core.recipe.thorough`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from core.errors import Problem, Severity
from core.recipe.address import Path
from core.recipe.nodes import Entries, Items, Node, Plain, Scalar, Span
from core.recipe.swift import swift_root

__all__ = ["Entries", "Items", "Node", "Plain", "Scalar", "Span", "Tree", "find", "plain", "read", "tree_of"]

MAX_CHARACTERS = 1024 * 1024


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
    if (root := swift_root(text)) is not None:
        return Tree(text, root, (), file)
    from core.recipe.thorough import thorough_tree  # the library takes longer to load than most documents to read

    return thorough_tree(text, file=file)


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
