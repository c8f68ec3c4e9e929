"""The open questions of signing in, in place: a page that waits in the browser, a code of a second factor.

It belongs where every page of the app is under it: whatever needs the answer waits meanwhile.
"""

from typing import assert_never

from PySide6.QtCore import QRegularExpression, Qt, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QWidget

from gui.connections.asker import CodeWanted, GuiAsker, PageShown, Question
from gui.theme.theme import Theme, fixed_font
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, dress, frame, label
from gui.widgets.layout import column, row

_DIGITS = 6
_CODE_WIDTH = 96


class Questions(QWidget):
    """One line per open question; hidden while there is none."""

    def __init__(self, theme: Theme, asker: GuiAsker) -> None:
        super().__init__()
        self._theme = theme
        self._asker = asker
        self._lines: dict[int, QFrame] = {}
        self._column = column(gap=Space.HAIR, margin=(Space.LARGE, Space.SMALL, Space.LARGE, 0))
        self.setLayout(self._column)
        asker.asked.connect(self._show)
        asker.ended.connect(self._drop)
        self.hide()
        for question in asker.open:
            self._show(question)

    @Slot(object)
    def _show(self, question: Question) -> None:
        match question:
            case PageShown():
                line = self._page(question)
            case CodeWanted():
                line = self._code(question)
            case _:
                assert_never(question)
        self._lines[id(question)] = line
        self._column.addWidget(line)
        self.show()

    @Slot(object)
    def _drop(self, question: Question) -> None:
        line = self._lines.pop(id(question), None)
        if line is not None:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.setVisible(bool(self._lines))

    def _page(self, shown: PageShown) -> QFrame:
        page = shown.page
        code = label(page.user_code, step=Type.HEADING, weight=Type.BOLD)
        code.setFont(fixed_font(Type.HEADING))
        code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        code.setAccessibleName(f"Code to compare: {page.user_code}")
        again = button(self._theme, "Open again", "", "browser", tip=page.start_url)
        again.clicked.connect(lambda: self._asker.open_again(shown))
        return self._line(
            "active",
            f"Sign in for {page.connection}: waiting for the browser.",
            f"Compare this code with the one there, by {page.expires_at.astimezone():%H:%M}. "
            "What needs the sign-in waits meanwhile.",
            (code, again),
            shown,
        )

    def _code(self, wanted: CodeWanted) -> QFrame:
        serial = wanted.question.serial
        entry = QLineEdit()
        entry.setMaxLength(_DIGITS)
        entry.setFixedWidth(_CODE_WIDTH)
        entry.setPlaceholderText("000000")
        entry.setAccessibleName(f"Code of {serial}")
        entry.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
        entry.setValidator(QRegularExpressionValidator(QRegularExpression(f"[0-9]{{{_DIGITS}}}"), entry))
        go = button(self._theme, "Sign in", "primary")
        go.setEnabled(False)

        def answer() -> None:
            go.setEnabled(False)
            entry.setEnabled(False)
            self._asker.answer(wanted, entry.text())
            entry.clear()

        entry.textEdited.connect(lambda _: go.setEnabled(entry.hasAcceptableInput()))
        entry.returnPressed.connect(answer)
        go.clicked.connect(answer)
        line = self._line(
            "lock", f"{wanted.question.connection} needs a code of your MFA device.", serial, (entry, go), wanted
        )
        entry.setFocus()
        return line

    def _line(self, icon: str, message: str, hint: str, controls: tuple[QWidget, ...], question: Question) -> QFrame:
        line = frame("active")
        picture = QLabel()
        dress(self._theme, picture, icon, "active")
        cancel: QPushButton = button(self._theme, "Cancel")
        cancel.clicked.connect(lambda: self._give_up(cancel, question))
        words = column(label(message, weight=Type.MEDIUM, wraps=True), label(hint, step=Type.SMALL, wraps=True), gap=2)
        layout = row(picture, words, *controls, cancel, gap=Space.MEDIUM, margin=Space.SMALL)
        layout.setStretch(1, 1)
        line.setLayout(layout)
        line.setAccessibleName(f"{message} {hint}")
        return line

    def _give_up(self, cancel: QPushButton, question: Question) -> None:
        cancel.setEnabled(False)
        self._asker.give_up(question)
