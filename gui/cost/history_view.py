"""What builds have cost: each of them opened down to its inputs, by month and by pipeline, and what is to come.

The runs are those that this app has followed. Of a run on Local it is what AWS would have billed: its sizes, priced
with AWS's stated range of durations. What AWS really billed is asked for only when somebody wants to know it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from core.cost.amount import added
from core.cost.cost import Cost, Sum
from core.cost.estimate import hourly
from core.cost.history import Spent, by_month, by_pipeline, projection, total
from core.cost.prices import Prices
from core.errors import BakehouseError
from gui.cost.breakdown import Breakdown, Entry, entries_of
from gui.cost.chart_card import ChartCard
from gui.cost.priced_runs import PricedRun, whole
from gui.cost.reckoning import Reckoned
from gui.cost.spending import foreseen, monthly
from gui.cost.stacked import Stack, stacked
from gui.cost.tiles import Tile, Tiles
from gui.ops import Ops
from gui.theme.status import presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, label
from gui.widgets.layout import STRETCH, column, holding, row, scrolled
from gui.widgets.moments import shown_moment
from gui.widgets.split import below, beside
from gui.widgets.stage import Stage
from gui.widgets.table import Column, Mark, Table

MONTHS: Final = 12
LEAST: Final = 360
"""Of runs and charts; a window that is smaller is scrolled."""

HOURS_PER_DAY: Final = 24


def _status(each: PricedRun) -> Mark:
    shown = presentation(each.ledger.status.value)
    return shown.icon, shown.role


def _when(each: PricedRun) -> str:
    return shown_moment(each.moment.isoformat()) if each.past is not None else "Under way"


COLUMNS: Final[tuple[Column[PricedRun], ...]] = (
    Column("Ended", _when, 140, order=lambda each: each.moment),
    Column("Image", lambda each: each.name, share=3, mark=_status),
    Column("On", lambda each: each.connection, 90, muted=True, optional=True),
    Column("The run", lambda each: each.cost.run.amount.text, 150, order=lambda each: each.cost.run.amount.low),
    Column("Kept, a month", lambda each: each.cost.standing_version.text, 150, optional=True),
)


class HistoryView(QWidget):
    """Signals: `billed_asked` — what AWS has billed is to be asked."""

    billed_asked = Signal()

    def __init__(self, theme: Theme, ops: Ops) -> None:
        super().__init__()
        self._wanted = ""
        self._runs: tuple[PricedRun, ...] = ()
        self.runs = Tile(theme, "Runs that were followed")
        self.ahead = Tile(theme, "The next twelve months")
        self.machine = Tile(theme, "A machine kept after a failure")
        self.approval = Tile(theme, "A step that waits for approval")
        self.billed = Tile(theme, "What AWS has billed")
        self.tiles = Tiles((self.runs, self.ahead, self.machine, self.approval, self.billed))
        self.ask = button(theme, "Ask AWS what it billed", "flat", "aws")
        self.table = Table(theme, "Runs and what they cost", COLUMNS, lambda each: each.key, _searched)
        self.breakdown = Breakdown(theme, "What the chosen run cost")
        self._of = label("What the chosen run cost", weight=Type.BOLD)
        self.months = ChartCard(theme, ops, "By month, and to come", "months")
        self.pipelines = ChartCard(theme, ops, "By pipeline", "pipelines")
        self.ask.clicked.connect(self.billed_asked)
        self.table.chosen.connect(self._choose)
        self.billed.say("Not asked yet", "an answer costs 0.01 USD and needs Cost Explorer")
        self._lay_out(theme)

    def _lay_out(self, theme: Theme) -> None:
        self._stage = Stage(theme, self.table)
        runs = column(row(label("Runs", weight=Type.BOLD), STRETCH, self.ask), self._stage, gap=Space.HAIR)
        opened = column(self._of, self.breakdown, gap=Space.HAIR)
        charts = QTabWidget()
        charts.setAccessibleName("Charts of what was spent")
        charts.tabBar().setAccessibleName("Charts of what was spent")
        charts.addTab(self.months, "By month")
        charts.addTab(self.pipelines, "By pipeline")
        left = below((holding(runs), 240), (holding(opened), 260))
        across = beside((left, 680), (charts, 400))
        across.setMinimumHeight(LEAST)
        page = column(self.tiles, across, gap=Space.MEDIUM)
        page.setStretch(1, 1)
        self.setLayout(column(scrolled(holding(page))))

    def show_cost(self, found: Reckoned, prices: Prices) -> None:
        """What is to come, and what an hour of a machine costs, for the recipe as it is."""
        ahead = projection(found.cost, MONTHS)
        kept = "1 version" if found.cost.versions == 1 else f"{found.cost.versions} versions"
        runs = "its schedule" if found.cost.runs_per_month.high else "no schedule, so no run"
        self.ahead.say(total(ahead).text, f"with {runs}, and {kept} kept")
        hour = hourly(found.shape, prices)
        day = (hour.amount * HOURS_PER_DAY).text
        self.machine.say(f"{hour.amount.text} an hour", f"{day} a day until you terminate it", _formulas(hour))
        self.approval.say(f"{hour.amount.text} an hour", "as long as its machine is there", _formulas(hour))
        self._draw(found.cost)

    def show_runs(self, found: Sequence[PricedRun], cost: Cost, damaged: Sequence[BakehouseError] = ()) -> None:
        """The runs, the newest first; the one asked for is chosen. `damaged` is why others can't be read."""
        self._runs = tuple(found)
        done = [each for each in found if each.past is not None]
        going = "".join(f"{each.cost.run.amount.text} so far. " for each in found if each.past is None)
        count = "1 run" if len(done) == 1 else f"{len(done)} runs"
        average = f"{count}, {(whole(done) / len(done)).text} each on average" if done else "none has ended yet"
        records = "1 record" if len(damaged) == 1 else f"{len(damaged)} records"
        lost = f"; {records} can't be read" if damaged else ""
        why = "\n".join(each.message for each in damaged)
        self.runs.say(whole(done).text if done else "None yet", f"{going}{average}{lost}", why)
        self._show_kept([each for each in done if each.costs_on])
        self._show_waiting([each for each in found if each.waits])
        self.table.rows.set_rows(found)
        if found:
            self._stage.show_content()
            if self.table.row is None and not self.table.choose(self._wanted):
                self.table.choose(found[0].key)
        else:
            self._stage.say("cost", "No runs yet", "What each build cost stands here once one has ended.")
        self._draw(cost)

    def _show_kept(self, runs: Sequence[PricedRun]) -> None:
        """Machines that nobody has terminated."""
        if runs:
            hour = added(each.hour for each in runs)
            names = ", ".join(each.name for each in runs)
            self.machine.say(f"{hour.text} an hour", f"is being spent now: of {names}, machines are still there")

    def _show_waiting(self, runs: Sequence[PricedRun]) -> None:
        """Steps that wait for somebody now."""
        if runs:
            hour = added(each.hour for each in runs)
            since = "; ".join(f"{each.name} since {shown_moment(str(each.ledger.waiting_since))}" for each in runs)
            self.approval.say(f"{hour.text} an hour", f"is being spent now, by {since}")

    def show_run(self, arn: str) -> None:
        """Choose a run, now or as soon as it is read."""
        self._wanted = arn
        self.table.choose(arn)

    def _draw(self, cost: Cost) -> None:
        spent = [Spent(each.past, each.cost.run.amount) for each in self._runs if each.past is not None]
        self.months.draw(monthly(by_month(spent), foreseen(cost, datetime.now(UTC).date(), MONTHS)))
        names = {each.past.pipeline: each.pipeline for each in self._runs if each.past is not None}
        stacks = [Stack(names[arn], {"Runs": amount}) for arn, amount in by_pipeline(spent).items()]
        self.pipelines.draw(stacked(stacks))

    @Slot(object)
    def _choose(self, each: PricedRun | None) -> None:
        if each is None:
            self.breakdown.show_entries(())
            return
        self._of.setText(f"What {each.name} {'cost' if each.past is not None else 'has cost so far'}")
        self.breakdown.show_entries((_told(each), *entries_of(each.cost, months=False)))


def _searched(each: PricedRun) -> str:
    return f"{each.key} {each.connection}"


def _told(each: PricedRun) -> Entry:
    how = "measured on AWS" if each.ledger.timed else "sizes measured on Local; durations are those usual on AWS"
    word = presentation(each.ledger.status.value).word.lower()
    rest = Entry("Besides", "", "What a run does not tell, such as its instance type, is as in the open recipe")
    return Entry("From", each.connection, f"{how}; the image: {word}", (rest,), open=True)


def _formulas(hour: Sum) -> str:
    return "\n".join(f"{item.name}: {item.amount.text} = {item.formula}" for item in hour.items())
