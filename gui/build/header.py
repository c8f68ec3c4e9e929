"""The head of a build: what it is, how it stands, how long it may still take, and what can be done with it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from gui.actions import BY_ID, Desk
from gui.build.menu import action_menu
from gui.theme.status import Presentation, presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import button, dress, tool_button
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.notice import Badge

BUTTONS = ("run.cancel", "run.follow", "run.retry", "run.again", "run.compare", "run.cost")
MENU = (
    "run.retry", "run.again", "run.follow", "", "run.show-image", "run.copy-arn", "run.compare", "run.cost",
    "run.replay", "", "run.export", "run.import", "", "run.prune",
)  # fmt: skip
SHORT = {
    "run.cancel": "Cancel build",
    "run.follow": "Follow again",
    "run.retry": "Retry",
    "run.again": "Run again",
    "run.compare": "Compare",
    "run.cost": "Cost",
}


ROOM = Size.READING
"""Pixels from which all buttons have room beside the name."""
SPARED = frozenset({"run.compare", "run.cost"})
"""Which are only in the menu where they have none."""


class Header(QWidget):
    """A button is shown while its action can be taken."""

    def __init__(self, theme: Theme, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._running = self._narrow = False
        self.name = Elided("", step=Type.HEADING, weight=Type.BOLD)
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.badge = Badge(theme, presentation("PENDING"))
        self.badge.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)  # it changes with its word
        self.facts = Elided("", "muted")
        self.buttons = {action_id: self._button(theme, action_id) for action_id in BUTTONS}
        self.more: QToolButton = tool_button(theme, "more", "More that can be done with the build")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = action_menu(theme, desk, MENU, self)
        self.more.setMenu(self.menu)
        top = row(self.name, self.badge, STRETCH, *self.buttons.values(), self.more, gap=Space.SMALL)
        self.setLayout(column(top, self.facts, gap=Space.HAIR))
        desk.changed.connect(self._look)
        for action_id in BUTTONS:
            self._look(action_id)

    def show_facts(self, name: str, shown: Presentation, facts: tuple[str, ...], arn: str, *, running: bool) -> None:
        self._running = running
        self._look("run.cancel")
        self.name.setText(name)
        self.name.setToolTip(arn)
        self.badge.show_status(shown)
        self.facts.setText("  ·  ".join(filter(None, facts)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        narrow = self.width() < ROOM
        if narrow is not self._narrow:
            self._narrow = narrow
            for action_id in SPARED:
                self._look(action_id)

    def _button(self, theme: Theme, action_id: str) -> QPushButton:
        action = BY_ID[action_id]
        look = "danger" if action_id == "run.cancel" else ""
        made = button(theme, SHORT[action_id], look)
        dress(theme, made, action.icon, "bad" if look else "text")
        keys = QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        made.setToolTip(" ".join(filter(None, (action.hint or action.text, f"({keys})" if keys else ""))))
        made.clicked.connect(lambda: self._desk.take(action_id))
        return made

    def _look(self, action_id: str) -> None:
        if action_id in self.buttons:
            here = self._running or action_id != "run.cancel"  # which may be about another build
            here = here and not (self._narrow and action_id in SPARED)
            self.buttons[action_id].setVisible(here and self._desk.possible(action_id))
