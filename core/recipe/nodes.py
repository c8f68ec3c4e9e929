"""The nodes of a document: scalars with their source text, lists, maps; each knows its path and its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from core.recipe.address import Path

MAX_NODES = 10_000
MAX_DEPTH = 64

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on", "y"})
_FALSE = frozenset({"false", "no", "off", "n"})


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stands: character offsets `start`..`end` of the text, `line` and `column` counted from 1.

    Anchor and tag are not part of it. A block node ends with its last character, before comments and line ends; an
    alias stands where it is used, what is inside it where it is defined.
    """

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar's source text; `style` is "" (plain), ``'``, ``"``, ``|`` or ``>``."""

    path: Path
    span: Span
    text: str
    style: str = ""
    aliased: bool = False

    @property
    def is_null(self) -> bool:
        return not self.style and self.text in _NULLS

    @property
    def flag(self) -> bool | None:
        """The truth value of a plain or quoted boolean word (YAML 1.1 words count, as AWS's Go parser takes them)."""
        word = self.text.lower()
        return True if word in _TRUE else False if word in _FALSE else None


@dataclass(frozen=True, slots=True)
class Items:
    """A sequence."""

    path: Path
    span: Span
    items: tuple["Node", ...]
    flow: bool = False
    aliased: bool = False


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping in source order. What merge keys (``<<``) bring in comes last, from position `own` on."""

    path: Path
    span: Span
    entries: tuple[tuple[Scalar, "Node"], ...]
    flow: bool = False
    aliased: bool = False
    own: int = 0
    index: Mapping[str, "Node"] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {key.text: value for key, value in self.entries})

    def get(self, key: str) -> "Node | None":
        return self.index.get(key)

    def key(self, text: str) -> Scalar | None:
        return next((key for key, _ in self.entries if key.text == text), None)


Node: TypeAlias = Scalar | Items | Entries
Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
