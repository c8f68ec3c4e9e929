"""What the pages share: the open recipe file, the documents beside it, the connection, the followed runs.

The recipe file is read in the GUI thread after every edit, which takes milliseconds as long as its documents were read
before. Reading those, and finding problems, happens off it, and only the newest answer counts.
"""

from functools import cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoGroup

from core.aws.connection import Connection
from core.errors import Problem
from core.recipe.canvas import Canvas
from core.recipe.documents import Folder
from core.recipe.draft import Draft
from gui.document import Document
from gui.ops import Cancel, Ops
from gui.threads import PATIENCE

if TYPE_CHECKING:  # it loads what events are made of, which the window must not wait for
    from gui.following import Followed

CHECK_AFTER_MS: Final = 40
"""A pause in typing, after which the file is checked."""

CHECKING: Final = "checking"


class Session(QObject):
    """Signals: `opened` — another recipe file is open; `drafted` — it reads differently now; `checked` — its problems
    are known; `dirty_changed`; `connected` — another connection; `runs_changed`; `following` — a Followed begins.

    `image_builder` makes the typed face of the connection once, for all who ask it much; called off the GUI thread.
    """

    opened = Signal()
    drafted = Signal()
    checked = Signal()
    dirty_changed = Signal()
    connected = Signal()
    runs_changed = Signal()
    following = Signal(object)

    def __init__(self, ops: Ops, connection: Connection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ops = ops
        self.undo = QUndoGroup(self)
        self.connection = connection
        self.image_builder = cache(connection.image_builder)
        self.draft = self._edited = Draft.blank()
        self.document = Document(self.draft.text, None, self)
        self.components: dict[Path, Document] = {}
        self.problems: tuple[Problem, ...] = ()
        self.runs: list[Followed] = []
        self._checking: Cancel | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CHECK_AFTER_MS)
        self._timer.timeout.connect(self._check)
        self._adopt(self.document)

    # The recipe file

    def open(self, document: Document) -> None:
        """Go on with another recipe file; whoever calls has asked about what was not saved, and has let `warmed` read
        the file's documents off the GUI thread."""
        for old in (self.document, *self.components.values()):
            self.undo.removeStack(old.undo)
            old.deleteLater()
        self.components = {}
        self.document = document
        document.setParent(self)
        self._adopt(document)
        self._read()
        self.opened.emit()

    def edit(self, label: str, draft: Draft, *, run: str = "") -> None:
        """Take what an edit of the draft gave, undoably."""
        self._edited = draft
        self.document.edit(label, draft.text, run=run)

    @property
    def where(self) -> str:
        """The connection as it is said to the user."""
        return self.connection.name.capitalize() if self.connection.kind == "local" else self.connection.name

    @property
    def folder(self) -> Path | None:
        """Where the documents of the recipe file are; None before it is saved."""
        return self.document.path.parent if self.document.path is not None else None

    @property
    def dirty(self) -> tuple[Document, ...]:
        """The documents with something to save, the recipe file last."""
        return tuple(each for each in (*self.components.values(), self.document) if not each.clean)

    @property
    def canvas(self) -> Canvas:
        """What the file shows as it is now."""
        return self.draft.canvas

    def component(self, path: Path) -> Document:
        """The component document at `path`, opened when it isn't yet. Raises Invalid, NotFound, HostFault."""
        if path not in self.components:
            document = Document.read(path, self)
            self.components[path] = document
            self._watch(document)
        return self.components[path]

    # The connection

    def connect_to(self, connection: Connection) -> None:
        self.connection = connection
        self.image_builder = cache(connection.image_builder)
        self.connected.emit()
        self.check()

    # Runs

    def follow(self, run: "Followed", *, instead_of: "Followed | None" = None) -> None:
        """Show a run, the newest first, and follow it to its end; `instead_of` one whose following broke off."""
        run.setParent(self)
        run.changed.connect(self.runs_changed)
        if instead_of is None:
            self.runs.insert(0, run)
        else:
            self.runs[self.runs.index(instead_of)] = run
            instead_of.stop()
            instead_of.deleteLater()
        self.following.emit(run)
        run.begin()
        self.runs_changed.emit()

    @property
    def running(self) -> "tuple[Followed, ...]":
        return tuple(run for run in self.runs if run.running)

    @Slot()
    def check(self) -> None:
        """Find the problems of the file as it is; `checked` follows. Edits, and another file or connection, do so by
        themselves."""
        self._timer.start()

    @property
    def checking(self) -> bool:
        """Whether the newest edit has yet to be checked."""
        return self._timer.isActive()

    def close(self) -> None:
        """Follow no run any longer."""
        self._timer.stop()
        for run in self.runs:
            run.cease()
        until = monotonic() + PATIENCE
        for run in self.runs:
            run.stop(max(0.0, until - monotonic()))

    def _adopt(self, document: Document) -> None:
        document.changed.connect(self._read)
        document.moved.connect(self._read)
        self.draft = Draft.of(document.text)
        self._watch(document)
        self.undo.setActiveStack(document.undo)

    def _watch(self, document: Document) -> None:
        self.undo.addStack(document.undo)
        document.changed.connect(self.check)
        document.clean_changed.connect(self.dirty_changed)
        document.saved.connect(self.dirty_changed)

    @Slot()
    def _read(self) -> None:
        self.draft = self._drafted()
        self.drafted.emit()
        self.check()

    def _drafted(self) -> Draft:
        path = self.document.path
        # What an edit gave has read its text already; reading a long recipe again takes as long as showing it.
        last = self._edited if self._edited.text == self.document.text else self.draft
        if path is None:
            return Draft.of(self.document.text) if last.file or last.folder else last.write(self.document.text)
        opened = {each: document.text for each, document in self.components.items()}
        draft = last if last.file == str(path) else last.renamed(str(path))
        return draft.within(Folder(path.parent, opened)).write(self.document.text)

    @Slot()
    def _check(self) -> None:
        if self._checking is not None:
            self._checking.set()
        draft = self._drafted()
        self._checking = self.ops.run(self, lambda: warmed(draft), self._know, lane=CHECKING)

    def _know(self, draft: Draft) -> None:
        if draft.text != self.document.text:
            return  # a newer check is on its way
        self.draft = draft
        self.problems = draft.problems
        self.drafted.emit()
        self.checked.emit()


def lane_of(connection: str) -> str:
    """The lane of requests to the connection of this name, whatever the user has called it."""
    return f"connection {connection}"


def warmed(draft: Draft) -> Draft:
    """The draft with everything read that is slow to read: its documents, and the problems in them."""
    _ = draft.canvas, draft.problems
    return draft
