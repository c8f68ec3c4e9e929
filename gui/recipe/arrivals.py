"""Component documents dropped from the file manager: those below the recipe's folder are named where they are, others
are copied there first, if the user wants that."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from core.errors import Invalid, NotFound
from core.recipe.document_file import make_folder, save_file
from core.recipe.documents import Folder, read_text, real_path
from gui.actions import Desk
from gui.recipe.editing import Editing
from gui.session import Session
from gui.widgets.notice import Banner

FOLDER: Final = "components"
"""Where documents of a recipe are kept beside it."""


class Arrivals(QObject):
    """Takes files in, and asks in a banner where something has to be asked."""

    def __init__(self, desk: Desk, session: Session, editing: Editing, banner: Banner, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._session = session
        self._editing = editing
        self._banner = banner

    def take(self, files: Sequence[Path], gap: int) -> None:
        """Add documents as components at a gap."""
        folder = self._session.folder
        if folder is None:
            self._banner.tell(
                "This recipe file has no folder yet, so it can't name documents.",
                "Save it first; its component documents stand beside or below it.",
                [("Save…", lambda: self._desk.take("file.save"))],
            )
            return
        root = folder.resolve()
        try:
            found = [(file, real_path(file, named=file.name)) for file in files]
        except Invalid as error:
            self._banner.tell_error(error)
            return
        inside = [real for _, real in found if real.is_relative_to(root)]
        outside = [file for file, real in found if not real.is_relative_to(root)]
        if inside:
            self._editing.add([file.relative_to(root).as_posix() for file in inside], gap)
        if outside:
            self._ask(outside, root, gap + len(inside))

    def _ask(self, files: Sequence[Path], root: Path, gap: int) -> None:
        one = len(files) == 1
        names = files[0].name if one else f"{len(files)} documents"
        self._banner.tell(
            f"{names} {'is' if one else 'are'} outside the recipe's folder.",
            f"A recipe names only documents beside or below it. Copy {'it' if one else 'them'} to {FOLDER}/?",
            [("Copy and add", lambda: self._copy(files, root, gap))],
        )

    def _copy(self, files: Sequence[Path], root: Path, gap: int) -> None:
        document = self._session.document

        def add(references: Sequence[str]) -> None:
            if self._session.document is document:  # another recipe file may have been opened meanwhile
                self._editing.add(references, gap)

        self._session.ops.run(
            self,
            lambda: [copied(file, root).relative_to(root).as_posix() for file in files],
            add,
            self._banner.tell_error,
        )


def copied(file: Path, root: Path) -> Path:
    """The document, copied below the recipe's folder under its name, or with a number if that is taken by another.

    Raises:
        NotFound, Invalid: it is gone, or no document: too large, no text, no regular file.
        HostFault: it can't be read or written.
    """
    content = read_text(file, named=file.name)
    folder = Folder(root).target(FOLDER)
    make_folder(folder)
    number, target = 1, folder / file.name
    while _taken(target, content):
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    save_file(target, content)
    return target


def _taken(target: Path, content: str) -> bool:
    """Whether something else has the name."""
    try:
        return read_text(target) != content
    except NotFound:
        return False
    except Invalid:
        return True
