"""The form of the document itself: name, description, its parameters and constants."""

from typing import Final, Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from core.errors import Problem
from core.recipe.address import Path, address
from core.recipe.component_draft import ComponentDraft
from core.recipe.lanes import Declaration
from core.recipe.step_form import FormField
from gui.recipe.component.drafting import DraftEdit
from gui.recipe.component.fields import LineField, ListField
from gui.recipe.component.form_rows import FormRows, ProblemLine, at_key
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.document_entry import LineEntry, UndoKeys
from gui.widgets.dress import button, label, line, tool_button
from gui.widgets.layout import STRETCH, column, row

Kind = Literal["parameter", "constant"]

_NAME: Final = FormField("name", "Name", "text", help="What the component is called where no file name says it.")
_ABOUT: Final = FormField("description", "Description", "text", help="What the component does, in a sentence.")
_FIELDS: Final = {
    "parameter": (
        FormField("default", "Default", "text", help="Used where the recipe gives no value. Without it, one must."),
        FormField("description", "Description", "text", help="What the value is for."),
        FormField("allowedValues", "Allowed values", "texts", help="Only these; nothing here means any."),
    ),
    "constant": (
        FormField("value", "Value", "text", required=True, help="What stands in place of the name."),
        FormField("description", "Description", "text", help="What the value is for."),
    ),
}
_SAID: Final = {
    "parameter": "The recipe can give each of them another value.",
    "constant": "Values the document uses in several places.",
}


class DeclarationBox(QFrame):
    """One parameter or constant. Signals: `edited` — as `Field.edited`; `gone` — to be removed."""

    edited = Signal(str, object, str)
    gone = Signal()

    def __init__(self, theme: Theme, keys: UndoKeys, kind: Kind) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._place: Path = ()
        self._shown = ""
        self.name = LineEntry(f"Name of the {kind}", code=True)
        keys.watch(self.name)
        self.name.edited.connect(self._rename)
        away = tool_button(theme, "delete", f"Remove this {kind}")
        away.clicked.connect(lambda _checked=False: self.gone.emit())
        self.rows = FormRows(theme)
        for form in _FIELDS[kind]:
            made = (ListField if form.kind == "texts" else LineField)(theme, form, keys)
            self.rows.add(made, at_key(form.name))
        self.rows.edited.connect(self.edited)
        self._problem = ProblemLine(theme)
        self.setLayout(column(row(self.name, away), self._problem, self.rows, margin=Space.SMALL))

    def show_declaration(self, draft: ComponentDraft, shown: Declaration, problems: tuple[Problem, ...]) -> None:
        self._place = (f"{shown.kind}s", shown.index, shown.name)
        self._shown = shown.name
        self.name.present(shown.name)
        self.rows.show_at(draft, self._place, problems)
        own = (address(self._place[:2]), address(self._place))
        self._problem.show_problems(problem for problem in problems if problem.address in own)

    @Slot(str)
    def _rename(self, name: str) -> None:
        place = self._place
        if name and name != self._shown:
            self.edited.emit("Rename", lambda draft: draft.rename(place, name), f"{address(place[:2])} name")


class Declarations(QWidget):
    """All parameters, or all constants. Signals: `edited` — as `Field.edited`."""

    edited = Signal(str, object, str)

    def __init__(self, theme: Theme, keys: UndoKeys, kind: Kind) -> None:
        super().__init__()
        self._theme = theme
        self._keys = keys
        self._kind: Kind = kind
        self._names: set[str] = set()
        self.boxes: list[DeclarationBox] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(Space.SMALL)
        self.add = button(theme, f"Add {kind}", "link", "add")
        self.add.clicked.connect(lambda _checked=False: self._append())
        head = row(label(f"{kind.capitalize()}s", weight=Type.BOLD), STRETCH, self.add)
        self._about = label(_SAID[kind], "muted", wraps=True)
        self.setLayout(column(head, self._about, self._box, gap=Space.HAIR))

    def show_declarations(
        self, draft: ComponentDraft, shown: tuple[Declaration, ...], problems: tuple[Problem, ...]
    ) -> None:
        self._names = {each.name for each in shown}
        while len(self.boxes) > len(shown):
            gone = self.boxes.pop()
            gone.hide()
            gone.deleteLater()
        while len(self.boxes) < len(shown):
            self._grow(len(self.boxes))
        for box, each in zip(self.boxes, shown, strict=True):
            box.show_declaration(draft, each, problems)

    def _grow(self, index: int) -> None:
        box = DeclarationBox(self._theme, self._keys, self._kind)
        box.edited.connect(self.edited)
        box.gone.connect(lambda: self._remove(index))
        self.boxes.append(box)
        self._box.addWidget(box)

    def _append(self) -> None:
        stem = self._kind.capitalize()
        name = next(free for number in range(1, 1_000) if (free := f"{stem}{number}") not in self._names)

        def edit(draft: ComponentDraft) -> ComponentDraft:
            return (
                draft.add_parameter(name, "value") if self._kind == "parameter" else draft.add_constant(name, "value")
            )

        self._hand_out(f"Add {self._kind}", edit)
        if self.boxes:
            self.boxes[-1].name.setFocus(Qt.FocusReason.OtherFocusReason)
            self.boxes[-1].name.selectAll()

    def _remove(self, index: int) -> None:
        place = f"{self._kind}s"
        self._hand_out(f"Remove {self._kind}", lambda draft: draft.remove(place, [index]))

    def _hand_out(self, words: str, edit: DraftEdit) -> None:
        self.edited.emit(words, edit, "")


class DocumentPanel(QWidget):
    """Signals: `edited` — as `Field.edited`."""

    edited = Signal(str, object, str)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__()
        self._head = FormRows(theme)
        for form in (_NAME, _ABOUT):
            self._head.add(LineField(theme, form, keys), at_key(form.name))
        self.parameters = Declarations(theme, keys, "parameter")
        self.constants = Declarations(theme, keys, "constant")
        for part in (self._head, self.parameters, self.constants):
            part.edited.connect(self.edited)
        parts = (self._head, line(), self.parameters, line(), self.constants, STRETCH)
        self.setLayout(column(*parts, gap=Space.MEDIUM, margin=Space.MEDIUM))

    def show_document(self, draft: ComponentDraft, problems: tuple[Problem, ...]) -> None:
        self._head.show_at(draft, (), problems)
        self.parameters.show_declarations(draft, draft.lanes.parameters, problems)
        self.constants.show_declarations(draft, draft.lanes.constants, problems)

    def begin(self) -> None:
        """Put the keyboard into the first field."""
        if self._head.first is not None:
            self._head.first.setFocus(Qt.FocusReason.ShortcutFocusReason)
