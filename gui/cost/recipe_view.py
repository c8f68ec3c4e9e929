"""What the open recipe costs: the figures asked for first, stacked bars, and every sum opened down to its sources."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QSpinBox, QToolButton, QWidget

from core.cost.amount import Amount, added, dollars
from core.cost.bake import Shape
from core.cost.comparison import Comparison, RegionCost
from core.cost.cost import Cost
from core.cost.estimate import hourly
from core.cost.item import Part
from core.cost.prices import Prices
from core.errors import Severity
from gui.cost.breakdown import Breakdown, entries_of
from gui.cost.chart_card import ChartCard
from gui.cost.reckoning import Reckoned
from gui.cost.retention import LEAST as LEAST_KEPT
from gui.cost.retention import MOST as MOST_KEPT
from gui.cost.saving import save
from gui.cost.stacked import Stack, stacked
from gui.cost.tiles import Tile, Tiles
from gui.cost.words import Change, times
from gui.ops import Ops
from gui.theme.status import SEVERITIES
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, label, tool_button
from gui.widgets.field import Note, Notes
from gui.widgets.layout import STRETCH, column, holding, row, scrolled
from gui.widgets.paragraph import Paragraph
from gui.widgets.split import beside

CHART_WIDTH: Final = 420
HOURS_PER_DAY: Final = 24
NAMED: Final = 4
"""Regions that a tile names; it tells the others where it is pointed at."""
LEAST: Final = 280
"""Of breakdown and chart; a window that is smaller is scrolled."""


class RecipeView(QWidget):
    """Signals: `regions_asked` — where it is cheapest is to be looked at; `kept` — how many versions are to be reckoned
    with."""

    regions_asked = Signal()
    kept = Signal(int)

    def __init__(self, theme: Theme, ops: Ops) -> None:
        super().__init__()
        self._ops = ops
        self._name = "recipe"
        self.run = Tile(theme, "One run")
        self.month = Tile(theme, "Every month")
        self.year = Tile(theme, "Every year")
        self.distribution = Tile(theme, "What distribution adds")
        self.cheapest = Tile(theme, "Cheapest region", leads=True)
        self.machine = Tile(theme, "A machine that is kept or waits")
        self.tiles = Tiles((self.run, self.month, self.year, self.distribution, self.cheapest, self.machine))
        self.notes = Notes(theme)
        self.breakdown = Breakdown(theme, "What the recipe costs")
        self.chart = ChartCard(theme, ops, "What it is made of", "cost")
        self.assumed = Paragraph("", "muted", Type.SMALL)
        self.versions = QSpinBox()
        self.versions.setRange(LEAST_KEPT, MOST_KEPT)
        self.versions.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.versions.setAccessibleName("Versions kept")
        self.versions.setToolTip("As the lifecycle policy of the account has it; a recipe file does not say it")
        self.versions.valueChanged.connect(self.kept)
        self.cheapest.pressed.connect(self.regions_asked)
        self._lay_out(theme)

    def _lay_out(self, theme: Theme) -> None:
        opens = button(theme, "Open everything", "flat")
        opens.clicked.connect(self.breakdown.open_all)
        more = tool_button(theme, "more", "Copy or save: Breakdown")
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(self._menu())
        kept = row(label("Versions kept", "muted"), self.versions, gap=Space.SMALL)
        head = row(label("Breakdown", weight=Type.BOLD), STRETCH, kept, opens, more, gap=Space.SMALL)
        left = column(head, self.breakdown, self.assumed, gap=Space.HAIR)
        left.setStretch(1, 1)
        parts = beside((holding(left), 720), (self.chart, CHART_WIDTH))
        parts.setMinimumHeight(LEAST)
        whole = column(self.tiles, self.notes, parts, gap=Space.MEDIUM)
        whole.setStretch(2, 1)
        self.setLayout(column(scrolled(holding(whole))))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        copies = menu.addAction("Copy as CSV")
        copies.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.breakdown.csv()))
        saves = menu.addAction("Save as CSV…")
        saves.triggered.connect(
            lambda: save(self._ops, self, f"{self._name}-cost", "csv", self.breakdown.csv().encode())
        )
        return menu

    def show_cost(self, found: Reckoned, prices: Prices) -> None:
        cost, shape = found.cost, found.shape
        self._name = found.name
        with QSignalBlocker(self.versions):
            self.versions.setValue(shape.versions)
        self.run.say(cost.run.amount.text, _since(found.run_change) or f"built in {shape.region}")
        self.month.say(cost.month.text, month_words(cost))
        self.year.say(cost.year.text, "twelve such months")
        self.distribution.say(*distribution_words(shape, cost))
        hour = hourly(shape, prices).amount
        self.machine.say(
            f"{hour.text} an hour", f"{(hour * HOURS_PER_DAY).text} a day, after a failure or for an approval"
        )
        self.notes.say((*_unknown(cost), *_left_out(found)))
        self.breakdown.show_entries(entries_of(cost))
        self.chart.draw(stacked(stacks_of(cost)))
        self.assumed.say("Taken for granted: " + " ".join(cost.assumptions) if cost.assumptions else "")

    @Slot(object)
    def show_comparison(self, found: Comparison) -> None:
        """Where it is cheapest, once all regions have been compared."""
        self.cheapest.say(*cheapest_words(found))


def month_words(cost: Cost) -> str:
    kept = "1 version" if cost.versions == 1 else f"{cost.versions} versions"
    if cost.runs_per_month.high:
        return f"{times(cost.runs_per_month)} runs, and {kept} kept for {cost.standing.amount.text}"
    return f"{kept} kept; no schedule starts a run"


def distribution_words(shape: Shape, cost: Cost) -> tuple[str, str, str]:
    """What the copies in other regions add to one run and to each month; and all of these regions."""
    others = tuple(dict.fromkeys(target.region for target in shape.others))
    if not others:
        return "Nothing", f"the image stays in {shape.region}", ""
    run = cost.run.by_part().get(Part.TRANSFER, Amount())
    kept = cost.standing.by_region()
    month = added(kept.get(region, Amount()) for region in others)
    regions = "1 more region" if len(others) == 1 else f"{len(others)} more regions"
    said = others if len(others) <= NAMED else (*others[:NAMED], f"{len(others) - NAMED} more")
    return f"{run.text} a run", f"and {month.text} a month, for {regions}: {', '.join(said)}", ", ".join(others)


def stacks_of(cost: Cost) -> tuple[Stack, ...]:
    """A run, what stands, and a month with its runs; parts are what is paid for."""
    run = _parts(cost.run.by_part())
    standing = _parts(cost.standing.by_part())
    found = [Stack("One run", run), Stack("Standing, a month", standing)]
    if cost.runs_per_month.high:
        together = {name: amount * cost.runs_per_month for name, amount in run.items()}
        for name, amount in standing.items():
            together[name] = together[name] + amount if name in together else amount
        found.append(Stack(f"A month, {times(cost.runs_per_month)} runs", together))
    return tuple(found)


def _parts(by_part: Mapping[Part, Amount]) -> dict[str, Amount]:
    return {str(part): amount for part, amount in by_part.items()}


def cheapest_words(found: Comparison) -> tuple[str, str]:
    """Where a run with its copies is cheapest, and what that saves."""
    verdict = found.verdict(_run)
    if verdict is None:
        return "Not known", "too few regions have a price for this recipe"
    here, cheapest = found.shape.region, [each.region for each in verdict.cheapest]
    more = f" and {len(cheapest) - 1} more" if len(cheapest) > 1 else ""
    dearest = f"dearest is {verdict.dearest.region}, {dollars(verdict.between)} more"
    if verdict.saving is None:
        return f"{cheapest[0]}{more}", f"{_run(verdict.cheapest[0]).text} a run; {dearest}"
    if here in cheapest:
        return here, f"nothing is cheaper than here; {dearest}"
    return f"{cheapest[0]}{more}", f"{dollars(verdict.saving)} less a run than {here}; {dearest}"


def _run(each: RegionCost) -> Amount:
    return each.run


def _since(change: Change | None) -> str:
    if change is None or change.trend in ("same", "unknown"):
        return ""
    return f"{change.text} since it was saved"


def _unknown(cost: Cost) -> tuple[Note, ...]:
    missing = cost.unknown
    if not missing:
        return ()
    what = "; ".join(each.what for each in missing)
    hint = next((each.hint for each in missing if each.hint), "")
    return (Note(SEVERITIES[Severity.WARNING], f"Not known: {what}. What needs it says “at least”.", hint),)


def _left_out(found: Reckoned) -> tuple[Note, ...]:
    return (Note(SEVERITIES[Severity.WARNING], found.left_out),) if found.left_out else ()
