"""Documents drawn at random, written with many habits: block and flow, comments, quotes, blank lines, line ends."""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from core.recipe.render import Value

KEYS = st.sampled_from(["name", "imageRecipe", "components", "Port", "a", "b", "on", "tags", "x-y", "key with blank"])
TEXTS = st.one_of(
    st.sampled_from(
        ["80", "0755", "1.0", "true", "null", "", "{{ X }}", "a: b", "- x", "# no", "it's", 'say "hi"', "é✓"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
)
LONG_TEXTS = st.sampled_from(
    ["one\ntwo\n", "one\n\n  two", "echo a: b\nexit 0\n", " lead\nx\n", "a\r\nb", "tail\n\n\n", "x\t\ny "]
)
NEW_VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(TEXTS, LONG_TEXTS, st.text(max_size=8), st.booleans(), st.integers(-9, 9999), st.none()),
    lambda children: st.one_of(st.lists(children, max_size=3), st.dictionaries(KEYS, children, max_size=3)),
    max_leaves=6,
)


@dataclass(frozen=True)
class Drawn:
    text: str


@st.composite
def documents(draw: Callable[[st.SearchStrategy[object]], object]) -> Drawn:
    """A map in block style with up to four levels below it."""
    writer = _Writer(draw)
    lines = writer.entries(0, 0)
    if writer.chance(4):
        lines = ["# head", "", *lines]
    if writer.chance(5):
        lines = ["---", *lines]
    newline = "\r\n" if writer.chance(4) else "\n"
    end = "" if writer.chance(5) else newline
    return Drawn(newline.join(lines) + end)


class _Writer:
    def __init__(self, draw: Callable[[st.SearchStrategy[object]], object]) -> None:
        self._draw = draw
        self._list_indent = 0 if self.chance(3) else 2
        self._step = 4 if self.chance(4) else 2

    def chance(self, one_in: int) -> bool:
        return self._draw(st.integers(1, one_in)) == 1

    def count(self, least: int, most: int) -> int:
        number = self._draw(st.integers(least, most))
        assert isinstance(number, int)
        return number

    def entries(self, indent: int, depth: int) -> list[str]:
        keys = self._draw(st.lists(KEYS, min_size=1, max_size=3, unique=True))
        assert isinstance(keys, list)
        lines: list[str] = []
        for key in keys:
            lines += self.remarks(indent)
            lines += self.entry(str(key), indent, depth)
        return lines

    def entry(self, key: str, indent: int, depth: int) -> list[str]:
        pad = " " * indent
        shape = self.count(0, 5 if depth < 3 else 3)
        if shape == 4:
            return [f"{pad}{key}:{self.remark()}", *self.entries(indent + self._step, depth + 1)]
        if shape == 5:
            return [f"{pad}{key}:{self.remark()}", *self.items(indent + self._list_indent, depth + 1)]
        if shape == 3:
            inner = " " * (indent + self._step)
            header = str(self._draw(st.sampled_from(["|", "|-", ">", "|+", ">-"])))
            return [f"{pad}{key}: {header}", f"{inner}echo one", "", f"{inner}  two # text", f"{inner}three"]
        if shape == 2:
            return [f"{pad}{key}: {self.flow(2)}{self.remark()}"]
        return [f"{pad}{key}:{' ' * self.count(1, 3)}{self.scalar()}{self.remark()}".rstrip()]

    def items(self, indent: int, depth: int) -> list[str]:
        pad = " " * indent
        lines: list[str] = []
        for _ in range(self.count(1, 3)):
            lines += self.remarks(indent)
            shape = self.count(0, 3 if depth < 3 else 1)
            if shape == 3:
                below = self.entries(indent + 2, depth + 1)
                first = next(number for number, line in enumerate(below) if line.strip() and line.lstrip()[0] != "#")
                lines += [pad + "- " + below[first].lstrip(), *below[first + 1 :]]
            elif shape == 2:
                below = self.items(indent + 2, depth + 1)
                first = next(number for number, line in enumerate(below) if line.strip() and line.lstrip()[0] != "#")
                lines += [pad + "- " + below[first].lstrip(), *below[first + 1 :]]
            elif shape == 1:
                lines.append(f"{pad}- {self.flow(2)}{self.remark()}")
            else:
                lines.append(f"{pad}- {self.scalar()}{self.remark()}".rstrip())
        return lines

    def flow(self, depth: int) -> str:
        if depth == 0 or self.chance(3):
            return str(self._draw(st.sampled_from(["plain", "'single'", '"80"', "1.0", "a b"])))
        comma = str(self._draw(st.sampled_from([", ", ",  ", ","])))
        if self.chance(2):
            tail = comma.rstrip() if self.chance(5) else ""
            inner = comma.join(self.flow(depth - 1) for _ in range(self.count(0, 3)))
            return f"[{inner}{tail if inner else ''}]"
        keys = self._draw(st.lists(st.sampled_from(["k", "Port", "m"]), max_size=3, unique=True))
        assert isinstance(keys, list)
        return "{" + comma.join(f"{key}: {self.flow(depth - 1)}" for key in keys) + "}"

    def scalar(self) -> str:
        words = [
            "plain",
            "80",
            "1.0.x",
            "true",
            "",
            "~",
            "'single # quoted'",
            '"double \\" quoted"',
            "two words",
            "a{{ X }}",
        ]
        return str(self._draw(st.sampled_from(words)))

    def remark(self) -> str:
        return f"{' ' * self.count(1, 4)}# remark" if self.chance(4) else ""

    def remarks(self, indent: int) -> list[str]:
        shape = self.count(0, 6)
        return [""] if shape == 6 else [" " * indent + "# about what follows"] if shape == 5 else []
