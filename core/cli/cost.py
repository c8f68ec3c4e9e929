"""``bakehouse cost``: what a recipe costs before it is built, opened down to its formulas, or region by region."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import typer

from core.aws.connection import LOCAL, local
from core.build.folder import runs_folder
from core.cli import choice
from core.cli.text import harmless, one_line
from core.cost.bake import Shape
from core.cost.comparison import Comparison, RegionCost, compare
from core.cost.cost import Amount, Cost, Item, Sum
from core.cost.estimate import estimate
from core.cost.history import read
from core.cost.item import span
from core.cost.parents import Parents
from core.cost.price import Unknown
from core.cost.prices import Prices, prices
from core.cost.shape import shape_of
from core.cost.sizes import library
from core.publish.prepared import read_for
from core.recipe.documents import read_text

ALL: Final = "all"
PLACES: Final = 10
NAMES: Final = 58
"""Columns up to the amounts."""


@dataclass(frozen=True, slots=True)
class Costed:
    """A recipe with its cost. `why` is where the region comes from; `notices` are what went wrong on the way and
    changes no figure that is shown."""

    recipe: str
    shape: Shape
    cost: Cost
    prices: Prices
    why: str
    notices: tuple[str, ...] = ()


def costed(file: Path, connection: str, asked_region: str, versions: int) -> Costed:
    """Estimate a recipe file of whose image so many versions are kept. Nothing is started and nobody is asked: what
    earlier runs taught is in their journals, and sizes come from the local Image Builder only while it runs. Raises
    BadParameter for a connection that there is not."""
    connection = choice.known(connection)
    reading = read_for(file, read_text(file), "local" if connection == LOCAL else "aws", connection)
    at = choice.region(connection, asked_region, reading.first_region)
    region = at.name or choice.connection(connection, asked_region, reading.first_region).region
    known = prices()
    now = datetime.now(UTC)
    images = library(local(region), now.date())
    history = read(runs_folder(), images.sizes, reading.recipe.name)
    shape = shape_of(reading.recipe, region, history, now, Parents(images, runs_folder()).of)
    shape = replace(shape, versions=versions)
    notices = (*(problem.message for problem in history.problems), *filter(None, [images.left_out, known.notice]))
    return Costed(reading.recipe.name, shape, estimate(shape, known), known, at.why, notices)


def compared(found: Costed, regions: str) -> tuple[Comparison, tuple[RegionCost, ...]]:
    """The regions asked for: all, or names between commas. Raises BadParameter for one that nobody knows."""
    comparison = compare(found.shape, found.prices)
    rows = {row.region: row for row in comparison.rows}
    names = tuple(rows) if regions == ALL else tuple(dict.fromkeys(regions.replace(",", " ").split()))
    unknown = [name for name in names if name not in rows]
    if unknown or not names:
        raise typer.BadParameter(
            f"{', '.join(unknown) or regions}: no such region. Name some, such as eu-west-1,us-east-1, or all."
        )
    chosen = [rows[name] for name in names]
    return comparison, tuple(sorted(chosen, key=lambda row: _place(row, comparison.partition)))


def _place(row: RegionCost, partition: str) -> tuple[bool, bool, Decimal, str]:
    """Cheap ones first; unknown ones behind them, and last those that need an account of another partition."""
    middle = row.run.middle
    return row.partition != partition, middle is None, middle or Decimal(0), row.region


def notes(found: Costed) -> Iterator[str]:
    return (f"note: {harmless(notice)}" for notice in found.notices)


# The recipe by itself


def as_text(found: Costed) -> Iterator[str]:
    cost, shape = found.cost, found.shape
    yield f"{found.recipe} in {shape.region} ({found.why}), prices of {found.prices.oldest} to {found.prices.newest}"
    yield from notes(found)
    for part in (cost.run, cost.standing, cost.aside):
        if part.parts:
            yield ""
            yield from _tree(part, 0)
    yield ""
    yield _row("First month: a run, and its image kept", cost.first_month)
    if shape.runs_per_month.high:
        often = f"{span(shape.runs_per_month)} runs, {shape.versions} kept"
        yield _row(f"Month: {often}", cost.month)
        yield _row("Year of such months", cost.year)
    yield from _told("Assumed", cost.assumptions)
    yield from _told("Unknown", tuple(_missing(each) for each in cost.unknown))


def _tree(part: Sum | Item, depth: int) -> Iterator[str]:
    yield _row(part.name, part.amount, depth)
    if isinstance(part, Sum):
        for each in part.parts:
            yield from _tree(each, depth + 1)
    else:
        yield f"{'  ' * (depth + 1)}{part.formula}"


def _row(name: str, amount: Amount, depth: int = 0) -> str:
    return f"{'  ' * depth + one_line(name):<{NAMES}} {amount.text}"


def _told(title: str, sentences: tuple[str, ...]) -> Iterator[str]:
    if sentences:
        yield f"\n{title}:"
        yield from (f"  {harmless(sentence)}" for sentence in sentences)


def _missing(unknown: Unknown) -> str:
    return f"{unknown.what}. {unknown.hint}".rstrip()


def as_json(found: Costed) -> dict[str, Any]:
    cost, shape = found.cost, found.shape
    return {
        "recipe": found.recipe,
        "region": shape.region,
        "pricesFrom": found.prices.oldest.isoformat(),
        "pricesTo": found.prices.newest.isoformat(),
        "run": _part_json(cost.run),
        "standing": _part_json(cost.standing),
        "aside": _part_json(cost.aside),
        "versionsKept": shape.versions,
        "runsPerMonth": {"low": _plain(shape.runs_per_month.low), "high": _plain(shape.runs_per_month.high)},
        "firstMonth": _amount_json(cost.first_month),
        "month": _amount_json(cost.month),
        "year": _amount_json(cost.year),
        "assumptions": list(cost.assumptions),
        "notices": list(found.notices),
    }


def _part_json(part: Sum | Item) -> dict[str, Any]:
    told = {"name": part.name, "usd": _amount_json(part.amount)}
    if isinstance(part, Sum):
        return told | {"parts": [_part_json(each) for each in part.parts]}
    inputs = [{"name": each.name, "value": each.value, "source": each.source} for each in part.inputs]
    return told | {"kind": part.part.value, "region": part.region, "formula": part.formula, "inputs": inputs}


def _amount_json(amount: Amount) -> dict[str, Any]:
    """Money as decimal text; `high` null where something is unknown, and `low` too where nothing else is in it."""
    low, high, _ = _cells(amount)
    return {"low": low or None, "high": high or None, "unknown": [each.what for each in amount.unknown]}


def _plain(value: Decimal) -> str:
    """To the last digit of AWS's own prices."""
    return f"{round(value, PLACES).normalize():f}"


