"""The bar on top: what is open, where it would be baked, and the one action that all of it is for."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy

from gui.actions import BY_ID, Desk
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import Dress, button, label, set_look
from gui.widgets.layout import STRETCH, row


class ConnectionChip(QPushButton):
    """The connection in one glance: what it is called, region, who one is there, time left."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._dress = Dress(theme, self, "local", "text")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_connection(self, parts: tuple[str, ...], *, icon_name: str, role: str, tip: str) -> None:
        """`parts` are shown beside each other: name, region, account, time left."""
        self._dress.wear(icon_name, role)
        text = "  ·  ".join(part for part in parts if part)
        self.setText(f" {text}".replace("&", "&&"))
        self.setAccessibleName(f"Connection: {text}")
        self.setToolTip(tip)


class TopBar(QFrame):
    """Signals: `connection_asked` — the chip was pressed."""

    connection_asked = Signal()

    def __init__(self, theme: Theme, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._costs = ""
        set_look(self, "bar")
        self.name: QLabel = label("", step=Type.HEADING, weight=Type.BOLD)
        self.name.setMinimumWidth(Size.SIDEBAR // 2)  # a long name gives way; its tool tip has all of it
        self.state: QLabel = label("", "muted")
        self.chip = ConnectionChip(theme)
        self.chip.clicked.connect(self.connection_asked)
        self.plan = button(theme, "Plan", "", "plan", tip=BY_ID["run.plan"].hint)
        self.plan.clicked.connect(lambda: desk.take("run.plan"))
        self.bake = button(theme, "Bake", "primary", "bake")
        self.bake.clicked.connect(lambda: desk.take("run.bake"))
        self.bake.setCursor(Qt.CursorShape.PointingHandCursor)
        layout = row(
            self.name, self.state, STRETCH, self.chip, self.plan, self.bake,
            gap=Space.SMALL, margin=(Space.LARGE, Space.SMALL, Space.LARGE, Space.SMALL),
        )  # fmt: skip
        self.setLayout(layout)
        desk.changed.connect(self._refresh)
        self._refresh("run.bake")
        self._refresh("run.plan")

    def show_document(self, name: str, *, dirty: bool, where: str) -> None:
        self.name.setText(f"{name} •" if dirty else name)
        self.name.setMaximumWidth(self.name.sizeHint().width())
        self.name.setAccessibleName(f"{name}, not saved" if dirty else name)
        self.name.setToolTip(where)
        self.state.setText("not saved" if dirty else "")

    def say_cost(self, words: str) -> None:
        """What baking costs, for the tool tip of its button."""
        self._costs = words
        self._refresh("run.bake")

    @Slot(str)
    def _refresh(self, action_id: str) -> None:
        for which, action in ((self.bake, "run.bake"), (self.plan, "run.plan")):
            if action == action_id:
                which.setEnabled(self._desk.possible(action))
                which.setToolTip(self._desk.why_not(action) or self._tip(action))

    def _tip(self, action: str) -> str:
        costs = f"\n{self._costs}" if action == "run.bake" and self._costs else ""
        return f"{BY_ID[action].hint} ({BY_ID[action].shortcut}){costs}"
