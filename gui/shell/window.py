"""The main window: navigation left, pages in the middle, top bar above, status line below.

It knows pages by their names only; what is on them, and what actions do, is put together in `gui.app`.
"""

import json
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QByteArray, Signal, Slot
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QWidget

from gui.actions import Desk, Page
from gui.shell.menus import Menus
from gui.shell.navigation import NAMES, Navigation
from gui.shell.status_line import StatusLine
from gui.shell.top_bar import TopBar
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import frame, line
from gui.widgets.layout import column, holding, row
from gui.widgets.notice import Banner, Offer
from gui.widgets.painted import Painted

SMALLEST = (960, 600)


class MainWindow(QMainWindow):
    """Signals: `appeared` — the window has been painted for the first time; `page_shown` — the Page; `closed` — the
    window was closed and nobody objected."""

    appeared = Signal()
    page_shown = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, desk: Desk, pages: Mapping[Page, QWidget], may_close: Callable[[], bool]) -> None:
        super().__init__()
        self.setWindowTitle("Bakehouse")
        self.setMinimumSize(*SMALLEST)
        self._may_close = may_close
        Painted(self).first.connect(self.appeared)
        self._desk = desk
        self._unused: dict[str, QByteArray] = {}
        self._pages = pages
        self._past: list[Page] = []
        self._future: list[Page] = []
        self.page = Page.RECIPE
        self.top_bar = TopBar(theme, desk)
        self.navigation = Navigation(theme)
        self.status_line = StatusLine(theme)
        self.banner = Banner(theme)
        self.question = Banner(theme, "warn")
        self._stack = QStackedWidget()
        for page, widget in pages.items():
            widget.setAccessibleName(NAMES[page])
            self._stack.addWidget(widget)
        above = column(self.question, self.banner, margin=(Space.LARGE, Space.SMALL, Space.LARGE, Space.SMALL))
        banner = holding(above)
        for each in (self.question, self.banner):
            each.dismissed.connect(self._close_up)
        self._banner_room = banner
        banner.hide()
        middle = column(self.top_bar, line(), banner, self._stack, gap=0)
        middle.setStretch(3, 1)
        self._middle = middle
        body = row(self.navigation, frame("upright"), middle, gap=0)
        body.setStretch(2, 1)
        whole = column(body, line(), self.status_line, gap=0)
        whole.setStretch(0, 1)
        central = holding(whole)
        self.setCentralWidget(central)
        self.menus = Menus(self, desk, theme)
        self.navigation.chosen.connect(self.show_page)
        self.show_page(Page.RECIPE)
        central.setFocus()

    @Slot(object)
    def show_page(self, page: Page) -> None:
        if page is not self.page:
            self._past.append(self.page)
            self._future.clear()
        self._turn_to(page)

    def back(self) -> None:
        if self._past:
            self._future.append(self.page)
            self._turn_to(self._past.pop())

    def forward(self) -> None:
        if self._future:
            self._past.append(self.page)
            self._turn_to(self._future.pop())

    def put_above(self, widget: QWidget) -> None:
        """Give a widget a place above every page; it shows itself when it has something to say."""
        self._middle.insertWidget(2, widget)

    def tell(self, message: str, hint: str = "", offers: Sequence[Offer] = ()) -> None:
        """Say something above the page, until it is dismissed or something else is to be said; `offers` are buttons."""
        self._banner_room.show()
        self.banner.tell(message, hint, offers)

    def ask(self, message: str, hint: str, offers: Sequence[Offer]) -> None:
        """Ask something above the page, until it is answered or dismissed; what is told meanwhile stands below it."""
        self._banner_room.show()
        self.question.tell(message, hint, offers)

    @Slot()
    def _close_up(self) -> None:
        self._banner_room.setHidden(self.question.isHidden() and self.banner.isHidden())

    def keep_state(self) -> tuple[QByteArray, QByteArray]:
        """Geometry and splitters, for the next start."""
        states = {name: each.saveState() for name, each in self._splitters().items()}
        return self.saveGeometry(), _written({**self._unused, **states})

    def restore(self, geometry: QByteArray, splitters: QByteArray, page: str) -> bool:
        """Whether the window could be made what it was; what can't be read is passed over."""
        self._unused = _read(splitters)
        self._use_states()
        if page in set(Page):
            self._turn_to(Page(page))
        return self.restoreGeometry(geometry)

    def _use_states(self) -> None:
        """Splitters of a page that is made when it is first shown are not there before."""
        for name, splitter in self._splitters().items():
            if name in self._unused:
                splitter.restoreState(self._unused.pop(name))

    def _splitters(self) -> dict[str, QSplitter]:
        """By page and number in it: pages need not name their own."""
        return {
            f"{page.value} {number}": splitter
            for page, widget in self._pages.items()
            for number, splitter in enumerate(widget.findChildren(QSplitter))
        }

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._use_states()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if self._may_close():
            event.accept()
            self.closed.emit()
        else:
            event.ignore()

    def _turn_to(self, page: Page) -> None:
        self.page = page
        self._stack.setCurrentWidget(self._pages[page])
        self._use_states()
        self.navigation.show_page(page)
        self.menus.show_page(page)
        self._desk.allow("view.back", bool(self._past), "This is where you began.")
        self._desk.allow("view.forward", bool(self._future), "You have not gone back.")
        self.page_shown.emit(page)


def _written(states: Mapping[str, QByteArray]) -> QByteArray:
    return QByteArray(json.dumps({name: each.toBase64().toStdString() for name, each in states.items()}).encode())


def _read(written: QByteArray) -> dict[str, QByteArray]:
    try:
        states = json.loads(bytes(written.data()))
        return {str(name): QByteArray.fromBase64(QByteArray(state.encode())) for name, state in states.items()}
    except (ValueError, AttributeError):
        return {}
