"""One scenario beside others: what is otherwise in it, what it costs, and by how much that differs from the recipe."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from core.cost.amount import Amount
from core.cost.cost import Cost
from gui.cost.words import Change
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import button, label, set_look
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.paragraph import Paragraph

ROLES: Final = {"more": "bad", "less": "good", "same": "muted", "unknown": "warn"}
WIDTH: Final = Size.PALETTE - 2 * Space.SMALL
_ROWS: Final = ("One run", "Standing, a month", "Every month", "Every year")


def figures(cost: Cost) -> tuple[Amount, ...]:
    """In the order of the rows of a card."""
    return (cost.run.amount, cost.standing.amount, cost.month, cost.year)


class ScenarioCard(QFrame):
    """Signals: `removed`; `used` — its changes are to be worked on; each only where its button is offered."""

    removed = Signal()
    used = Signal()

    def __init__(self, theme: Theme, name: str, *, kept: bool = False) -> None:
        super().__init__()
        self._name = name
        set_look(self, "card")
        self.setFixedWidth(WIDTH)
        self.title = label(name, weight=Type.BOLD)
        self.says = Paragraph(" ", "muted", Type.SMALL)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.SMALL)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        self._amounts: list[QLabel] = []
        self._changes: list[QLabel] = []
        for place, words in enumerate(_ROWS):
            amount, change = label("", weight=Type.MEDIUM), label("", "muted", Type.SMALL)
            self._amounts.append(amount)
            self._changes.append(change)
            grid.addWidget(label(words, "muted", Type.SMALL), 2 * place, 0)
            grid.addWidget(amount, 2 * place, 1)
            grid.addWidget(change, 2 * place + 1, 1)
        parts = column(self.title, self.says, grid, STRETCH, gap=Space.HAIR, margin=Space.MEDIUM)
        if kept:
            use = button(theme, "Use", "flat", name=f"Work on {name}")
            remove = button(theme, "Remove", "flat", name=f"Remove {name}")
            use.clicked.connect(self.used)
            remove.clicked.connect(self.removed)
            parts.addLayout(row(STRETCH, use, remove, gap=0))
        self.setLayout(parts)

    def show_cost(self, says: str, cost: Cost, beside: Cost | None) -> None:
        """Its cost, and the difference to another where one is given."""
        self.says.say(says)
        spoken = [f"{self._name}: {says}"]
        others = figures(beside) if beside is not None else (None,) * len(_ROWS)
        for place, (amount, other) in enumerate(zip(figures(cost), others, strict=True)):
            self._amounts[place].setText(amount.text)
            change = Change.between(other, amount) if other is not None else None
            self._changes[place].setVisible(change is not None)
            if change is not None:
                self._changes[place].setText(change.text)
                set_look(self._changes[place], ROLES[change.trend])
            spoken.append(f"{_ROWS[place]} {amount.text}{f', {change.text}' if change else ''}")
        self.setAccessibleName(". ".join(spoken))

    @property
    def said(self) -> str:
        return self.accessibleName()