def as_csv(found: Costed) -> Iterator[str]:
    heads = ("sum", "kind", "name", "region", "usd_low", "usd_high", "unknown", "formula", "sources")
    yield from _csv(heads, (_line(total, item) for total in _sums(found.cost) for item in total.items()))


def _sums(cost: Cost) -> tuple[Sum, ...]:
    return cost.run, cost.standing, cost.aside


def _line(total: Sum, item: Item) -> tuple[str, ...]:
    sources = "; ".join(dict.fromkeys(each.source for each in item.inputs if each.source))
    return (total.name, item.part.value, item.name, item.region, *_cells(item.amount), item.formula, sources)


def _cells(amount: Amount) -> tuple[str, str, str]:
    """Lowest, highest, and what is unknown. Of what is unknown altogether there is no lowest: 0 would be a figure."""
    low = _plain(amount.low) if amount.known or amount.low else ""
    high = "" if amount.high is None else _plain(amount.high)
    return low, high, "; ".join(each.what for each in amount.unknown)


# Side by side

COLUMNS: Final[tuple[tuple[str, Callable[[RegionCost], Amount]], ...]] = (
    ("run", lambda row: row.run),
    ("run alone", lambda row: row.alone),
    ("run, kept everywhere", lambda row: row.keeping),
    ("month", lambda row: row.standing),
    ("as target, run", lambda row: row.copy),
    ("as target, month", lambda row: row.kept),
)
"""As the build region: a run with as many copies as now, without any, and with one more where the image would leave a
region; standing each month. As one target more: a copy each run, storage each month."""


