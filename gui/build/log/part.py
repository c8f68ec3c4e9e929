"""The bar that says which part of the log is marked, and shows it alone."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QSizePolicy

from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import dress, label, set_look, tool_button
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, row


class PartBar(QFrame):
    """Signals: `cleared` — no part is meant any more."""

    cleared = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        set_look(self, "bar")
        picture = QLabel()
        picture.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        dress(theme, picture, "part", "accent")
        self._title = Elided("", "")
        self._lines = label("", "muted", Type.SMALL)
        self.only = QCheckBox("Only this part")
        close = tool_button(theme, "close", "Show no part")
        close.clicked.connect(self._clear)
        edges = (Space.SMALL, 0, Space.HAIR, 0)
        self.setLayout(row(picture, self._title, self._lines, STRETCH, self.only, close, margin=edges))
        self.hide()

    def show_part(self, title: str | None, first: int, last: int) -> None:
        """`title` is None for the one that it has."""
        if title is not None:
            self._title.setText(title or "Part of the log")
        self._lines.setText(f"Line {first + 1:,}" if last <= first else f"Lines {first + 1:,} to {last + 1:,}")
        self.show()

    def clear(self) -> None:
        with QSignalBlocker(self.only):
            self.only.setChecked(False)
        self.hide()

    @Slot()
    def _clear(self) -> None:
        self.cleared.emit()
