"""Rows of a form: a name, its field, and below it what is wrong there."""

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.errors import Problem, Severity
from core.recipe.address import Path, address
from core.recipe.component_draft import ComponentDraft
from core.recipe.editable import below
from gui.recipe.component.fields import Field
from gui.theme.status import SEVERITIES
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import Dress, label, set_look
from gui.widgets.layout import clear, row

LABELS = 96
"""Width of the names in pixels."""

Placed = Callable[[Path], Path]
"""Where a field's value is, given the place of what the form is about."""


def at_key(name: str) -> Placed:
    """The place of a key of what the form is about."""
    return lambda base: (*base, name)


class ProblemLine(QWidget):
    """One problem in words: icon, sentence, hint."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._picture = QLabel()
        self._dress = Dress(theme, self._picture, "bad", "bad")
        self._words = label("", "bad", wraps=True)
        layout = row(self._picture, self._words, gap=Space.HAIR)
        layout.setAlignment(self._picture, Qt.AlignmentFlag.AlignTop)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.hide()

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """The worst of them, and how many more there are."""
        ordered = sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)
        if not ordered:
            self.hide()
            return
        worst, *others = ordered
        shown = SEVERITIES[worst.severity]
        self._dress.wear(shown.icon, shown.role)
        set_look(self._words, shown.role)
        more = f" (and {len(others)} more)" if others else ""
        words = " ".join(_sentence(part) for part in (worst.message, worst.hint) if part) + more
        self._words.setText(words)
        self.setAccessibleName(f"{shown.word}: {words}")
        self.show()


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


class FormRows(QWidget):
    """Signals: `edited` — as `Field.edited`."""

    edited = Signal(str, object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[tuple[Field, Placed, ProblemLine]] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.MEDIUM)
        self._grid.setVerticalSpacing(Space.SMALL)
        self._grid.setColumnMinimumWidth(0, LABELS)
        self._grid.setColumnStretch(1, 1)
        self.setLayout(self._grid)

    def add(self, field: Field, placed: Placed, *, named: bool = True) -> None:
        """`named` fields get their name in front; those that need all of the width get it above."""
        number = 3 * len(self._rows)
        problem = ProblemLine(self._theme)
        if named:
            star = " *" if field.form.required else ""
            name = label(field.form.label + star, "muted", wraps=True)
            name.setToolTip(field.form.help)
            name.setContentsMargins(0, 6, 0, 0)
            if field.WIDE:
                self._grid.addWidget(name, number, 0, 1, 2)
            else:
                self._grid.addWidget(name, number + 1, 0, Qt.AlignmentFlag.AlignTop)
        field.setAccessibleDescription(field.form.help)
        first = 0 if field.WIDE else 1
        self._grid.addWidget(field, number + 1, first, 1, 2 - first)
        self._grid.addWidget(problem, number + 2, first, 1, 2 - first)
        field.edited.connect(self.edited)
        self._rows.append((field, placed, problem))

    def empty(self) -> None:
        clear(self._grid)
        self._rows = []

    def show_at(self, draft: ComponentDraft, base: Path, problems: tuple[Problem, ...]) -> None:
        """Show what is at a place and below it."""
        for field, placed, line in self._rows:
            place = placed(base)
            field.show_at(draft, place)
            line.show_problems(problem for problem in problems if below(problem.address, address(place)))

    def places(self, base: Path) -> Iterator[str]:
        """The addresses that have a field."""
        return (address(placed(base)) for _, placed, _ in self._rows)

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((field for field, _, _ in self._rows if field.form.name == name), None)

    @property
    def first(self) -> Field | None:
        return self._rows[0][0] if self._rows else None
