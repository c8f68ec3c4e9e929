"""Opening, saving and closing recipe files: the questions that are asked so that nothing is lost.

Reading and writing happen off the GUI thread, a recipe's documents included, so neither a big recipe nor a slow disk
holds the window up. What is being written counts as not saved until the disk has it.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from shiboken6 import isValid

from core.errors import BakehouseError, Conflict, NotFound
from core.recipe.document_file import Change, Fingerprint, OpenedFile, Versions, make_folder, open_file, save_file
from core.recipe.documents import Folder
from core.recipe.draft import Draft
from gui.document import Document, Writing
from gui.session import Session, warmed
from gui.settings import Settings

FILES: Final = "Recipe files (*.yml *.yaml);;All files (*)"
LANE: Final = "files"

Then = Callable[[], None]


class Opening(QObject):
    """Signals: `failed` — a BakehouseError to be shown; `saved` — everything dirty has been saved."""

    failed = Signal(object)
    saved = Signal()

    def __init__(self, session: Session, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._settings = settings
        self._window = window
        self._asking = False
        self._saving = False
        self._afterwards: list[Then] = []

    def new(self) -> None:
        self.unless_dirty(lambda: self._session.open(Document(Draft.blank().text, None)))

    def ask_open(self) -> None:
        self.unless_dirty(self._ask_path)

    def open(self, path: Path) -> None:
        """Open a file; what is not saved is asked about first."""
        self.unless_dirty(lambda: self._read(path.absolute()))

    def adopt(self, text: str, documents: Mapping[str, str]) -> None:
        """Open a text as a recipe file, in a folder that the user chooses: `documents`, by their paths from there, are
        written beside it. Nothing that is there already is overwritten."""
        self.unless_dirty(lambda: self._ask_folder(text, documents))

    def _ask_folder(self, text: str, documents: Mapping[str, str]) -> None:
        name = f"{Draft.of(text).canvas.name or 'recipe'}.yml"
        dialog = QFileDialog(self._window, f"Choose a folder for {name} and its documents", str(Path.cwd()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._show(dialog, lambda folder: self._put_down(folder / name, {name: text, **documents}))

    def _put_down(self, path: Path, files: Mapping[str, str]) -> None:
        """Write new files below the folder of `path`, then open it."""
        folder = path.parent

        def write() -> None:
            targets = {Folder(folder).target(name): content for name, content in files.items()}
            there = [name for name in files if (folder / name).exists()]
            if there:
                raise Conflict(f"{folder} has {', '.join(there)} already.", hint="Choose an empty folder.")
            for target, content in targets.items():
                make_folder(target.parent)
                save_file(target, content)

        self._session.ops.run(self, write, lambda _: self._read(path), self.failed.emit, lane=LANE)

    def save(self, then: Then | None = None) -> None:
        """Save everything that is dirty; a recipe without a name is given one first."""
        if self._session.document.path is None:
            self.save_as(then)
            return
        if self._saving:
            self._afterwards.append(lambda: self.save(then))
            return
        if self._look_at(self._session.dirty):
            # Somebody else has written meanwhile: what is asked now comes before any writing.
            return
        self._write({document: document.writing() for document in self._session.dirty}, lambda: self._saved(then))

    def _saved(self, then: Then | None) -> None:
        self.saved.emit()
        if then is not None:
            self.unless_dirty(then)  # somebody may have edited while it was written

    def _write(self, writings: Mapping[Document, Writing], then: Then) -> None:
        """Let the disk have texts, off the GUI thread: it may take its time to say that it has them for good."""
        self._saving = True

        def write() -> tuple[list[Fingerprint], BakehouseError | None]:
            done: list[Fingerprint] = []
            try:
                done.extend(writing.write() for writing in writings.values())
            except BakehouseError as error:
                return done, error
            return done, None

        def told(result: tuple[list[Fingerprint], BakehouseError | None]) -> None:
            self._saving = False
            done, error = result
            for (document, writing), fingerprint in zip(writings.items(), done, strict=False):
                if isValid(document):  # another recipe may be open by now
                    document.written(writing, fingerprint)
            afterwards, self._afterwards = self._afterwards, []
            if error is not None:
                self.failed.emit(error)
                return
            then()
            for each in afterwards:
                each()

        self._session.ops.run(self, write, told, lane=LANE)

    def save_as(self, then: Then | None = None) -> None:
        name = self._session.canvas.name or "recipe"
        folder = self._session.folder or Path.cwd()
        dialog = QFileDialog(self._window, "Save the recipe as", str(folder / f"{name}.yml"), FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("yml")
        self._show(dialog, lambda path: self._save_to(path, then))

    def unless_dirty(self, then: Then) -> None:
        """Go on at once when nothing would be lost, else when the user has decided."""
        if self._saving:
            self._afterwards.append(lambda: self.unless_dirty(then))
            return
        if not self._session.dirty:
            then()
            return
        if self._asking:
            return
        self._asking = True
        names = ", ".join(document.name for document in self._session.dirty)
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Not saved")
        box.setText(f"{names} has changes that are not saved.")
        box.setInformativeText("Save them first?")
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)

        def decided(result: int) -> None:
            self._asking = False
            match buttons(result):
                case buttons.Save:
                    self.save(then)
                case buttons.Discard:
                    then()

        box.finished.connect(decided)
        box.finished.connect(box.deleteLater)
        box.open()

    @Slot()
    def look_at_disk(self) -> None:
        """Take what other programs have written; ask only where both sides have changed."""
        if not self._asking and not self._saving:
            self._look_at((*self._session.components.values(), self._session.document))

    def _look_at(self, documents: Iterable[Document]) -> bool:
        """Whether something is asked now; one thing at a time, the rest is looked at when that is answered."""
        for document in documents:
            try:
                versions = document.changed_on_disk()
            except BakehouseError as error:
                self.failed.emit(error)
                continue
            if versions is not None and self._settle(document, versions):
                return True
        return False

    def _settle(self, document: Document, versions: Versions) -> bool:
        """Whether it has to be asked."""
        match versions.theirs, versions.change:
            case None, _:
                hint = "Save writes it again; Save as writes it elsewhere."
                self.failed.emit(NotFound(f"{document.name} is gone from disk.", hint=hint))
            case str(theirs), Change.THEIRS:
                document.take_from_disk(theirs)
            case str(theirs), Change.BOTH:
                self._ask_which(document, theirs)
                return True
        return False

    def _ask_which(self, document: Document, theirs: str) -> None:
        self._asking = True
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Changed by another program")
        box.setText(f"{document.name} was changed on disk, and you have changes that are not saved.")
        box.setInformativeText("Undo brings the other version back either way, as long as the file is open.")
        keep = box.addButton("Keep mine", QMessageBox.ButtonRole.RejectRole)
        take = box.addButton("Take what is on disk", QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(keep)

        def decided() -> None:
            self._asking = False
            mine = document.text
            if box.clickedButton() is take:
                document.take_from_disk(theirs)
            else:
                # Both ways stay open: theirs is one step of undo away.
                document.edit("What was on disk", theirs)
                document.edit("Keep mine", mine)
            self.look_at_disk()

        box.finished.connect(decided)
        box.finished.connect(box.deleteLater)
        box.open()

    def _ask_path(self) -> None:
        dialog = QFileDialog(self._window, "Open a recipe file", str(self._session.folder or Path.cwd()), FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._show(dialog, self._read)

    def _show(self, dialog: QFileDialog, chosen: Callable[[Path], None]) -> None:
        dialog.fileSelected.connect(lambda name: chosen(Path(name).absolute()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _read(self, path: Path) -> None:
        def read() -> OpenedFile:
            file = open_file(path)
            warmed(Draft.of(file.text, file=str(path), folder=Folder(path.parent)))
            return file

        def opened(file: OpenedFile) -> None:
            self._session.open(Document(file.text, file))
            self._settings.remember(path)

        def ready(file: OpenedFile) -> None:
            # Somebody may have edited while the file was read.
            self.unless_dirty(lambda: opened(file))

        self._session.ops.run(self, read, ready, self.failed.emit, lane=LANE)

    def _save_to(self, path: Path, then: Then | None) -> None:
        def saved() -> None:
            self._settings.remember(path)
            self.save(then)

        document = self._session.document
        self._write({document: document.writing(path)}, saved)
