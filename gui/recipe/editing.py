"""What can be done to the cards that are chosen, bound to the actions of the desk; each is one undoable edit.

The clipboard has YAML text, so what was copied can be pasted into any editor and the other way round.
"""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QMimeData, QObject, Slot
from PySide6.QtGui import QGuiApplication

from core.errors import BakehouseError, Invalid, Severity
from core.recipe.address import Path
from core.recipe.codec import Source
from core.recipe.draft import Draft
from core.recipe.tree import Entries, Items
from gui.actions import Desk, EditComponent
from gui.recipe.choosing import LISTS, Choosing
from gui.recipe.selection import Part, Selection
from gui.session import Session
from gui.widgets.notice import Banner

NOUNS: Final = {
    Part.COMPONENT: ("component", "components"),
    Part.REGION: ("region", "regions"),
    Part.WORKFLOW: ("workflow", "workflows"),
    Part.SCHEDULE: ("schedule", "schedules"),
}
LONGEST_PASTE: Final = 64 * 1024
"""Characters: more is no part of a recipe, and to read it would hold the window up."""

_UNREADABLE: Final = "The recipe file can't be read as YAML. Correct its text first."
_NOT_THESE: Final = "Select components, regions or workflows first."
_NOT_COMPONENTS: Final = "Select components first."


