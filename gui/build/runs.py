"""The list of builds: what waits for somebody, what runs, what is over, each part the newest first; searched and
filtered, by keyboard.

It is a model and a delegate, so a thousand builds cost what is painted of them. What is chosen stays chosen by its key,
and nothing moves under a reader but what really is another.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QListView, QWidget

from core.build.source import ImageStatus
from gui.build.row_painter import ROW_ROLE, RowPainter
from gui.build.rows import INTERRUPTED, Key, Part, Row, length_text, moment_text
from gui.theme.status import presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space
from gui.widgets.dress import label
from gui.widgets.layout import column, row
from gui.widgets.search import SearchField

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()

FILTERS: Final[Mapping[str, Callable[[Row], bool]]] = {
    "All builds": lambda _row: True,
    "Waiting for action": lambda row: row.part is Part.WAITING,
    "Running": lambda row: row.part is Part.RUNNING,
    "Finished": lambda row: row.part is Part.FINISHED,
    "Available": lambda row: row.status == ImageStatus.AVAILABLE,
    "Failed": lambda row: row.status == ImageStatus.FAILED,
    "Not followed to the end": lambda row: row.status == INTERRUPTED,
}


class RunModel(QAbstractListModel):
    """Rows under the headings of their parts; a heading is the text of one."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()
        self.shown: list[Row | str] = []
        self._words: list[str] = []
        self._keeps: Callable[[Row], bool] = FILTERS["All builds"]
        self.today = date.min

    @property
    def count(self) -> int:
        """Of the builds that are shown."""
        return sum(isinstance(each, Row) for each in self.shown)

    def set_rows(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)
        self._show()

    def look_for(self, text: str, keeps: Callable[[Row], bool]) -> None:
        """Show the rows of a filter that have every word of the text somewhere."""
        self._words, self._keeps = text.casefold().split(), keeps
        self._show()

    def place(self, key: Key | None) -> int:
        """Where the build of a key is shown; -1 for nowhere."""
        return next((n for n, each in enumerate(self.shown) if isinstance(each, Row) and each.key == key), -1)

    def _show(self) -> None:
        self.today = datetime.now().astimezone().date()
        parts: dict[Part, list[Row]] = {part: [] for part in Part}
        for each in self.rows:
            if self._keeps(each) and self._has_words(each):
                parts[each.part].append(each)
        found: list[Row | str] = []
        for part, within in parts.items():
            if within:
                found += [f"{part.value}  {len(within):,}", *within]
        if [_mark(each) for each in found] == [_mark(each) for each in self.shown]:
            self._replace(found)
        else:
            self.beginResetModel()
            self.shown = found
            self.endResetModel()

    def _replace(self, found: list[Row | str]) -> None:
        """The same rows with other facts: only those are painted anew."""
        before, self.shown = self.shown, found
        for place, (old, new) in enumerate(zip(before, found, strict=True)):
            if old is not new and old != new:
                self.dataChanged.emit(self.index(place, 0), self.index(place, 0))

    def _has_words(self, row: Row) -> bool:
        if not self._words:
            return True
        searched = row.searched.casefold()
        return all(word in searched for word in self._words)

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = 0) -> Any:
        each = self.shown[index.row()]
        if role == ROW_ROLE:
            return each
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return each if isinstance(each, str) else "\n".join(said(each, self.today))
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(each, Row):
            return "\n".join((*said(each, self.today), each.key[1]))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.shown[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index) | Qt.ItemFlag.ItemNeverHasChildren


