"""Choosing a region to distribute to: a list by name and code, searched while typing."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QWidget

from core.catalog.regions import REGIONS, Region
from gui.theme.tokens import Size, Space
from gui.widgets.fuzzy import best
from gui.widgets.layout import column

ROWS: Final = 10
_PASSED_ON: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def words_of(region: Region) -> str:
    """Name, code, and whether Image Builder is there."""
    mark = {True: "", False: " · no Image Builder", None: " · Image Builder not known"}[region.image_builder]
    return f"{region.name} · {region.code}{mark}"


class RegionPicker(QFrame):
    """A popup. Signals: `picked` — a region's code."""

    picked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("look", "card")
        self.setAccessibleName("Add a region")
        self._offered: tuple[Region, ...] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by name or code")
        self.search.setAccessibleName("Search regions")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Regions")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setLayout(column(self.search, self.list, margin=Space.SMALL))
        self.setFixedSize(Size.INSPECTOR + Space.PAGE, ROWS * Size.CONTROL + Space.HUGE)
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list.itemActivated.connect(self._pick)
        self.list.itemClicked.connect(self._pick)

    def ask(self, taken: Sequence[str], beside: QWidget) -> None:
        """Offer all regions but those that are taken, below a widget, on the screen."""
        self._offered = tuple(region for region in REGIONS.values() if region.code not in taken)
        self.search.clear()
        self._fill()
        place = beside.mapToGlobal(QPoint(beside.width() - self.width(), beside.height()))
        screen = beside.screen().availableGeometry()
        top = min(place.y(), screen.bottom() - self.height())
        self.move(max(screen.left(), place.x()), max(screen.top(), top))
        self.show()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The arrows and Enter go to the list while the search has the focus."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _PASSED_ON:
                self.list.event(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._pick(self.list.currentItem())
                return True
        return False

    def _fill(self) -> None:
        self.list.clear()
        for region in best(self.search.text(), self._offered, words_of, len(self._offered)):
            item = QListWidgetItem(words_of(region))
            item.setData(Qt.ItemDataRole.UserRole, region.code)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _pick(self, item: QListWidgetItem | None) -> None:
        # A click can be told twice, as a click and as an activation, where the system activates on one click.
        if item is not None and self.isVisible():
            self.close()
            self.picked.emit(item.data(Qt.ItemDataRole.UserRole))
