"""The dated price tables under resources/prices, which people read and correct; the price pack is made from them.

    # On-demand Linux instances: USD for an hour.          what it is, in free words
    # source: AWS EC2 on-demand price page                 who says so,
    # date: 2025-04-04                                     and when
    kind,subject,af-south-1,eu-central-1                   then a column for each region, * for every one
    linux,m5.large,0.127,0.115                             and a row for each thing; an empty cell is a gap

`python -m core.cost.tables` writes the pack anew (`make price-pack`). The pack is kept in Git beside the tables, since
reading them would take longer than starting to reckon may take. With `--refreshed`, what this machine's user has
refreshed from AWS becomes tables first (`make price-pack REFRESHED=1`).
"""

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from core.aws.quote import ANYWHERE, UNITS, Kind, amount, usd
from core.catalog.regions import REGIONS
from core.cost import pack
from core.cost.pack import Pack, Sheet, joined
from core.cost.prices import cache_file
from core.errors import Invalid

FOLDER: Final = Path(__file__).parents[2] / "resources" / "prices"
TABLES: Final = "*.csv"
COLUMNS: Final = ["kind", "subject"]
_SAID: Final = re.compile(r"# (source|date): (.+)")


def packed(folder: Path) -> Pack:
    """Every table of a folder as one pack, each figure the newest. Raises Invalid, which names file and line."""
    return joined(Pack(), Pack(tuple(sheet for file in sorted(folder.glob(TABLES)) for sheet in sheets(file))))


def sheets(file: Path) -> tuple[Sheet, ...]:
    """One table, a sheet for each kind in it."""
    try:
        return tuple(_sheets(file.read_text(encoding="utf-8").splitlines()))
    except Invalid as error:
        raise Invalid(f"{file.name}: {error.message}") from error


def _sheets(lines: list[str]) -> Iterator[Sheet]:
    said = {match[1]: match[2] for line in lines if (match := _SAID.fullmatch(line))}
    if missing := {"source", "date"} - said.keys():
        raise Invalid(f"It does not say its {' and '.join(sorted(missing))}.")
    figures: dict[Kind, dict[str, dict[str, int]]] = {}
    for kind, region, subject, value in _cells(lines):
        of_region = figures.setdefault(kind, {}).setdefault(region, {})
        if of_region.setdefault(subject, value) != value:
            raise Invalid(f"{kind} {subject!r} in {region} has two prices.")
    if not figures:
        raise Invalid("It has no row with a price.")
    for kind, found in figures.items():
        yield Sheet(kind, said["source"], _day(said["date"]), found)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text!r} is no date.") from error


def _cells(lines: Iterable[str]) -> Iterator[tuple[Kind, str, str, int]]:
    """Kind, region, subject and amount of every cell that is not empty."""
    rows = csv.reader(lines)
    regions: list[str] | None = None
    for row in rows:
        if not row or row[0].startswith("#"):
            continue
        if regions is None:
            regions = _regions(row)
            continue
        kind, subject, *values = row
        if len(values) != len(regions) or kind not in set(Kind):
            raise Invalid(f"Line {rows.line_num} is no row of {len(regions)} prices of a kind we know.")
        for region, value in zip(regions, values, strict=True):
            if value:
                try:
                    yield Kind(kind), region, subject, amount(value)
                except Invalid as error:
                    raise Invalid(f"Line {rows.line_num}, {region}: {error.message}") from error


def _regions(header: list[str]) -> list[str]:
    regions = header[len(COLUMNS) :]
    unknown = [region for region in regions if region not in REGIONS and region != ANYWHERE]
    if header[: len(COLUMNS)] != COLUMNS or unknown or len(set(regions)) != len(regions):
        raise Invalid(f"The first row must be {','.join(COLUMNS)} and regions, each once. {' '.join(unknown)}".strip())
    return regions


def write(folder: Path) -> bool:
    """Make the pack of a folder's tables; whether it differed. One that says the same is left alone, so that another
    version of zlib does not change a file in Git."""
    target, made = folder / pack.FILE, packed(folder)
    if target.exists() and pack.read(target.read_bytes()) == made:
        return False
    target.write_bytes(pack.written(made))
    return True


def adopt(refreshed: Pack, folder: Path, catalogue: Path) -> None:
    """Make tables of what was refreshed, one for each kind and day; add the instance types that `catalogue` lacks."""
    for sheet in refreshed.sheets:
        (folder / f"{sheet.kind}-{sheet.date}.csv").write_text(text(sheet), encoding="utf-8")
    known = catalogue.read_text(encoding="utf-8")
    names = {line.split(",")[0] for line in known.splitlines()}
    added = [
        f"{each.name},{each.vcpus},{each.memory_mib},{each.architecture}\n"
        for each in refreshed.types.values()
        if each.name not in names
    ]
    catalogue.write_text(known + "".join(added), encoding="utf-8")


def text(sheet: Sheet) -> str:
    """A sheet as a table, of the regions that the catalogue knows."""
    written = io.StringIO()
    written.write(f"# {sheet.kind}: USD for one {UNITS[sheet.kind]}.\n# source: {sheet.source}\n# date: {sheet.date}\n")
    rows = csv.writer(written, lineterminator="\n")
    regions = [region for region in (*REGIONS, ANYWHERE) if region in sheet.figures]
    rows.writerow([*COLUMNS, *regions])
    for subject in sorted({subject for amounts in sheet.figures.values() for subject in amounts}):
        cells = (sheet.figures[region].get(subject) for region in regions)
        rows.writerow([sheet.kind, subject, *("" if cell is None else usd(cell) for cell in cells)])
    return written.getvalue()


def main(words: list[str]) -> None:
    if "--refreshed" in words:
        adopt(pack.read(cache_file().read_bytes()), FOLDER, FOLDER.parent / "catalog" / "instance-types.csv")
    print(f"{FOLDER / pack.FILE}: {'written' if write(FOLDER) else 'up to date'}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
