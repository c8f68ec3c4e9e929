"""Menu bar and shortcuts, made from `gui.actions`; a QAction for each, kept in step with the desk."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from gui.actions import ACTIONS, MENUS, Action, Desk, Page
from gui.theme.theme import Theme
from gui.widgets.dress import dress


class Menus(QObject):
    """All QActions of the window, by id."""

    def __init__(self, window: QMainWindow, desk: Desk, theme: Theme) -> None:
        super().__init__(window)
        self._desk = desk
        self._page = Page.RECIPE
        self.actions: Mapping[str, QAction] = {action.id: self._made(action, window, theme) for action in ACTIONS}
        bar = window.menuBar()
        for name in MENUS:
            menu = bar.addMenu(f"&{name}")
            menu.setToolTipsVisible(True)
            for action in ACTIONS:
                if action.menu == name:
                    if action.separated:
                        menu.addSeparator()
                    menu.addAction(self.actions[action.id])
        desk.changed.connect(self._refresh)
        self.show_page(Page.RECIPE)

    def show_page(self, page: Page) -> None:
        """Actions of other pages are out of reach from now on."""
        self._page = page
        for action in ACTIONS:
            self._refresh(action.id)

    def _made(self, action: Action, window: QMainWindow, theme: Theme) -> QAction:
        told = QKeySequence(action.keys).toString(QKeySequence.SequenceFormat.NativeText)
        made = QAction(f"{action.text}\t{told}" if told else action.text, window)  # shown as a shortcut would be
        made.setObjectName(action.id)
        made.setStatusTip(action.hint)
        if action.shortcut:
            made.setShortcut(QKeySequence(action.shortcut))
            made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if action.icon:
            dress(theme, made, action.icon)
        made.triggered.connect(lambda _checked=False, action_id=action.id: self._desk.take(action_id))
        window.addAction(made)
        return made

    @Slot(str)
    def _refresh(self, action_id: str) -> None:
        made = self.actions[action_id]
        action = next(one for one in ACTIONS if one.id == action_id)
        here = action.page in (None, self._page)
        made.setEnabled(here and self._desk.possible(action_id))
        made.setToolTip(self._desk.why_not(action_id) or action.hint or action.text)
