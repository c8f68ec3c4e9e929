"""A labelled control of the connection form, and in place below it what is wrong with what is in it."""

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import dress, label, set_look
from gui.widgets.layout import STRETCH, column, holding, row


class Field(QWidget):
    """Name above, control, a line of help, the problem."""

    def __init__(
        self, theme: Theme, name: str, control: QWidget, help_text: str = "", *, optional: bool = False
    ) -> None:
        super().__init__()
        self.name = name
        self.control = control
        self._help_text = help_text
        control.setAccessibleName(name)
        control.setAccessibleDescription(help_text)
        words = label(name, weight=Type.MEDIUM)
        words.setBuddy(control)
        top = row(words, STRETCH)
        if optional:
            top.insertWidget(1, label("optional", "muted", step=Type.SMALL))
        picture = QLabel()
        dress(theme, picture, "bad", "bad")
        self._words = label("", step=Type.SMALL, wraps=True)
        problem = row(picture, self._words, gap=Space.HAIR)
        problem.setStretch(1, 1)
        self._problem = holding(problem)
        self._problem.hide()
        parts = [top, control]
        if help_text:
            parts.append(label(help_text, "muted", step=Type.SMALL, wraps=True))
        self.setLayout(column(*parts, self._problem, gap=Space.HAIR))

    @property
    def problem(self) -> str:
        return self._words.text()

    @property
    def missing(self) -> str:
        """What to say where nothing was filled in."""
        match self.control:
            case QLineEdit():
                text = self.control.text()
            case QComboBox():
                text = self.control.currentText()
            case _:
                return ""
        return "" if text.strip() else f"{self.name} is missing."

    def say(self, problem: str) -> None:
        """What is wrong with it; empty for nothing."""
        self._words.setText(problem)
        self._problem.setVisible(bool(problem))
        set_look(self.control, "bad" if problem else "")
        self.control.setAccessibleDescription(" ".join(filter(None, (self._help_text, problem))))


def entry(placeholder: str = "", *, secret: bool = False) -> QLineEdit:
    """A line to type in; a secret one shows dots and offers no undo of what was cleared."""
    made = QLineEdit()
    made.setPlaceholderText(placeholder)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made
