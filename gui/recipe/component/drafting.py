"""One open component document, read after every edit: what its editor shows, and the one way it is changed.

Reading takes as long as a frame or three, so what is typed is read off the GUI thread and only the newest text counts.
A visual edit has been read when it is made. While the text is no valid YAML the last readable draft goes on being
shown.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import BakehouseError, HostFault, Problem, Severity
from core.recipe.component_draft import ComponentDraft
from gui.document import Document
from gui.ops import Ops

READING: Final = "component"
WRITABLE: Final = "Make the file writable, then open the recipe again."

DraftEdit = Callable[[ComponentDraft], ComponentDraft]


class Drafting(QObject):
    """Signals: `drafted` — the document reads differently now, or its problems do; `refused` — a BakehouseError: an
    edit could not be made."""

    drafted = Signal()
    refused = Signal(object)

    def __init__(self, ops: Ops, document: Document, platform: str | None, parent: QObject) -> None:
        super().__init__(parent)
        self._ops = ops
        self.document = document
        self._file = document.path.name if document.path is not None else ""
        self.draft = ComponentDraft.of("", file=self._file, platform=platform)
        self.problems: tuple[Problem, ...] = ()
        self.obstacle: Problem | None = None
        self.reading = False
        document.changed.connect(self._read)

    def begin(self) -> None:
        """Read the document for the first time."""
        self._read()

    @property
    def path(self) -> Path | None:
        return self.document.path

    @property
    def current(self) -> bool:
        """Whether `draft` is the text as it is now."""
        return self.draft.text == self.document.text

    def edit(self, label: str, edit: DraftEdit, *, run: str = "") -> bool:
        """Change the document, undoably; False if that was refused."""
        if self.document.read_only:
            self.refused.emit(HostFault(f"{self.document.name} is read-only.", hint=WRITABLE))
            return False
        try:
            before = self.draft.write(self.document.text)
            after = edit(before)
        except BakehouseError as error:
            self.refused.emit(error)
            return False
        if after.text != self.document.text:
            self.draft = after
            self.document.edit(label, after.text, run=run)
        return True

    @Slot()
    def _read(self) -> None:
        if self.current and self.draft.text:
            self.obstacle = None
            self.drafted.emit()
        self._check()

    def _check(self) -> None:
        """Read the text off the GUI thread, unless that is under way: then it is done again afterwards."""
        if self.reading:
            return
        self.reading = True
        text, draft = self.document.text, self.draft
        self._ops.run(self, lambda: _drafted(draft, text), self._know, lane=READING)

    def _know(self, draft: ComponentDraft) -> None:
        self.reading = False
        if draft.text != self.document.text:
            self._check()
            return
        self.problems = draft.problems
        self.obstacle = _obstacle(draft)
        if self.obstacle is None:
            self.draft = draft
        self.drafted.emit()


def _drafted(draft: ComponentDraft, text: str) -> ComponentDraft:
    """The text as a draft, with everything read that is slow to read."""
    made = draft.write(text) if text != draft.text else replace(draft)
    _ = made.lanes, made.problems
    return made


def _obstacle(draft: ComponentDraft) -> Problem | None:
    """Why a text can't be shown as lanes: the first thing that keeps it from being YAML."""
    wrong = (problem for problem in draft.source.problems if problem.severity is Severity.ERROR)
    return next(wrong, None)
