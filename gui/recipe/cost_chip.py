"""What the recipe costs, in a few words at the top of the canvas; a press leads to the page that opens it up.

Whoever reckons tells the chip; as long as nobody has, it takes its room and shows nothing, so that nothing moves when
the first figure comes.
"""

from PySide6.QtWidgets import QSizePolicy

from gui.theme.theme import Theme
from gui.widgets.dress import Dress
from gui.widgets.elided import ElidedButton


class CostChip(ElidedButton):
    def __init__(self, theme: Theme) -> None:
        super().__init__("", "flat")
        self._tip = ""
        self._dress = Dress(theme, self, "", "muted")
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Cost")
        self.hide()

    def say(self, words: str, tip: str) -> None:
        """Words such as ``$0.43 a run · $1.42 a month``; none at all hides it."""
        self.setText(words)
        self.setAccessibleName(f"Cost: {words}")
        self.setAccessibleDescription(tip)
        self._tip = tip.replace("<", "‹")
        self.setToolTip(self._tip)
        self.setVisible(bool(words))
