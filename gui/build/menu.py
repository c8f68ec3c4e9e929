"""The menu of a page: actions of `gui.actions`, as possible as the desk says when it opens."""

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gui.actions import BY_ID, Desk
from gui.theme.theme import Theme
from gui.widgets.dress import dress


def action_menu(theme: Theme, desk: Desk, ids: Sequence[str], parent: QWidget) -> QMenu:
    """`ids` of actions; an empty one draws a line."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    made: dict[str, QAction] = {}
    for action_id in ids:
        if not action_id:
            menu.addSeparator()
            continue
        action = BY_ID[action_id]
        entry = menu.addAction(action.text)
        if action.icon:
            dress(theme, entry, action.icon)
        entry.triggered.connect(lambda _checked=False, action_id=action_id: desk.take(action_id))
        made[action_id] = entry

    def look() -> None:
        for action_id, entry in made.items():
            entry.setEnabled(desk.possible(action_id))
            entry.setToolTip(desk.why_not(action_id) or BY_ID[action_id].hint)

    menu.aboutToShow.connect(look)
    return menu
