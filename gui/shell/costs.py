"""The cost of the open recipe, and the places where it is told: its page, the canvas, the plan, the Bake button.

Pages don't know each other, so what reckons and what shows its figures in passing are joined here.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gui.actions import Desk, Page, ShowPage
from gui.cost.reckoning import Reckoning
from gui.recipe.page import RecipePage
from gui.session import Session
from gui.settings import Settings
from gui.theme.theme import Theme
from gui.widgets.later import Later

if TYPE_CHECKING:
    from gui.cost.page import CostPage


class Costs(QObject):
    """`page` is made when it is first shown. Signals: `told` — a `gui.cost.telling.Told`, when figures are others."""

    told = Signal(object)

    def __init__(
        self,
        theme: Theme,
        desk: Desk,
        recipe: RecipePage,
        session: Session,
        settings: Settings,
        runs: Path,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.reckoning = Reckoning(session, runs, self)
        self.page = Later(partial(self._page, theme, desk, session, settings))
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