class RunList(QWidget):
    """`tools` stand beside the filter. Signals: `chosen` — the Row that is selected now; `picked_changed` — other rows
    are picked."""

    chosen = Signal(object)
    picked_changed = Signal()

    def __init__(self, theme: Theme, *tools: QWidget) -> None:
        super().__init__()
        self.model = RunModel()
        self.model.setParent(self)
        self.search = SearchField(theme, "Search builds")
        self.filter = QComboBox()
        self.filter.setAccessibleName("Which builds are shown")
        self.filter.addItems(list(FILTERS))
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(RowPainter(theme, self.view))
        self.view.setAccessibleName("Builds, the newest first")
        self.view.setProperty("look", "plain")
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setLayoutMode(QListView.LayoutMode.SinglePass)
        self.note = label("", "muted", wraps=True)
        self.note.hide()
        choice = row(self.filter, *tools, gap=Space.HAIR)
        choice.setStretch(0, 1)
        head = column(self.search, choice, gap=Space.SMALL, margin=(Space.SMALL, Space.MEDIUM, Space.SMALL, 0))
        foot = column(self.note, margin=(Space.MEDIUM, 0, Space.SMALL, Space.SMALL))
        layout = column(head, self.view, foot, gap=Space.SMALL)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setMinimumWidth(Size.PALETTE - 2 * Space.HUGE)
        self._wanted: Key | None = None
        self._told: Row | None = None
        self.search.textChanged.connect(self._look_for)
        self.search.left.connect(self.focus_rows)
        self.filter.currentTextChanged.connect(self._look_for)
        self.model.modelReset.connect(self._choose_again)
        self.view.selectionModel().currentChanged.connect(self._note_current)
        self.view.selectionModel().selectionChanged.connect(self.picked_changed)

    @property
    def current(self) -> Row | None:
        place = self.model.place(self._wanted)
        row = self.model.shown[place] if place >= 0 else None
        return row if isinstance(row, Row) else None

    @property
    def picked(self) -> tuple[Row, ...]:
        """The selected rows, in the order of the list."""
        places = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        return tuple(row for row in (self.model.shown[place] for place in places) if isinstance(row, Row))

    @property
    def titles(self) -> list[str]:
        return [each.title for each in self.model.shown if isinstance(each, Row)]

    def show_rows(self, shown: Sequence[Row], *, prefer: Key | None = None) -> None:
        """Other rows; what was selected stays so, `prefer` or else the newest is where nothing was."""
        if prefer is not None:
            self._wanted = prefer
        self.model.set_rows(shown)
        if prefer is not None and self.model.place(prefer) < 0:
            self.show_all()
        self._choose_again()

    def show_all(self) -> None:
        """Look for nothing in particular any more."""
        self.search.clear()
        self.filter.setCurrentIndex(0)

    def choose_at(self, number: int) -> None:
        """The build of a number, from 0, among those that are shown."""
        row = [each for each in self.model.shown if isinstance(each, Row)][number]
        self._set_current(self.model.place(row.key))

    def choose(self, key: Key) -> None:
        self._wanted = key
        self._choose_again()

    def say(self, text: str) -> None:
        """Something about the list, below it."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def focus_rows(self) -> None:
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _look_for(self) -> None:
        self.model.look_for(self.search.text(), FILTERS[self.filter.currentText()])

    @Slot()
    def _choose_again(self) -> None:
        place = self.model.place(self._wanted)
        if place < 0 and self._wanted is None:
            place = next((n for n, each in enumerate(self.model.shown) if isinstance(each, Row)), -1)
        if place >= 0:
            self._set_current(place)
            self._tell(place)

    def _set_current(self, place: int) -> None:
        index = self.model.index(place, 0)
        if self.view.currentIndex() != index:
            self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.view.scrollTo(index)

    @Slot(QModelIndex, QModelIndex)
    def _note_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self._tell(index.row())

    def _tell(self, place: int) -> None:
        """Also where only the source is another: what was read from its journal may be followed from now on."""
        row = self.model.shown[place]
        if isinstance(row, Row):
            other = self._told is None or self._told.key != row.key or self._told.source is not row.source
            self._wanted, self._told = row.key, row
            if other:
                self.chosen.emit(row)


def said(row: Row, today: date) -> tuple[str, str, str]:
    """A build in three lines: what, how, and the rest."""
    status = presentation(row.status).word
    how = (status, length_text(row), row.cost)
    pipeline = "" if row.title.split(" ")[0] == row.pipeline else row.pipeline
    rest = (moment_text(row.at, today), row.connection, pipeline, f"by {row.started_by}" if row.started_by else "")
    return row.title, "  ·  ".join(filter(None, how)), "  ·  ".join(filter(None, rest))


def _mark(each: Row | str) -> Key | str:
    """Whether a place of the list stands for the same; of headings only the part counts."""
    return each.key if isinstance(each, Row) else each.rpartition("  ")[0]
