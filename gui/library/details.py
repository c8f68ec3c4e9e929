"""Everything about one resource of the library: its facts, what can be done with it, what there is to read."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.status import presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, heading, label
from gui.widgets.facts import Fact, Facts
from gui.widgets.layout import STRETCH, clear, column, holding, row, scrolled
from gui.widgets.notice import Badge
from gui.widgets.reading import Reading
from gui.widgets.stage import Offer

NO_TEXT: Final = "Text of what is chosen"


class Details(QWidget):
    """Facts above, text below; the text's room goes where there is none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._name = heading("")
        self._name.setWordWrap(True)
        self._badge = Badge(theme, presentation(""))
        self._actions = row(gap=Space.SMALL)
        self.facts = Facts()
        self._text_name = label("", "muted", step=Type.SMALL, weight=Type.MEDIUM)
        self.text = Reading(NO_TEXT)
        facts = scrolled(holding(column(self.facts, STRETCH, margin=(0, 0, Space.SMALL, 0))))
        facts.setMinimumHeight(3 * Space.PAGE)
        head = row(self._name, self._badge, gap=Space.SMALL)
        head.setStretch(0, 1)
        layout = column(
            head,
            self._actions,
            facts,
            self._text_name,
            self.text,
            gap=Space.SMALL,
            margin=(Space.LARGE, 0, 0, 0),
        )
        layout.setStretch(2, 1)
        layout.setStretch(4, 1)
        self.setLayout(layout)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_text("", None)

    def show_resource(self, name: str, status: str, facts: Sequence[Fact], offers: Sequence[Offer]) -> None:
        """Facts and actions; the first offer is the obvious one."""
        self._name.setText(name)
        self._badge.setVisible(bool(status))
        self._badge.show_status(presentation(status))
        self.facts.show_facts(facts)
        clear(self._actions)
        for position, (text, does) in enumerate(offers):
            made = button(self._theme, text, "primary" if position == 0 and len(offers) > 1 else "")
            made.clicked.connect(lambda _checked=False, does=does: does())
            self._actions.addWidget(made)
        self._actions.addStretch(1)

    def focus_actions(self) -> None:
        """Go on to what can be done, by keyboard."""
        item = self._actions.itemAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_text(self, name: str, text: str | None) -> None:
        """None where there is nothing to read."""
        self._text_name.setText(name)
        for part in (self._text_name, self.text):
            part.setVisible(text is not None)
        self.text.setAccessibleName(name or NO_TEXT)
        self.text.read(text or "")
