"""The field of a condition: one comparison, or several of which all or any must hold.

Conditions may nest deeper than a form stays readable; such a one is said in a line and edited in the text.
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.recipe.address import Path, address
from core.recipe.component_draft import ComponentDraft
from core.recipe.conditions import COMPARISONS, DECISIONS, SUBJECTS
from core.recipe.lanes import said_condition
from core.recipe.render import Value
from core.recipe.step_form import FormField
from core.recipe.tree import Plain
from gui.recipe.component.fields import ChoiceField, Field
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.document_entry import ChoiceEntry, LineEntry, UndoKeys
from gui.widgets.dress import button, label, tool_button
from gui.widgets.layout import STRETCH, column, row

JOINS: Final = {"and": "All of these hold", "or": "Any of these holds"}
FIRST: Final = "stringEquals"
_BESIDE: Final = ("then", "else")


@dataclass(frozen=True, slots=True)
class Said:
    """One comparison as it is written; `below` leads from the condition to it."""

    below: Path
    operator: str
    operand: str
    subject: str

    def written(self) -> dict[str, Value]:
        key = SUBJECTS[self.operator]
        written: dict[str, Value] = {self.operator: self.operand}
        return {**written, key: self.subject} if key else written


def comparisons(value: Plain) -> tuple[str, tuple[Said, ...]] | None:
    """How the comparisons of a condition are joined ("" for a single one), and they; None where a form can't tell."""
    if value in (None, {}, "", []):
        return "", ()
    if not isinstance(value, dict):
        return None
    said = {key: each for key, each in value.items() if key not in _BESIDE}
    for join in JOINS:
        if set(said) == {join} and isinstance(items := said[join], list):
            found = [_comparison(each, (join, index)) for index, each in enumerate(items)]
            known = tuple(each for each in found if each is not None)
            return (join, known) if len(known) == len(found) else None
    single = _comparison(said, ())
    return None if single is None else ("", (single,))


def _comparison(value: Plain, below: Path) -> Said | None:
    if not isinstance(value, dict):
        return None
    operators = [key for key in value if key in SUBJECTS]
    others = set(value) - set(operators) - {"value", "path"}
    if len(operators) != 1 or others or not all(isinstance(each, str) for each in value.values()):
        return None
    key = SUBJECTS[operators[0]]
    return Said(below, operators[0], str(value[operators[0]]), str(value.get(key, "")) if key else "")


class _Row(QWidget):
    """One comparison. Signals: `subject`, `operand` — typed; `operator` — picked; `gone` — to be removed."""

    subject = Signal(str)
    operand = Signal(str)
    operator = Signal(str)
    gone = Signal()

    def __init__(self, theme: Theme, keys: UndoKeys, number: int) -> None:
        super().__init__()
        self.left = LineEntry(f"Value {number} that is compared", "{{ … }}")
        self.middle = ChoiceEntry(f"Comparison {number}", COMPARISONS)
        self.right = LineEntry(f"What value {number} is compared with")
        for entry in (self.left, self.right):
            keys.watch(entry)
        away = tool_button(theme, "remove", f"Remove comparison {number}")
        self.left.edited.connect(self.subject)
        self.middle.edited.connect(self.operator)
        self.right.edited.connect(self.operand)
        away.clicked.connect(lambda _checked=False: self.gone.emit())
        layout = row(self.left, self.middle, self.right, away, gap=Space.HAIR)
        layout.setStretch(0, 1)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def show_said(self, said: Said) -> None:
        key = SUBJECTS[said.operator]
        self.left.setVisible(bool(key))
        self.left.setPlaceholderText("Path of a file" if key == "path" else "{{ … }}")
        self.left.present(said.subject)
        self.middle.present(said.operator)
        self.right.present(said.operand)


