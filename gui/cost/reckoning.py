"""What the open recipe costs, kept in step with it: on the page, on the canvas, in the Bake button's tool tip.

Prices are loaded with the first reckoning, off the GUI thread and after the first paint; from then on a reckoning takes
milliseconds, and is done off it as well, because it reads the recipe. Only the newest answer counts. While the recipe
has errors the last figures stay, and `stale` says so. Earlier runs are read once, after the first figures are there,
and again when a run has ended.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import BakehouseError, Invalid
from gui.ops import Cancel
from gui.session import Session

if TYPE_CHECKING:  # all of it is imported with the first reckoning, which the window must not wait for
    from core.cost.bake import Shape
    from core.cost.cost import Cost
    from core.cost.history import History
    from core.cost.prices import Prices
    from gui.cost.words import Change

LANE: Final = "cost"
PAST_LANE: Final = "earlier runs"
LEARNT_FROM: Final = 8
"""Runs of the recipe that are read for their durations and sizes; each is a log to read."""

Sizes = Callable[[], Mapping[str, Decimal]]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a reckoning depends on: the text of the file, what the disk has of it, and where it would be built."""

    text: str
    saved: str
    kind: Literal["local", "aws"]
    connection: str
    region: str


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What the recipe costs as it stands, and what it cost as it was saved; None where that can't be reckoned."""

    asked: Asked
    name: str
    shape: "Shape"
    cost: "Cost"
    saved: "Cost | None" = None

    @property
    def run_change(self) -> "Change | None":
        """What the edits since it was saved make of one run."""
        from gui.cost.words import Change

        return Change.between(self.saved.run.amount, self.cost.run.amount) if self.saved else None

    @property
    def month_change(self) -> "Change | None":
        """What they make of a month."""
        from gui.cost.words import Change

        return Change.between(self.saved.month, self.cost.month) if self.saved else None


def known_prices() -> "Prices":
    """What ships with the app, and what the user has refreshed."""
    from core.cost.prices import prices

    return prices()


class Reckoning(QObject):
    """Signals: `changed` — other figures, other prices, or an error instead of them.

    `runs` is the folder of journals, from which durations and sizes of earlier builds are taken; `load` gives the
    prices, and raises HostFault where they can't be read.
    """

    changed = Signal()

    def __init__(
        self, session: Session, runs: Path, parent: QObject | None = None, load: "Callable[[], Prices]" = known_prices
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runs = runs
        self._load = load
        self._asking: Cancel | None = None
        self._asked: Asked | None = None
        self._past: dict[str, History] = {}
        self._reading = ""
        self.prices: Prices | None = None
        self.current: Reckoned | None = None
        self.error: BakehouseError | None = None
        session.checked.connect(self._follow)
        session.drafted.connect(self._follow_edit)
        session.opened.connect(self._open)
        session.following.connect(lambda followed: followed.ended.connect(self.forget_past))
        session.document.saved.connect(self._follow)

    @property
    def stale(self) -> bool:
        """Whether the figures are of an earlier text, because the present one can't be reckoned."""
        return self.error is not None and self.current is not None

    @property
    def runs(self) -> Path:
        return self._runs

    @property
    def sizes(self) -> Sizes:
        """Gives, off the GUI thread, the GiB of images that were measured, by their ids."""
        at = self._session.connection

        def ask() -> Mapping[str, Decimal]:
            from core.aws.local_service import at_hand
            from core.cost.sizes import measured

            machines = at_hand(at)
            return measured(machines) if machines is not None else {}

        return ask

    @property
    def now(self) -> datetime:
        """In the time zone of the user."""
        return datetime.now().astimezone()

    @property
    def _present(self) -> Asked:
        session = self._session
        at = session.connection
        return Asked(session.document.text, session.document.saved_text, at.kind, at.name, at.region)

    @Slot()
    def _follow(self) -> None:
        """Reckon if anything that counts is another; the first time once the recipe was checked, and nothing waits."""
        if self._present != self._asked:
            self.refresh()

    @Slot()
    def _follow_edit(self) -> None:
        """At every edit, before documents are read and problems found."""
        if self.prices is not None:
            self._follow()

    @Slot()
    def refresh(self) -> None:
        """Reckon what the file says now."""
        asked = self._asked = self._present
        if self._asking is not None:
            self._asking.set()
        past, load = dict(self._past), self._load

        def work() -> "tuple[Reckoned, Prices]":
            known = load()
            return reckoned(asked, past, known), known

        self._asking = self._session.ops.run(self, work, self._take, self._fail, lane=LANE)

    @Slot()
    def forget_past(self) -> None:
        """A run has ended: it teaches something, too."""
        self._past.clear()
        self._reading = ""
        self.refresh()

    def renew_prices(self) -> None:
        """Load the prices anew: they have been refreshed."""
        from core.cost.prices import prices

        prices.cache_clear()
        self.refresh()

    def ask(
        self,
        owner: QObject,
        work: "Callable[[Reckoned, Prices], Result]",
        done: Callable[[Result], None],
        failed: Callable[[BakehouseError], None] | None = None,
        *,
        lane: str = LANE,
    ) -> Cancel | None:
        """Do something with the present figures off the GUI thread."""
        current, known = self.current, self.prices
        if current is None or known is None:
            return None
        return self._session.ops.run(owner, lambda: work(current, known), done, failed, lane=lane)

    def _take(self, found: "tuple[Reckoned, Prices]") -> None:
        self._asking = None
        self.current, self.prices = found
        self.error = None
        self.changed.emit()
        self._read_past(self.current.name)

    def _fail(self, error: BakehouseError) -> None:
        self._asking = None
        self.error = error
        self.changed.emit()

    def _read_past(self, name: str) -> None:
        """What earlier runs of this recipe teach, once for each."""
        if name in self._past or self._reading == name:
            return
        self._reading = name
        folder, sizes = self._runs, self.sizes

        def work() -> "tuple[str, History]":
            from core.cost.history import read

            return name, read(folder, sizes(), name, LEARNT_FROM)

        self._session.ops.run(self, work, self._learn, lane=PAST_LANE)

    def _learn(self, found: "tuple[str, History]") -> None:
        name, past = found
        self._reading = ""
        self._past[name] = past
        if past.runs:
            self.refresh()

    @Slot()
    def _open(self) -> None:
        """Another file is open."""
        self.current = None
        self._session.document.saved.connect(self._follow)


def reckoned(asked: Asked, past: "Mapping[str, History]", known: "Prices") -> Reckoned:
    """Raises Invalid while the recipe has errors."""
    from core.cost.estimate import estimate

    shape, name = _shape(asked.text, asked, past)
    cost = estimate(shape, known)
    if asked.saved == asked.text:
        return Reckoned(asked, name, shape, cost, cost)
    try:
        saved = estimate(_shape(asked.saved, asked, past)[0], known)
    except Invalid:
        saved = None
    return Reckoned(asked, name, shape, cost, saved)


def _shape(text: str, asked: Asked, past: "Mapping[str, History]") -> "tuple[Shape, str]":
    from core.cost.history import History
    from core.cost.shape import shape_of
    from core.recipe.file import merged

    recipe = merged(text, asked.kind, asked.connection)
    return shape_of(recipe, asked.region, past.get(recipe.name, History()), datetime.now(UTC)), recipe.name
