"""Component documents dropped from the file manager: those below the recipe's folder are named where they are, others
are copied there first, if the user wants that."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from core.errors import HostFault
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
        inside = [file.resolve() for file in files if file.resolve().is_relative_to(root)]
        outside = [file for file in files if not file.resolve().is_relative_to(root)]
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
        self._session.ops.run(
            self,
            lambda: [copied(file, root).relative_to(root).as_posix() for file in files],
            lambda references: self._editing.add(references, gap),
            self._banner.tell_error,
        )


def copied(file: Path, root: Path) -> Path:
    """The document, copied below the recipe's folder under its name, or with a number if that is taken by another.

    Raises:
        HostFault: it can't be read or written.
    """
    try:
        folder = root / FOLDER
        folder.mkdir(exist_ok=True)
        content = file.read_bytes()
        for number in range(1, len(list(folder.iterdir())) + 3):
            target = folder / (file.name if number == 1 else f"{file.stem}-{number}{file.suffix}")
            if not target.exists():
                shutil.copyfile(file, target)
                return target
            if target.read_bytes() == content:
                return target
    except OSError as error:
        raise HostFault(
            f"{file.name} can't be copied to {FOLDER}/: {error.strerror}.",
            hint="Check that the folder can be written, then drop it again.",
        ) from error
    raise HostFault(f"{file.name} can't be copied to {FOLDER}/: no name is free.", hint="Rename it and drop it again.")
