"""The command palette (Ctrl+K): every action, page, component, image and recent file, found by a few letters.

What can be found comes from sources that are asked when the palette opens; what was taken lately comes first while
nothing is typed.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.actions import ACTIONS, Desk
from gui.theme.icons import icon
from gui.theme.theme import Theme, font
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import frame, label
from gui.widgets.fuzzy import best
from gui.widgets.layout import column

MOST: Final = 60
REMEMBERED: Final = 8
WIDTH: Final = 620
ROW: Final = 36
ROWS: Final = 10
"""Rows that are seen at once."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be taken. `kind` is said beside it, `note` at the end of its row (a shortcut, a version)."""

    text: str
    kind: str
    note: str
    icon: str
    take: Callable[[], None]

    @property
    def sought(self) -> str:
        return f"{self.text} {self.kind}"


Entries = Callable[[], Iterable[Entry]]


def action_entries(desk: Desk) -> Iterable[Entry]:
    """The actions that can be taken now."""
    for action in ACTIONS:
        if action.id != "view.palette" and desk.possible(action.id):
            take = desk.take

            def taken(action_id: str = action.id, take: Callable[[str], None] = take) -> None:
                take(action_id)

            yield Entry(action.text, action.menu, action.told, action.icon or "chevron", taken)


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show_entries(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        match role:
            case Qt.ItemDataRole.UserRole:
                return entry
            case Qt.ItemDataRole.DisplayRole:
                return entry.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (entry.text, entry.kind, entry.note) if part)
            case _:
                return None


class _Rows(QStyledItemDelegate):
    """Icon, text, kind and note in one row."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        return QSize(WIDTH // 2, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        colours, theme = self._theme.colours, self._theme
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        room: QRect = option.rect.adjusted(Space.HAIR, 0, -Space.HAIR, 0)
        painter.save()
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(lambda c: c.selection))
            painter.drawRoundedRect(room, Size.RADIUS, Size.RADIUS)
        inner = room.adjusted(Space.SMALL, 0, -Space.SMALL, 0)
        picture = icon(entry.icon, colours, "muted")
        top = inner.center().y() - Size.ICON // 2
        picture.paint(painter, QRect(inner.left(), top, Size.ICON, Size.ICON))
        painter.setFont(font(Type.SMALL))
        painter.setPen(theme.colour(lambda c: c.muted))
        note = "   ".join(part for part in (entry.kind, entry.note) if part)
        noted = min(painter.fontMetrics().horizontalAdvance(note), inner.width() // 2)
        right = inner.adjusted(inner.width() - noted, 0, 0, 0)
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(right, vertical | Qt.AlignmentFlag.AlignRight, note)
        painter.setFont(font())
        painter.setPen(theme.colour(lambda c: c.text))
        left = inner.adjusted(Size.ICON + Space.MEDIUM, 0, -noted - Space.MEDIUM, 0)
        text = painter.fontMetrics().elidedText(entry.text, Qt.TextElideMode.ElideMiddle, left.width())
        painter.drawText(left, vertical | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


class Palette(QFrame):
    """A panel over the window; Esc, or a click elsewhere, closes it."""

    def __init__(self, theme: Theme, window: QWidget, sources: Iterable[Entries]) -> None:
        super().__init__(window)
        self._over = window
        self._sources = tuple(sources)
        self._all: list[Entry] = []
        self._lately: deque[str] = deque(maxlen=REMEMBERED)
        self._before: QWidget | None = None
        self.setProperty("look", "floating")
        self.setAccessibleName("Command palette")
        self.field = QLineEdit()
        self.field.setPlaceholderText("Type an action, page, component, image or file")
        self.field.setAccessibleName("Search the command palette")
        self._model = _Model(self)
        self.view = QListView()
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Rows(theme, self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setProperty("look", "plain")
        self.view.setUniformItemSizes(True)
        self.view.setAccessibleName("What was found")
        self.nothing = label("Nothing is called like that.", "muted")
        self.nothing.setFixedHeight(ROW)
        self.nothing.setIndent(Space.SMALL)
        self.setLayout(column(self.field, frame("line"), self.nothing, self.view, margin=Space.SMALL))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.view.clicked.connect(self._take)
        window.installEventFilter(self)
        self.hide()

    @Slot()
    def open(self) -> None:
        """Show it with everything there is to find now."""
        self._before = self._over.focusWidget()
        self._all = [entry for source in self._sources for entry in source()]
        self.field.clear()
        self._search("")
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_palette(self) -> None:
        self.hide()
        if self._before is not None:
            self._before.setFocus()
            self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is self.field:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            if event.type() == QEvent.Type.FocusOut and self.isVisible():
                self.hide()
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        match event.key():
            case Qt.Key.Key_Escape:
                self.close_palette()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._take(self.view.currentIndex())
            case key if key in step:
                self._choose(self.view.currentIndex().row() + step[Qt.Key(key)])
            case _:
                return False
        return True

    def _choose(self, row: int) -> None:
        last = len(self._model.entries) - 1
        self.view.setCurrentIndex(self._model.index(max(0, min(row, last))))

    @Slot(str)
    def _search(self, typed: str) -> None:
        entries = self._all
        if not typed.strip():
            recent = {text: number for number, text in enumerate(self._lately)}
            entries = sorted(entries, key=lambda entry: recent.get(entry.text, len(recent)))
        found = best(typed, entries, lambda entry: entry.sought, MOST)
        self._model.show_entries(found)
        self.nothing.setVisible(not found)
        self.view.setVisible(bool(found))
        if found:
            self._choose(0)
        self._place()

    def _take(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        entry = self._model.entries[index.row()]
        if entry.text in self._lately:
            self._lately.remove(entry.text)
        self._lately.appendleft(entry.text)
        self.close_palette()
        entry.take()

    def _place(self) -> None:
        window = self._over
        width = min(WIDTH, window.width() - 2 * Space.PAGE)
        rows = max(1, min(len(self._model.entries), ROWS))
        around = self.field.sizeHint().height() + 4 * Space.SMALL + 2
        height = min(window.height() - 4 * Space.PAGE, rows * ROW + around)
        self.setGeometry((window.width() - width) // 2, 2 * Space.PAGE, width, height)
