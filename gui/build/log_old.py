"""The end of a build's log: it follows the newest line until the reader scrolls away, and again when asked to."""

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.following import TAIL
from gui.theme.theme import Theme, fixed_font
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, label, tool_button
from gui.widgets.layout import STRETCH, column, row

NEAR: Final = 2
"""Lines from the end that still count as the end."""


class LogView(QWidget):
    """Signals: `following_changed` — whether new lines are scrolled to."""

    following_changed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.following = True
        self._adding = False
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setFont(fixed_font(Type.SMALL))
        self.text.setMaximumBlockCount(TAIL)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Log of the build")
        self.text.setPlaceholderText("The build has said nothing yet.")
        self.follow_button = button(theme, "Go to the newest line", "flat", "down")
        self.follow_button.clicked.connect(self.follow)
        self.follow_button.hide()
        copy = tool_button(theme, "copy", "Copy the log")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        head = row(label("Log", weight=Type.MEDIUM), STRETCH, self.follow_button, copy, gap=Space.SMALL)
        layout = column(head, self.text, gap=Space.HAIR, margin=(0, Space.SMALL, 0, 0))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        bar = self.text.verticalScrollBar()
        bar.valueChanged.connect(self._scrolled)
        bar.rangeChanged.connect(self._resized)

    def show_lines(self, lines: list[str]) -> None:
        """Another log, from its newest lines."""
        self._adding = True
        self.text.setPlainText("\n".join(lines))
        self._adding = False
        self.follow()

    @Slot(list)
    def add_lines(self, lines: list[str]) -> None:
        self._adding = True
        bar = self.text.verticalScrollBar()
        before = bar.value()
        self.text.appendPlainText("\n".join(lines[-TAIL:]))
        bar.setValue(bar.maximum() if self.following else before)
        self._adding = False

    @Slot()
    def follow(self) -> None:
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._set_following(True)

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        if not self._adding:
            self._set_following(value >= self.text.verticalScrollBar().maximum() - NEAR)

    @Slot()
    def _resized(self) -> None:
        """More or less room, or lines: the newest stays in sight."""
        if self.following:
            bar = self.text.verticalScrollBar()
            self._adding = True
            bar.setValue(bar.maximum())
            self._adding = False

    def _set_following(self, following: bool) -> None:
        self.follow_button.setVisible(not following)
        if following != self.following:
            self.following = following
            self.following_changed.emit(following)
