"""Fields of the recipe file: each shows one place of it, writes it while typing, and says what is wrong there.

A place is read from the source as it stands, so a value of the wrong type still shows its text. What the user has just
typed is never put back into its control: only a change from elsewhere is.
"""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from core.errors import BakehouseError, Problem, Severity
from core.recipe.address import Path, address, parse_address
from core.recipe.draft import Draft
from core.recipe.render import Value
from core.recipe.tree import Entries, Items, Node, Scalar
from gui.recipe.forms.workplace import Workplace
from gui.theme.status import SEVERITIES
from gui.widgets.entry import Choice, Option, SearchEntry, TextArea, TextEntry, Tick, focus_proxy
from gui.widgets.field import Field, Note
from gui.widgets.listing import KeyValues, LineEntry, TextList
from gui.widgets.wording import within

Writer = Callable[[str], Value]
TextControl = TextEntry | TextArea | Choice | SearchEntry | Tick


class Bound(Field):
    """A field with a place. Those who edit the draft raise errors of `core.errors`; they are shown in place."""

    def __init__(
        self, at: Workplace, place: Path, name: str, control: QWidget, help_text: str = "", required: bool = False
    ) -> None:
        named = not isinstance(control, Tick)
        super().__init__(at.theme, name, control, help_text=help_text, required=required, named=named)
        self.at = at
        self.place = place
        self._refused: tuple[Note, ...] = ()
        self._problems: tuple[Note, ...] = ()
        self._remarks: tuple[Note, ...] = ()

    def refresh(self) -> None:
        """Show what the file says now."""
        raise NotImplementedError

    def explain(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong at the place and below it."""
        self._problems = tuple(note_of(problem, self.place_words(problem)) for problem in problems)
        self._say_all()

    def remark(self, *notes: Note) -> None:
        """Say what is worth knowing besides problems; nothing takes it back."""
        self._remarks = notes
        self._say_all()

    def place_words(self, problem: Problem) -> str:
        """What of the field a problem is about, where that is not the field as a whole."""
        return override_words(problem)

    def focus_place(self, _path: Path) -> None:
        focus_proxy(self.control).setFocus()

    def edit(self, change: Callable[[Draft], Draft], *, run: bool = True, label: str = "") -> bool:
        """Make an edit of the draft, undone together with others of this field in a row; whether it could be made."""
        session = self.at.session
        try:
            changed = change(session.draft)
        except BakehouseError as error:
            self._refused = (Note(SEVERITIES[Severity.ERROR], error.message, error.hint),)
        else:
            self._refused = ()
            session.edit(label or f"Change {within(self.name)}", changed, run=self._run(run))
        self._say_all()
        return not self._refused

    def _say_all(self) -> None:
        self.say((*self._refused, *self._problems, *self._remarks))

    def _run(self, run: bool) -> str:
        return address(self.place) if run else ""


class TextField(Bound):
    """One text: a line, several, a choice. `write` says how the text typed is written, as a number for example, `read`
    how what is written is shown."""

    def __init__(
        self,
        at: Workplace,
        place: Path,
        name: str,
        control: TextControl,
        help_text: str = "",
        *,
        required: bool = False,
        write: Writer = str,
        read: Callable[[str], str] = str,
    ) -> None:
        super().__init__(at, place, name, control, help_text, required)
        self.entry = control
        self._write = write
        self._read = read
        self._seen: str | None = None
        self._typing = False
        control.edited.connect(self._edit)
        self.refresh()

    def refresh(self) -> None:
        value = text_at(self.at.session.draft, self.place)
        if value != self._seen and not self._typing:
            self._seen = value
            self.entry.present(self._read(value))

    def _edit(self, text: str) -> None:
        value = self._write(text)
        # What comes of the text in the file is no reason to touch the control it was typed in.
        self._typing = True
        # A place that must be there stays where it is while it is empty.
        if text or self.at.session.draft.slot(self.place).required:
            done = self.edit(lambda draft: draft.put(self.place, value))
        else:
            done = self.edit(lambda draft: draft.clear(self.place), label=f"Clear {within(self.name)}")
        self._typing = False
        self._seen = text_at(self.at.session.draft, self.place) if done else None


class TextsField(Bound):
    """A list of texts, one row each."""

    def __init__(
        self,
        at: Workplace,
        place: Path,
        name: str,
        noun: str,
        help_text: str = "",
        *,
        make: Callable[[], LineEntry] = TextEntry,
        required: bool = False,
    ) -> None:
        self._list = TextList(at.theme, noun, make)
        super().__init__(at, place, name, self._list, help_text, required)
        self._noun = noun
        self._list.changed.connect(self._change)
        self._list.added.connect(lambda text: self.edit(lambda draft: draft.add(self.place, text)))
        self._list.removed.connect(self._remove)
        self.refresh()

    @property
    def entries(self) -> tuple[LineEntry, ...]:
        return self._list.entries

    def refresh(self) -> None:
        self._list.present(texts_at(self.at.session.draft, self.place))

    def place_words(self, problem: Problem) -> str:
        index = _part_below(problem, self.place)
        which = f"{self._noun} {index + 1}" if isinstance(index, int) else ""
        return ", ".join(filter(None, (override_words(problem), which)))

    def focus_place(self, path: Path) -> None:
        below = path[len(self.place) : len(self.place) + 1]
        if below and isinstance(below[0], int):
            self._list.focus_item(below[0])
        elif self._list.entries:
            self._list.focus_item(0)
        else:
            self._list.begin()

    def _change(self, index: int, text: str) -> None:
        if isinstance(self.at.session.draft.source.node(self.place), Scalar):
            self.edit(lambda draft: draft.put(self.place, text))
        else:
            self.edit(lambda draft: draft.put((*self.place, index), text))

    def _remove(self, index: int) -> None:
        noun = within(self._noun)
        if isinstance(self.at.session.draft.source.node(self.place), Scalar):
            self.edit(lambda draft: draft.clear(self.place), run=False, label=f"Remove {noun}")
        else:
            self.edit(lambda draft: draft.remove(self.place, [index]), run=False, label=f"Remove {noun}")


class TableField(Bound):
    """Keys and values, a row each."""

    def __init__(self, at: Workplace, place: Path, name: str, noun: str, help_text: str = "") -> None:
        self._table = KeyValues(at.theme, noun)
        super().__init__(at, place, name, self._table, help_text)
        self._noun = within(noun)
        self._table.put.connect(self._put)
        self._table.renamed.connect(self._rename)
        self._table.removed.connect(self._remove)
        self.refresh()

    @property
    def pairs(self) -> tuple[tuple[TextEntry, TextEntry], ...]:
        return self._table.pairs

    def refresh(self) -> None:
        draft = self.at.session.draft
        node = draft.source.node(self.place)
        keys = [key.text for key, _ in node.entries] if isinstance(node, Entries) else []
        self._table.present({key: text_at(draft, (*self.place, key)) for key in keys})

    def place_words(self, problem: Problem) -> str:
        key = _part_below(problem, self.place)
        return ", ".join(filter(None, (override_words(problem), str(key or ""))))

    def focus_place(self, path: Path) -> None:
        below = path[len(self.place) : len(self.place) + 1]
        if below:
            self._table.focus_key(str(below[0]))
        else:
            self._table.begin()

    def _put(self, key: str, value: str) -> None:
        self.edit(lambda draft: draft.put((*self.place, key), value))

    def _rename(self, old: str, new: str, value: str) -> None:
        self.edit(
            lambda draft: draft.put((*self.place, new), value).clear((*self.place, old)),
            run=False,
            label=f"Rename {self._noun}",
        )

    def _remove(self, key: str) -> None:
        self.edit(lambda draft: draft.clear((*self.place, key)), run=False, label=f"Remove {self._noun}")


def flag(default: str) -> Choice:
    """Yes, no, or what the service does without a word, which `default` says."""
    return Choice([Option("", f"Default: {default}"), Option("true", "Yes"), Option("false", "No")])


def choice(default: str, *options: Option) -> Choice:
    """A value, or what the service takes without a word."""
    return Choice([Option("", default), *options])


def truth(text: str) -> Value:
    """How a flag is written."""
    return {"true": True, "false": False}.get(text, text)


def number(text: str) -> Value:
    """How a number is written; what is none is written as it is, for the check to say so."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER else text


_LONGEST_NUMBER: Final = 16


def text_at(draft: Draft, place: Path) -> str:
    """The text of a scalar; of anything else what stands in the file, on one line."""
    return shown(draft, draft.source.node(place))


def texts_at(draft: Draft, place: Path) -> list[str]:
    node = draft.source.node(place)
    match node:
        case Items():
            return [shown(draft, item) for item in node.items]
        case None:
            return []
        case _:
            return [text] if (text := shown(draft, node)) else []


def shown(draft: Draft, node: Node | None) -> str:
    match node:
        case None:
            return ""
        case Scalar():
            return "" if node.is_null else node.text
        case _:
            return " ".join(draft.text[node.span.start : node.span.end].split())


def note_of(problem: Problem, words: str = "") -> Note:
    message = f"{words}: {problem.message}" if words else problem.message
    return Note(SEVERITIES[problem.severity], message, problem.hint)


def path_of(problem: Problem) -> Path:
    """Where a problem is, for an override the place that it overrides."""
    try:
        path = parse_address(problem.address)
    except ValueError:
        return ()
    return path[2:] if path[:1] == ("connections",) and len(path) > 2 else path


def override_words(problem: Problem) -> str:
    """Which connection's override a problem is in."""
    return f"For {problem.address.split('.')[1]}" if problem.address.startswith("connections.") else ""


def _part_below(problem: Problem, place: Path) -> str | int | None:
    path = path_of(problem)
    return path[len(place)] if len(path) > len(place) else None
