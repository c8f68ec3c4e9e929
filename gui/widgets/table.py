"""A table to look through: thousands of rows, searched with every letter typed, sorted by any column, by keyboard.

Rows are frozen values of whoever uses it; columns say how one reads. Each row's text to search is folded once, when it
comes, so that a search is a plain look for words in five thousand texts. The row that is chosen stays chosen, by its
key, whatever happens around it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QIcon, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.theme.icons import icon
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space

Row = TypeVar("Row")
Mark = tuple[str, str]
"""An icon of `gui.theme.icons` and the role of its colour."""

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
ROW_HEIGHT: Final = Size.CONTROL
LEAST_SHARE: Final = 80
"""Pixels of a share below which optional columns go, and"""
NARROW_SHARE: Final = 60
"""those below which others go too."""

# Asked for a dozen times per cell while painting, so they are compared as the numbers they are.
_TEXT: Final = int(Qt.ItemDataRole.DisplayRole)
_PICTURE: Final = int(Qt.ItemDataRole.DecorationRole)
_COLOUR: Final = int(Qt.ItemDataRole.ForegroundRole)
_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_SAID: Final = int(Qt.ItemDataRole.AccessibleTextRole)
_ANSWERED: Final = frozenset({_TEXT, _PICTURE, _COLOUR, _TIP, _SAID})


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`order` is what the column sorts by, the text by default; `mark` an icon before the text, which then has the
    icon's colour if `marked_text`. `width` is in pixels, for a column of 0 its `share` of the room that is left; an
    `optional` one goes where that gets too little."""

    title: str
    text: Callable[[Row], str]
    width: int = 0
    share: int = 1
    optional: bool = False
    order: Callable[[Row], Any] | None = None
    mark: Callable[[Row], Mark | None] | None = None
    marked_text: bool = False
    muted: bool = False
    tip: Callable[[Row], str] | None = None