def regions_text(found: Costed, comparison: Comparison, rows: tuple[RegionCost, ...]) -> Iterator[str]:
    shape = found.shape
    yield f"{found.recipe}, {', '.join(shape.instance_types) or 'any instance type'}, built in each region"
    yield from notes(found)
    yield ""
    heads = ("region", *(name for name, _ in COLUMNS), "")
    lines = [heads, *(_region_line(row, shape) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
    yield ""
    yield from _verdict(comparison)
    yield from _told("Unknown", tuple(_gaps(row) for row in rows if row.missing))
    yield from _told("Assumed", found.cost.assumptions)


def _region_line(row: RegionCost, shape: Shape) -> tuple[str, ...]:
    return (row.region, *(measure(row).text for _, measure in COLUMNS), _remark(row, shape))


def _gaps(row: RegionCost) -> str:
    """What is missing in a region, on one line, and what to do about it once."""
    what = (
        each.what.removeprefix("the price of ").removesuffix(f" in {row.region}").removesuffix(f" from {row.region}")
        for each in row.missing
    )
    hints = dict.fromkeys(each.hint for each in row.missing if each.hint)
    return f"{row.region}: {', '.join(what)}. {' '.join(hints)}".rstrip()


def _remark(row: RegionCost, shape: Shape) -> str:
    if row.offered is False:
        return f"no {' or '.join(shape.instance_types)} there"
    if row.partition != "aws":
        return f"partition {row.partition}"
    return "here" if row.region == shape.region else ""


def _verdict(comparison: Comparison) -> Iterator[str]:
    for what, measure in COLUMNS[:2]:
        verdict = comparison.verdict(measure)
        if verdict is None:
            yield f"{what.capitalize()}: too few regions have all prices to name the cheapest."
            continue
        cheapest = ", ".join(row.region for row in verdict.cheapest)
        low, high = measure(verdict.cheapest[0]).text, measure(verdict.dearest).text
        yield f"{what.capitalize()}: cheapest in {cheapest} ({low}), dearest in {verdict.dearest.region} ({high})."


def regions_json(found: Costed, comparison: Comparison, rows: tuple[RegionCost, ...]) -> dict[str, Any]:
    verdict = comparison.verdict(lambda row: row.run)
    return {
        "recipe": found.recipe,
        "region": found.shape.region,
        "regions": [_region_json(row) for row in rows],
        "cheapest": [row.region for row in verdict.cheapest] if verdict else [],
        "dearest": verdict.dearest.region if verdict else None,
        "difference": _plain(verdict.between) if verdict else None,
        "assumptions": list(found.cost.assumptions),
        "notices": list(found.notices),
    }


def _region_json(row: RegionCost) -> dict[str, Any]:
    return {
        "region": row.region,
        "name": row.name,
        "partition": row.partition,
        "offered": row.offered,
        "run": _amount_json(row.run),
        "runAlone": _amount_json(row.alone),
        "runKeptEverywhere": _amount_json(row.keeping),
        "standing": _amount_json(row.standing),
        "asTargetRun": _amount_json(row.copy),
        "asTargetMonth": _amount_json(row.kept),
    }


def regions_csv(rows: tuple[RegionCost, ...]) -> Iterator[str]:
    names = [name.replace(",", "").replace(" ", "_") for name, _ in COLUMNS]
    heads = ("region", "partition", *(f"{name}_{end}" for name in names for end in ("low", "high")), "unknown")
    yield from _csv(heads, (_region_cells(row) for row in rows))


def _region_cells(row: RegionCost) -> tuple[str, ...]:
    amounts = [_cells(measure(row))[:2] for _, measure in COLUMNS]
    unknown = "; ".join(each.what for each in row.missing)
    return (row.region, row.partition, *(cell for pair in amounts for cell in pair), unknown)


def _csv(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    for row in (heads, *rows):
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(row)
        yield text.getvalue()
