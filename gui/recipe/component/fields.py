"""The fields of a form: one widget for each kind of value that an input of an action can have.

A field knows its place in the document only when it is told to show it. What it hands out is an edit of the draft at
that place, so that of a list or a map only the one thing is touched that was changed.
"""

from typing import ClassVar, Final, assert_never

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from core.recipe.address import Path, address
from core.recipe.component_draft import ComponentDraft
from core.recipe.step_form import FormField
from core.recipe.tree import Plain
from gui.recipe.component.drafting import DraftEdit
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.document_entry import ChoiceEntry, GrowingText, LineEntry, UndoKeys
from gui.widgets.dress import button, label, tool_button
from gui.widgets.layout import column, row

ELSEWHERE: Final = "This is written in another way than the form knows. Edit it in the text."


class Field(QWidget):
    """Signals: `edited` — a label for undo, the edit, and its run: edits of one run are undone together.

    A `WIDE` field needs all of a form's width.
    """

    edited = Signal(str, object, str)
    WIDE: ClassVar[bool] = False

    def __init__(self, theme: Theme, form: FormField, keys: UndoKeys) -> None:
        super().__init__()
        self.theme = theme
        self.form = form
        self.keys = keys
        self.place: Path = ()

    def show_at(self, draft: ComponentDraft, place: Path) -> None:
        """Show what the document has at a place, and edit that from now on."""
        self.place = place
        self.show_value(draft.source.value(place))

    def show_value(self, value: Plain) -> None:
        raise NotImplementedError

    def put(self, value: str | bool | list[str] | dict[str, str], below: Path = (), *, typing: bool = False) -> None:
        """Hand out that the value at the place, or below it, is another now."""
        place = (*self.place, *below)
        self.edited.emit(
            f"Change {self.form.label.lower()}", lambda draft: draft.put(place, value), address(place) if typing else ""
        )

    def hand_out(self, label: str, edit: DraftEdit) -> None:
        self.edited.emit(label, edit, "")


class LineField(Field):
    """A text or a number, on one line."""

    def __init__(self, theme: Theme, form: FormField, keys: UndoKeys) -> None:
        super().__init__(theme, form, keys)
        self.entry = LineEntry(form.label, form.default)
        keys.watch(self.entry)
        self.entry.edited.connect(lambda text: self.put(text, typing=True))
        self.setLayout(column(self.entry))
        self.setFocusProxy(self.entry)

    def show_value(self, value: Plain) -> None:
        readable = value is None or isinstance(value, str)
        self.entry.setEnabled(readable)
        self.entry.setToolTip(self.form.help if readable else ELSEWHERE)
        self.entry.present(value if isinstance(value, str) else "")


class TextField(Field):
    """A text of several lines."""

    def __init__(self, theme: Theme, form: FormField, keys: UndoKeys) -> None:
        super().__init__(theme, form, keys)
        self.entry = GrowingText(form.label)
        keys.watch(self.entry)
        self.entry.setToolTip(form.help)
        self.entry.edited.connect(lambda text: self.put(text, typing=True))
        self.setLayout(column(self.entry))
        self.setFocusProxy(self.entry)

    def show_value(self, value: Plain) -> None:
        readable = value is None or isinstance(value, str)
        self.entry.setEnabled(readable)
        self.entry.present(value if isinstance(value, str) else "")


class FlagField(Field):
    """Yes or no; a word that is neither (a reference) is left to the text."""

    def __init__(self, theme: Theme, form: FormField, keys: UndoKeys) -> None:
        super().__init__(theme, form, keys)
        self.box = QCheckBox(form.label)
        self.box.setAccessibleName(form.label)
        self.box.setToolTip(form.help)
        self.box.clicked.connect(self._tick)
        self.setLayout(row(self.box))
        self.setFocusProxy(self.box)

    def _tick(self, ticked: bool) -> None:
        self.put(ticked)

    def show_value(self, value: Plain) -> None:
        word = value.lower() if isinstance(value, str) else self.form.default
        readable = word in ("true", "false", "yes", "no", "on", "off", "")
        self.box.setEnabled(readable)
        self.box.setText(self.form.label if readable else f"{self.form.label}: {value}")
        self.box.setToolTip(self.form.help if readable else ELSEWHERE)
        self.box.setChecked(word in ("true", "yes", "on"))