class TableModel(QAbstractTableModel):
    """All rows, and those of them that are shown, in the order they are shown in."""

    def __init__(
        self,
        theme: Theme,
        columns: Sequence[Column[Any]],
        searched: Callable[[Any], str],
        mime: Callable[[Any], QMimeData] | None = None,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._columns = columns
        self._searched = searched
        self._mime = mime
        self._all: list[tuple[str, Any]] = []
        self.rows: tuple[Any, ...] = ()
        self.shown: list[Any] = []
        self._words: list[str] = []
        self._keeps: Callable[[Any], bool] | None = None
        self._sorted: tuple[int, bool] | None = None
        self._icons: dict[Mark, QIcon] = {}
        theme.changed.connect(self._recolour)

    def set_rows(self, rows: Iterable[Any]) -> None:
        self.rows = tuple(rows)
        self._all = [(self._searched(row).casefold(), row) for row in self.rows]
        self._show()

    def renew(self, rows: Iterable[Any], key: Callable[[Any], str]) -> bool:
        """The rows as they read now; whether they are those that were shown before, in the same order."""
        before = [key(row) for row in self.shown]
        self.rows = tuple(rows)
        self._all = [(self._searched(row).casefold(), row) for row in self.rows]
        found = self._found()
        if [key(row) for row in found] != before:
            self._put(found)
            return False
        self.shown = found
        self._tell_changed()
        return True

    def look_for(self, text: str) -> None:
        """Show the rows that have every word of the text somewhere."""
        words = text.casefold().split()
        if words != self._words:
            self._words = words
            self._show()

    def keep(self, keeps: Callable[[Any], bool] | None) -> None:
        """Show those rows only of which this is true."""
        self._keeps = keeps
        self._show()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; by none (-1) as they came."""
        self._sorted = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self._show()

    def _show(self) -> None:
        self._put(self._found())

    def _put(self, found: list[Any]) -> None:
        self.beginResetModel()
        self.shown = found
        self.endResetModel()

    def _found(self) -> list[Any]:
        """The rows that are to be shown, in their order."""
        matching = self._all
        for word in self._words:
            matching = [each for each in matching if word in each[0]]
        keeps = self._keeps
        found = [row for _, row in matching if keeps is None or keeps(row)]
        if self._sorted is not None:
            column = self._columns[self._sorted[0]]
            order = column.order or (lambda row: column.text(row).casefold())
            found.sort(key=order, reverse=self._sorted[1])
        return found

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802 - Qt's name
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        if role not in _ANSWERED:
            return None
        row, column = self.shown[index.row()], self._columns[index.column()]
        if role == _TEXT:
            return column.text(row)
        if role == _PICTURE:
            mark = column.mark(row) if column.mark else None
            return self._icon(mark) if mark else None
        if role == _COLOUR:
            return self._colour(row, column)
        if role == _TIP:
            return column.tip(row) if column.tip else column.text(row)
        return f"{column.title} {column.text(row)}".strip()

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if self._mime else flags

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 - Qt's name
        if self._mime is None or not indexes:
            return QMimeData()
        return self._mime(self.shown[indexes[0].row()])

    def supportedDragActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        return Qt.DropAction.CopyAction

    def _icon(self, mark: Mark) -> QIcon:
        """Drawn once: the icon font draws letters anew for every cell otherwise."""
        if mark not in self._icons:
            drawn = icon(mark[0], self._theme.colours, mark[1])
            made = QIcon()
            for scale in (1, 2, 3):
                picture = drawn.pixmap(QSize(Size.ICON, Size.ICON), float(scale))
                for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
                    made.addPixmap(picture, mode)
            self._icons[mark] = made
        return self._icons[mark]

    def _colour(self, row: Any, column: Column[Any]) -> QColor | None:
        mark = column.mark(row) if column.mark and column.marked_text else None
        role = mark[1] if mark else "muted" if column.muted else ""
        return QColor(getattr(self._theme.colours, role)) if role else None

    @Slot()
    def _recolour(self) -> None:
        self._icons.clear()
        self._tell_changed()

    def _tell_changed(self) -> None:
        if self.shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.shown) - 1, len(self._columns) - 1))


class Table(QTableView):
    """Signals: `chosen` — the row, or None; `taken` — a row by double click or Enter."""

    chosen = Signal(object)
    taken = Signal(object)

    def __init__(
        self,
        theme: Theme,
        name: str,
        columns: Sequence[Column[Any]],
        key: Callable[[Any], str],
        searched: Callable[[Any], str],
        mime: Callable[[Any], QMimeData] | None = None,
    ) -> None:
        super().__init__()
        self.rows = TableModel(theme, columns, searched, mime)
        self.rows.setParent(self)
        self._key = key
        self._columns = columns
        self._wanted = ""
        self._told = ""
        self.setAccessibleName(name)
        self.setModel(self.rows)
        self._look(draggable=mime is not None)
        self.rows.modelReset.connect(self._choose_again)
        self.selectionModel().currentRowChanged.connect(self._note)
        self.activated.connect(lambda index: self.taken.emit(self.rows.shown[index.row()]))

    @property
    def row(self) -> Any:
        """The chosen row, or None."""
        index = self.currentIndex()
        return self.rows.shown[index.row()] if index.isValid() else None

    @property
    def position(self) -> int:
        """Of the chosen row among those shown; -1 without one."""
        return self.currentIndex().row()

    def choose(self, key: str) -> bool:
        """Choose a row by its key; if it isn't shown now, as soon as it is. Whether it is."""
        self._wanted = key
        for position, row in enumerate(self.rows.shown):
            if self._key(row) == key:
                self.choose_at(position)
                return True
        return False

    def renew(self, rows: Iterable[Any]) -> None:
        """The rows as they read now: what is scrolled to and chosen stays where it is."""
        scrolled = self.verticalScrollBar().value()
        if not self.rows.renew(rows, self._key):
            self.verticalScrollBar().setValue(scrolled)

    def choose_at(self, position: int) -> None:
        index = self.rows.index(position, 0)
        self.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        )
        self.scrollTo(index)

    @Slot()
    def _choose_again(self) -> None:
        if not self._wanted or not self.choose(self._wanted):
            self._tell(None)

    @Slot(QModelIndex, QModelIndex)
    def _note(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            row = self.rows.shown[index.row()]
            self._wanted = self._key(row)
            self._tell(row)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Share the width among the columns. Optional ones go, the last first, until the others have enough; then the
        others but the first, until nothing is cut at the edge."""
        width = self.viewport().width()
        shown = list(enumerate(self._columns))
        for optional, least in ((True, LEAST_SHARE), (False, NARROW_SHARE)):
            for each in reversed(shown[1:]):
                if each[1].optional is optional and _room(width, shown) < least:
                    shown.remove(each)
        share = _room(width, shown)
        kept = {position for position, _ in shown}
        for position, column in enumerate(self._columns):
            self.setColumnHidden(position, position not in kept)
            if position in kept:
                self.setColumnWidth(position, column.width or max(NARROW_SHARE, share * column.share))

    def _tell(self, row: Any) -> None:
        """Also for the same key: what it stands for may read differently now."""
        key = self._key(row) if row is not None else ""
        if key or self._told:
            self._told = key
            self.chosen.emit(row)

    def _look(self, *, draggable: bool) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setDragEnabled(draggable)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(Space.HUGE)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)


def _room(width: int, shown: Sequence[tuple[int, Column[Any]]]) -> int:
    """For one share."""
    shares = sum(column.share for _, column in shown if not column.width)
    return (width - sum(column.width for _, column in shown)) // max(1, shares)


def without_header(table: Table) -> Table:
    """The table as a plain list."""
    table.horizontalHeader().hide()
    return table


def mime_of(kind: str, text: str) -> QMimeData:
    """Something to drag: text of one's own kind, and as plain text for everybody else."""
    made = QMimeData()
    made.setData(kind, text.encode())
    made.setText(text)
    return made


def focus_rows(table: Table, widget: QWidget | None = None) -> None:
    """Go from a search to what it found: the first row if none is chosen."""
    if table.rows.shown and not table.currentIndex().isValid():
        table.choose_at(0)
    (widget or table).setFocus(Qt.FocusReason.ShortcutFocusReason)
