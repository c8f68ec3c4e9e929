"""The field of a loop: over the numbers of a range, the texts of a list, or the parts of a text."""

from typing import Final

from PySide6.QtWidgets import QWidget

from core.recipe.address import Path
from core.recipe.component_draft import ComponentDraft
from core.recipe.render import Value
from core.recipe.step_form import FormField
from core.recipe.tree import Plain
from gui.recipe.component.fields import Field, LineField, ListField
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.document_entry import ChoiceEntry, UndoKeys
from gui.widgets.dress import label
from gui.widgets.layout import STRETCH, column, row

ONCE: Final = "Once"
NUMBERS: Final = "For each number"
TEXTS: Final = "For each text of a list"
PARTS: Final = "For each part of a text"

_NEW: Final[dict[str, dict[str, Value]]] = {
    NUMBERS: {"for": {"start": "1", "end": "3", "updateBy": "1"}},
    TEXTS: {"forEach": ["first"]},
    PARTS: {"forEach": {"list": "first,second", "delimiter": ","}},
}
_PLACES: Final[dict[str, tuple[tuple[Path, str], ...]]] = {
    NUMBERS: ((("for", "start"), "From"), (("for", "end"), "to"), (("for", "updateBy"), "by")),
    TEXTS: ((("forEach",), "Texts"),),
    PARTS: ((("forEach", "list"), "Text"), (("forEach", "delimiter"), "split at")),
}


def kind_of_loop(value: Plain) -> str:
    match value:
        case {"for": dict()}:
            return NUMBERS
        case {"forEach": list()}:
            return TEXTS
        case {"forEach": dict()}:
            return PARTS
        case _:
            return ONCE


class LoopField(Field):
    """A step's loop."""

    def __init__(self, theme: Theme, form: FormField, keys: UndoKeys) -> None:
        super().__init__(theme, form, keys)
        self._kind = ChoiceEntry(form.label, (ONCE, *_NEW))
        self._kind.setToolTip(form.help)
        self._kind.edited.connect(self._pick)
        self._fields: dict[str, tuple[tuple[Path, Field], ...]] = {}
        self._rooms: dict[str, QWidget] = {}
        for kind, places in _PLACES.items():
            made = tuple((below, self._made(name, listed=kind == TEXTS)) for below, name in places)
            parts = [part for _, field in made for part in (label(field.form.label), field)]
            room = QWidget()
            room.setLayout(row(*parts, gap=Space.SMALL))
            self._fields[kind], self._rooms[kind] = made, room
        self.setLayout(column(row(self._kind, STRETCH), *self._rooms.values(), gap=Space.HAIR))
        self.setFocusProxy(self._kind)

    def show_at(self, draft: ComponentDraft, place: Path) -> None:
        super().show_at(draft, place)
        for kind, fields in self._fields.items():
            if kind == kind_of_loop(draft.source.value(place)):
                for below, field in fields:
                    field.show_at(draft, (*place, *below))

    def show_value(self, value: Plain) -> None:
        shown = kind_of_loop(value)
        self._kind.present(shown)
        for kind, room in self._rooms.items():
            room.setVisible(kind == shown)

    def _made(self, name: str, *, listed: bool) -> Field:
        form = FormField(name, name, "texts" if listed else "text")
        made = (ListField if listed else LineField)(self.theme, form, self.keys)
        made.edited.connect(self.edited)
        return made

    def _pick(self, kind: str) -> None:
        place = self.place
        if kind == ONCE:
            self.hand_out("Remove loop", lambda draft: draft.clear(place))
        else:
            self.hand_out("Change loop", lambda draft: draft.put(place, _kept(draft, place) | _NEW[kind]))


def _kept(draft: ComponentDraft, place: Path) -> dict[str, Value]:
    """The loop's name, by which steps refer to it."""
    value = draft.source.value(place)
    return {"name": value["name"]} if isinstance(value, dict) and "name" in value else {}
