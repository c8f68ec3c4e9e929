"""The steps of a run as a tree: workflows, their steps, and what ran inside components, each with status and duration.

The rows come from `core.build.durations`; as long as they are the same rows only their texts change, so what a person
has unfolded or chosen stays as it is.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QItemSelectionModel, Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from core.build.durations import Duration, durations
from core.build.naming import component_name
from core.build.run import Run
from gui.build.rows import span_text
from gui.theme.icons import icon
from gui.theme.status import Presentation, presentation
from gui.theme.theme import Theme

HEADS: Final = ("Step", "Status", "Duration", "Action")
DOCUMENT_DEPTH: Final = 2


Key = tuple[tuple[str, int], ...]
"""A row by the names on the way to it, each with how many of that name were before it there."""


class Steps(QTreeWidget):
    """The tree of one run."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._arn = ""
        self._rows: dict[Key, Duration] = {}
        self._items: dict[Key, QTreeWidgetItem] = {}
        self._looks: dict[Key, str] = {}
        self.setAccessibleName("Steps of the build")
        self.setHeaderLabels(HEADS)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        head = self.header()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setStretchLastSection(False)
        theme.changed.connect(self._repaint)

    def show_run(self, run: Run, now: datetime) -> None:
        arn = run.opened.image_arn if run.opened else ""
        if arn != self._arn:
            self._arn = arn
            self.clear()
            self._items, self._looks = {}, {}
        self._rows = keyed(durations(run, now))
        for gone in [key for key in self._items if key not in self._rows]:
            self._remove(gone)
        places: dict[Key, int] = {}
        for key in self._rows:
            self._place(key, places.setdefault(key[:-1], 0))
            places[key[:-1]] += 1
        self._paint()

    def _place(self, key: Key, place: int) -> None:
        """The row's item at its place among its siblings; one that is there already stays what it is."""
        parent = self._items[key[:-1]] if len(key) > 1 else self.invisibleRootItem()
        item = self._items.get(key)
        if item is None:
            item = self._items[key] = QTreeWidgetItem()
            parent.insertChild(place, item)
            parent.setExpanded(True)
        elif parent.child(place) is not item:
            unfolded = item.isExpanded()
            parent.removeChild(item)
            parent.insertChild(place, item)
            item.setExpanded(unfolded)
        if self.currentItem() is None:
            self.setCurrentItem(item, 0, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _remove(self, key: Key) -> None:
        item = self._items.pop(key)
        self._looks.pop(key, None)
        parent = item.parent() or self.invisibleRootItem()
        parent.removeChild(item)

    @Slot()
    def _repaint(self) -> None:
        self._looks = {}
        self._paint()

    def _paint(self) -> None:
        for key, row in self._rows.items():
            item = self._items[key]
            name = component_name(row.name) if row.depth == DOCUMENT_DEPTH else row.name
            shown = presentation(row.status)
            for column, text in enumerate((name, shown.word, span_text(row.seconds), row.what)):
                if item.text(column) != text:
                    item.setText(column, text)
            if self._looks.get(key) != row.status:
                self._looks[key] = row.status
                self._wear(item, shown)

    def _wear(self, item: QTreeWidgetItem, shown: Presentation) -> None:
        item.setIcon(1, icon(shown.icon, self._theme.colours, shown.role))
        item.setForeground(1, QColor(getattr(self._theme.colours, shown.role)))
        item.setForeground(3, QColor(self._theme.colours.muted))
        item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setToolTip(0, item.text(0))


def keyed(rows: Iterable[Duration]) -> dict[Key, Duration]:
    """The rows by where they are in the tree, in their order."""
    found: dict[Key, Duration] = {}
    seen: Counter[tuple[Key, str]] = Counter()
    path: list[tuple[str, int]] = []
    for row in rows:
        above = tuple(path[: row.depth])
        path = [*above, (row.name, seen[above, row.name])]
        seen[above, row.name] += 1
        found[tuple(path)] = row
    return found
