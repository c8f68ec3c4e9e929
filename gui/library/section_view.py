"""One list of the library: read when it is first looked at, searched, and honest about what it has not."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.aws.stock import Stock
from core.errors import BakehouseError
from gui.actions import Desk
from gui.library.sections import Section
from gui.ops import Cancel
from gui.session import Session
from gui.theme.theme import Theme
from gui.widgets.layout import column
from gui.widgets.stage import Stage
from gui.widgets.table import Table

LANE: Final = "library"


class SectionView(QWidget):
    """Signals: `told` — the list is another, or there is something else to say of it."""

    told = Signal()

    def __init__(self, theme: Theme, desk: Desk, session: Session, section: Section) -> None:
        super().__init__()
        self.section = section
        self._desk = desk
        self._session = session
        self._fresh = False
        self._reading: Cancel | None = None
        self.count: int | None = None
        self.table = Table(theme, section.title, section.columns, lambda row: row.arn, section.searched, section.mime)
        self.stage = Stage(theme, self.table)
        self.setLayout(column(self.stage))
        self._asked = ""
        self._sought = ""

    @property
    def stock(self) -> Callable[[], Stock]:
        """Makes what reads the connection; called off the GUI thread, where it may take its time."""
        builder = self._session.image_builder
        return lambda: Stock(builder())

    def load(self) -> None:
        """Read the list, unless it was read or is being read."""
        if self._fresh or self._reading is not None:
            return
        builder, section = self._session.image_builder, self.section
        cancel = self._reading = Cancel()
        if self.count is None:
            self.stage.say("waiting", f"Reading {section.title.lower()}…", f"Asking {self._session.where}.")
            self.told.emit()

        def read() -> tuple[Any, ...]:
            return tuple(section.read(Stock(builder(), cancel.check)))

        self._session.ops.run(self, read, self._take, self._fail, lane=LANE, cancel=cancel)

    def forget(self) -> None:
        """Read it anew when it is looked at next; until then it stays."""
        self._stop()
        self._fresh = False

    def empty(self) -> None:
        """Nothing of it holds any longer."""
        self.forget()
        self.count = None
        self.table.rows.set_rows(())
        self.told.emit()

    def look_for(self, text: str) -> None:
        self._asked = text
        self.table.rows.look_for(text)
        if self._fresh:
            self._stand()

    def choose(self, arn: str) -> None:
        """The resource of this ARN; for an image version its newest build that is known."""
        rows = self.table.rows.rows
        self._sought = arn
        exact = any(row.arn == arn for row in rows)
        build = next((row.arn for row in rows if row.arn.startswith(f"{arn}/")), arn)
        self.table.choose(arn if exact else build)

    def _stop(self) -> None:
        if self._reading is not None:
            self._reading.set()
            self._reading = None

    def _take(self, rows: tuple[Any, ...]) -> None:
        self._reading = None
        self._fresh = True
        self.count = len(rows)
        if rows != self.table.rows.rows:
            self.table.rows.set_rows(rows)
        if self._sought:
            self.choose(self._sought)
            self._sought = ""
        self._stand()

    def _fail(self, error: BakehouseError) -> None:
        self._reading = None
        self.stage.say_error(f"{self.section.title} can't be read", error, self.load)
        self.told.emit()

    def _stand(self) -> None:
        """Show the list, or what to do where it has nothing to show."""
        section = self.section
        if self.table.rows.shown:
            self.stage.show_content()
        elif self.count:
            self.stage.say("search", f"No {section.title.lower()} match", f"Nothing here has “{self._asked.strip()}”.")
        else:
            new = ("New recipe", lambda: self._desk.take("file.new"))
            self.stage.say(section.icon, f"No {section.title.lower()} yet", section.empty, new)
        self.told.emit()
