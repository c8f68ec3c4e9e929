"""Loops of component documents: a step run for every number of a range or every text of a list.

Source: EC2 Image Builder user guide, toe-looping-constructs.
"""

from dataclasses import dataclass
from typing import TypeAlias

from core.recipe.findings import Fields, Findings, entries_of, kind_of, said, text_of
from core.recipe.tree import Entries, Items, Node, Scalar

DELIMITERS = (",", ".", ";", ":", "\n", "\t", " ", "-", "_")
_WRITTEN = {r"\n": "\n", r"\t": "\t"}


@dataclass(frozen=True, slots=True)
class ForRange:
    """``for``: from `start` to `end`, both included, by `update_by`, which is never 0."""

    start: int
    end: int
    update_by: int


@dataclass(frozen=True, slots=True)
class ForEachList:
    """``forEach`` over a list; each item may hold references."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForEachDelimited:
    """``forEach`` over one text split at a delimiter of one character."""

    list: str
    delimiter: str = ","


Over: TypeAlias = ForRange | ForEachList | ForEachDelimited


@dataclass(frozen=True, slots=True)
class Loop:
    name: str | None
    over: Over


def read_loop(node: Node, findings: Findings, what: str) -> Loop | None:
    """A step's `loop`; None when it is wrong, with the reasons in `findings`."""
    entries = entries_of(node, findings, what)
    if entries is None:
        return None
    fields = Fields(entries, findings, what, ("name", "for", "forEach"))
    name = fields.text("name")
    counted, each = fields.get("for"), fields.get("forEach")
    if (counted is None) == (each is None):
        findings.error(node, f"{what} needs exactly one of 'for' and 'forEach'".capitalize())
        return None
    over = _range(counted, findings, what) if counted is not None else _each(each, findings, what)
    return None if over is None else Loop(name or None, over)


def _range(node: Node, findings: Findings, what: str) -> ForRange | None:
    entries = entries_of(node, findings, f"'for' of {what}")
    if entries is None:
        return None
    fields = Fields(entries, findings, f"'for' of {what}", ("start", "end", "updateBy"))
    numbers = [fields.whole(key) if fields.required(key) is not None else None for key in ("start", "end", "updateBy")]
    start, end, step = numbers
    if start is None or end is None or step is None:
        return None
    if step == 0:
        findings.error(entries.index["updateBy"], f"'updateBy' of {what} must not be 0: the loop would never end")
        return None
    if start < end and step < 0:
        findings.error(
            entries.index["updateBy"], f"{what} counts down from {start} and never reaches {end}".capitalize()
        )
        return None
    if start > end and step > 0:
        findings.warning(node, f"{what} starts past its end and runs zero times".capitalize())
    return ForRange(start, end, step)


def _each(node: Node | None, findings: Findings, what: str) -> Over | None:
    match node:
        case Items():
            texts = [text_of(item, findings, f"an item of 'forEach' of {what}") for item in node.items]
            good = tuple(text for text in texts if text is not None)
            return ForEachList(good) if len(good) == len(texts) else None
        case Entries():
            fields = Fields(node, findings, f"'forEach' of {what}", ("list", "delimiter"))
            text = fields.text("list", required=True)
            delimiter = _delimiter(node, findings, what)
            return None if text is None else ForEachDelimited(text, delimiter)
        case Scalar():
            hint = "Write {list: …, delimiter: …} to split a text"
            findings.error(node, f"'forEach' of {what} must be a list or a map, not {kind_of(node)}", hint)
    return None


def _delimiter(node: Entries, findings: Findings, what: str) -> str:
    given = node.get("delimiter")
    if given is None:
        return ","
    text = given.text if isinstance(given, Scalar) else ""
    delimiter = _WRITTEN.get(text, text)
    if delimiter in DELIMITERS:
        return delimiter
    hint = 'It is one of , . ; : - _ blank "\\n" "\\t"'
    findings.error(given, f"'delimiter' of {what} cannot be {said(given)}", hint)
    return ","
