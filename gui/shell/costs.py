"""The cost of the open recipe, and the places where it is told: its page, the canvas, the plan, the Bake button.

Pages don't know each other, so what reckons and what shows its figures in passing are joined here.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.aws.connection import Connection
from gui.actions import Desk, Page, ShowPage
from gui.cost.reckoning import PAST_LANE, Measure, Reckoned, Reckoning
from gui.cost.retention import Retention
from gui.recipe.page import RecipePage
from gui.session import Session
from gui.settings import Settings
from gui.theme.theme import Theme
from gui.widgets.later import Later

if TYPE_CHECKING:
    from core.cost.prices import Prices
    from gui.cost.page import CostPage

Key = tuple[str, str]
"""Connection and image ARN, as `gui.build.rows` has it."""


class Costs(QObject):
    """`page` is made when it is first shown. Signals: `told` — a `gui.cost.telling.Told`, when figures are others;
    `known` — what runs have cost, after somebody has asked for it."""

    told = Signal(object)
    known = Signal()

    def __init__(
        self,
        theme: Theme,
        desk: Desk,
        recipe: RecipePage,
        session: Session,
        settings: Settings,
        runs: Path,
        parent: QObject,
        at_home: Connection | None = None,
    ) -> None:
        super().__init__(parent)
        self.reckoning = Reckoning(session, runs, self, at_home=at_home, retention=Retention(settings))
        self.page = Later(partial(self._page, theme, desk, session, settings))
        self._runs: Mapping[Key, str] = {}
        self._wanted = self._looked = False
        session.following.connect(lambda followed: followed.ended.connect(self._look_again))
        self.reckoning.changed.connect(self._tell)
        self.told.connect(lambda said: recipe.say_cost(said.chip, said.tip, said.plan))
        recipe.cost_asked.connect(lambda: desk.intend(ShowPage(Page.COST)))

    def _page(self, theme: Theme, desk: Desk, session: Session, settings: Settings) -> "CostPage":
        from gui.cost.page import CostPage

        return CostPage(theme, desk, session, self.reckoning, settings)

    @Slot()
    def _tell(self) -> None:
        from gui.cost.telling import told

        self.told.emit(told(self.reckoning))
        if self._wanted:
            self._look()

    def of(self, key: Key) -> str:
        """What a run that has ended costs on AWS, in words; "" as long as nobody knows. It answers at once, and has the
        runs read when it is first asked."""
        self._wanted = True
        self._look()
        return self._runs.get(key, "")

    def _look(self) -> None:
        if not self._looked:
            runs, measure = self.reckoning.runs, self.reckoning.measure
            asked = self.reckoning.ask(self, lambda *known: spent(runs, measure, *known), self._know, lane=PAST_LANE)
            self._looked = asked is not None

    @Slot()
    def _look_again(self) -> None:
        self._looked = False
        if self._wanted:
            self._look()

    def _know(self, found: Mapping[Key, str]) -> None:
        self._runs = found
        self.known.emit()


def spent(runs: Path, measure: Measure, found: Reckoned, prices: "Prices") -> Mapping[Key, str]:
    """The runs that have ended with what they cost. Slow: it reads their logs."""
    from gui.cost.priced_runs import newest, over
    from gui.cost.words import brief

    priced = over(newest(runs, measure), found.shape, prices)
    return {(each.connection, each.key): f"{brief(each.cost.run.amount)} on AWS" for each in priced}
