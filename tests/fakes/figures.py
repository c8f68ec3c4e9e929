"""Price lists made up for a test: the figures it names and no others."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.aws.quote import ANYWHERE, PER_USD, Kind
from core.cost.pack import Pack, Sheet
from core.cost.prices import Prices, merged

DATE = date(2025, 4, 4)
Figure = tuple[Kind, str, str, str]
"""Kind, region, subject, and USD as text."""


def prices_of(figures: Iterable[Figure]) -> Prices:
    return merged(Pack(tuple(_sheet(figure) for figure in figures)), Pack())


def _sheet(figure: Figure) -> Sheet:
    kind, region, subject, usd = figure
    amounts = {region: {subject: int(Decimal(usd) * PER_USD)}}
    return Sheet(kind, f"a test's list of {kind}", DATE, amounts)


def without(prices: Prices, kind: Kind, region: str = "", subject: str = "") -> Prices:
    """The same list with figures of a kind taken out: all of a region, or of everywhere; all subjects, or one."""
    return replace(
        prices, sheets=tuple(_cut(sheet, region, subject) if sheet.kind is kind else sheet for sheet in prices.sheets)
    )


def _cut(sheet: Sheet, region: str, subject: str) -> Sheet:
    figures = {
        where: {
            what: usd for what, usd in amounts.items() if (region and where != region) or (subject and what != subject)
        }
        for where, amounts in sheet.figures.items()
    }
    return replace(sheet, figures=figures)


def usual_list(regions: Iterable[str], types: Iterable[str] = ("m5.large",)) -> Prices:
    """Round figures for everything a bake may need, the same in every region."""
    each: tuple[tuple[Kind, str, str], ...] = (
        *((Kind.LINUX, name, "0.1") for name in types),
        *((Kind.VOLUME, name, "0.08") for name in ("gp2", "gp3", "io1", "io2", "st1", "sc1", "standard")),
        *((Kind.IOPS, name, "0.005") for name in ("gp3", "io1", "io2")),
        (Kind.THROUGHPUT, "gp3", "40.96"),
        (Kind.SNAPSHOT, "standard", "0.05"),
        (Kind.TRANSFER, ANYWHERE, "0.02"),
        (Kind.PUBLIC_IPV4, "", "0.005"),
        (Kind.IMAGE_STORAGE, "", "0.1"),
        (Kind.LOG_INGESTION, "", "0.5"),
        (Kind.OBJECT_STORAGE, "", "0.023"),
        (Kind.INSPECTOR_INSTANCE, "", "1.2528"),
        (Kind.INSPECTOR_IMAGE, "", "0.09"),
    )
    return prices_of((kind, region, subject, usd) for region in regions for kind, subject, usd in each)
