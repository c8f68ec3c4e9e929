"""The connections page: on the left what there is, on the right the chosen one, a form, or how Local differs."""

from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from core.errors import BakehouseError
from gui.actions import Desk, Page, ShowPage
from gui.connections.aws_details import AwsDetails
from gui.connections.differences import Differences
from gui.connections.form import ConnectionForm
from gui.connections.listing import LEAST, WIDTH, Listing
from gui.connections.local_details import LocalDetails
from gui.connections.roster import Entry, Roster
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import button, title
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.notice import Banner
from gui.widgets.ticking import Ticking

TICK_MS: Final = 30_000


class ConnectionsPage(QWidget):
    """`roster` is shared with the top bar's chip."""

    def __init__(self, theme: Theme, desk: Desk, session: Session, roster: Roster) -> None:
        super().__init__()
        self._desk = desk
        self._session = session
        self._roster = roster
        self._banner = Banner(theme)
        self.add = button(theme, "Add", "", "add", name="Add connection", tip="Add connection")
        self.listing = Listing(theme, roster)
        self.local = LocalDetails(theme, roster)
        self.aws = AwsDetails(theme, roster)
        self.form = ConnectionForm(theme, roster)
        self.differences = Differences(theme, roster)
        self._stack = QStackedWidget()
        self._parts: tuple[QWidget, ...] = (self.local, self.aws, self.form, self.differences)
        for part in self._parts:
            self._stack.addWidget(part)
        self._ticking = Ticking(self, TICK_MS, self._anything_expires)
        self._lay_out()
        self._connect()
        self._bind()
        self._show(self.listing.current)

    @property
    def shown(self) -> QWidget:
        """What is on the right."""
        return self._parts[self._stack.currentIndex()]

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._roster.refresh()

    @Slot()
    def begin_adding(self) -> None:
        self._begin(None)

    @Slot()
    def show_differences(self) -> None:
        """The page, with the table that says where Local is not AWS."""
        self._desk.intend(ShowPage(Page.CONNECTIONS))
        self.listing.choose(self._roster.entries[0].name)
        self._stack.setCurrentWidget(self.differences)
        self.differences.read()
        self.differences.setFocus()

    def _begin(self, old: Entry | None) -> None:
        self._desk.intend(ShowPage(Page.CONNECTIONS))
        self._stack.setCurrentWidget(self.form)
        self.form.begin(old)

    @Slot(object)
    def _show(self, entry: Entry | None) -> None:
        """The chosen connection; a form that was open is left."""
        if self.shown is self.form:
            self.form.forget()
        if entry is not None and entry.kind != "local":
            self.aws.show_entry(entry)
            self._stack.setCurrentWidget(self.aws)
        else:
            self._stack.setCurrentWidget(self.local)
        self._allow()

    @Slot()
    def _back(self) -> None:
        self._show(self.listing.current)
        self.listing.list.setFocus()

    @Slot(str)
    def _show_saved(self, name: str) -> None:
        self.listing.choose(name)
        self._back()

    @Slot(object)
    def _renew(self, entry: Entry) -> None:
        self._roster.ask(entry, anew=True)

    def _take(self, _entry: Entry) -> None:
        (self.local.take if self.shown is self.local else self.aws.take)()

    @Slot()
    def _refresh(self) -> None:
        faults = self._roster.read.faults
        if faults:
            self._fail(faults[0])
        elif self._banner.isVisible():
            self._banner.hide()
        current = self.listing.current
        if current is not None and self.shown in (self.local, self.aws):
            shown = self.aws.entry if self.shown is self.aws else self._roster.entries[0]
            if shown is None or shown.name != current.name:
                self._show(current)
        self._allow()
        self._ticking.look()

    def _fail(self, error: BakehouseError) -> None:
        self._banner.tell(error.message, error.hint, (("Look again", self._roster.refresh),))

    def _anything_expires(self) -> bool:
        return any(self._roster.left(each.name) is not None for each in self._roster.entries)

    def _allow(self) -> None:
        current = self.listing.current
        stored = current is not None and current.kind != "local"
        used = current is not None and current.name == self._session.connection.name
        self._desk.allow("connection.use", not used, "It is in use.")
        self._desk.allow("connection.renew", stored, "Local needs no sign-in.")
        self._desk.allow("connection.edit", stored, "Local has nothing to edit.")
        running = self._roster.health is not None
        self._desk.allow("connection.start", not running, "It runs.")
        self._desk.allow("connection.stop", running, "It does not run.")

    def _bind(self) -> None:
        bind = self._desk.bind
        bind("connection.add", self.begin_adding)
        bind("connection.use", lambda: self._current_details().take())
        bind("connection.renew", self.aws.sign_in)
        bind("connection.test", lambda: self._current_details().begin_test())
        bind("connection.edit", self.aws.ask_edit)
        bind("connection.start", self._roster.start_local)
        bind("connection.stop", lambda: self._on_local().ask_stop())
        bind("connection.prune", lambda: self._on_local().ask_prune())
        bind("help.differences", self.show_differences)

    def _current_details(self) -> LocalDetails | AwsDetails:
        current = self.listing.current
        self._show(current)
        return self.local if current is None or current.kind == "local" else self.aws

    def _on_local(self) -> LocalDetails:
        """Local's details, in sight."""
        self._desk.intend(ShowPage(Page.CONNECTIONS))
        self.listing.choose(self._roster.entries[0].name)
        self._show(self._roster.entries[0])
        return self.local

    def _connect(self) -> None:
        self.add.clicked.connect(self.begin_adding)
        self.listing.chosen.connect(self._show)
        self.listing.taken.connect(self._take)
        self.listing.renew_asked.connect(self._renew)
        self.local.differences_asked.connect(self.show_differences)
        self.differences.left.connect(self._back)
        self.aws.edit_asked.connect(self._begin)
        self.aws.renamed.connect(self._show_saved)
        self.form.saved.connect(self._show_saved)
        self.form.left.connect(self._back)
        self._roster.changed.connect(self._refresh)
        self._roster.failed.connect(self._fail)
        self._session.connected.connect(self._refresh)
        self._ticking.ticked.connect(self.listing.refresh)
        self._ticking.ticked.connect(self.aws.refresh)

    def _lay_out(self) -> None:
        top = row(title("Connections"), STRETCH, self.add, gap=Space.SMALL)
        left = holding(column(top, self.listing, gap=Space.MEDIUM, margin=Space.LARGE))
        left.setMinimumWidth(LEAST + 2 * Space.LARGE)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self._stack)
        split.setStretchFactor(1, 1)
        split.setHandleWidth(1)
        split.setSizes([WIDTH + 2 * Space.LARGE, 2 * WIDTH])
        split.setChildrenCollapsible(False)
        layout = column(self._banner, split, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
