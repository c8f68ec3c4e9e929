"""The sheet of all shortcuts (F1), made from the actions."""

from typing import Final

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from gui.actions import ACTIONS, MENUS
from gui.theme.tokens import Space, Type
from gui.widgets.dress import heading, label
from gui.widgets.layout import STRETCH, column, holding, row, scrolled

KEYS: Final = 104


class ShortcutSheet(QDialog):
    """Shows, menu by menu, what can be done from the keyboard."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(760, 640)
        half = (len(MENUS) + 1) // 2
        columns = (
            column(*(_menu(name) for name in part), STRETCH, gap=Space.LARGE) for part in (MENUS[:half], MENUS[half:])
        )
        page = holding(row(*columns, gap=Space.PAGE, margin=Space.HUGE))
        self.setLayout(column(scrolled(page), margin=0))


def _menu(name: str) -> QWidget:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setColumnStretch(0, 1)
    grid.setColumnMinimumWidth(1, KEYS)
    grid.setVerticalSpacing(Space.HAIR)
    grid.addWidget(heading(name), 0, 0)
    shown = (action for action in ACTIONS if action.menu == name and action.told)
    for number, action in enumerate(shown, start=1):
        keys = QKeySequence(action.told).toString(QKeySequence.SequenceFormat.NativeText)
        grid.addWidget(label(action.text.rstrip("…")), number, 0)
        grid.addWidget(label(keys, "muted", weight=Type.MEDIUM), number, 1)
    return holding(grid)
