"""Known failures of builds: the table of `resources/explanations.yml`, and which of them a text tells of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

TABLE: Final = "explanations.yml"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A known failure: its name in one phrase, what it means, what to do, and where that is from. `because` are ids of
    those that may lie behind it."""

    id: str
    title: str
    means: str
    advice: str
    source: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    known: Explanation
    patterns: tuple[re.Pattern[str], ...]

    def fits(self, line: str) -> bool:
        return any(pattern.search(line) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class Finding:
    """A known failure and the line that tells of it."""

    known: Explanation
    line: str


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    patterns: tuple[str, ...]
    means: str
    advice: str
    source: str
    because: tuple[str, ...] = ()


_ENTRIES: Final = TypeAdapter(tuple[_Entry, ...])


def explanations() -> tuple[Explanation, ...]:
    """The table, what is nearest to the root first."""
    return tuple(rule.known for rule in _rules())


@cache
def _rules() -> tuple[_Rule, ...]:
    text = (files("resources") / TABLE).read_text(encoding="utf-8")
    return tuple(
        _Rule(
            Explanation(each.id, each.title, each.means, each.advice, each.source, each.because),
            tuple(re.compile(pattern, re.IGNORECASE) for pattern in each.patterns),
        )
        for each in _ENTRIES.validate_python(YAML(typ="safe", pure=True).load(text))
    )


def find(lines: Sequence[str], before: Iterable[str] = ()) -> Finding | None:
    """What the lines of a failure tell of. `before` are lines of what did not fail before it: they count for what lies
    behind the failure only, because harmless complaints are common."""
    found = _first(_rules(), lines)
    if found is None or not found.known.because:
        return found
    behind = [rule for rule in _rules() if rule.known.id in found.known.because]
    return _first(behind, tuple(before)) or found


def _first(rules: Iterable[_Rule], lines: Sequence[str]) -> Finding | None:
    return next((Finding(rule.known, line) for rule in rules for line in lines if rule.fits(line)), None)
