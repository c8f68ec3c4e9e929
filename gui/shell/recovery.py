"""What was not saved, kept against a crash: a copy of every dirty file in the app's own folder, some seconds old.

    <state>/recovery/<process>-<hash of the path>.json     process, path, the text as it was edited; of a component's
                                                           document the path of the recipe file as well

A copy goes when its file is saved or closed. What is found at a start and belongs to no process that runs was left by
one that ended without closing; it is offered, and what the user does not want is not offered again.
"""

import hashlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from core.errors import BakehouseError, HostFault
from core.recipe.document_file import save_file
from core.recipe.draft import Draft
from gui.document import Document
from gui.session import Session

AFTER_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class Left:
    """Something that was not saved. `path` None for a recipe file without a name; `recipe` the recipe file for which a
    component's document was open."""

    copy: Path
    path: Path | None
    text: str
    recipe: Path | None = None

    @property
    def name(self) -> str:
        return self.path.name if self.path is not None else "an unnamed recipe"


class Recovery(QObject):
    """Keeps copies of what is dirty in a session."""

    def __init__(self, session: Session, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.folder = folder
        self._kept: set[Path] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.keep)
        session.checked.connect(self._later)
        session.dirty_changed.connect(self._later)

    def left(self) -> tuple[Left, ...]:
        """What processes left that run no more. A copy that can't be read is left alone and not offered."""
        found = []
        for copy in sorted(self.folder.glob("*.json")):
            try:
                record = json.loads(copy.read_text(encoding="utf-8"))
                process = int(record["process"])
                # Process numbers come again: one that is ours and that we have not written is of an earlier start.
                if copy in self._kept or (process != os.getpid() and runs(process)):
                    continue
                path = Path(record["path"]) if record["path"] else None
                recipe = Path(record["recipe"]) if record.get("recipe") else None
                found.append(Left(copy, path, str(record["text"]), recipe))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return tuple(found)

    def forget(self, left: Left) -> None:
        left.copy.unlink(missing_ok=True)

    def belongs(self, left: Left) -> bool:
        """Whether it is of what is open now, so that nothing has to be closed for it."""
        here = self._session.document.path
        return here is not None and here in (left.path, left.recipe)

    def bring_back(self, left: Left) -> None:
        """Go on with it where it was edited, undoably; as a recipe without a name where that can't be read any more."""
        try:
            document = self._place_of(left)
        except BakehouseError:
            document = Document(Draft.blank().text, None)
            self._session.open(document)
        document.edit("Recover", left.text)

    def _place_of(self, left: Left) -> Document:
        """Raises what reading a document raises."""
        recipe = left.recipe or left.path
        if recipe is None:
            self._session.open(Document(Draft.blank().text, None))
        elif not self.belongs(left):
            self._session.open(Document.read(recipe))
        if left.recipe is not None and left.path is not None:
            return self._session.component(left.path)
        return self._session.document

    @Slot()
    def keep(self) -> None:
        """Copy every dirty document, remove the copies of clean ones. A full disk is no reason to stop editing."""
        wanted = {self._copy_of(document): document for document in self._session.dirty}
        for gone in self._kept - wanted.keys():
            gone.unlink(missing_ok=True)
        self._kept = set(wanted)
        for copy, document in wanted.items():
            recipe = self._session.document
            record = {
                "process": os.getpid(),
                "path": str(document.path or ""),
                "text": document.text,
                "recipe": "" if document is recipe else str(recipe.path or ""),
            }
            try:
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                save_file(copy, json.dumps(record))
            except (OSError, HostFault):
                self._kept.discard(copy)

    def close(self) -> None:
        """The app ends as it should: nothing is left to recover."""
        self._timer.stop()
        for copy in self._kept:
            copy.unlink(missing_ok=True)
        self._kept = set()

    @Slot()
    def _later(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _copy_of(self, document: Document) -> Path:
        name = hashlib.sha256(str(document.path or "").encode()).hexdigest()[:16]
        return self.folder / f"{os.getpid()}-{name}.json"


def runs(process: int) -> bool:
    """Whether a process of this number runs now; another program's may, and the copy waits for a later start then."""
    if sys.platform == "win32":
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
