"""The head of a log: how long it is, what is wrong in it, and a button for all that can be done with it."""

from PySide6.QtWidgets import QToolButton, QWidget

from gui.build.log.clock import Times
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, dress, label, tool_button
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, row


class Tools(QWidget):
    """Buttons whose clicks whoever owns them takes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._count = Elided("", "muted")
        self.errors = button(theme, "", "flat")
        self._errors_dress = dress(theme, self.errors, "bad", "bad")
        self.follow = button(
            theme, "Newest", "flat", "newest", name="Go to the newest line", tip="Go to the newest line"
        )
        self.follow.setToolTip(self.follow.accessibleName())
        self.search = tool_button(theme, "search", "Find in the log (Ctrl+F)")
        self.fold = _switch(theme, "fold", "Fold all steps")
        self.wrap = _switch(theme, "wrap", "Wrap long lines")
        self.times = tool_button(theme, "clock", "")
        self.copy = tool_button(theme, "copy", "Copy without times")
        self.save = tool_button(theme, "save", "Save the log…")
        tools = row(self.search, self.fold, self.wrap, self.times, self.copy, self.save, gap=2)
        head = row(label("Log", weight=Type.MEDIUM), self._count, self.errors, STRETCH, self.follow, tools)
        head.setContentsMargins(0, Space.HAIR, 0, 0)
        self.setLayout(head)
        self.show_times(Times.ABSOLUTE)

    def show_state(self, count: int, *, following: bool, folds: bool) -> None:
        self._count.setText(f"{count:,} {'line' if count == 1 else 'lines'}" if count else "")
        self.follow.setVisible(bool(count) and not following)
        self.fold.setEnabled(folds)
        for each in (self.search, self.wrap, self.times, self.copy, self.save):
            each.setEnabled(bool(count))

    def show_errors(self, count: int, *, complete: bool) -> None:
        """How many lines tell of errors, at least."""
        self.errors.setVisible(bool(count))
        text = f"{count:,} {'error line' if count == 1 else 'error lines'}" + ("" if complete else " …")
        self.errors.setText(text)
        self.errors.setAccessibleName(f"{text}: go to the first, then to the next")
        self.errors.setToolTip("Lines that tell of an error: go to the first, then to the next")

    def show_times(self, times: Times) -> None:
        name = f"{times.value}; change to: {times.following.value.lower()}"
        self.times.setAccessibleName(name)
        self.times.setToolTip(name)


def _switch(theme: Theme, icon_name: str, name: str) -> QToolButton:
    made = tool_button(theme, icon_name, name)
    made.setCheckable(True)
    return made
