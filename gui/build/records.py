"""The records of builds as files: exported for a colleague, imported, played again, compared, pruned."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.build import journal
from core.build.bundle import SUFFIX, import_run
from core.build.comparison import Side
from core.build.events import RunOpened
from core.build.journal import Entry
from core.errors import BakehouseError, NotFound
from gui.build.commands import Commands
from gui.build.pruning import PruneDialog
from gui.build.record import Subject, export, side_of
from gui.build.replaying import played
from gui.build.rows import Key, Row, key_of, name_of
from gui.build.workplace import Workplace
from gui.following import Followed

LANE: Final = "records"
FILES: Final = f"Run records (*{SUFFIX});;All files (*)"


class Records(QObject):
    """Signals: `told` — a message and a hint; `failed` — a BakehouseError; `imported` — the Key of a build; `playing` —
    the Followed and its Playing."""

    told = Signal(str, str)
    failed = Signal(object)
    imported = Signal(object)
    playing = Signal(object, object)

    def __init__(self, place: Workplace, commands: Commands, window: QWidget) -> None:
        super().__init__(window)
        self._place = place
        self._commands = commands
        self._window = window

    def ask_export(self, followed: Followed) -> None:
        """Let the user say where the record of a build goes."""
        name = name_of(followed).replace(" ", "-").replace("/", "-")
        dialog = QFileDialog(self._window, "Export the run record as", str(Path.cwd() / f"{name}{SUFFIX}"), FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        self._open(dialog, lambda path: self.export(followed, path))

    def export(self, followed: Followed, path: Path) -> None:
        at, folder, opened = self._commands.connection(followed), self._place.history.folder, followed.opened
        cost = self._place.cost(key_of(opened))

        def write() -> None:
            export(Subject(opened, found(folder, opened), at), path, cost)

        def done(_: None) -> None:
            self.told.emit(f"The record of {name_of(followed)} is in {path}.", "Whoever has Bakehouse can import it.")

        self._place.session.ops.run(self, write, done, self.failed.emit, lane=LANE)

    def ask_import(self) -> None:
        dialog = QFileDialog(self._window, "Import a run record", str(Path.cwd()), FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog, self.import_record)

    def import_record(self, path: Path) -> None:
        folder = self._place.history.folder

        def read() -> Key:
            entry = journal.entry(import_run(path, folder))
            if entry is None:
                raise NotFound(f"{path} holds no run.", hint="Ask for the file again.")
            return key_of(entry.opened)

        def done(key: Key) -> None:
            self._place.history.load()
            self.imported.emit(key)

        self._place.session.ops.run(self, read, done, self.failed.emit, lane=LANE)

    def prune(self) -> None:
        dialog = PruneDialog(self._place.theme, self._place.session, self._place.history.folder, self._window)
        dialog.pruned.connect(self._place.history.load)
        dialog.open()

    def replay(self, followed: Followed) -> None:
        """Play a build again that is over."""
        folder, opened = self._place.history.folder, followed.opened
        begin = min(opened.at, followed.run.start or opened.at)

        def play(path: Path) -> None:
            run, playing = played(opened, path, begin)
            self.playing.emit(run, playing)

        self._place.session.ops.run(self, lambda: found(folder, opened), play, self.failed.emit, lane=LANE)

    def sides(
        self, before: Row, after: Row, done: Callable[[Side, Side], None], failed: Callable[[BakehouseError], None]
    ) -> None:
        """What there is to compare of two builds (see `gui.build.comparing.Sides`)."""
        subjects = [self._subject(each) for each in (before, after)]
        costs = before.cost, after.cost

        def read() -> tuple[Side, Side]:
            one, other = (side_of(make(), cost) for make, cost in zip(subjects, costs, strict=True))
            return one, other

        self._place.session.ops.run(self, read, lambda both: done(*both), failed, lane=LANE)

    def _subject(self, row: Row) -> Callable[[], Subject]:
        """Makes the subject off the GUI thread, where looking for the journal takes no frame."""
        folder, source = self._place.history.folder, row.source
        here = self._place.session.connection
        match source:
            case Entry():
                at = here if here.name == source.opened.connection else None
                return lambda: Subject(source.opened, source.path, at)
            case Followed():
                at = self._commands.connection(source)
                return lambda: Subject(source.opened, found(folder, source.opened), at)
            case _:
                return lambda: Subject(source.opened, found(folder, source.opened), here)

    def _open(self, dialog: QFileDialog, then: Callable[[Path], None]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: then(Path(path)))
        dialog.open()


def found(folder: Path, opened: RunOpened) -> Path:
    """The journal of a run. Raises NotFound."""
    path = journal.find(folder, opened.connection, opened.image_arn)
    if path is None:
        raise NotFound("This build has no record on this computer.", hint="Open it once, and it is kept.")
    return path
