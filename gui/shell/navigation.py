"""The navigation at the left: one entry a page, the page's shortcut in its tool tip."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton

from gui.actions import BY_ID, COMPONENT_MIME, Page
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space
from gui.widgets.dress import Dress, set_look
from gui.widgets.layout import STRETCH, column

NAMES: Final[Mapping[Page, str]] = {page: BY_ID[f"view.{page.value}"].text for page in Page}


class _Entry(QToolButton):
    """Signals: `dragged_over` — something that the recipe could take is held over it."""

    dragged_over = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing is dropped here: the page behind it opens, and what is dragged goes on to that."""
        event.ignore()
        if event.mimeData().hasFormat(COMPONENT_MIME):
            self.dragged_over.emit()


class Navigation(QFrame):
    """Signals: `chosen` — the Page the user wants."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        set_look(self, "bar")
        self.setFixedWidth(Size.SIDEBAR)
        self._buttons = QButtonGroup(self)
        self._dresses: dict[Page, Dress] = {}
        self._entries = {page: self._entry(page, theme) for page in Page}
        margin = (Space.SMALL, Space.MEDIUM, Space.SMALL, Space.SMALL)
        self.setLayout(column(*self._entries.values(), STRETCH, gap=Space.HAIR, margin=margin))

    def show_page(self, page: Page) -> None:
        self._entries[page].setChecked(True)
        for each, worn in self._dresses.items():
            worn.wear(each.value, "accent" if each is page else "text")

    def entry(self, page: Page) -> QToolButton:
        return self._entries[page]

    def _entry(self, page: Page, theme: Theme) -> QToolButton:
        made = _Entry()
        set_look(made, "nav")
        made.setText(f"  {NAMES[page]}")
        made.setAccessibleName(NAMES[page])
        made.setToolTip(f"{NAMES[page]} ({BY_ID[f'view.{page.value}'].shortcut})")
        made.setCheckable(True)
        made.setIconSize(QSize(Size.ICON + 2, Size.ICON + 2))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._dresses[page] = Dress(theme, made, page.value, "text")
        self._buttons.addButton(made)
        made.clicked.connect(lambda _checked=False: self.chosen.emit(page))
        if page is Page.RECIPE:
            made.dragged_over.connect(lambda: self.chosen.emit(page))
        return made
