"""The bars over a log: to find something in it, and to go to a line."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QToolButton

from core.build.finding import Wanted
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import label, set_look, tool_button
from gui.widgets.find_bar import FindBar
from gui.widgets.layout import STRETCH, row

LONGEST: Final = 9
"""Digits of a line's number."""


class LogFindBar(FindBar):
    """Signals: `sought` — a Wanted is looked for, or None.

    `reason` is a label that says why something can't be looked for, to stand below.
    """

    sought = Signal(object)

    def __init__(self, theme: Theme) -> None:
        self.case = _option(theme, "case", "Match case")
        self.regular = _option(theme, "expression", "Regular expression")
        super().__init__(theme, self.case, self.regular)
        self.field.setPlaceholderText("Find in the log")
        self.field.setAccessibleName("Find in the log")
        self.reason = label("", "bad", wraps=True)
        self.reason.hide()
        for option in (self.case, self.regular):
            option.toggled.connect(self._seek)
        self.wanted.connect(self._seek)

    @Slot()
    def _seek(self) -> None:
        text = self.field.text()
        wanted = Wanted(text, regular=self.regular.isChecked(), case=self.case.isChecked()) if text else None
        self.sought.emit(wanted)

    def show_reason(self, reason: str) -> None:
        """Why it can't be looked for."""
        self.say("", bad=bool(reason))
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))

    def leave(self) -> None:
        self.reason.hide()
        super().leave()


def _option(theme: Theme, icon_name: str, name: str) -> QToolButton:
    made = tool_button(theme, icon_name, name)
    made.setCheckable(True)
    return made


class LineBar(QFrame):
    """Signals: `chosen` — go to this line, from 1; `left`."""

    chosen = Signal(int)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        set_look(self, "bar")
        self.field = QLineEdit()
        self.field.setValidator(QIntValidator(1, 10**LONGEST - 1, self.field))
        self.field.setMaximumWidth(160)
        self.field.setPlaceholderText("Line")
        self.field.setAccessibleName("Go to line")
        self.field.installEventFilter(self)
        self._hint = label("", "muted")
        close = tool_button(theme, "close", "Close (Esc)")
        close.clicked.connect(lambda _checked=False: self.leave())
        self.setLayout(row(label("Go to line"), self.field, self._hint, STRETCH, close, margin=Space.HAIR))
        self.hide()

    def begin(self, line: int, count: int) -> None:
        """Ask for a line of so many; it is at `line` now."""
        self._hint.setText(f"of {count:,}")
        self.field.setText(f"{line}")
        self.field.selectAll()
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def leave(self) -> None:
        self.hide()
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            match event.key():
                case Qt.Key.Key_Escape:
                    self.leave()
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.field.hasAcceptableInput():
                    self.chosen.emit(int(self.field.text()))
                    return True
        return super().eventFilter(watched, event)
