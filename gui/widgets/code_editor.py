"""A code text with a bar to find in it: the text editor of the app, for any YAML text.

It knows no document and no domain: texts come in with `show_text`, what is typed goes out with `edited`.
"""

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.theme.theme import Theme
from gui.widgets.code_text import CodeText, Mark
from gui.widgets.completion_list import Complete
from gui.widgets.find_bar import FindBar, places
from gui.widgets.layout import column


class CodeEditor(QWidget):
    """`view` is the text itself, whose signals tell what is typed and where the cursor is."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.view = CodeText(theme)
        self.view.setAccessibleName(name)
        self.find_bar = FindBar(theme)
        self._found: tuple[tuple[int, int], ...] = ()
        self.find_bar.wanted.connect(self._find)
        self.find_bar.stepped.connect(self._step)
        self.find_bar.left.connect(self._end_find)
        self.view.edited.connect(self._find_again)
        layout = column(self.find_bar, self.view, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.view)

    @property
    def text(self) -> str:
        return self.view.text

    def show_text(self, text: str) -> None:
        """Show the file's text; cursor and scroll position stay."""
        self.view.show_text(text)
        self._find_again()

    def mark(self, marks: Sequence[Mark]) -> None:
        """Underline what is wrong, at offsets of the file's text."""
        self.view.mark(marks)

    def complete_with(self, complete: Complete, eager: Callable[[str], bool]) -> None:
        """Offer completions: on Ctrl+Space, and by itself where `eager` says so of the line up to the cursor."""
        self.view.complete = complete
        self.view.eager = eager

    def open_find(self) -> None:
        """Open the find bar, with what is selected."""
        chosen = self.view.textCursor().selectedText()
        self.find_bar.begin("" if "\u2029" in chosen else chosen)

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and cast("QKeyEvent", event).matches(QKeySequence.StandardKey.Find):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.matches(QKeySequence.StandardKey.Find):
            self.open_find()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _find(self, wanted: str) -> None:
        self._found = places(self.view.shown, wanted)
        self.view.show_found(self._found)
        if self._found:
            here = self.view.shown_offset
            self._go(next((n for n, (start, _) in enumerate(self._found) if start >= here), 0))
        else:
            self.find_bar.tell(0, 0)

    @Slot()
    def _find_again(self) -> None:
        """After an edit: the same text looked for, without moving the cursor."""
        if self.find_bar.isHidden():
            return
        self._found = places(self.view.shown, self.find_bar.field.text())
        self.view.show_found(self._found)
        here = self.view.shown_offset
        self.find_bar.tell(sum(1 for start, _ in self._found if start <= here), len(self._found))

    @Slot(int)
    def _step(self, by: int) -> None:
        if not self._found:
            return
        here = self.view.shown_offset
        if by > 0:
            self._go(next((n for n, (start, _) in enumerate(self._found) if start > here), 0))
        else:
            before = [n for n, (start, _) in enumerate(self._found) if start < here]
            self._go(before[-1] if before else len(self._found) - 1)

    def _go(self, number: int) -> None:
        self.view.select_shown(*self._found[number])
        self.find_bar.tell(number + 1, len(self._found))

    @Slot()
    def _end_find(self) -> None:
        self.view.show_found(())
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
