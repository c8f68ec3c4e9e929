"""Several components at once: which they are, and what can be done with all of them."""

from collections.abc import Sequence

from core.recipe.canvas import ComponentCard
from gui.recipe.forms.form import Form
from gui.recipe.forms.workplace import Workplace
from gui.theme.tokens import Space
from gui.widgets.dress import button
from gui.widgets.layout import column, holding
from gui.widgets.paragraph import Paragraph

_SHARED = (
    ("recipe.move-up", "Move up", "up"),
    ("recipe.move-down", "Move down", "down"),
    ("edit.duplicate", "Duplicate", "duplicate"),
    ("edit.copy", "Copy", "copy"),
    ("edit.delete", "Delete", "delete"),
)


class SeveralForm(Form):
    def __init__(self, at: Workplace, indexes: Sequence[int]) -> None:
        place = (at.session.draft.recipe_key, "components")
        places = tuple((*place, index) for index in indexes)
        super().__init__(at, "component", f"{len(indexes)} components", places=places)
        self._indexes = tuple(indexes)
        self._names = Paragraph()
        self.disable = button(at.theme, "Disable", "", "disable")
        self.enable = button(at.theme, "Enable", "", "enable")
        self.disable.clicked.connect(lambda: self._disable(True))
        self.enable.clicked.connect(lambda: self._disable(False))
        actions = column(self.disable, self.enable, gap=Space.SMALL)
        for action, text, icon_name in _SHARED:
            made = button(at.theme, text, "danger" if action == "edit.delete" else "", icon_name)
            made.clicked.connect(lambda _checked=False, action=action: at.desk.take(action))
            actions.addWidget(made)
        self.add(self._names, holding(actions))
        self._follow()

    def refresh(self) -> None:
        super().refresh()
        self._follow()

    def _cards(self) -> list[ComponentCard]:
        cards = self.at.session.canvas.components
        return [cards[index] for index in self._indexes if index < len(cards)]

    def _follow(self) -> None:
        cards = self._cards()
        self._names.say("\n".join(f"{each.name}{' (disabled)' if each.disabled else ''}" for each in cards))
        self.disable.setEnabled(any(not each.disabled for each in cards))
        self.enable.setEnabled(any(each.disabled for each in cards))

    def _disable(self, disabled: bool) -> None:
        indexes = tuple(card.index for card in self._cards())
        words = f"{'Disable' if disabled else 'Enable'} {len(indexes)} components"
        self.change(words, lambda draft: draft.disable_components(indexes, disabled))
