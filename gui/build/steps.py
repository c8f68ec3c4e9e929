"""The steps of a run as a tree: workflows, their steps, and what ran inside components, each with status and duration.

The rows come from `core.build.durations`; as long as they are the same rows only their texts change, so what a person
has unfolded or chosen stays as it is.
"""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from core.build.durations import Duration, durations
from core.build.run import Run
from core.recipe.names import Arn
from gui.theme.icons import icon
from gui.theme.status import presentation
from gui.theme.theme import Theme

HEADS: Final = ("Step", "Status", "Duration", "Action")
DOCUMENT_DEPTH: Final = 2


class Steps(QTreeWidget):
    """The tree of one run."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shape: tuple[tuple[int, str], ...] = ()
        self._rows: tuple[Duration, ...] = ()
        self._items: list[QTreeWidgetItem] = []
        self.setAccessibleName("Steps of the build")
        self.setHeaderLabels(HEADS)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        head = self.header()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setStretchLastSection(False)
        theme.changed.connect(self._paint)

    def show_run(self, run: Run, now: datetime) -> None:
        rows = durations(run, now)
        shape = tuple((row.depth, row.name) for row in rows)
        if shape != self._shape[: len(shape)] or len(shape) < len(self._shape):
            self.clear()
            self._items = []
        self._shape, self._rows = shape, rows
        for number in range(len(self._items), len(rows)):
            self._items.append(self._added(number))
        self._paint()

    def _added(self, number: int) -> QTreeWidgetItem:
        depth = self._rows[number].depth
        parent = next((self._items[one] for one in range(number - 1, -1, -1) if self._rows[one].depth < depth), None)
        made = QTreeWidgetItem(parent) if parent is not None else QTreeWidgetItem(self)
        if parent is not None:
            parent.setExpanded(True)
        if self.currentItem() is None:
            self.setCurrentItem(made, 0, QItemSelectionModel.SelectionFlag.NoUpdate)
        return made

    def _paint(self) -> None:
        for item, row in zip(self._items, self._rows, strict=True):
            shown = presentation(row.status)
            name = component_name(row.name) if row.depth == DOCUMENT_DEPTH else row.name
            texts = (name, shown.word, span_text(row.seconds), row.what)
            for column, text in enumerate(texts):
                if item.text(column) != text:
                    item.setText(column, text)
            item.setIcon(1, icon(shown.icon, self._theme.colours, shown.role))
            item.setForeground(1, QColor(getattr(self._theme.colours, shown.role)))
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, name)


def component_name(document: str) -> str:
    """A component as the log names it, for people: ``nginx 1.0.0/1`` for its ARN."""
    try:
        arn = Arn.parse(document)
    except ValueError:
        return document
    build = f"/{arn.build}" if arn.build else ""
    return f"{arn.name} {arn.version or ''}{build}".rstrip()


def span_text(seconds: float | None) -> str:
    """A duration as people say it; empty for what has not begun."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
