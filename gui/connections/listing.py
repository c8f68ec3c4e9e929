"""The list of connections: Local, those stored, and profiles of the AWS configuration that are not stored yet."""

from datetime import timedelta
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QPushButton, QWidget

from gui.connections.roster import Entry, Roster
from gui.connections.standing import PRESENTATIONS, Standing, State
from gui.connections.words import left as left_words
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import Dress, button, dress, label
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.notice import Badge

WIDTH: Final = 2 * Size.SIDEBAR + Space.HUGE
LEAST: Final = Size.PALETTE - Space.LARGE
"""In a small window its lines are shortened before the details beside it are."""
PROFILES: Final = "From your AWS configuration"


def shown_name(entry: Entry) -> str:
    return entry.name.capitalize() if entry.kind == "local" else entry.name


def icon_of(entry: Entry) -> tuple[str, str]:
    if entry.production:
        return "production", "bad"
    return {"local": ("local", "text"), "stored": ("aws", "text"), "profile": ("profile", "muted")}[entry.kind]


class Line(QWidget):
    """One connection of the list: its name and place, who one is there, how it stands, what is left."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._picture = QLabel()
        self._dress = Dress(theme, self._picture, "aws", "text")
        self._name = Elided("", weight=Type.BOLD)
        self._used = QLabel()
        self._used.setToolTip("In use")
        dress(theme, self._used, "good", "accent")
        self._place = Elided("", "muted", step=Type.SMALL)
        self._badge = Badge(theme, PRESENTATIONS[State.NEW])
        self._left = Elided("", "muted", step=Type.SMALL)
        self._in_use = label("In use", "muted", step=Type.SMALL, weight=Type.MEDIUM)
        self.renew: QPushButton = button(theme, "Renew", "link")
        self.renew.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        kept = self.renew.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # all lines are of one height
        self.renew.setSizePolicy(kept)
        top = row(self._name, STRETCH, self._used, self._in_use, gap=Space.HAIR)
        bottom = row(self._badge, self._left, STRETCH, self.renew, gap=Space.SMALL)
        words = column(top, self._place, bottom, gap=2)
        left = column(2, self._picture, STRETCH, gap=0)
        layout = row(left, words, gap=Space.SMALL, margin=(Space.SMALL, Space.SMALL, Space.LARGE, Space.HAIR))
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def show_entry(self, entry: Entry, standing: Standing, left: timedelta | None, *, place: str, in_use: bool) -> str:
        """Show it; in words as a screen reader says it."""
        state = standing.now(left)
        shown = PRESENTATIONS[state]
        name = shown_name(entry)
        self._name.setText(name)
        self._dress.wear(*icon_of(entry))
        for each in (self._used, self._in_use):
            each.setVisible(in_use)
        who = f"{standing.identity.account} · {standing.identity.name}" if standing.identity else ""
        parts = ["Production" if entry.production else "", place or "Region not known yet", who]
        where = " · ".join(part for part in parts if part)
        self._place.setText(where)
        self._badge.show_status(shown)
        time = left_words(left) if left is not None and state is not State.ENDED else ""
        self._left.setText(time)
        renewable = state in (State.ENDING, State.ENDED) or (state is State.READY and left is not None)
        self.renew.setVisible(renewable)
        self.renew.setAccessibleName(f"Renew the sign-in of {name}")
        return ", ".join(filter(None, (name, "in use" if in_use else "", where, shown.word, time)))


def _size_of(line: QWidget) -> QSize:
    """With the room that the style sheet gives the items of a view."""
    line.ensurePolished()
    return QSize(0, line.sizeHint().height() + 2 * Space.HAIR)


class Listing(QWidget):
    """Signals: `chosen` — the Entry that is current now; `taken` — the Entry that was double-clicked, or Enter pressed
    on; `renew_asked` — an Entry."""

    chosen = Signal(object)
    taken = Signal(object)
    renew_asked = Signal(object)

    def __init__(self, theme: Theme, roster: Roster) -> None:
        super().__init__()
        self._theme = theme
        self._roster = roster
        self._made: tuple[tuple[str, str], ...] = ()
        self._lines: dict[str, tuple[QListWidgetItem, Line]] = {}
        self.list = QListWidget()
        self.list.setAccessibleName("Connections")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.currentItemChanged.connect(self._tell)
        self.list.itemActivated.connect(self._take)
        self.setLayout(column(self.list))
        self.setMinimumWidth(LEAST)
        roster.changed.connect(self.refresh)
        roster.session.connected.connect(self.refresh)
        self.refresh()

    @property
    def current(self) -> Entry | None:
        item: QListWidgetItem | None = self.list.currentItem()
        return None if item is None else self._roster.entry(str(item.data(Qt.ItemDataRole.UserRole)))

    def choose(self, name: str) -> None:
        if name in self._lines:
            self.list.setCurrentItem(self._lines[name][0])

    @Slot()
    def refresh(self) -> None:
        entries = self._roster.entries
        made = tuple((each.kind, each.name) for each in entries)
        if made != self._made:
            self._rebuild(entries)
            self._made = made
        used = self._roster.session.connection.name
        for entry in entries:
            item, line = self._lines[entry.name]
            place = self._roster.place(entry)
            standing, left = self._roster.standing(entry.name), self._roster.left(entry.name)
            words = line.show_entry(entry, standing, left, place=place, in_use=entry.name == used)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            item.setSizeHint(_size_of(line))

    def _rebuild(self, entries: tuple[Entry, ...]) -> None:
        kept = self.current.name if self.current is not None else self._roster.session.connection.name
        self.list.blockSignals(True)
        self.list.clear()
        self._lines = {}
        for entry in entries:
            if entry.kind == "profile" and not any(each.text() == PROFILES for each in self._headings()):
                self._add_heading()
            item, line = QListWidgetItem(), Line(self._theme)
            item.setData(Qt.ItemDataRole.UserRole, entry.name)
            line.renew.clicked.connect(lambda _=False, name=entry.name: self._renew(name))
            self.list.addItem(item)
            self.list.setItemWidget(item, line)
            self._lines[entry.name] = item, line
        self.list.blockSignals(False)
        self.choose(kept if kept in self._lines else entries[0].name)

    def _headings(self) -> list[QLabel]:
        return self.list.findChildren(QLabel, "heading")

    def _add_heading(self) -> None:
        item = QListWidgetItem()
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        words = label(PROFILES, "muted", step=Type.SMALL, weight=Type.MEDIUM)
        words.setObjectName("heading")
        held = holding(column(words, margin=(Space.SMALL, Space.MEDIUM, Space.SMALL, Space.HAIR)))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, PROFILES)
        item.setSizeHint(_size_of(held))
        self.list.addItem(item)
        self.list.setItemWidget(item, held)

    def _renew(self, name: str) -> None:
        entry = self._roster.entry(name)
        if entry is not None:
            self.choose(name)
            self.renew_asked.emit(entry)

    @Slot(QListWidgetItem)
    def _take(self, item: QListWidgetItem) -> None:
        if item is self.list.currentItem() and self.current is not None:
            self.taken.emit(self.current)

    @Slot()
    def _tell(self) -> None:
        if self.current is not None:
            self.chosen.emit(self.current)
