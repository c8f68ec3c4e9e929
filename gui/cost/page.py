"""The cost page: says, as long as nothing is reckoned yet, what it will show and what is known without it."""

from PySide6.QtWidgets import QWidget

from gui.theme.theme import Theme
from gui.widgets.layout import column
from gui.widgets.notice import EmptyState


class CostPage(QWidget):
    """An empty state."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        sentence = (
            "Baking on Local costs nothing but your own electricity. "
            "Estimates and the comparison of AWS regions are not part of this version."
        )
        self.setLayout(column(EmptyState(theme, "cost", "No costs yet", sentence)))
