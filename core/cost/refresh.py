"""Bringing the prices up to date from the AWS Price List, into the user's cache.

A refresh asks many questions, one after the other, and loses nothing: what was answered before it is cancelled, cut off,
throttled or denied is kept, a figure that AWS states twice stays as it was, and the file is replaced in one step. It
blocks for minutes; who calls it does so off the GUI thread.
"""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, Protocol

from core.aws.price_list import SOURCE, Answer
from core.aws.price_questions import Question, questions
from core.aws.quote import Kind, Quote
from core.catalog.instance_types import INSTANCE_TYPES, InstanceType
from core.catalog.regions import REGIONS
from core.cost import pack
from core.cost.pack import Pack, Sheet
from core.errors import BakehouseError, Cancelled, HostFault, Invalid

PRICED: Final = ("aws", "aws-us-gov")
"""The partitions whose prices are in the list in USD."""
NAMED: Final = 3
"""Refused figures that a summary names."""


class Source(Protocol):
    """Who is asked: `core.aws.price_list.PriceList`."""

    def answer(self, question: Question, check: Callable[[], None]) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` questions are answered, with `figures` prices so far; `name` is what is asked for now."""

    done: int
    total: int
    name: str
    figures: int


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh brought: `done` of `total` questions answered, `figures` prices. `refused` are sentences on prices
    that stay as they were. `error` is what ended it early, None when it came to its end."""

    done: int
    total: int
    figures: int
    refused: tuple[str, ...]
    error: BakehouseError | None

    @property
    def summary(self) -> str:
        """What happened, for a person."""
        lines = [f"{self.figures:,} prices are up to date."]
        if self.error is not None:
            kept = "What was answered is kept." if self.figures else "The prices you had are untouched."
            lines = [f"The refresh stopped after {self.done} of {self.total} questions: {self.error.message} {kept}"]
            lines += [self.error.hint] if self.error.hint else []
        if self.refused:
            more = f" And {len(self.refused) - NAMED} more." if len(self.refused) > NAMED else ""
            lines.append(f"{len(self.refused)} prices were refused. {' '.join(self.refused[:NAMED])}{more}")
        return "\n".join(lines)


def everything() -> tuple[Question, ...]:
    """All that the price list in USD can be asked: some 90 questions, 500 pages."""
    return questions(tuple(code for code, region in REGIONS.items() if region.partition in PRICED))


def some(instance_types: Iterable[str]) -> tuple[Question, ...]:
    """The prices of these instance types in all regions, and all that is no instance: a few dozen pages."""
    return questions((), tuple(instance_types))


def refresh(
    source: Source,
    asked: tuple[Question, ...],
    cached: Path,
    progress: Callable[[Progress], None] = lambda _: None,
    check: Callable[[], None] = lambda: None,
) -> Refreshed:
    """Ask, and keep the answers in `cached`. `check` is called between pages; what it raises (Cancelled) ends the
    refresh, is raised again, and what was answered before it is kept. Raises HostFault when `cached` can't be written."""
    answers: list[Answer] = []
    error: BakehouseError | None = None
    try:
        for question in asked:
            figures = sum(len(answer.quotes) for answer in answers)
            progress(Progress(len(answers), len(asked), question.name, figures))
            answers.append(source.answer(question, check))
    except Cancelled:
        raise
    except BakehouseError as fault:
        error = fault
    finally:
        _keep(answers, cached)
    figures = sum(len(answer.quotes) for answer in answers)
    refused = tuple(sentence for answer in answers for sentence in answer.refused)
    return Refreshed(len(answers), len(asked), figures, refused, error)


def _keep(answers: Iterable[Answer], cached: Path) -> None:
    """Read again what is there, since another window may have refreshed meanwhile, and put the newer on top."""
    fresh = Pack(
        tuple(_sheets(quote for answer in answers for quote in answer.quotes)),
        {name: known for answer in answers for name, known in answer.types.items() if name not in INSTANCE_TYPES},
    )
    if fresh.sheets:
        write(cached, joined(_before(cached), fresh))


def _before(cached: Path) -> Pack:
    try:
        return pack.read(cached.read_bytes())
    except (OSError, Invalid):
        return Pack()  # a damaged cache was said when the prices were loaded; it is replaced now


def _sheets(quotes: Iterable[Quote]) -> Iterator[Sheet]:
    found: defaultdict[tuple[Kind, date], defaultdict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for quote in quotes:
        found[quote.kind, quote.published][quote.region][quote.subject] = quote.amount
    for (kind, published), figures in found.items():
        yield Sheet(kind, SOURCE, published, dict(figures))


def joined(old: Pack, new: Pack) -> Pack:
    """Both, each figure once: the newer, and of the same day that of `new`."""
    seen: defaultdict[tuple[Kind, str], set[str]] = defaultdict(set)
    kept: list[Sheet] = []
    for sheet in sorted([*new.sheets, *old.sheets], key=lambda sheet: sheet.date, reverse=True):
        figures: dict[str, Mapping[str, int]] = {}
        for region, amounts in sheet.figures.items():
            of_region = seen[sheet.kind, region]
            if left := {subject: value for subject, value in amounts.items() if subject not in of_region}:
                figures[region] = left
            of_region.update(left)
        if figures:
            kept.append(replace(sheet, figures=figures))
    types: Mapping[str, InstanceType] = {**old.types, **new.types}
    return Pack(tuple(kept), types)


def write(path: Path, content: Pack) -> None:
    """In one step: a reader sees the old file or the new one. Raises HostFault."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(pack.written(content))
                file.flush()
                os.fsync(file.fileno())
            Path(partial).replace(path)
        finally:
            Path(partial).unlink(missing_ok=True)
    except OSError as error:
        message = f"The refreshed prices can't be kept: {path} can't be written: {error.strerror}"
        raise HostFault(message, hint="Set BAKEHOUSE_CACHE to a folder you own.") from error
