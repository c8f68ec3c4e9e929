"""The four views of the cost page below one head, each brought up to date when it can be seen."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from core.cost.amount import dollars
from core.cost.comparison import Comparison, compare
from core.cost.history import History
from core.cost.prices import Prices
from core.errors import BakehouseError, Invalid
from gui.actions import Desk, Page, ShowPage
from gui.cost.history_view import HistoryView
from gui.cost.price_age import PriceAge
from gui.cost.priced_runs import PricedRun, newest, over, under_way
from gui.cost.recipe_view import RecipeView
from gui.cost.reckoning import PAST_LANE, Reckoned, Reckoning
from gui.cost.region_rows import RegionRow, rows_of
from gui.cost.regions_view import RegionsView
from gui.cost.scenario import Scenario, applied
from gui.cost.what_if_view import WhatIfView
from gui.following import Followed
from gui.ops import Cancel
from gui.session import Session
from gui.settings import Settings
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import label, title
from gui.widgets.later import Later
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.notice import Banner
from gui.widgets.stage import Stage
from gui.widgets.ticking import Ticking

if TYPE_CHECKING:
    from core.aws.spend import Billed

TITLES: Final = ("This recipe", "Regions", "What if", "History")
RECIPE, REGIONS, WHAT_IF, HISTORY = range(4)
TICK_MS: Final = 5_000
"""After which the meter of a build that is under way is read again."""

BILLED_DAYS: Final = 365


Runs = tuple[PricedRun, ...]


class Views(QWidget):
    """Follows the reckoning as long as it is shown."""

    def __init__(self, theme: Theme, desk: Desk, session: Session, reckoning: Reckoning, settings: Settings) -> None:
        super().__init__()
        self._desk = desk
        self._session = session
        self._reckoning = reckoning
        self._comparing: Cancel | None = None
        self._compared: Comparison | None = None
        self._prices: Prices | None = None
        self._reading: Cancel | None = None
        self._past: History | None = None
        self._due = False
        self._rows: tuple[RegionRow, ...] = ()
        self._sentence = label("", "muted")
        self.banner = Banner(theme, "warn")
        self.trouble = Banner(theme)
        self.age = PriceAge(theme, session, self.banner)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Views of the cost")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for each in TITLES:
            self.tabs.addTab(each)
        self._recipe = Later(partial(RecipeView, theme, session.ops))
        self._regions = Later(partial(RegionsView, theme, session.ops, settings))
        self._what_if = Later(partial(self._made_what_if, theme))
        self._history = Later(partial(self._made_history, theme))
        self._ahead: list[Callable[[], QWidget]] = [lambda: self.regions, lambda: self.what_if, lambda: self.history]
        self._stack = QStackedWidget()
        for view in (self._recipe, self._regions, self._what_if, self._history):
            self._stack.addWidget(view)
        self.stage = Stage(theme, self._stack)
        self._ticking = Ticking(self, TICK_MS, lambda: self._meters)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = row(column(title("Cost"), self._sentence, gap=0), STRETCH, self.age, gap=Space.MEDIUM)
        layout = column(
            head, self.banner, self.trouble, self.tabs, self.stage,
            gap=Space.SMALL, margin=(Space.HUGE, Space.LARGE, Space.HUGE, Space.LARGE),
        )  # fmt: skip
        layout.setStretch(4, 1)
        self.setLayout(layout)

    def _connect(self) -> None:
        self._reckoning.changed.connect(self._refresh)
        self.tabs.currentChanged.connect(self._turn)
        self.recipe.regions_asked.connect(lambda: self.tabs.setCurrentIndex(REGIONS))
        self.recipe.kept.connect(self._reckoning.keep)
        self.age.refreshed.connect(self._reckoning.renew_prices)
        self._session.following.connect(self._follow)
        self._ticking.ticked.connect(self._refresh)

    @property
    def recipe(self) -> RecipeView:
        """Each view is made when it is first looked at or asked for, the others once this one has its figures."""
        return self._recipe.widget

    @property
    def regions(self) -> RegionsView:
        return self._regions.widget

    @property
    def what_if(self) -> WhatIfView:
        return self._what_if.widget

    @property
    def history(self) -> HistoryView:
        return self._history.widget

    def _made_what_if(self, theme: Theme) -> WhatIfView:
        made = WhatIfView(theme, self._session.ops)
        made.applied.connect(self._apply)
        return made

    def _made_history(self, theme: Theme) -> HistoryView:
        made = HistoryView(theme, self._session.ops)
        made.billed_asked.connect(self._ask_billed)
        return made

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        if self._reckoning.current is None:
            self._reckoning.refresh()
        self._refresh_soon()

    def show_run(self, arn: str) -> None:
        """Open what a run cost."""
        self.tabs.setCurrentIndex(HISTORY)
        self.history.show_run(arn)

    @Slot(int)
    def _turn(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self._ticking.look()
        self._refresh_soon()

    @property
    def due(self) -> bool:
        """Whether what is shown has yet to be brought up to date."""
        return self._due

    def _refresh_soon(self) -> None:
        """A view that is new is painted before its figures are put in: each takes its time."""
        if not self._due:
            self._due = True
            # A timer that has come due is served right after the painting, in the same turn of the event loop.
            QTimer.singleShot(0, self, lambda: QTimer.singleShot(0, self, self._refresh))

    @Slot()
    def _refresh(self) -> None:
        self._due = False
        if not self.isVisible():
            return
        found, prices, error = self._reckoning.current, self._reckoning.prices, self._reckoning.error
        if found is None or prices is None:
            self._say_why_not(error)
            return
        self.stage.show_content()
        if error is None:
            self.trouble.hide()
        else:
            self.trouble.tell(
                f"The recipe can't be reckoned as it is now: {_first(error)}", "The figures are the last ones."
            )
        self._sentence.setText(
            f"{found.name}, built in {found.shape.region} on {self._session.where}. All figures in USD."
        )
        self.age.show_prices(prices, self._reckoning.now.date())
        match self.tabs.currentIndex():
            case 0:
                self.recipe.show_cost(found, prices)
            case 2:
                self.what_if.show_cost(found, prices)
            case 3:
                self.history.show_cost(found, prices)
                self._read_runs()
        if self.tabs.currentIndex() in (RECIPE, REGIONS):
            self._compare(found)
        self._make_ahead_soon()

    def _make_ahead_soon(self) -> None:
        if self._ahead and not self._session.ops.waiting:
            QTimer.singleShot(0, self, self._make_ahead)

    @Slot()
    def _make_ahead(self) -> None:
        """The views nobody has opened yet, one in each turn of the event loop: to make one takes some twenty
        milliseconds, which are not felt now and would be with the click that opens it."""
        if self._ahead:
            self._ahead.pop(0)()
            self._make_ahead_soon()

    def _say_why_not(self, error: BakehouseError | None) -> None:
        if error is None:
            self.stage.say("waiting", "Reckoning…", "Loading prices.")
        elif isinstance(error, Invalid):
            to_recipe = ("Go to the recipe", lambda: self._desk.intend(ShowPage(Page.RECIPE)))
            self.stage.say(
                "cost", "This recipe can't be reckoned yet", f"{_first(error)} Correct that first.", to_recipe
            )
        else:
            self.stage.say_error("There are no figures", error, self._reckoning.refresh)

    # All regions

    def _compare(self, found: Reckoned) -> None:
        """Compare the regions once for each shape, then tell the views that show it."""
        if (
            self._compared is not None
            and self._compared.shape == found.shape
            and self._prices is self._reckoning.prices
        ):
            self._show_comparison()
        elif self._comparing is None:
            self._comparing = self._reckoning.ask(self, _compared, self._take_comparison)

    def _take_comparison(self, answer: tuple[Comparison, Prices, tuple[RegionRow, ...]]) -> None:
        self._comparing = None
        self._compared, self._prices, self._rows = answer
        self._refresh()

    def _show_comparison(self) -> None:
        if self._compared is None or self._prices is None:
            return
        if self.tabs.currentIndex() == RECIPE:
            self.recipe.show_comparison(self._compared)
        else:
            self.regions.show_rows(self._rows)

    # What was spent

    def _read_runs(self) -> None:
        """Those that have ended once, those under way again and again."""
        if self._reading is not None:
            return
        known, opened = self._past, tuple(each.opened for each in self._session.running)
        folder, measure = self._reckoning.runs, self._reckoning.measure

        def work(found: Reckoned, prices: Prices) -> tuple[Runs, History]:
            past = known if known is not None else newest(folder, measure)
            going = under_way(folder, opened, found.shape, prices)
            return (*going, *over(past, found.shape, prices)), past

        self._reading = self._reckoning.ask(self, work, self._take_runs, lane=PAST_LANE)

    def _take_runs(self, found: tuple[Runs, History]) -> None:
        self._reading = None
        runs, self._past = found
        if self._reckoning.current is not None:
            self.history.show_runs(runs, self._reckoning.current.cost, self._past.problems)

    @Slot()
    def _run_ended(self) -> None:
        self._past = None
        self._refresh()

    def _follow(self, followed: Followed) -> None:
        followed.ended.connect(self._run_ended)
        self._ticking.look()

    @property
    def _meters(self) -> bool:
        """Whether what a build has cost so far is on the screen."""
        return self.tabs.currentIndex() == HISTORY and bool(self._session.running)

    @Slot()
    def _ask_billed(self) -> None:
        at, today = self._session.connection, self._reckoning.now.date()
        self.history.billed.say("Asking…", "AWS takes 0.01 USD for the answer")

        def work() -> "Billed":
            from core.aws.spend import billed

            return billed(at, today - timedelta(days=BILLED_DAYS), today + timedelta(days=1))

        self._session.ops.run(
            self,
            work,
            self._take_billed,
            lambda error: self.history.billed.say("Not known", f"{error.message} {error.hint}".strip()),
            lane="billing",
        )

    def _take_billed(self, found: "Billed") -> None:
        detail = found.missing or "in the last twelve months, for what is tagged as made by Image Builder"
        self.history.billed.say(dollars(found.total), detail, "\n".join(_spends(found)))

    # The recipe

    @Slot(object)
    def _apply(self, scenario: Scenario) -> None:
        """Write a what-if into the recipe file, as one edit."""
        current, at = self._reckoning.current, self._session.connection
        if current is None:
            return
        try:
            draft = applied(self._session.draft, scenario, current.shape, (at.name, at.kind))
        except BakehouseError as error:
            self.trouble.tell_error(error)
            return
        self._session.edit("Apply what-if", draft)
        undo: Callable[[], None] = lambda: self._desk.take("edit.undo")  # noqa: E731 - said where it is used
        self.banner.tell("The recipe says so now.", "Save it to keep it.", (("Undo", undo),), role="good")


def _compared(current: Reckoned, prices: Prices) -> tuple[Comparison, Prices, tuple[RegionRow, ...]]:
    found = compare(current.shape, prices)
    return found, prices, rows_of(found, prices)


def _first(error: BakehouseError) -> str:
    """The first problem where there are several."""
    problems = error.problems if isinstance(error, Invalid) else ()
    said = problems[0].message if problems else error.message
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _spends(found: "Billed") -> list[str]:
    return [f"{each.month:%Y-%m} {each.region}: {dollars(each.usd)}" for each in found.spend]
