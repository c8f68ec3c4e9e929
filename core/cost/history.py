"""Earlier runs as what they teach about money: how long AWS took, how big the image was, and what was spent.

Reading is `read`; everything else is pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Final

from core.build import journal
from core.build.source import ImageStatus
from core.cost.amount import grouped
from core.cost.bake import Shape
from core.cost.cost import Amount, Cost, Range, added
from core.cost.ledger import GIB, Ledger, charged
from core.cost.prices import Prices
from core.errors import BakehouseError, Invalid

NEWEST: Final = 20
"""Runs of Local, and of AWS, that are looked at: older ones were of another recipe."""
LEARNT_FROM: Final = 5


@dataclass(frozen=True, slots=True)
class Past:
    """One run that is over. `timed` when its minutes are AWS's; `build` and `test` are seconds of its machines."""

    image_arn: str
    recipe: str
    pipeline: str
    connection: str
    began: datetime
    ended: datetime
    status: ImageStatus
    timed: bool
    build: Decimal | None
    test: tuple[Decimal, ...]
    log: Decimal
    gib: Decimal | None
    ledger: Ledger

    @property
    def good(self) -> bool:
        return self.status is ImageStatus.AVAILABLE


@dataclass(frozen=True, slots=True)
class History:
    """Runs, the newest first; `problems` are journals that could not be read."""

    runs: tuple[Past, ...] = ()
    problems: tuple[BakehouseError, ...] = ()

    def of(self, recipe: str) -> "History":
        return History(tuple(past for past in self.runs if past.recipe == recipe))

    @property
    def build(self) -> Range | None:
        """Seconds of the machine that builds, from good runs on AWS; None when there is none."""
        return _learnt([past.build for past in self._on_aws if past.build is not None], self._told)

    @property
    def test(self) -> Range | None:
        """Seconds of a machine that tests, likewise."""
        return _learnt([seconds for past in self._on_aws for seconds in past.test], self._told)

    @property
    def gib(self) -> Range | None:
        """Written size of the newest image that was measured, wherever it was built."""
        newest = next((past for past in self.runs if past.good and past.gib is not None), None)
        if newest is None or newest.gib is None:
            return None
        return Range.of(newest.gib, source=f"the image built on {newest.connection}, {newest.ended:%Y-%m-%d}")

    @property
    def log(self) -> Range | None:
        """GiB of the logs, wherever they were written."""
        sizes = [past.log for past in self.runs[:LEARNT_FROM] if past.good and past.log]
        return Range.of(median(sizes), source="earlier builds") if sizes else None

    @property
    def _on_aws(self) -> list[Past]:
        return [past for past in self.runs if past.good and past.timed][:LEARNT_FROM]

    @property
    def _told(self) -> str:
        count, newest = len(self._on_aws), max((past.ended for past in self._on_aws), default=None)
        builds = "a build" if count == 1 else f"{count} builds"
        return f"{builds} on AWS, the newest of {newest:%Y-%m-%d}" if newest else ""


def past(ledger: Ledger) -> Past | None:
    """What a run teaches; None for one that is not over."""
    opened, image, ended = ledger.opened, ledger.image, ledger.ended
    if opened is None or image is None or ended is None:
        return None
    stays = [stay for stay in ledger.stays if not stay.superseded]
    build = next((stay for stay in stays if stay.workflow == "BUILD"), None)
    return Past(
        image_arn=opened.image_arn,
        recipe=opened.recipe_name or image.image.name,
        pipeline=opened.pipeline_arn or image.image.source_pipeline_arn,
        connection=opened.connection,
        began=image.image.date_created or opened.at,
        ended=ended.at,
        status=ended.status,
        timed=ledger.timed,
        build=build.seconds(ended.at) if build else None,
        test=tuple(stay.seconds(ended.at) for stay in stays if stay is not build),
        log=Decimal(ledger.log_bytes) / GIB,
        gib=ledger.gib,
        ledger=ledger,
    )


def read(folder: Path, sizes: Mapping[str, Decimal], recipe: str = "", newest: int = NEWEST) -> History:
    """The newest runs whose journals are in a folder, as many of Local as of AWS: of a recipe, or of all. A day of
    builds on this machine would else push what AWS taught out of sight. `sizes` are GiB by AMI id or by the build's
    ARN, as far as they were measured. Slow: it reads whole logs."""
    found: list[Past] = []
    problems: list[BakehouseError] = []
    left = {True: newest, False: newest}
    for path in journal.listing(folder):
        try:
            entry = journal.entry(path)
            if entry is None or entry.ended is None or (recipe and entry.opened.recipe_name != recipe):
                continue
            if not left[entry.opened.on_aws]:
                continue
            ledger = charged(journal.events(path))
        except Invalid as damaged:
            problems.append(damaged)
            continue
        if (run := past(ledger.sized(_size(ledger, sizes)))) is not None:
            found.append(run)
            left[run.timed] -= 1
        if not any(left.values()):
            break
    return History(tuple(found), tuple(problems))


def _size(ledger: Ledger, sizes: Mapping[str, Decimal]) -> Decimal | None:
    """Copies of an image may have been packed differently; the largest counts."""
    image = ledger.image.image if ledger.image else None
    names = (image.arn, *(ami.image for ami in image.output_resources.amis)) if image else ()
    return max((sizes[name] for name in names if name in sizes), default=None)


@dataclass(frozen=True, slots=True)
class Spent:
    """What one run cost, beside the run."""

    past: Past
    run: Amount


def spent(history: History, prices: Prices, shape: Shape) -> tuple[Spent, ...]:
    """What each run cost, at today's prices; what a run doesn't tell is as in `shape`, which a recipe has today."""
    return tuple(Spent(each, each.ledger.cost(prices, shape, each.ended).run.amount) for each in history.runs)


def by_month(spent: Iterable[Spent]) -> dict[str, Amount]:
    """What the runs of each month came to, by ``2026-11`` in UTC, the earliest first."""
    return grouped((f"{each.past.ended:%Y-%m}", each.run) for each in sorted(spent, key=lambda each: each.past.ended))


def by_pipeline(spent: Iterable[Spent]) -> dict[str, Amount]:
    """What the runs of each pipeline came to, by its ARN; "" for images built without one."""
    return grouped((each.past.pipeline, each.run) for each in spent)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A month to come, from 1: its runs, and what is kept at its end."""

    month: int
    runs: Amount
    standing: Amount
    versions: Range

    @property
    def amount(self) -> Amount:
        return self.runs + self.standing


def projection(cost: Cost, months: int = 12, kept: int = 0) -> tuple[Ahead, ...]:
    """The months to come. `kept` versions are there already; each run adds one, and from `cost.versions` on each new
    one replaces the oldest. An image is paid for from the month of its run on."""
    return tuple(_ahead(cost, month, kept) for month in range(1, months + 1))


def _ahead(cost: Cost, month: int, kept: int) -> Ahead:
    made, limit = cost.runs_per_month * month, Decimal(cost.versions)
    versions = Range(min(kept + made.low, limit), min(kept + made.high, limit), "runs so far, up to the versions kept")
    return Ahead(month, _runs(cost), cost.standing_version * versions, versions)


def _runs(cost: Cost) -> Amount:
    return cost.run.amount * cost.runs_per_month if cost.runs_per_month.high else Amount()


def total(months: Iterable[Ahead]) -> Amount:
    return added(each.amount for each in months)


def _learnt(figures: list[Decimal], source: str) -> Range | None:
    return Range.of(min(figures), max(figures), source) if figures else None
