"""A labelled field of a form: its name, its control, a line of help, and below it what is wrong with it.

What is wrong is icon, sentence and hint, with buttons for what can be done about it. Screen readers get the name as the
control's, help and problems as its description.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from gui.theme.status import Presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import dress, label, set_look
from gui.widgets.elided import ElidedButton
from gui.widgets.layout import STRETCH, clear, column, row
from gui.widgets.paragraph import Paragraph


@dataclass(frozen=True, slots=True)
class Offer:
    """A button below a note: its text, and what it does."""

    text: str
    does: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say in place; `shown` gives icon and colour."""

    shown: Presentation
    message: str
    hint: str = ""
    offers: tuple[Offer, ...] = ()


class NoteLine(QFrame):
    """One note in a box of its colour: icon, sentence, hint, offers."""

    def __init__(self, theme: Theme, note: Note) -> None:
        super().__init__()
        picture = QLabel()
        dress(theme, picture, note.shown.icon, note.shown.role)
        picture.setAccessibleName(note.shown.word)
        words = column(Paragraph(note.message, step=Type.SMALL), gap=2)
        if note.hint:
            words.addWidget(Paragraph(note.hint, step=Type.SMALL))
        for offer in note.offers:
            made = ElidedButton(offer.text, "inline")
            made.clicked.connect(lambda _checked=False, does=offer.does: does())
            words.addLayout(row(made, STRETCH))
        layout = row(
            column(picture, STRETCH), words, gap=Space.SMALL, margin=(Space.SMALL, Space.HAIR, Space.SMALL, Space.HAIR)
        )
        layout.setStretch(1, 1)
        self.setLayout(layout)
        set_look(self, note.shown.role)


class Notes(QWidget):
    """Any number of notes, one below the other; made anew only when they say something else."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.shown: tuple[Note, ...] = ()
        self._lines = column(gap=Space.HAIR)
        self.setLayout(self._lines)
        self.hide()

    def say(self, notes: Sequence[Note]) -> None:
        if _words(notes) == _words(self.shown):
            self.shown = tuple(notes)
            return
        self.shown = tuple(notes)
        clear(self._lines)
        for note in notes:
            self._lines.addWidget(NoteLine(self._theme, note))
        self.setVisible(bool(notes))

    @property
    def text(self) -> str:
        return " ".join(f"{note.shown.word}: {note.message} {note.hint}".strip() for note in self.shown)


class Field(QWidget):
    """`control` below its name. A control that says its name itself (a tick) is given with `named` False."""

    def __init__(
        self,
        theme: Theme,
        name: str,
        control: QWidget,
        *,
        help_text: str = "",
        required: bool = False,
        named: bool = True,
    ) -> None:
        super().__init__()
        self.name = name
        self.control = control
        self._help = Paragraph(help_text, "muted", Type.SMALL)
        self.aside = label("Required" if required else "", "muted", Type.SMALL)
        if not required:
            self.aside.hide()
        self.notes = Notes(theme)
        control.setAccessibleName(name)
        control.setAccessibleDescription(help_text)
        layout = self._parts = column(gap=Space.HAIR)
        if named:
            words = label(name, weight=Type.MEDIUM)
            words.setBuddy(control)
            layout.addLayout(row(words, STRETCH, self.aside))
        layout.addWidget(control)
        layout.addWidget(self._help)
        layout.addWidget(self.notes)
        self.setLayout(layout)

    def append(self, widget: QWidget) -> None:
        """Something about the value, below it."""
        self._parts.addWidget(widget)

    def help(self, text: str) -> None:
        """Another line of help."""
        self._help.say(text)
        self._describe()

    def say(self, notes: Sequence[Note]) -> None:
        """What is wrong with the value, or worth knowing; nothing takes it away."""
        self.notes.say(notes)
        wrong = any(note.shown.role == "bad" for note in notes)
        set_look(self.control, "bad" if wrong else "")
        self._describe()

    def _describe(self) -> None:
        self.control.setAccessibleDescription(" ".join(filter(None, (self._help.said, self.notes.text))))


def _words(notes: Sequence[Note]) -> list[tuple[object, ...]]:
    return [(note.shown, note.message, note.hint, tuple(offer.text for offer in note.offers)) for note in notes]
