"""Entries for the values of a document: those of `gui.widgets.entry`, with undo left to the document, and a text that
is as tall as what it holds.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.theme.theme import fixed_font
from gui.theme.tokens import Size
from gui.widgets.entry import Choice, Option, TextEntry

WIDEST = 20
"""Letters of a choice that there is always room for."""
MOST_LINES = 12
"""Lines that a text of several lines shows before it scrolls."""


class UndoKeys(QObject):
    """Keeps the keys for undo and redo from a field, whose own undo would know nothing of the document's.

    Signals: `undo_wanted`, `redo_wanted` — where the window has no action for them.
    """

    undo_wanted = Signal()
    redo_wanted = Signal()

    def watch(self, field: QWidget) -> None:
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            undo = event.matches(QKeySequence.StandardKey.Undo)
            redo = event.matches(QKeySequence.StandardKey.Redo)
            if undo or redo:
                if event.type() == QEvent.Type.KeyPress:
                    (self.undo_wanted if undo else self.redo_wanted).emit()
                else:
                    event.ignore()
                return True
        return super().eventFilter(watched, event)


class LineEntry(TextEntry):
    """One line, with a name for screen readers."""

    def __init__(self, name: str, placeholder: str = "", *, code: bool = False) -> None:
        super().__init__(placeholder, fixed=code)
        self.setAccessibleName(name)


class GrowingText(QPlainTextEdit):
    """A text of several lines, as tall as what it holds.

    A line break at the very end, which block texts of YAML have, is kept and not shown.

    Signals: `edited` — the text, at every keystroke.
    """

    edited = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._shown = ""
        self._ended = False
        self.setAccessibleName(name)
        self.setFont(fixed_font())
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.textChanged.connect(self._changed)
        self._fit()

    def present(self, text: str) -> None:
        self._ended = text.endswith("\n")
        shown = text.removesuffix("\n")
        if shown != self._shown:
            cursor = self.textCursor().position()
            self._shown = shown
            self.setPlainText(shown)
            moved = self.textCursor()
            moved.setPosition(min(cursor, self.document().characterCount() - 1))
            self.setTextCursor(moved)

    def _changed(self) -> None:
        self._fit()
        now = self.document().toRawText().replace("\u2029", "\n")
        if now == self._shown:
            return
        self._shown = now
        self._ended = bool(now) and (self._ended or "\n" in now)
        self.edited.emit(now + "\n" if self._ended else now)

    def _fit(self) -> None:
        lines = min(max(1, self.blockCount()), MOST_LINES)
        around = 2 * self.frameWidth() + 2 * int(self.document().documentMargin())
        wide = max(map(self.fontMetrics().horizontalAdvance, self.toPlainText().split("\n")))
        bar = self.horizontalScrollBar().sizeHint().height() if wide > self.viewport().width() - around else 0
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(needed if self.blockCount() > MOST_LINES else off)
        self.setFixedHeight(max(Size.CONTROL, lines * self.fontMetrics().lineSpacing() + around + bar))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(super().sizeHint().width(), self.height())


class ChoiceEntry(Choice):
    """One of several words, in any case, with a name for screen readers."""

    def __init__(self, name: str, words: Sequence[str]) -> None:
        super().__init__([Option(word) for word in words])
        self._words = tuple(words)
        self.setMinimumContentsLength(min(max(map(len, self._words)), WIDEST))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def present(self, value: str) -> None:
        super().present(next((word for word in self._words if word.casefold() == value.casefold()), value))
