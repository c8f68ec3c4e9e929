"""What all forms of the inspector share: a heading, fields in a column, problems, and parts that vary with the file.

A form is made for one selection and lives until another card is selected. It follows the file: `refresh` after every
edit, `explain` when the problems are known.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from core.errors import BakehouseError, Problem, Severity
from core.recipe.address import Path
from core.recipe.draft import Draft
from core.recipe.render import Value
from gui.recipe.forms.bound import Bound, note_of, override_words, path_of
from gui.recipe.forms.repairs import Repairs
from gui.recipe.forms.workplace import Workplace
from gui.theme.status import SEVERITIES, Presentation
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, dress, frame, heading, label, tool_button
from gui.widgets.field import Note, Notes
from gui.widgets.layout import STRETCH, Part, clear, column, holding, row
from gui.widgets.paragraph import Paragraph
from gui.widgets.section import Section
from gui.widgets.tab_order import chain, stops

INFORMATION: Final = Presentation("quiet", "Note", "quiet")
MORE: Final = "More"


class Form(QWidget):
    """`places` are those whose problems the form shows, `apart` those below them that other forms show."""

    def __init__(
        self,
        at: Workplace,
        icon_name: str,
        title: str,
        sentence: str = "",
        *,
        places: Sequence[Path] = (),
        apart: Sequence[Path] = (),
    ) -> None:
        super().__init__()
        self.at = at
        self._places = tuple(places)
        self._apart = tuple(apart)
        self._order: list[QWidget] = []
        self._repairs = Repairs(at, self)
        self._repairs.found.connect(self._explain_all)
        picture = QLabel()
        dress(at.theme, picture, icon_name, "accent")
        self.title = heading(title)
        self.title.setMinimumWidth(1)
        self.setAccessibleName(title)
        self.sentence = Paragraph(sentence, "muted")
        self.notes = Notes(at.theme)
        head = row(picture, self.title, gap=Space.SMALL)
        head.setStretch(1, 1)
        self._column = column(gap=Space.LARGE)
        self._body = holding(self._column)
        margin = (Space.LARGE, Space.LARGE, Space.LARGE, Space.HUGE)
        self.setLayout(column(head, self.sentence, self.notes, self._body, STRETCH, gap=Space.MEDIUM, margin=margin))

    def add(self, *parts: QWidget) -> None:
        for part in parts:
            self._column.addWidget(part)

    def section(self, title: str, places: Sequence[Path], build: Callable[[], Iterable[Part]]) -> None:
        """A part that closes, with the fields of some places. It opens by itself where something is set or wrong."""
        self.add(self.closing(title, places, build))

    def closing(self, title: str, places: Sequence[Path], build: Callable[[], Iterable[Part]]) -> "PlacedSection":
        """A section for the form, not in it yet."""
        made = PlacedSection(self, title, places, build)
        if any(self.at.session.draft.source.node(place) is not None for place in places):
            made.set_open(True)
        made.built.connect(self._arrange)
        return made

    def bounds(self) -> list[Bound]:
        """The form's fields, top to bottom."""
        return list(self.findChildren(Bound))

    def refresh(self) -> None:
        """Show what the file says now."""
        for varying in self.findChildren(Varying):
            varying.refresh()
        for bound in self.bounds():
            bound.refresh()
        self._arrange()

    def explain(self) -> None:
        """Show what is wrong, each problem below the field that is nearest to it."""
        self._explain_all()

    def _arrange(self) -> None:
        """What follows when fields came or went: their problems, and the order of Tab."""
        self._explain_all()
        if (order := stops(self)) != self._order:
            self._order = order
            chain(self)

    def focus_place(self, path: Path) -> bool:
        """Go to the field of a place, or the nearest above it; whether there is one."""
        for section in self.findChildren(PlacedSection):
            if section.holds(path):
                section.set_open(True)
        bounds = self.bounds()
        below = (bound for bound in bounds if bound.place[: len(path)] == path)
        nearest = _nearest(bounds, path) or next(below, None)
        if nearest is None:
            return False
        nearest.focus_place(path)
        return True

    def change(self, label: str, edit: Callable[[Draft], Draft]) -> bool:
        """An edit that belongs to no field; what is refused is said on top. Whether it was made."""
        try:
            changed = edit(self.at.session.draft)
        except BakehouseError as error:
            self.notes.say([Note(SEVERITIES[Severity.ERROR], error.message, error.hint)])
            return False
        self.at.session.edit(label, changed)
        return True

    def retire(self) -> None:
        """Another form takes its place; nothing that is still under way comes back to it."""
        self._repairs.stop()

    def own_notes(self) -> Iterable[Note]:
        """More to say on top of the form."""
        return ()

    @Slot()
    def _explain_all(self) -> None:
        draft = self.at.session.draft
        unreadable = [each for each in draft.source.problems if each.severity is Severity.ERROR]
        self._body.setEnabled(not unreadable)
        if unreadable:
            hint = f"Line {unreadable[0].line}: {unreadable[0].message}"
            message = "The text of the file can't be read, so it can't be changed here. Correct the text first."
            self.notes.say([Note(SEVERITIES[Severity.ERROR], message, hint)])
            return
        concerned = [
            (problem, path)
            for problem in self.at.session.problems
            if problem.file == draft.file and self._concerns(path := path_of(problem))
        ]
        self._mark_sections([path for _, path in concerned])
        self._repairs.look_for([problem for problem, _ in concerned])
        bounds = self.bounds()
        found: dict[Bound | None, list[Problem]] = {}
        for problem, path in concerned:
            found.setdefault(_nearest(bounds, path), []).append(problem)
        for bound in bounds:
            bound.explain(found.get(bound, ()), self._repairs)
        own = [
            note_of(problem, override_words(problem), self._repairs.offers(problem)) for problem in found.get(None, ())
        ]
        self.notes.say([*self.own_notes(), *own])

    def _concerns(self, path: Path) -> bool:
        inside = any(path[: len(place)] == place for place in self._places)
        return inside and not any(path[: len(place)] == place for place in self._apart)

    def _mark_sections(self, wrong: Sequence[Path]) -> None:
        for section in self.findChildren(PlacedSection):
            count = sum(section.holds(path) for path in wrong)
            section.mark(f"{count} problem{'' if count == 1 else 's'}" if count else "", "bad" if count else "muted")
            if count and section.quiet:
                section.set_open(True)
            section.quiet = not count


