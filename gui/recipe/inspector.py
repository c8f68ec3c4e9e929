"""The inspector: the form of the selected card, beside the canvas.

It makes a form for a selection and throws it away with the next; in between the form follows the file. A card may be
gone after an undo before the canvas says so: then the form waits, and writes nothing.
"""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from core.recipe.address import parse_address
from gui.actions import Desk
from gui.recipe.answers import Answers
from gui.recipe.forms.form import Form
from gui.recipe.forms.recipe import RecipeForm
from gui.recipe.forms.workplace import Workplace
from gui.recipe.selection import Part, Selection
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Size
from gui.widgets.layout import column, scrolled


class Inspector(QFrame):
    def __init__(self, theme: Theme, desk: Desk, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._at = Workplace(theme, desk, session, Answers(session, self))
        self._selection = Selection()
        self._form: Form | None = None
        self._made_for: tuple[object, ...] = ()
        self._room = scrolled(QWidget())
        layout: QVBoxLayout = column(self._room, gap=0)
        self.setLayout(layout)
        self.setAccessibleName("Inspector")
        self.setMinimumWidth(Size.INSPECTOR - 40)
        session.drafted.connect(self._refresh)
        session.checked.connect(self._explain)
        session.opened.connect(self._renew)
        session.connected.connect(self._renew)
        self._renew()

    @property
    def form(self) -> Form | None:
        """The form in place; None while the selected card is gone."""
        return self._form

    @property
    def scroll_area(self) -> QScrollArea:
        return self._room

    def show_selection(self, selection: Selection) -> None:
        """Show the form for what is selected; one that is there already stays as it is."""
        self._selection = selection
        if self._key() != self._made_for:
            self._renew()

    def focus_address(self, address: str) -> bool:
        """Go to the field of an address in the shown form; whether there is one."""
        try:
            path = parse_address(address)
        except ValueError:
            return False
        if path[:1] == ("connections",) and self._form is not None and self._form.focus_place(path):
            return True
        shown = path[2:] if path[:1] == ("connections",) else path
        return self._form is not None and self._form.focus_place(shown)

    def _key(self) -> tuple[object, ...]:
        return (self._selection, self._session.draft.recipe_key, self._there())

    def _there(self) -> bool:
        """Whether every selected card is in the file."""
        draft = self._session.draft
        match self._selection.part:
            case Part.COMPONENT:
                count = draft.count(draft.components)
            case Part.REGION:
                count = draft.count("distributions")
            case Part.WORKFLOW:
                count = draft.count("workflows")
            case _:
                return True
        return all(index < count for index in self._selection.indexes)

    @Slot()
    def _refresh(self) -> None:
        if self._key() != self._made_for:
            self._renew()
        elif self._form is not None:
            self._form.refresh()

    @Slot()
    def _explain(self) -> None:
        if self._form is not None:
            self._form.explain()

    @Slot()
    def _renew(self) -> None:
        self._made_for = self._key()
        if self._form is not None:
            self._form.retire()
        self._form = self._made() if self._there() else None
        content = self._form or QWidget()
        content.setProperty("look", "page")
        self._room.setWidget(content)
        if self._form is not None:
            self._form.refresh()

    def _made(self) -> Form:
        """The form of the recipe, which is there at first, is the only one that the window waits for."""
        if self._selection.part is Part.RECIPE:
            return RecipeForm(self._at)
        from gui.recipe.forms.selected import form_of

        return form_of(self._selection, self._at)