class ChoiceField(Field):
    """One of the words an input allows."""

    def __init__(self, theme: Theme, form: FormField, keys: UndoKeys) -> None:
        super().__init__(theme, form, keys)
        words = form.allowed if form.default or form.required else ("", *form.allowed)
        self.entry = ChoiceEntry(form.label, words)
        self.entry.setToolTip(form.help)
        self.entry.edited.connect(self.put)
        self.setLayout(column(self.entry))
        self.setFocusProxy(self.entry)

    def show_value(self, value: Plain) -> None:
        self.entry.setEnabled(value is None or isinstance(value, str))
        self.entry.present(value if isinstance(value, str) and value else self.form.default)


class ListField(Field):
    """A list of texts, each in an entry of its own, with one more for the next."""

    def __init__(self, theme: Theme, form: FormField, keys: UndoKeys) -> None:
        super().__init__(theme, form, keys)
        self.entries: list[GrowingText] = []
        self._rows: list[QWidget] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(Space.HAIR)
        self._add = button(theme, f"Add to {form.label.lower()}", "link", "add")
        self._add.clicked.connect(lambda _checked=False: self._append())
        self._note = label(ELSEWHERE, "muted", wraps=True)
        self._note.hide()
        self.setLayout(column(self._box, self._note, row(self._add), gap=Space.HAIR))
        self.setFocusProxy(self._add)

    def show_value(self, value: Plain) -> None:
        texts = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
        readable = value in (None, "") or (isinstance(value, list) and len(texts) == len(value))
        self._note.setVisible(not readable)
        self._add.setVisible(readable)
        while len(self.entries) > len(texts):
            self.entries.pop()
            gone = self._rows.pop()
            gone.hide()
            gone.deleteLater()
        while len(self.entries) < len(texts):
            self._grow(len(self.entries))
        for entry, text in zip(self.entries, texts, strict=True):
            entry.present(text)
        self.setFocusProxy(self.entries[0] if self.entries else self._add)

    def _grow(self, index: int) -> None:
        entry = GrowingText(f"{self.form.label} {index + 1}")
        self.keys.watch(entry)
        entry.setToolTip(self.form.help)
        entry.edited.connect(lambda text: self.put(text, (index,), typing=True))
        away = tool_button(self.theme, "remove", f"Remove entry {index + 1} of {self.form.label.lower()}")
        away.clicked.connect(lambda _checked=False: self._remove(index))
        line = QWidget()
        layout = row(entry, away, gap=Space.HAIR)
        layout.setAlignment(away, Qt.AlignmentFlag.AlignTop)
        line.setLayout(layout)
        self.entries.append(entry)
        self._rows.append(line)
        self._box.addWidget(line)

    def _append(self) -> None:
        place = self.place
        self.hand_out(f"Add to {self.form.label.lower()}", lambda draft: draft.add(place, ""))
        if self.entries:
            self.entries[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, index: int) -> None:
        place = self.place
        self.hand_out(f"Remove from {self.form.label.lower()}", lambda draft: draft.remove(place, [index]))


