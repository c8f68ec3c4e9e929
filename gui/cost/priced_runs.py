"""Runs with what they cost: those that are over as they were kept, and those under way as far as they are.

Of a run on Local it is what AWS would have billed: its sizes, priced with AWS's stated range of durations.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.build import journal
from core.build.events import RunOpened
from core.cost.amount import Amount, added
from core.cost.bake import Shape
from core.cost.cost import Cost
from core.cost.history import History, Past, read
from core.cost.ledger import Ledger, charged
from core.cost.prices import Prices
from gui.cost.reckoning import Measure

NEWEST: Final = 60
"""Runs that are read; each is a log to read."""


@dataclass(frozen=True, slots=True)
class PricedRun:
    """`past` is None while it runs; `hour` is what its machines cost for every hour that they are still there."""

    key: str
    connection: str
    moment: datetime
    ledger: Ledger
    cost: Cost
    hour: Amount
    past: Past | None = None

    @property
    def name(self) -> str:
        """``web-server/1.0.0/1``"""
        return "/".join(self.key.split("/")[1:])

    @property
    def pipeline(self) -> str:
        """The last part of its ARN; the image's name where it was built without one."""
        arn = self.past.pipeline if self.past else ""
        return arn.rsplit("/", 1)[-1] or self.key.split("/")[1]

    @property
    def costs_on(self) -> bool:
        """Whether machines of a run that is over are still there, and AWS bills them."""
        return self.past is not None and self.ledger.timed and bool(self.ledger.present)

    @property
    def waits(self) -> bool:
        """Whether it goes on only when somebody approves, and AWS bills its machine until then."""
        return self.past is None and self.ledger.timed and self.ledger.waiting_since is not None


def newest(folder: Path, measure: Measure) -> History:
    """The newest runs that have ended. Slow: it reads their logs."""
    return read(folder, measure().sizes, newest=NEWEST)


def over(history: History, shape: Shape, prices: Prices) -> tuple[PricedRun, ...]:
    """These runs, the newest first; what they tell nothing about is as in the shape."""
    return tuple(_over(past, shape, prices) for past in history.runs)


def _over(past: Past, shape: Shape, prices: Prices) -> PricedRun:
    ledger = past.ledger
    cost = ledger.cost(prices, shape, past.ended)
    hour = ledger.by_the_hour(prices, shape)
    return PricedRun(past.image_arn, past.connection, past.ended, ledger, cost, hour, past)


def under_way(folder: Path, opened: Iterable[RunOpened], shape: Shape, prices: Prices) -> tuple[PricedRun, ...]:
    """The runs that go on, as their journals have it by now."""
    return tuple(_under_way(each, folder, shape, prices) for each in opened)


def _under_way(opened: RunOpened, folder: Path, shape: Shape, prices: Prices) -> PricedRun:
    path = journal.find(folder, opened.connection, opened.image_arn)
    ledger = charged(journal.events(path)) if path is not None else Ledger(opened=opened)
    cost, hour = ledger.cost(prices, shape, datetime.now(UTC)), ledger.by_the_hour(prices, shape)
    return PricedRun(opened.image_arn, opened.connection, opened.at, ledger, cost, hour)


def whole(runs: Iterable[PricedRun]) -> Amount:
    return added(each.cost.run.amount for each in runs)
