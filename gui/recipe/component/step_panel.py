"""The form of one step: name, action and its inputs as the table of actions has them, and how and when it is run."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from core.errors import Problem
from core.recipe.actions import ACTIONS
from core.recipe.address import Path, address
from core.recipe.component_draft import ComponentDraft
from core.recipe.editable import below
from core.recipe.lanes import inputs_path
from core.recipe.step_form import STEP_FIELDS, FormField, StepForm, form_of
from gui.recipe.component.condition_field import ConditionField
from gui.recipe.component.fields import ChoiceField, Field, FlagField, LineField, field_for
from gui.recipe.component.form_rows import FormRows, ProblemLine, at_key
from gui.recipe.component.loop_field import LoopField
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.document_entry import UndoKeys
from gui.widgets.dress import button, label, line, tool_button
from gui.widgets.layout import STRETCH, column, row

_BY_NAME: Final = {field.name: field for field in STEP_FIELDS}
_HEAD: Final = ("name", "action")


class StepPanel(QWidget):
    """Signals: `edited` — as `Field.edited`."""

    edited = Signal(str, object, str)

    def __init__(self, theme: Theme, keys: UndoKeys, platform: str | None) -> None:
        super().__init__()
        self._theme = theme
        self._keys = keys
        self._place: Path = ()
        self._entry = 0
        self._action: str | None = None
        self._draft: ComponentDraft | None = None
        self._help = label("", "muted", wraps=True)
        self._others = ProblemLine(theme)
        self._head = FormRows(theme)
        self._head.add(LineField(theme, _BY_NAME["name"], keys), at_key("name"))
        actions = tuple(name for name, module in ACTIONS.items() if platform is None or platform in module.platforms)
        chosen = FormField("action", "Action", "choice", required=True, allowed=actions, help=_BY_NAME["action"].help)
        self._head.add(ChoiceField(theme, chosen, keys), at_key("action"))
        self._entries = _Entries(theme)
        self._inputs = FormRows(theme)
        self._run = FormRows(theme)
        for field in STEP_FIELDS:
            if field.name not in _HEAD:
                self._run.add(self._run_field(field), at_key(field.name))
        self._head.edited.connect(self._head_edited)
        self._inputs.edited.connect(self.edited)
        self._run.edited.connect(self.edited)
        self._entries.turned.connect(self._turn)
        self._entries.added.connect(self._add_entry)
        self._entries.removed.connect(self._remove_entry)
        when = label("When and how it runs", weight=Type.BOLD)
        parts = (self._others, self._head, self._help, self._entries, self._inputs, line(), when, self._run, STRETCH)
        self.setLayout(column(*parts, gap=Space.MEDIUM, margin=Space.MEDIUM))

    def show_step(self, draft: ComponentDraft, place: Path, problems: tuple[Problem, ...]) -> None:
        """Show the step at a place of the document."""
        if place != self._place:
            self._place, self._entry = place, 0
        self._draft = draft
        action = str(draft.source.value((*place, "action")) or "")
        form = form_of(action)
        if action != self._action:
            self._action = action
            self._make_inputs(form)
        inputs = draft.source.value((*place, "inputs"))
        count = len(inputs) if isinstance(inputs, list) else 1
        self._entry = max(0, min(self._entry, count - 1))
        self._entries.setVisible(form is not None and form.repeated)
        self._entries.show_entry(self._entry, count)
        here = tuple(problem for problem in problems if below(problem.address, address(place)))
        self._head.show_at(draft, place, here)
        self._inputs.show_at(draft, self._inputs_place(draft), here)
        self._run.show_at(draft, place, here)
        told = {*self._head.places(place), *self._inputs.places(self._inputs_place(draft)), *self._run.places(place)}
        self._others.show_problems(one for one in here if not any(below(one.address, place) for place in told))

    def begin(self) -> None:
        """Put the keyboard into the first field."""
        if self._head.first is not None:
            self._head.first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def field(self, name: str) -> Field | None:
        """The field of an input, or of a key of the step."""
        return self._inputs.field(name) or self._head.field(name) or self._run.field(name)

    def _inputs_place(self, draft: ComponentDraft) -> Path:
        form = form_of(self._action or "")
        written = draft.source.value((*self._place, "inputs"))
        if form is not None and form.repeated and not isinstance(written, dict):
            return (*self._place, "inputs", self._entry)
        return inputs_path(draft.source, self._place, self._entry)

    def _make_inputs(self, form: StepForm | None) -> None:
        self._inputs.empty()
        self._help.setText(form.help if form is not None else "There is no such action. Choose one, or correct it.")
        for field in form.fields if form is not None else ():
            made = self._input_field(field)
            placed = at_key(field.name) if field.name else _here
            self._inputs.add(made, placed, named=not isinstance(made, FlagField))

    def _input_field(self, field: FormField) -> Field:
        if field.kind == "condition":
            return ConditionField(self._theme, field, self._keys, decides=False)
        return field_for(self._theme, field, self._keys)

    def _run_field(self, field: FormField) -> Field:
        match field.name:
            case "if":
                return ConditionField(self._theme, field, self._keys, decides=True)
            case "loop":
                return LoopField(self._theme, field, self._keys)
            case _:
                return field_for(self._theme, field, self._keys)

    @Slot(str, object, str)
    def _head_edited(self, label: str, edit: Callable[[ComponentDraft], ComponentDraft], run: str) -> None:
        """Another action takes along what means the same there, so it is more than another word at its place."""
        field = self._head.field("action")
        if isinstance(field, ChoiceField) and run == "" and field.entry.currentText() != self._action:
            action, phase, step = field.entry.currentText(), self._place[1], self._place[3]
            if isinstance(phase, int) and isinstance(step, int):
                self.edited.emit("Change action", lambda draft: draft.switch_action(phase, step, action), "")
                return
        self.edited.emit(label, edit, run)

    @Slot(int)
    def _turn(self, by: int) -> None:
        self._entry += by
        if self._draft is not None:
            self.show_step(self._draft, self._place, self._draft.problems)

    @Slot()
    def _add_entry(self) -> None:
        form = form_of(self._action or "")
        if form is None or self._draft is None:
            return
        place = (*self._place, "inputs")
        new = {field.name: "" for field in form.fields if field.required}
        self._entry = self._draft.count(place)
        self.edited.emit("Add entry", lambda draft: draft.add(place, new), "")

    @Slot()
    def _remove_entry(self) -> None:
        place, entry = (*self._place, "inputs"), self._entry
        self.edited.emit("Remove entry", lambda draft: draft.remove(place, [entry]), "")


class _Entries(QWidget):
    """Which of a list of inputs is shown. Signals: `turned` — by how many; `added`, `removed`."""

    turned = Signal(int)
    added = Signal()
    removed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._where: QLabel = label("", weight=Type.MEDIUM)
        self._before = tool_button(theme, "left", "Previous entry")
        self._after = tool_button(theme, "chevron", "Next entry")
        self._add = button(theme, "Add entry", "link", "add")
        self._remove = button(theme, "Remove entry", "link", "remove")
        self._before.clicked.connect(lambda _checked=False: self.turned.emit(-1))
        self._after.clicked.connect(lambda _checked=False: self.turned.emit(1))
        self._add.clicked.connect(lambda _checked=False: self.added.emit())
        self._remove.clicked.connect(lambda _checked=False: self.removed.emit())
        self.setLayout(row(self._where, self._before, self._after, STRETCH, self._add, self._remove, gap=Space.HAIR))

    def show_entry(self, index: int, count: int) -> None:
        self._where.setText(f"Entry {index + 1} of {count}" if count > 1 else "Inputs")
        for part in (self._before, self._after, self._remove):
            part.setVisible(count > 1)
        self._before.setEnabled(index > 0)
        self._after.setEnabled(index < count - 1)


def _here(base: Path) -> Path:
    return base
