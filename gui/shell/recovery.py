"""What was not saved, kept against a crash: a copy of every dirty file in the app's own folder, some seconds old.

    <state>/recovery/<process>-<hash of the path>.json     process, path, the text as it was edited

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

from core.errors import HostFault
from core.recipe.document_file import save_file
from gui.document import Document
from gui.session import Session

AFTER_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class Left:
    """Something that was not saved. `path` None for a recipe file without a name."""

    copy: Path
    path: Path | None
    text: str

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
                if runs(int(record["process"])):
                    continue
                path = Path(record["path"]) if record["path"] else None
                found.append(Left(copy, path, str(record["text"])))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return tuple(found)

    def forget(self, left: Left) -> None:
        left.copy.unlink(missing_ok=True)

    @Slot()
    def keep(self) -> None:
        """Copy every dirty document, remove the copies of clean ones. A full disk is no reason to stop editing."""
        wanted = {self._copy_of(document): document for document in self._session.dirty}
        for gone in self._kept - wanted.keys():
            gone.unlink(missing_ok=True)
        self._kept = set(wanted)
        for copy, document in wanted.items():
            record = {"process": os.getpid(), "path": str(document.path or ""), "text": document.text}
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
