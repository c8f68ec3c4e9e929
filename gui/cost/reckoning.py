"""What the open recipe costs, kept in step with it: on the page, on the canvas, in the Bake button's tool tip.

Prices are loaded with the first reckoning, off the GUI thread and after the first paint; from then on a reckoning takes
milliseconds, and is done off it as well, because it reads the recipe. Only the newest answer counts. While the recipe
has errors the last figures stay, and `stale` says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from core.cost.bake import Shape
from core.cost.cost import Cost
from core.cost.estimate import estimate
from core.cost.past import Past, past_of
from core.cost.prices import Prices, prices
from core.cost.shape import shape_of
from core.errors import BakehouseError, Invalid
from core.recipe.file import merged
from gui.cost.words import Change
from gui.ops import Cancel
from gui.session import Session

LANE: Final = "cost"


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a reckoning depends on: the text of the file, what the disk has of it, and where it would be built."""

    text: str
    saved: str
    kind: str
    connection: str
    region: str


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What the recipe costs as it stands, and what it cost as it was saved; None where that can't be reckoned."""

    asked: Asked
    name: str
    shape: Shape
    cost: Cost
    saved: Cost | None = None

    @property
    def run_change(self) -> Change | None:
        """What the edits since it was saved make of one run."""
        return Change.between(self.saved.run.amount, self.cost.run.amount) if self.saved else None

    @property
    def month_change(self) -> Change | None:
        return Change.between(self.saved.month, self.cost.month) if self.saved else None


class Reckoning(QObject):
    """Signals: `changed` — other figures, other prices, or an error instead of them.

    `runs` is the folder of journals, from which durations and sizes of earlier builds are taken.
    """

    changed = Signal()

    def __init__(self, session: Session, runs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runs = runs
        self._asking: Cancel | None = None
        self._past: Past | None = None
        self.prices: Prices | None = None
        self.current: Reckoned | None = None
        self.error: BakehouseError | None = None
        session.checked.connect(self.refresh)
        session.opened.connect(self._forget)
        session.document.saved.connect(self.refresh)

    @property
    def stale(self) -> bool:
        """Whether the figures are of an earlier text, because the present one can't be reckoned."""
        return self.error is not None and self.current is not None

    @Slot()
    def refresh(self) -> None:
        """Reckon what the file says now."""
        session = self._session
        at = session.connection
        asked = Asked(session.document.text, session.document.saved_text, at.kind, at.name, at.region)
        if self._asking is not None:
            self._asking.set()
        known, runs = self._past, self._runs

        def work() -> tuple[Reckoned, Past, Prices]:
            past = known if known is not None else past_of(runs)
            return reckoned(asked, past, prices()), past, prices()

        self._asking = session.ops.run(self, work, self._take, self._fail, lane=LANE)

    def look_again(self) -> None:
        """Load the prices and the history anew: they have changed."""
        self._past = None
        prices.cache_clear()
        self.refresh()

    def ask(self, work: Callable[[Reckoned, Prices], object], done: Callable[[object], None]) -> Cancel | None:
        """Do something with the present figures off the GUI thread, after what is being reckoned."""
        current, known = self.current, self.prices
        if current is None or known is None:
            return None
        return self._session.ops.run(self, lambda: work(current, known), done, lane=LANE)

    def today(self) -> date:
        return date.today()  # noqa: DTZ011 - the age of prices is told in days of the user's calendar

    def _take(self, found: tuple[Reckoned, Past, Prices]) -> None:
        self._asking = None
        self.current, self._past, self.prices = found
        self.error = None
        self.changed.emit()

    def _fail(self, error: BakehouseError) -> None:
        self._asking = None
        self.error = error
        self.changed.emit()

    @Slot()
    def _forget(self) -> None:
        """Another file is open."""
        self.current = None
        self._session.document.saved.connect(self.refresh)


def reckoned(asked: Asked, past: Past, known: Prices) -> Reckoned:
    """Raises Invalid while the recipe has errors."""
    shape, name = _shape(asked.text, asked, past)
    cost = estimate(shape, known)
    if asked.saved == asked.text:
        return Reckoned(asked, name, shape, cost, cost)
    try:
        saved = estimate(_shape(asked.saved, asked, past)[0], known)
    except Invalid:
        saved = None
    return Reckoned(asked, name, shape, cost, saved)


def _shape(text: str, asked: Asked, past: Past) -> tuple[Shape, str]:
    kind = "local" if asked.kind == "local" else "aws"
    recipe = merged(text, kind, asked.connection)
    return shape_of(recipe, asked.region, past), recipe.name