class ConditionField(Field):
    """A condition; with `decides`, also what happens where it holds and where it doesn't."""

    WIDE = True

    def __init__(self, theme: Theme, form: FormField, keys: UndoKeys, *, decides: bool) -> None:
        super().__init__(theme, form, keys)
        self._said: tuple[Said, ...] = ()
        self._join = ""
        self.rows: list[_Row] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(Space.HAIR)
        self._how = ChoiceEntry("How the comparisons are joined", tuple(JOINS.values()))
        self._how.edited.connect(self._rejoin)
        self._note = label("", "muted", wraps=True)
        self._add = button(theme, "Add comparison", "link", "add")
        self._add.clicked.connect(lambda _checked=False: self._append())
        self._decisions = tuple(_decision(theme, keys, key, default) for key, default in _DECIDED) if decides else ()
        for one in self._decisions:
            one.edited.connect(self.edited)
        self._deciding = QWidget()
        words = [part for one in self._decisions for part in (label(one.form.label), one)]
        self._deciding.setLayout(row(*words, STRETCH, gap=Space.SMALL))
        layout = column(row(self._how, STRETCH), self._box, self._note, row(self._add, STRETCH), self._deciding)
        layout.setSpacing(Space.HAIR)
        self.setLayout(layout)
        self.setFocusProxy(self._add)

    def show_at(self, draft: ComponentDraft, place: Path) -> None:
        super().show_at(draft, place)
        self._note.setText(f"{said_condition(draft.source.node(place))}\nThis nests. Edit it in the text.")
        for one in self._decisions:
            one.show_at(draft, (*place, one.form.name))

    def show_value(self, value: Plain) -> None:
        known = comparisons(value)
        self._join, self._said = known or ("", ())
        self._note.setVisible(known is None)
        self._add.setVisible(known is not None)
        self._how.setVisible(bool(self._join))
        self._how.present(JOINS.get(self._join, ""))
        self._deciding.setVisible(bool(self._decisions) and bool(self._said))
        while len(self.rows) > len(self._said):
            gone = self.rows.pop()
            gone.hide()
            gone.deleteLater()
        while len(self.rows) < len(self._said):
            self._grow(len(self.rows))
        for line, said in zip(self.rows, self._said, strict=True):
            line.show_said(said)
        self.setFocusProxy(self.rows[0].left if self.rows else self._add)

    def _grow(self, index: int) -> None:
        line = _Row(self.theme, self.keys, index + 1)
        line.subject.connect(lambda text: self._put(index, SUBJECTS[self._said[index].operator], text))
        line.operand.connect(lambda text: self._put(index, self._said[index].operator, text))
        line.operator.connect(lambda operator: self._switch(index, operator))
        line.gone.connect(lambda: self._remove(index))
        self.rows.append(line)
        self._box.addWidget(line)

    def _put(self, index: int, key: str, text: str) -> None:
        place = (*self.place, *self._said[index].below, key)
        self.edited.emit("Change condition", lambda draft: draft.put(place, text), address(place))

    def _switch(self, index: int, operator: str) -> None:
        """Another operator: its key gets another name, and so does what stands beside it, if need be."""
        said, place = self._said[index], (*self.place, *self._said[index].below)
        before, after = SUBJECTS[said.operator], SUBJECTS[operator]

        def edit(draft: ComponentDraft) -> ComponentDraft:
            changed = draft.rename((*place, said.operator), operator)
            if before == after:
                return changed
            if not before:
                return changed.put((*place, after), "")
            return changed.rename((*place, before), after) if after else changed.clear((*place, before))

        self.hand_out("Change comparison", edit)

    def _rejoin(self, words: str) -> None:
        join = next(key for key, each in JOINS.items() if each == words)
        place, before = (*self.place, self._join), self._join
        if join != before:
            self.hand_out("Change condition", lambda draft: draft.rename(place, join))

    def _append(self) -> None:
        place, said, join = self.place, self._said, self._join
        new: dict[str, Value] = {FIRST: "", "value": ""}

        def edit(draft: ComponentDraft) -> ComponentDraft:
            if join:
                return draft.add((*place, join), new)
            return draft.put(place, {"and": [said[0].written(), new], **_beside(draft, place)} if said else new)

        self.hand_out("Add comparison", edit)
        if self.rows:
            self.rows[-1].left.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, index: int) -> None:
        place, join = self.place, self._join
        rest = [said for said in self._said if said is not self._said[index]]

        def edit(draft: ComponentDraft) -> ComponentDraft:
            match rest:
                case []:
                    return draft.clear(place)
                case [last]:
                    return draft.put(place, {**last.written(), **_beside(draft, place)})
                case _:
                    return draft.remove((*place, join), [index])

        self.hand_out("Remove comparison", edit)


_DECIDED: Final = (("then", "Execute"), ("else", "Skip"))
_WORDS: Final = {"then": "Then", "else": "Otherwise"}


def _decision(theme: Theme, keys: UndoKeys, key: str, default: str) -> ChoiceField:
    return ChoiceField(theme, FormField(key, _WORDS[key], "choice", default=default, allowed=DECISIONS), keys)


def _beside(draft: ComponentDraft, place: Path) -> dict[str, Value]:
    """What an `if` has beside its condition."""
    value = draft.source.value(place)
    kept = value if isinstance(value, dict) else {}
    return {key: each for key, each in kept.items() if key in _BESIDE}
