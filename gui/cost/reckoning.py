"""What the open recipe costs, kept in step with it: on the page, on the canvas, in the Bake button's tool tip.

Prices are loaded with the first reckoning, off the GUI thread and after the first paint; from then on a reckoning takes
milliseconds, and is done off it as well, because it reads the recipe. Only the newest answer counts. While the recipe
has errors the last figures stay, and `stale` says so. Earlier runs are read once, after the first figures are there,
and again when a run has ended.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from core.aws.connection import Connection
from core.errors import BakehouseError, Invalid
from gui.cost.retention import Retention
from gui.ops import Cancel
from gui.session import Session

if TYPE_CHECKING:  # all of it is imported with the first reckoning, which the window must not wait for
    from core.cost.bake import Shape
    from core.cost.cost import Cost
    from core.cost.history import History
    from core.cost.parents import Parents
    from core.cost.prices import Prices
    from core.cost.sizes import Library
    from gui.cost.words import Change

LANE: Final = "cost"
PAST_LANE: Final = "earlier runs"
LEARNT_FROM: Final = 8
"""Runs of the recipe that are read for their durations and sizes; each is a log to read."""

Measure = Callable[[], "Library"]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a reckoning depends on: the text of the file, what the disk has of it, and where it would be built."""

    text: str
    saved: str
    kind: Literal["local", "aws"]
    connection: str
    region: str
    versions: int = 1
    """How many are kept."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What the recipe costs as it stands, and what it cost as it was saved; None where that can't be reckoned.
    `left_out` says what could not be measured for it; empty as a rule."""

    asked: Asked
    name: str
    shape: "Shape"
    cost: "Cost"
    saved: "Cost | None" = None
    left_out: str = ""

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


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of earlier runs of a recipe, and of images it may start from."""

    runs: "History"
    parents: "Parents"
    left_out: str = ""


def known_prices() -> "Prices":
    """What ships with the app, and what the user has refreshed."""
    from core.cost.prices import prices

    return prices()


class Reckoning(QObject):
    """Signals: `changed` — other figures, other prices, or an error instead of them.

    `runs` is the folder of journals, from which durations and sizes of earlier builds are taken; `load` gives the
    prices, and raises HostFault where they can't be read; `at_home` is the connection of this machine, where images
    were measured, the session's own unless given; `retention` knows how many versions are kept.
    """

    changed = Signal()

    def __init__(
        self,
        session: Session,
        runs: Path,
        parent: QObject | None = None,
        load: "Callable[[], Prices]" = known_prices,
        at_home: Connection | None = None,
        retention: Retention | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runs = runs
        self._load = load
        self._at_home = at_home
        self._retention = retention
        self._asking: Cancel | None = None
        self._asked: Asked | None = None
        self._past: dict[str, Past] = {}
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
    def measure(self) -> Measure:
        """Gives, off the GUI thread, what lies on this machine, wherever the recipe would be built."""
        at, today = self._at_home or self._session.connection, self.now.date()

        def ask() -> "Library":
            from core.cost.sizes import library

            return library(at, today)

        return ask

    @property
    def now(self) -> datetime:
        """In the time zone of the user."""
        return datetime.now().astimezone()

    @property
    def _present(self) -> Asked:
        session = self._session
        at = session.connection
        versions = self._retention.of(session.canvas.name) if self._retention else 1
        return Asked(session.document.text, session.document.saved_text, at.kind, at.name, at.region, versions)

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

    @Slot(int)
    def keep(self, versions: int) -> None:
        """Reckon with so many versions kept of the image of this recipe, now and the next time."""
        if self._retention is not None:
            self._retention.keep(self._session.canvas.name, versions)
            self._follow()

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
        folder, measure = self._runs, self.measure

        def work() -> tuple[str, Past]:
            from core.cost.history import read
            from core.cost.parents import Parents

            images = measure()
            return name, Past(read(folder, images.sizes, name, LEARNT_FROM), Parents(images, folder), images.left_out)

        self._session.ops.run(self, work, self._learn, lane=PAST_LANE)

    def _learn(self, found: "tuple[str, Past]") -> None:
        name, past = found
        self._reading = ""
        self._past[name] = past
        self.refresh()

    @Slot()
    def _open(self) -> None:
        """Another file is open."""
        self.current = None
        self._session.document.saved.connect(self._follow)


def reckoned(asked: Asked, past: Mapping[str, Past], known: "Prices") -> Reckoned:
    """Raises Invalid while the recipe has errors."""
    from core.cost.estimate import estimate

    shape, name = _shape(asked.text, asked, past)
    cost = estimate(shape, known)
    left_out = past[name].left_out if name in past else ""
    if asked.saved == asked.text:
        return Reckoned(asked, name, shape, cost, cost, left_out)
    try:
        saved = estimate(_shape(asked.saved, asked, past)[0], known)
    except Invalid:
        saved = None
    return Reckoned(asked, name, shape, cost, saved, left_out)


def _shape(text: str, asked: Asked, past: Mapping[str, Past]) -> "tuple[Shape, str]":
    from core.cost.history import History
    from core.cost.shape import shape_of
    from core.recipe.file import merged

    recipe, now = merged(text, asked.kind, asked.connection), datetime.now(UTC)
    known = past.get(recipe.name)
    shape = (
        shape_of(recipe, asked.region, History(), now)
        if known is None
        else shape_of(recipe, asked.region, known.runs, now, known.parents.of)
    )
    return replace(shape, versions=asked.versions), recipe.name
