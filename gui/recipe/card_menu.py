"""The menu of a card: the actions of the desk that are about what is chosen."""

from typing import Final

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from gui.actions import BY_ID, Desk
from gui.recipe.selection import Part
from gui.theme.theme import Theme
from gui.widgets.dress import dress

_LISTED: Final = ("edit.cut", "edit.copy", "edit.paste", "edit.duplicate", "edit.delete")
_MOVES: Final = ("", "recipe.move-up", "recipe.move-down")
_ACTIONS: Final = {
    Part.COMPONENT: ("recipe.edit-component", "recipe.disable", "", *_LISTED, *_MOVES, "", "recipe.add-component"),
    Part.REGION: (*_LISTED, *_MOVES, "", "recipe.add-region"),
    Part.WORKFLOW: (*_LISTED, *_MOVES),
    Part.SCHEDULE: ("edit.delete",),
}
_OTHERWISE: Final = ("edit.paste", "", "recipe.add-component", "recipe.add-region")


def card_menu(theme: Theme, desk: Desk, part: Part, parent: QWidget) -> QMenu:
    """The actions for a card of this part; those that can't be taken now say why in their tool tip."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    menu.setAccessibleName("What to do with the selected cards")
    for action_id in _ACTIONS.get(part, _OTHERWISE):
        if not action_id:
            menu.addSeparator()
            continue
        action = BY_ID[action_id]
        # The keys are only shown: the window's own action has them, and two that have them are ambiguous.
        keys = QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        made = QAction(f"{action.text}\t{keys}" if keys else action.text, menu)
        if action.icon:
            dress(theme, made, action.icon)
        made.setEnabled(desk.possible(action_id))
        made.setToolTip(desk.why_not(action_id) or action.hint or action.text)
        made.setObjectName(action_id)
        made.triggered.connect(lambda _checked=False, action_id=action_id: desk.take(action_id))
        menu.addAction(made)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
