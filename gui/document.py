"""A text file that is open: its text, its undo stack, and what the disk has of it.

Every change, visual or typed, is one text put in place of another, so undoing gives back the identical file and there
is one kind of command for everything. Texts share their unchanged parts with nobody, yet a hundred edits of a recipe
file are less than one photograph.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.errors import HostFault, NotFound
from core.recipe.document_file import Fingerprint, OpenedFile, Versions, changed, open_file, save_file

MERGING: Final = 1
"""The id of commands that may merge; Qt merges those of one id only."""


class _Replace(QUndoCommand):
    """One text in place of another. Commands with the same non-empty `run` merge into one, as typing does."""

    def __init__(self, document: "Document", label: str, before: str, after: str, run: str) -> None:
        super().__init__(label)
        self._document = document
        self._before = before
        self._after = after
        self._run = run

    def id(self) -> int:
        return MERGING if self._run else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        if not isinstance(other, _Replace) or other._run != self._run:
            return False
        self._after = other._after
        self.setObsolete(self._before == self._after)
        return True

    def redo(self) -> None:
        self._document._put(self._after)

    def undo(self) -> None:
        self._document._put(self._before)


@dataclass(frozen=True, slots=True)
class Writing:
    """What is to be written, as it was when that was asked for, by whoever may wait for the disk."""

    target: Path
    text: str
    expected: Fingerprint | None

    def write(self) -> Fingerprint:
        """Raises Conflict when another program has changed the file since, Invalid and HostFault when it can't be
        written; then nothing has changed."""
        return save_file(self.target, self.text, expected=self.expected)


class Document(QObject):
    """Signals: `changed` — the text is another; `saved` — the disk has it; `clean_changed` — bool, nothing to save;
    `moved` — the file has another path.

    `path` is None for one that was never saved.
    """

    changed = Signal()
    saved = Signal()
    clean_changed = Signal(bool)
    moved = Signal()

    def __init__(self, text: str, file: OpenedFile | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = file.path if file is not None else None
        self.text = text
        self.read_only = file.read_only if file is not None else False
        self._base = text
        self._known: Fingerprint | None = file.fingerprint if file is not None else None
        self.undo = QUndoStack(self)
        self.undo.cleanChanged.connect(self.clean_changed)

    @classmethod
    def read(cls, path: Path, parent: QObject | None = None) -> "Document":
        """Open a file. Raises Invalid, NotFound and HostFault."""
        file = open_file(path)
        return cls(file.text, file, parent)

    @property
    def clean(self) -> bool:
        return self.undo.isClean()

    @property
    def saved_text(self) -> str:
        """What the disk has of it, as far as we know; of one that was never saved, how it began."""
        return self._base

    @property
    def name(self) -> str:
        return self.path.name if self.path is not None else "Untitled"

    def edit(self, label: str, text: str, *, run: str = "") -> None:
        """Put another text in place, undoably. Edits of one `run` in a row are undone together."""
        if text != self.text:
            self.undo.push(_Replace(self, label, self.text, text, run))

    def save(self, path: Path | None = None) -> None:
        """Write the text now, to another path if one is given; raises as `Writing.write`."""
        writing = self.writing(path)
        self.written(writing, writing.write())

    def writing(self, path: Path | None = None) -> Writing:
        """The text as it is to be written, to another path if one is given; tell `written` when it is."""
        target = path or self.path
        if target is None:
            raise HostFault("This recipe file has no name yet.", hint="Save it under a name.")
        return Writing(target, self.text, self._known if target == self.path else None)

    def written(self, writing: Writing, fingerprint: Fingerprint) -> None:
        """The disk has it. What was edited meanwhile is still to be saved."""
        self._known, self._base = fingerprint, writing.text
        if writing.target != self.path:
            self.path, self.read_only = writing.target, False
            self.moved.emit()
        if self.text == writing.text:
            self.undo.setClean()
        self.saved.emit()

    def changed_on_disk(self) -> Versions | None:
        """What another program has made of the file, told once; None while nobody has touched it.

        Raises Invalid and HostFault when it can't be read any more.
        """
        if self.path is None or self._known is None or not changed(self.path, self._known):
            return None
        try:
            file = open_file(self.path)
        except NotFound:
            self._known = None
            return Versions(self._base, self.text, None)
        base, self._base, self._known = self._base, file.text, file.fingerprint
        return Versions(base, self.text, file.text)

    def take_from_disk(self, text: str) -> None:
        """Go on with what another program has written; undo leads back to what was here."""
        self.edit("Reload from disk", text)
        self.undo.setClean()

    def _put(self, text: str) -> None:
        self.text = text
        self.changed.emit()