class Editing(QObject):
    """Binds the actions and keeps them possible or impossible."""

    def __init__(self, desk: Desk, session: Session, choosing: Choosing, banner: Banner, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._session = session
        self._choosing = choosing
        self._banner = banner
        self._here = True
        choosing.selected.connect(self.judge)
        QGuiApplication.clipboard().dataChanged.connect(self.judge)
        self.take_over()

    def take_over(self) -> None:
        """Bind the actions to the canvas, at first and after another editor has had them."""
        for action, does in {
            "edit.cut": self.cut,
            "edit.copy": self.copy,
            "edit.paste": self.paste,
            "edit.duplicate": self.duplicate,
            "edit.delete": self.delete,
            "edit.select-all": self._choosing.select_all,
            "recipe.move-up": self.move_up,
            "recipe.move-down": self.move_down,
            "recipe.disable": self.toggle_disabled,
            "recipe.edit-component": self.edit_document,
        }.items():
            self._desk.bind(action, does)
        self._here = True
        self.judge()

    def hand_over(self) -> None:
        """Leave the actions to another editor: what is possible there is no longer said from here."""
        self._here = False

    @property
    def readable(self) -> bool:
        """Whether the text can be edited otherwise than as text."""
        return all(problem.severity is not Severity.ERROR for problem in self._session.draft.source.problems)

    @Slot()
    def judge(self) -> None:
        """Say which actions make sense now, and why the others don't."""
        if not self._here:
            return
        chosen, readable = self._choosing.selection, self.readable
        listed = chosen.part in LISTS and bool(chosen.indexes)
        components = listed and chosen.part is Part.COMPONENT
        many = self._session.draft.count(self.place(chosen.part)) if listed else 0
        first_block = chosen.indexes == tuple(range(len(chosen.indexes)))
        last_block = chosen.indexes == tuple(range(many - len(chosen.indexes), many))
        scheduled = chosen.part is Part.SCHEDULE and self._session.canvas.schedule is not None
        for action, sense, why_not in (
            ("edit.cut", listed, _NOT_THESE),
            ("edit.copy", listed, _NOT_THESE),
            ("edit.duplicate", listed, _NOT_THESE),
            ("edit.delete", listed or scheduled, _NOT_THESE),
            ("edit.paste", _clipboard_has_text(), "The clipboard has no text."),
            ("edit.select-all", bool(self._session.canvas.components), "The recipe has no components yet."),
            ("recipe.disable", components, _NOT_COMPONENTS),
            ("recipe.move-up", listed and not first_block, "Select what has something above it."),
            ("recipe.move-down", listed and not last_block, "Select what has something below it."),
            ("recipe.edit-component", self._document() is not None, "Select one component that has a document."),
        ):
            self._desk.allow(action, sense and readable, why_not if readable else _UNREADABLE)

    # The actions

    def cut(self) -> None:
        if self._copied():
            self.delete("Cut")

    def copy(self) -> None:
        self._copied()

    def _copied(self) -> bool:
        """Put the chosen cards on the clipboard as YAML; whether that went well."""
        try:
            text = self.yaml_of(self._choosing.selection)
        except BakehouseError as error:
            self._banner.tell_error(error)
            return False
        QGuiApplication.clipboard().setText(text)
        return True

    def paste(self) -> None:
        self.paste_text(QGuiApplication.clipboard().text())

    def paste_text(self, text: str, gap: int | None = None) -> None:
        """Insert the items of a YAML text, at a gap of the components or below what is chosen."""
        if len(text) > LONGEST_PASTE:
            self._banner.tell(
                f"What was pasted is too long for parts of a recipe: {len(text):,} characters. Nothing was changed.",
                "A long script belongs into a component's document.",
            )
            return
        chosen = self._choosing.selection
        part = Part.COMPONENT if gap is not None else _part_of(text, chosen.part)
        if gap is None and chosen.part is part and chosen.indexes:
            gap = chosen.indexes[-1] + 1
        self._insert("Paste", part, lambda draft, at: draft.paste(self.place(part), text, at), gap)

    def add(self, references: Sequence[str], gap: int | None = None) -> None:
        """Add components by their references, at a gap or below the one that is chosen."""
        chosen = self._choosing.selection
        if gap is None and chosen.part is Part.COMPONENT and chosen.indexes:
            gap = chosen.indexes[-1] + 1

        def added(draft: Draft, at: int) -> Draft:
            for offset, reference in enumerate(references):
                draft = draft.add_component(reference, at + offset)
            return draft

        self._insert("Add component" if len(references) == 1 else "Add components", Part.COMPONENT, added, gap)

    def duplicate(self) -> None:
        chosen = self._choosing.selection
        after = chosen.indexes[-1] + 1
        then = Selection(chosen.part, tuple(range(after, after + len(chosen.indexes))))
        place = self.place(chosen.part)
        self._edit(_named("Duplicate", chosen), lambda draft: draft.duplicate(place, chosen.indexes), then)

    def delete(self, verb: str = "Delete") -> None:
        chosen = self._choosing.selection
        if chosen.part is Part.SCHEDULE:
            self._edit("Delete schedule", lambda draft: draft.clear("schedule"), chosen)
        else:
            place = self.place(chosen.part)
            self._edit(_named(verb, chosen), lambda draft: draft.remove(place, chosen.indexes), None)

    def toggle_disabled(self) -> None:
        """Disable the chosen components; enable them when all are disabled."""
        chosen = self._choosing.selection
        cards = self._session.canvas.components
        disabled = not all(cards[index].disabled for index in chosen.indexes)
        verb = "Disable" if disabled else "Enable"
        self._edit(_named(verb, chosen), lambda draft: draft.disable_components(chosen.indexes, disabled), chosen)

    def move_to(self, gap: int) -> None:
        """Move the chosen cards, in their order, to the gap before the card that now is at this position."""
        chosen = self._choosing.selection
        start = gap - sum(index < gap for index in chosen.indexes)
        then = Selection(chosen.part, tuple(range(start, start + len(chosen.indexes))))
        place = self.place(chosen.part)
        self._edit(_named("Move", chosen), lambda draft: draft.move(place, chosen.indexes, gap), then)

    def move_up(self) -> None:
        """Move the chosen cards, as one block, above the card that is above the first of them."""
        self.move_to(max(0, self._choosing.selection.indexes[0] - 1))

    def move_down(self) -> None:
        chosen = self._choosing.selection
        self.move_to(min(chosen.indexes[-1] + 2, self._session.draft.count(self.place(chosen.part))))

    def edit_document(self) -> None:
        document = self._document()
        if document is not None:
            self._desk.intend(document)

    # What they share

    def yaml_of(self, chosen: Selection) -> str:
        """The chosen items as text. Raises Invalid while the file is unreadable."""
        return self._session.draft.copy(self.place(chosen.part), chosen.indexes)

    def place(self, part: Part) -> Path:
        """Where the list of a part is in the file."""
        match part:
            case Part.REGION:
                return ("distributions",)
            case Part.WORKFLOW:
                return ("workflows",)
            case _:
                return self._session.draft.components

    def _document(self) -> EditComponent | None:
        chosen = self._choosing.selection
        cards = self._session.canvas.components
        if chosen.part is not Part.COMPONENT or chosen.index is None or chosen.index >= len(cards):
            return None
        path = cards[chosen.index].path
        return EditComponent(path) if path is not None else None

    def _insert(self, label: str, part: Part, edit: Callable[[Draft, int], Draft], gap: int | None) -> None:
        """Insert and choose what came in; refuse what is none of that part."""
        before = self._session.draft.count(self.place(part))
        at = before if gap is None else gap
        came: list[int] = []

        def inserted(draft: Draft) -> Draft:
            changed = edit(draft, at)
            came.extend(range(at, at + changed.count(self.place(part)) - before))
            _check_items(changed, part, came)
            return changed

        try:
            draft = inserted(self._session.draft)
        except BakehouseError as error:
            self._banner.tell_error(error)
            return
        self._edit(label, lambda _: draft, Selection(part, tuple(came)))

    def _edit(self, label: str, edit: Callable[[Draft], Draft], then: Selection | None) -> None:
        try:
            draft = edit(self._session.draft)
        except BakehouseError as error:
            self._banner.tell_error(error)
            return
        self._banner.hide()
        self._session.edit(label, draft)
        if then is not None:
            self._choosing.select(then)
        self.judge()


def _named(verb: str, chosen: Selection) -> str:
    """How undo calls an edit: Delete component, Move 3 regions."""
    one, several = NOUNS[chosen.part]
    return f"{verb} {one}" if len(chosen.indexes) < 2 else f"{verb} {len(chosen.indexes)} {several}"


def _clipboard_has_text() -> bool:
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    return data is not None and data.hasText()


def _part_of(text: str, otherwise: Part) -> Part:
    """Which list a text is for, by the keys of its first item; where they don't say, the list that is in use."""
    root = Source.parse(text).root
    if isinstance(root, Entries) and len(root.entries) == 1 and isinstance(root.entries[0][1], Items):
        root = root.entries[0][1]
    first = root.items[0] if isinstance(root, Items) and root.items else root
    keys = set(first.index) if isinstance(first, Entries) else set()
    if "region" in keys:
        return Part.REGION
    if "workflowArn" in keys:
        return Part.WORKFLOW
    if "componentArn" in keys or otherwise not in LISTS:
        return Part.COMPONENT
    return otherwise if keys or otherwise is not Part.REGION else Part.COMPONENT


def _check_items(draft: Draft, part: Part, indexes: Sequence[int]) -> None:
    """Raises Invalid when what came in is nothing that its list can hold."""
    canvas = draft.canvas
    match part:
        case Part.REGION:
            good = all(canvas.regions[index].region for index in indexes)
        case Part.WORKFLOW:
            good = all(canvas.workflows[index].reference for index in indexes)
        case _:
            good = all(canvas.components[index].kind and canvas.components[index].name for index in indexes)
    if not good or not indexes:
        one, several = NOUNS[part]
        raise Invalid(
            f"What was pasted is no {one}. Nothing was changed.",
            hint=f"Copy {several} here or in a text editor, as YAML, and paste again.",
        )
