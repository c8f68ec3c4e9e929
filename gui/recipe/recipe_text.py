"""The recipe file as text, for those who would rather type: the same document as on the canvas, problems underlined."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.recipe.component.text_side import Runs, marks_of
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.code_editor import CodeEditor
from gui.widgets.dress import button, frame, heading, label, line
from gui.widgets.layout import STRETCH, column, row


class RecipeText(QWidget):
    """Signals: `left` — the canvas is wanted again."""

    left = Signal()

    def __init__(self, theme: Theme, session: Session) -> None:
        super().__init__()
        self._session = session
        self._runs = Runs()
        self.editor = CodeEditor(theme, "Recipe file as text")
        back = button(theme, "Back to the canvas", "flat", "left", tip="Back to the canvas (Esc)")
        back.clicked.connect(self.left)
        head = frame("bar")
        note = label("Canvas and text are one: what you type shows there.", "muted")
        parts = (back, heading("Recipe file"), note, STRETCH)
        head.setLayout(row(*parts, gap=Space.SMALL, margin=(Space.SMALL, Space.HAIR, Space.MEDIUM, Space.HAIR)))
        layout = column(head, line(), self.editor, gap=0)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.editor.view.edited.connect(self._typed)
        session.drafted.connect(self._show)
        session.opened.connect(self._show)
        session.checked.connect(self._mark)

    def begin(self) -> None:
        self._show()
        self._mark()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to(self, line: int, column: int) -> None:
        """Put the cursor at a line and column, both from 1."""
        before = self.editor.text.splitlines(keepends=True)[: line - 1]
        self.editor.view.go_to(sum(map(len, before)) + column - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _typed(self, text: str) -> None:
        document = self._session.document
        document.edit("Typing", text, run=self._runs.of(document.text, text))

    @Slot()
    def _show(self) -> None:
        if self.isVisible():
            self.editor.show_text(self._session.document.text)

    @Slot()
    def _mark(self) -> None:
        """Underline the problems of this file. The text they were found in may be a keystroke older."""
        if not self.isVisible():
            return
        draft = self._session.draft
        own = (problem for problem in self._session.problems if problem.file == draft.file and problem.line)
        self.editor.mark(marks_of(draft.text, own))
