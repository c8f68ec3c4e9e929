"""Bringing the prices up to date from the AWS Price List, into the user's cache.

A refresh asks many questions, one after the other, and loses nothing: each answer is kept before the next question, so
what was answered before it is cancelled, cut off, throttled or denied counts; a figure that AWS states twice stays as
it was; the file is replaced in one step. It blocks for minutes: who calls it does so off the GUI thread.
"""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Protocol

from core.aws.price_questions import Question, questions
from core.aws.quote import SOURCE, Answer, Kind, Quote
from core.catalog.instance_types import INSTANCE_TYPES
from core.catalog.regions import REGIONS
from core.cost import pack
from core.cost.pack import Pack, Sheet, joined
from core.cost.prices import prices
from core.errors import BakehouseError, Cancelled, HostFault, Invalid, NotFound

PRICED: Final = ("aws", "aws-us-gov")
"""The partitions whose prices are in the list in USD."""
NAMED: Final = 3
"""Refused figures that a summary names."""


class Source(Protocol):
    """Who is asked: a `core.aws.price_list.PriceList`. Importing that loads botocore, importing this does not."""

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
        lines = ["1 price is up to date." if self.figures == 1 else f"{self.figures:,} prices are up to date."]
        if self.error is not None:
            kept = "What was answered is kept." if self.figures else "The prices you had are untouched."
            lines = [f"The refresh stopped after {self.done} of {self.total} questions: {self.error.message} {kept}"]
            lines += [self.error.hint] if self.error.hint else []
        if self.refused:
            more = f" And {len(self.refused) - NAMED} more." if len(self.refused) > NAMED else ""
            count = "1 price was" if len(self.refused) == 1 else f"{len(self.refused):,} prices were"
            lines.append(f"{count} refused. {' '.join(self.refused[:NAMED])}{more}")
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
    """Ask, and keep each answer in `cached` before the next question, from where `prices()` takes it. `check` is called
    before each page and raises Cancelled to end the refresh. Raises HostFault when `cached` can't be written."""
    done = figures = 0
    refused: list[str] = []
    error: BakehouseError | None = None
    for question in asked:
        progress(Progress(done, len(asked), question.name, figures))
        try:
            answer = _answer(source, question, check)
        except Cancelled:
            raise
        except BakehouseError as fault:
            error = fault
            break
        _keep(answer, cached)
        done, figures = done + 1, figures + len(answer.quotes)
        refused += answer.refused
    return Refreshed(done, len(asked), figures, tuple(refused), error)


def _answer(source: Source, question: Question, check: Callable[[], None]) -> Answer:
    """What is wrong with one question is no reason not to ask the next."""
    try:
        return source.answer(question, check)
    except (Invalid, NotFound) as fault:
        return Answer((), {}, (f"{question.name}: {fault.message}",))


def _keep(answer: Answer, cached: Path) -> None:
    """Read again what is there, since another window may have refreshed meanwhile, and put the newer on top."""
    types = {name: known for name, known in answer.types.items() if name not in INSTANCE_TYPES}
    if answer.quotes:
        write(cached, joined(_before(cached), Pack(tuple(_sheets(answer.quotes)), types)))
        prices.cache_clear()


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
