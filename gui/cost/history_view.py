"""What builds have cost: each of them opened down to its inputs, by month and by pipeline, and what is to come.

The runs are those that this app has followed. Of a run on Local it is what AWS would have billed: its sizes, priced
with AWS's stated range of durations. What AWS really billed is asked for only when somebody wants to know it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from core.cost.amount import added
from core.cost.bake import Shape
from core.cost.cost import Cost
from core.cost.estimate import hourly
from core.cost.history import History, Past, Spent, by_month, by_pipeline, projection
from core.cost.prices import Prices
from gui.cost.breakdown import Breakdown, Entry, entries_of
from gui.cost.chart_card import ChartCard
from gui.cost.reckoning import Reckoned
from gui.cost.spending import foreseen, monthly
from gui.cost.stacked import Stack, stacked
from gui.cost.tiles import Tile, Tiles
from gui.ops import Ops
from gui.theme.status import presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, label
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.moments import shown_moment
from gui.widgets.split import below, beside
from gui.widgets.stage import Stage
from gui.widgets.table import Column, Mark, Table

MONTHS: Final = 12
HOURS_PER_DAY: Final = 24


@dataclass(frozen=True, slots=True)
class Priced:
    """A run that is over, and what it cost."""

    past: Past
    cost: Cost

    @property
    def key(self) -> str:
        return self.past.image_arn

    @property
    def pipeline(self) -> str:
        return self.past.pipeline.rsplit("/", 1)[-1] or self.past.recipe


def priced(history: History, shape: Shape, prices: Prices) -> tuple[Priced, ...]:
    """Each run with what it tells; what it tells nothing about is as the recipe has it now."""
    return tuple(Priced(past, past.ledger.cost(prices, shape, past.ended)) for past in history.runs)


def _status(each: Priced) -> Mark:
    shown = presentation(each.past.status.value)
    return shown.icon, shown.role


def _build(past: Past) -> str:
    return "/".join(past.image_arn.split("/")[1:])


COLUMNS: Final[tuple[Column[Priced], ...]] = (
    Column("Ended", lambda each: shown_moment(each.past.ended.isoformat()), 140, order=lambda each: each.past.ended),
    Column("Image", lambda each: _build(each.past), share=3, mark=_status),
    Column("On", lambda each: each.past.connection, 90, muted=True, optional=True),
    Column("The run", lambda each: each.cost.run.amount.text, 150, order=lambda each: each.cost.run.amount.low),
    Column("Kept, a month", lambda each: each.cost.standing_version.text, 150, optional=True),
)


class HistoryView(QWidget):
    """Signals: `billed_asked` — what AWS has billed is to be asked."""

    billed_asked = Signal()

    def __init__(self, theme: Theme, ops: Ops) -> None:
        super().__init__()
        self._wanted = ""
        self._priced: tuple[Priced, ...] = ()
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
        layout = column(self.tiles, across, gap=Space.MEDIUM)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def show_cost(self, found: Reckoned, prices: Prices) -> None:
        """What is to come, and what an hour of a machine costs, for the recipe as it is."""
        ahead = projection(found.cost, MONTHS)
        whole = added(each.amount for each in ahead)
        kept = "1 version" if found.cost.versions == 1 else f"{found.cost.versions} versions"
        runs = "its schedule" if found.cost.runs_per_month.high else "no schedule, so no run"
        self.ahead.say(whole.text, f"with {runs}, and {kept} kept")
        hour = hourly(found.shape, prices)
        day = (hour.amount * HOURS_PER_DAY).text
        self.machine.say(f"{hour.amount.text} an hour", f"{day} a day until you terminate it", _inputs(hour.items()))
        self.approval.say(f"{hour.amount.text} an hour", "as long as its machine is there", _inputs(hour.items()))
        self._draw(found.cost)

    def show_runs(self, found: Sequence[Priced], cost: Cost) -> None:
        """The runs, the newest first; the one asked for is chosen."""
        self._priced = tuple(found)
        whole = added(each.cost.run.amount for each in found)
        count = "1 run" if len(found) == 1 else f"{len(found)} runs"
        average = f"{(whole / len(found)).text} each on average" if found else "none was followed to its end yet"
        self.runs.say(whole.text if found else "None yet", f"{count}, {average}" if found else average)
        self.table.rows.set_rows(found)
        if found:
            self._stage.show_content()
            if self.table.row is None:
                self.table.choose(self._wanted or found[0].key)
        else:
            self._stage.say("cost", "No runs yet", "What each build cost stands here once one has ended.")
        self._draw(cost)

    def show_run(self, arn: str) -> None:
        """Choose a run, now or as soon as it is read."""
        self._wanted = arn
        self.table.choose(arn)

    def _draw(self, cost: Cost) -> None:
        spent = [Spent(each.past, each.cost.run.amount) for each in self._priced]
        self.months.draw(monthly(by_month(spent), foreseen(cost, datetime.now(UTC).date(), MONTHS)))
        names = {each.past.pipeline: each.pipeline for each in self._priced}
        stacks = [Stack(names[arn], {"Runs": amount}) for arn, amount in by_pipeline(spent).items()]
        self.pipelines.draw(stacked(stacks))

    @Slot(object)
    def _choose(self, each: Priced | None) -> None:
        if each is None:
            self.breakdown.show_entries(())
            return
        self._of.setText(f"What {_build(each.past)} cost")
        self.breakdown.show_entries((_told(each), *entries_of(each.cost)[:3]))


def _searched(each: Priced) -> str:
    return f"{each.past.image_arn} {each.past.connection}"


def _told(each: Priced) -> Entry:
    past = each.past
    how = "measured on AWS" if past.timed else "sizes measured on Local; durations are those usual on AWS"
    status = "" if past.good else f"; the build: {presentation(past.status.value).word.lower()}"
    return Entry("From", past.connection, f"{how}{status}")


def _inputs(items: object) -> str:
    return "\n".join(f"{item.name}: {item.amount.text} = {item.formula}" for item in items)  # type: ignore[attr-defined]
