"""A cost as a tree that opens down to formula, inputs, source and date, so that no figure has to be believed.

What was open stays open when the figures change, as they do while a recipe is edited.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from core.cost.amount import MONTHS_PER_YEAR
from core.cost.cost import Cost, Node, Sum
from core.cost.item import Item
from gui.cost.drawing import csv_text
from gui.cost.words import times
from gui.theme.theme import Theme, font
from gui.theme.tokens import Size, Space, Type

HEAD: Final = ("What", "Cost in USD", "How, and from what")
AMOUNT_WIDTH: Final = 150
_PATH: Final = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: `what` it is, its `amount` and `how` in words, and the rows it opens to. `open` is how it begins."""

    what: str
    amount: str
    how: str = ""
    entries: tuple["Entry", ...] = ()
    strong: bool = False
    open: bool = False


def entries_of(cost: Cost, *, months: bool = True) -> tuple[Entry, ...]:
    """The rows of a cost: a run, what stands a month, and what month and year come to."""
    run = _of_sum(cost.run, "One run", "Paid once for every build", strong=True)
    kept = "1 version kept" if cost.versions == 1 else f"{cost.versions} versions kept"
    standing = _of_sum(cost.standing, "Standing, every month", kept, strong=True)
    beside = (_of_sum(cost.aside, cost.aside.name, "Cents whose price is not known everywhere"),)
    first = Entry("First month", cost.first_month.text, f"One run {_with(cost.run)} and its image {_per_version(cost)}")
    return (run, standing, *(beside if cost.aside.parts else ()), first, *(_months(cost) if months else ()))


def _months(cost: Cost) -> tuple[Entry, Entry]:
    runs = cost.runs_per_month
    how = f"{times(runs)} runs × {cost.run.amount.text}, and standing {cost.standing.amount.text}"
    if not runs.high:
        how = f"Standing alone: no schedule starts a run. Each run adds {cost.run.amount.text}"
    return (
        Entry("Every month", cost.month.text, how, strong=True),
        Entry("Every year", cost.year.text, f"{MONTHS_PER_YEAR} × {cost.month.text}", strong=True),
    )


def _with(part: Sum) -> str:
    return f"({part.amount.text})"


def _per_version(cost: Cost) -> str:
    return f"kept for the month ({cost.standing_version.text})"


def _of_sum(found: Sum, name: str, how: str, *, strong: bool = False) -> Entry:
    return Entry(name, found.amount.text, how, tuple(map(_of_node, found.parts)), strong, open=strong)


def _of_node(node: Node) -> Entry:
    match node:
        case Sum():
            return _of_sum(node, node.name, "")
        case Item():
            return Entry(node.name, node.amount.text, node.formula, tuple(_inputs(node)))


def _inputs(item: Item) -> Iterator[Entry]:
    for each in item.inputs:
        yield Entry(each.name, each.value, each.source)
    for unknown in item.amount.unknown:
        yield Entry("Unknown", "", f"{unknown.what}. {unknown.hint}".strip())


def rows_of(entries: Sequence[Entry], depth: int = 0) -> Iterator[tuple[str, ...]]:
    """All rows as a table, indented by their depth."""
    for entry in entries:
        yield (f"{'  ' * depth}{entry.what}", entry.amount, entry.how)
        yield from rows_of(entry.entries, depth + 1)


class Breakdown(QTreeWidget):
    """Everything in it is to be read only; Ctrl+C copies the row that is chosen."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Entry, ...] = ()
        self.setAccessibleName(name)
        self.setHeaderLabels(HEAD)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(False)
        self.setIndentation(Size.ICON)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setColumnWidth(0, Size.PALETTE - Space.PAGE)
        self.setColumnWidth(1, AMOUNT_WIDTH)
        theme.changed.connect(self._colour)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Everything it shows or would show when opened, as a table with its head."""
        return (HEAD, *rows_of(self._shown))

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show other rows; those that were opened stay open, and where the list was scrolled to it stays."""
        if tuple(entries) == self._shown:
            return
        opened = {item.data(0, _PATH): item.isExpanded() for item in self._items()}
        chosen = self.currentItem()
        current = chosen.data(0, _PATH) if chosen is not None else None
        place = self.verticalScrollBar().value()
        self._shown = tuple(entries)
        self.clear()
        for entry in entries:
            self._add(None, entry, (), opened)
        for item in self._items():
            if item.data(0, _PATH) == current:
                self.setCurrentItem(item)
        self.verticalScrollBar().setValue(place)
        self._colour()

    def open_all(self) -> None:
        self.expandAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        item = self.currentItem()
        if event.matches(QKeySequence.StandardKey.Copy) and item is not None:
            QGuiApplication.clipboard().setText("\t".join(item.text(column) for column in range(len(HEAD))))
        else:
            super().keyPressEvent(event)

    def csv(self) -> str:
        return csv_text(self.rows)

    def _add(
        self, parent: QTreeWidgetItem | None, entry: Entry, path: tuple[str, ...], opened: dict[object, bool]
    ) -> None:
        item = QTreeWidgetItem([entry.what, entry.amount, entry.how])
        here = (*path, entry.what)
        key = "\n".join(here)
        item.setData(0, _PATH, key)
        for column in range(len(HEAD)):
            item.setToolTip(column, item.text(column).replace("<", "‹"))
            item.setData(column, Qt.ItemDataRole.AccessibleTextRole, f"{HEAD[column]}: {item.text(column)}")
        if entry.strong:
            for column in (0, 1):
                item.setFont(column, font(weight=Type.BOLD))
        if parent is None:
            self.addTopLevelItem(item)
        else:
            parent.addChild(item)
        for inner in entry.entries:
            self._add(item, inner, here, opened)
        item.setExpanded(opened.get(key, entry.open))

    def _items(self) -> Iterator[QTreeWidgetItem]:
        waiting = [self.topLevelItem(position) for position in reversed(range(self.topLevelItemCount()))]
        while waiting:
            item = waiting.pop()
            if item is not None:
                yield item
                waiting += [item.child(position) for position in reversed(range(item.childCount()))]

    @Slot()
    def _colour(self) -> None:
        muted = QBrush(QColor(self._theme.colours.muted))
        for item in self._items():
            item.setForeground(2, muted)