class PairsField(Field):
    """Names with values: a map, or a list of maps with `name` and `value`, as the parameters of a document are."""

    def __init__(self, theme: Theme, form: FormField, keys: UndoKeys) -> None:
        super().__init__(theme, form, keys)
        self._pairs: list[tuple[Path, str, str]] = []
        self._lines: list[tuple[LineEntry, LineEntry, QWidget]] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(Space.HAIR)
        self._add = button(theme, f"Add to {form.label.lower()}", "link", "add")
        self._add.clicked.connect(lambda _checked=False: self._append())
        self.setLayout(column(self._box, row(self._add), gap=Space.HAIR))
        self.setFocusProxy(self._add)

    @property
    def _listed(self) -> bool:
        return self.form.kind == "parameters"

    def show_value(self, value: Plain) -> None:
        pairs: list[tuple[Path, str, str]] = []
        if isinstance(value, dict):
            pairs = [((name,), name, _said(each)) for name, each in value.items()]
        elif isinstance(value, list):
            maps = [(index, each) for index, each in enumerate(value) if isinstance(each, dict)]
            pairs = [((index,), _said(each.get("name")), _said(each.get("value"))) for index, each in maps]
        self._pairs = pairs
        while len(self._lines) > len(pairs):
            _, _, gone = self._lines.pop()
            gone.hide()
            gone.deleteLater()
        while len(self._lines) < len(pairs):
            self._grow(len(self._lines))
        for (_, name, text), (left, right, _) in zip(pairs, self._lines, strict=True):
            left.present(name)
            right.present(text)

    def _grow(self, index: int) -> None:
        left, right = LineEntry(f"Name {index + 1}"), LineEntry(f"Value {index + 1}")
        for entry in (left, right):
            self.keys.watch(entry)
        left.edited.connect(lambda text: self._rename(index, text))
        right.edited.connect(lambda text: self._revalue(index, text))
        away = tool_button(self.theme, "remove", f"Remove entry {index + 1} of {self.form.label.lower()}")
        away.clicked.connect(lambda _checked=False: self._remove(index))
        line = QWidget()
        line.setLayout(row(left, right, away, gap=Space.HAIR))
        self._lines.append((left, right, line))
        self._box.addWidget(line)

    def _rename(self, index: int, name: str) -> None:
        below = self._pairs[index][0]
        place = (*self.place, *below)
        run = f"{address(self.place)} name {index}"
        if self._listed:
            self.edited.emit("Rename", lambda draft: draft.put((*place, "name"), name), run)
        elif name and all(name != each for _, each, _ in self._pairs):
            self.edited.emit("Rename", lambda draft: draft.rename(place, name), run)

    def _revalue(self, index: int, value: str) -> None:
        below = self._pairs[index][0]
        self.put(value, (*below, "value") if self._listed else below, typing=True)

    def _append(self) -> None:
        place = self.place
        name = next(free for number in range(1, 1_000) if (free := f"Name{number}") not in {p[1] for p in self._pairs})
        if self._listed:
            self.hand_out("Add parameter", lambda draft: draft.add(place, {"name": name, "value": ""}))
        else:
            self.hand_out("Add property", lambda draft: draft.put((*place, name), " "))
        if self._lines:
            self._lines[-1][0].setFocus(Qt.FocusReason.OtherFocusReason)
            self._lines[-1][0].selectAll()

    def _remove(self, index: int) -> None:
        place, below = self.place, self._pairs[index][0]
        last = below[0]
        if isinstance(last, int):
            self.hand_out("Remove parameter", lambda draft: draft.remove(place, [last]))
        else:
            self.hand_out("Remove property", lambda draft: draft.clear((*place, last)))


def _said(value: Plain) -> str:
    return value if isinstance(value, str) else ""


def field_for(theme: Theme, form: FormField, keys: UndoKeys) -> Field:
    """The field for one input, by its kind; conditions and loops have modules of their own."""
    match form.kind:
        case "text" | "number" | "condition":
            return LineField(theme, form, keys)
        case "lines":
            return TextField(theme, form, keys)
        case "texts":
            return ListField(theme, form, keys)
        case "boolean":
            return FlagField(theme, form, keys)
        case "choice":
            return ChoiceField(theme, form, keys)
        case "map" | "parameters":
            return PairsField(theme, form, keys)
        case _:
            assert_never(form.kind)
