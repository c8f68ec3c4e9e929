"""Which notifications are wanted: a bell with a menu of them, ticked as the settings say."""

from functools import partial

from PySide6.QtWidgets import QMenu, QToolButton

from gui.build.news import CHOICES, want, wanted
from gui.settings import Settings
from gui.theme.theme import Theme
from gui.widgets.dress import tool_button


def news_button(theme: Theme, settings: Settings) -> QToolButton:
    made = tool_button(theme, "bell", "Which notifications are shown")
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(made)
    menu.addSection("Notify me")
    for news, text in CHOICES.items():
        entry = menu.addAction(text)
        entry.setCheckable(True)
        entry.setChecked(wanted(settings, news))
        entry.toggled.connect(partial(want, settings, news))
    made.setMenu(menu)
    return made