class PlacedSection(Section):
    """A section that knows the places of its fields before it has made them. It opens by itself when something gets
    wrong in it, once: whoever closes it then wants it closed."""

    def __init__(self, form: Form, title: str, places: Sequence[Path], build: Callable[[], Iterable[Part]]) -> None:
        super().__init__(form.at.theme, title, build)
        self._places = tuple(places)
        self.quiet = True

    def holds(self, path: Path) -> bool:
        return any(path[: len(place)] == place for place in self._places)


class Varying(QWidget):
    """A part of a form that is built anew when `key` says something else: another count of rows, other parameters."""

    def __init__(self, key: Callable[[], object], build: Callable[[], Sequence[QWidget]]) -> None:
        super().__init__()
        self._key = key
        self._build = build
        self._built: object = None
        self._parts = column(gap=Space.MEDIUM)
        self.setLayout(self._parts)
        self._make(key())

    def refresh(self) -> None:
        key = self._key()
        if key != self._built:
            self._make(key)
        self.setVisible(self._parts.count() > 0)

    def _make(self, key: object) -> None:
        focused = QApplication.focusWidget()
        name = focused.accessibleName() if focused is not None and self.isAncestorOf(focused) else ""
        self._built = key
        clear(self._parts)
        for part in self._build():
            self._parts.addWidget(part)
            if self.isVisible():
                part.show()  # a layout would show it later, too late for the focus
        if name:
            same = [each for each in self.findChildren(QWidget) if each.accessibleName() == name]
            if same:
                same[0].setFocus()


class Blocks(QWidget):
    """A list of maps, a box of fields for each. `fields` makes those of the item at an index, `new` is an item as it
    is added."""

    def __init__(
        self,
        form: Form,
        place: Path,
        noun: str,
        fields: Callable[[int], Sequence[QWidget]],
        new: Callable[[], Value],
        empty: str = "",
    ) -> None:
        super().__init__()
        self._form = form
        self._place = place
        self._noun = noun
        self._fields = fields
        self._new = new
        self._empty = empty
        theme = form.at.theme
        self.adder = button(theme, f"Add {noun}", "inline", "add")
        self.adder.clicked.connect(self._add)
        varying = Varying(self._count, self._boxes)
        self.setLayout(column(varying, row(self.adder, STRETCH), gap=Space.SMALL))

    def _count(self) -> int:
        return self._form.at.session.draft.count(self._place)

    def _boxes(self) -> list[QWidget]:
        boxes: list[QWidget] = [self._box(index) for index in range(self._count())]
        return boxes or ([Paragraph(self._empty, "muted")] if self._empty else [])

    def _box(self, index: int) -> QWidget:
        name = f"{self._noun[0].upper()}{self._noun[1:]} {index + 1}"
        remove = tool_button(self._form.at.theme, "delete", f"Remove {self._noun} {index + 1}")
        remove.clicked.connect(lambda: self._remove(index))
        head = row(label(name, weight=Type.BOLD), STRETCH, remove)
        made = frame("sunken")
        made.setLayout(column(head, *self._fields(index), gap=Space.MEDIUM, margin=Space.MEDIUM))
        return made

    def _add(self) -> None:
        if self._form.change(f"Add {self._noun}", lambda draft: draft.add(self._place, self._new())):
            self._form.focus_place((*self._place, self._count() - 1))

    def _remove(self, index: int) -> None:
        self._form.change(f"Remove {self._noun}", lambda draft: draft.remove(self._place, [index]))


def _nearest(bounds: Sequence[Bound], path: Path) -> Bound | None:
    """The field whose place is the path, or the nearest above it."""
    above = [bound for bound in bounds if path[: len(bound.place)] == bound.place]
    return max(above, key=lambda bound: len(bound.place), default=None)
