"""What would change: another instance type, other regions, fewer versions, and what that does to the bill, at once.

Scenarios worth comparing are kept beside each other; one is written into the recipe as a single undoable edit.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from core.cost.amount import Amount
from core.cost.comparison import changed
from core.cost.cost import Cost
from core.cost.estimate import estimate
from core.cost.prices import Prices
from gui.cost.alternatives import Alternative, alternatives
from gui.cost.chart_card import ChartCard
from gui.cost.reckoning import Reckoned
from gui.cost.scenario import Scenario, shaped
from gui.cost.scenario_card import ROLES, ScenarioCard
from gui.cost.stacked import Stack, stacked
from gui.cost.what_if_form import FIELDS, WhatIfForm
from gui.cost.words import Change
from gui.ops import Ops
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.box_row import BoxRow
from gui.widgets.dress import button, label
from gui.widgets.flow import Flow
from gui.widgets.layout import column, holding, scrolled
from gui.widgets.paragraph import Paragraph
from gui.widgets.split import beside
from gui.widgets.table import Column, Mark, Table

MOST: Final = 6
"""Scenarios kept; more than these nobody compares."""

LEAST: Final = 220
"""Of the lower half; a window that is smaller is scrolled."""

TRYING: Final = "Enter or a double click tries one."
CHANGE_WIDTH: Final = 156
_ICONS: Final = {"more": "up", "less": "down", "same": "quiet", "unknown": "help"}


@dataclass(frozen=True, slots=True)
class Kept:
    name: str
    scenario: Scenario


def _mark(change: Change) -> Mark:
    return _ICONS[change.trend], ROLES[change.trend]


def _parent(each: Alternative) -> Mark | None:
    return ("warn", "warn") if each.marked else None


COLUMNS: Final[tuple[Column[Alternative], ...]] = (
    Column("Instance type", lambda each: each.type.name, 116, mark=_parent),
    Column("Size", lambda each: each.size, muted=True),
    Column(
        "One run",
        lambda each: each.run.brief,
        CHANGE_WIDTH,
        mark=lambda each: _mark(each.run),
        marked_text=True,
        tip=lambda each: each.run.text,
    ),
    Column("Every month", lambda each: each.month.brief, CHANGE_WIDTH, optional=True, tip=lambda each: each.month.text),
    Column("An hour", lambda each: each.hour_text, 76, order=lambda each: each.hour, optional=True),
    Column("Why", lambda each: each.why, share=2, muted=True, optional=True),
)


class WhatIfView(QWidget):
    """Signals: `applied` — the Scenario that is to be written into the recipe."""

    applied = Signal(object)

    def __init__(self, theme: Theme, ops: Ops) -> None:
        super().__init__()
        self._theme = theme
        self._found: Reckoned | None = None
        self._prices: Prices | None = None
        self.kept: list[Kept] = []
        self._made = 0
        self.form = WhatIfForm(theme)
        self.recipe = ScenarioCard(theme, "The recipe")
        self.present = ScenarioCard(theme, "What if")
        self._kept_cards: list[ScenarioCard] = []
        self.cards = BoxRow()
        self.keep = button(theme, "Keep beside", "", "compare", name="Keep this scenario beside the others")
        self.apply = button(theme, "Apply to recipe", "primary", "apply")
        self.reset = button(theme, "Back to the recipe", "flat", "undo")
        self.note = Paragraph("", "muted", Type.SMALL)
        self.trying = Paragraph(TRYING, "muted", Type.SMALL)
        self.others = Table(
            theme, "Other instance types", COLUMNS, lambda each: each.type.name, lambda each: each.type.name
        )
        self.chart = ChartCard(theme, ops, "A month with its runs, side by side", "scenarios", least=(200, 64))
        self._lay_out()
        self.form.edited.connect(self._show)
        self.keep.clicked.connect(self._keep)
        self.apply.clicked.connect(lambda: self.applied.emit(self.form.scenario))
        self.reset.clicked.connect(lambda: self.form.use(Scenario()))
        self.others.taken.connect(self._take)

    def _lay_out(self) -> None:
        form = scrolled(self.form)
        form.setMinimumWidth(Size.INSPECTOR - Space.PAGE)
        buttons = Flow(Space.SMALL)
        buttons.fill((self.apply, self.keep, self.reset))
        types = column(
            label("Other instance types", weight=Type.BOLD),
            self.trying,
            self.others,
            gap=2,
        )
        types.setStretch(2, 1)
        compared = beside((holding(types), 440), (self.chart, 260))
        right = column(buttons, self.note, self.cards, compared, gap=Space.SMALL)
        right.setStretch(3, 1)
        compared.setMinimumHeight(LEAST)
        self.setLayout(column(beside((form, Size.INSPECTOR), (scrolled(holding(right)), 760))))
        self.cards.fill((self.recipe, self.present))

    def show_cost(self, found: Reckoned, prices: Prices) -> None:
        """Another text of the recipe, or other prices."""
        self._found, self._prices = found, prices
        others = alternatives(found.shape, found.cost, prices)
        self.others.rows.set_rows(others)
        self.trying.say(TRYING if others else _none(found))
        self.form.follow(found.shape, prices)
        self._show()

    def cost_of(self, scenario: Scenario) -> Cost | None:
        """What the recipe would cost with these changes."""
        if self._found is None or self._prices is None:
            return None
        return estimate(shaped(self._found.shape, scenario, datetime.now(UTC)), self._prices)

    def _words(self, scenario: Scenario) -> str:
        if self._found is None or scenario.empty:
            return "Nothing is otherwise yet."
        other = shaped(self._found.shape, scenario, datetime.now(UTC))
        return "; ".join(changed(self._found.shape, other)) or "Nothing is otherwise yet."

    @Slot()
    def _show(self) -> None:
        found, scenario = self._found, self.form.scenario
        now = self.cost_of(scenario)
        if found is None or now is None:
            return
        self.form.say(self._single(found.cost, scenario))
        self.recipe.show_cost(", ".join(found.shape.instance_types) or "instance type left to EC2", found.cost, None)
        self.present.show_cost(self._words(scenario), now, found.cost)
        for kept, card in zip(self.kept, self._kept_cards, strict=True):
            if (cost := self.cost_of(kept.scenario)) is not None:
                card.show_cost(self._words(kept.scenario), cost, found.cost)
        self._draw(found.cost, now)
        for each in (self.keep, self.reset):
            each.setEnabled(not scenario.empty)
        self.keep.setEnabled(not scenario.empty and len(self.kept) < MOST)
        self.apply.setEnabled(scenario.written)
        self.note.say(_note(scenario))

    def _single(self, before: Cost, scenario: Scenario) -> dict[str, Change]:
        """What each change alone makes of a run and the month after it."""
        found = {}
        for name in FIELDS:
            if getattr(scenario, name) is not None and (cost := self.cost_of(scenario.only(name))) is not None:
                found[name] = Change.between(before.run.amount + before.month, cost.run.amount + cost.month)
        return found

    def _draw(self, recipe: Cost, now: Cost) -> None:
        shown = [("The recipe", recipe), ("What if", now)]
        shown += [(kept.name, cost) for kept in self.kept if (cost := self.cost_of(kept.scenario)) is not None]
        self.chart.draw(stacked([Stack(name, _monthly(cost)) for name, cost in shown]))

    @Slot()
    def _keep(self) -> None:
        self._made += 1
        self.kept.append(Kept(f"Scenario {self._made}", self.form.scenario))
        self._fill()

    def _remove(self, kept: Kept) -> None:
        self.kept.remove(kept)
        self._fill()

    def _fill(self) -> None:
        self._kept_cards = [self._card(kept) for kept in self.kept]
        self.cards.fill((self.recipe, self.present, *self._kept_cards))
        self._show()

    def _card(self, kept: Kept) -> ScenarioCard:
        card = ScenarioCard(self._theme, kept.name, kept=True)
        card.used.connect(lambda: self.form.use(kept.scenario))
        card.removed.connect(lambda: self._remove(kept))
        return card

    @Slot(object)
    def _take(self, each: Alternative) -> None:
        self.form.use(replace(self.form.scenario, instance_type=each.type.name))


def _monthly(cost: Cost) -> dict[str, Amount]:
    """One run and the month after it, by what is paid for: a month without runs would show too little."""
    runs = cost.runs_per_month if cost.runs_per_month.high else 1
    found = {str(part): amount * runs for part, amount in cost.run.by_part().items()}
    for part, amount in cost.standing.by_part().items():
        found[str(part)] = found.get(str(part), Amount()) + amount
    return found


def _none(found: Reckoned) -> str:
    """Why there is no other type to try."""
    types = " or ".join(found.shape.instance_types)
    if not types:
        return "The recipe names no instance type that others could be compared with."
    return f"No type can be compared with {types}: its size or its price is not known."


def _note(scenario: Scenario) -> str:
    if scenario.versions is None:
        return ""
    return (
        "How many versions are kept is no part of a recipe file: a lifecycle policy of the account removes old images."
        " To reckon with another number from now on, set it under “This recipe”."
    )
