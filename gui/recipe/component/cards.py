"""The cards of the component editor: the document's, and one for each step."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from core.errors import Problem, Severity
from core.recipe.findings import capital
from core.recipe.lanes import Lanes, StepCard
from gui.theme.status import SEVERITIES, Presentation
from gui.theme.theme import Theme, fixed_font
from gui.theme.tokens import Space, Type
from gui.widgets.chips import Chips
from gui.widgets.dress import label
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.notice import Badge

Standard = QKeySequence.StandardKey
_STANDARD: Final = {Standard.Copy: "copy", Standard.Cut: "cut", Standard.Paste: "paste", Standard.Delete: "delete"}
_NONE, _ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_KEYS: Final = {
    (Qt.Key.Key_Up, _NONE): "before",
    (Qt.Key.Key_Down, _NONE): "after",
    (Qt.Key.Key_Home, _NONE): "first",
    (Qt.Key.Key_End, _NONE): "last",
    (Qt.Key.Key_Up, _ALT): "up",
    (Qt.Key.Key_Down, _ALT): "down",
    (Qt.Key.Key_D, _CTRL): "duplicate",
    (Qt.Key.Key_Return, _NONE): "form",
    (Qt.Key.Key_Enter, _NONE): "form",
}
"""What keys ask for on a card."""


def asked_by(event: QKeyEvent) -> str:
    """What a key asks a card for; "" for nothing."""
    for key, word in _STANDARD.items():
        if event.matches(key):
            return word
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return _KEYS.get((Qt.Key(event.key()), modifiers), "")


class Card(QFrame):
    """A card that the keyboard reaches.

    Signals: `chosen` — by mouse or keyboard; `asked` — for something a key stands for.
    """

    chosen = Signal()
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setProperty("chosen", "false")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def choose(self, chosen: bool) -> None:
        """Show that the form below is this card's."""
        value = "true" if chosen else "false"
        if self.property("chosen") != value:
            self.setProperty("chosen", value)
            self.style().unpolish(self)
            self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self.chosen.emit()
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        self.chosen.emit()
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        """On a card its keys come before the window's, which would act on the canvas."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and asked_by(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if word := asked_by(event):
            self.asked.emit(word)
        else:
            super().keyPressEvent(event)


class ProblemBadge(QWidget):
    """How many errors and warnings something has; badges are made once there is something to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._badges: dict[Severity, Badge] = {}
        self._row = row(gap=Space.HAIR)
        self.setLayout(self._row)

    def show_problems(self, problems: tuple[Problem, ...]) -> str:
        """Show them and say them in words."""
        said = []
        for severity, shown in SEVERITIES.items():
            found = [problem for problem in problems if problem.severity is severity]
            if not found:
                if severity in self._badges:
                    self._badges[severity].hide()
                continue
            words = f"{len(found)} {shown.word.lower()}{'s' if len(found) > 1 else ''}"
            badge = self._badge(severity)
            badge.show_status(Presentation(shown.icon, words, shown.role))
            badge.setToolTip("\n".join(problem.message for problem in found))
            badge.show()
            said.append(words)
        return ", ".join(said)

    def _badge(self, severity: Severity) -> Badge:
        if severity not in self._badges:
            self._badges[severity] = Badge(self._theme, SEVERITIES[severity])
            self._row.addWidget(self._badges[severity])
        return self._badges[severity]


class StepBox(Card):
    """A step: its name, its action, a line of what it does, and what is unusual about how it runs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._shown: tuple[StepCard, tuple[Problem, ...]] | None = None
        self._name = Elided("", weight=Type.MEDIUM)
        self._action = label("", "muted", step=Type.SMALL)
        self._summary = Elided("", "muted")
        self._summary.setFont(fixed_font(Type.SMALL))
        self._problems = ProblemBadge(theme)
        self._chips = Chips(theme)
        head = row(self._name, self._action, STRETCH, self._problems, gap=Space.SMALL)
        margin = (Space.MEDIUM, Space.SMALL, Space.SMALL, Space.SMALL)
        self.setLayout(column(head, self._summary, self._chips, gap=Space.HAIR, margin=margin))

    def show_step(self, step: StepCard, problems: tuple[Problem, ...]) -> None:
        if (step, problems) == self._shown:
            return
        self._shown = (step, problems)
        self._name.setText(step.name or "Without a name")
        self._action.setText(step.action or "no action")
        self._summary.setText(step.summary)
        self._summary.setVisible(bool(step.summary))
        wrong = self._problems.show_problems(problems)
        chips = tuple(_chips(step))
        self._chips.show_texts(chips)
        self._chips.setVisible(bool(chips))
        self.setAccessibleName(f"Step {step.name}, {step.action}")
        self.setAccessibleDescription(". ".join(filter(None, (step.summary, *chips, wrong))))


def _chips(step: StepCard) -> Iterator[str]:
    """What is not as it is for most steps."""
    if step.condition:
        yield f"if {step.condition}"
    if step.loop:
        yield f"loop {step.loop}"
    if step.on_failure not in ("", "Abort"):
        yield f"on failure {step.on_failure}"
    if step.timeout:
        unit = " s" if step.timeout.isdecimal() else ""
        yield "no time-out" if step.timeout == "-1" else f"time-out {step.timeout}{unit}"
    if step.attempts:
        yield f"{step.attempts} attempts"


class DocumentBox(Card):
    """The document: its name, its description, and what it declares."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._name = label("", step=Type.HEADING, weight=Type.BOLD)
        self._about = label("", "muted", wraps=True)
        self._declared = label("", "muted", step=Type.SMALL)
        self._problems = ProblemBadge(theme)
        head = row(self._name, STRETCH, self._problems, gap=Space.SMALL)
        margin = (Space.MEDIUM, Space.SMALL, Space.SMALL, Space.SMALL)
        self.setLayout(column(head, self._about, self._declared, gap=Space.HAIR, margin=margin))

    def show_document(self, lanes: Lanes, file: str, problems: tuple[Problem, ...]) -> None:
        """`problems` are those that no step has."""
        self._name.setText(lanes.name or file)
        self._about.setText(lanes.description)
        self._about.setVisible(bool(lanes.description))
        parameters, constants = len(lanes.parameters), len(lanes.constants)
        declared = capital(f"{_counted(parameters, 'parameter')}, {_counted(constants, 'constant')}")
        self._declared.setText(declared)
        wrong = self._problems.show_problems(problems)
        self.setAccessibleName(f"Document {lanes.name or file}")
        self.setAccessibleDescription(". ".join(filter(None, (lanes.description, declared, wrong))))


def _counted(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
