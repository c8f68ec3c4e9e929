"""How old the prices are, and the button that brings them up to date from AWS, with progress and a way to stop it."""

from collections.abc import Callable
from datetime import date
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from core.aws.connection import Capability, Connection
from core.cost.prices import Prices, cache_file
from core.cost.refresh import Progress, Refreshed, Source, everything, refresh
from core.errors import BakehouseError
from gui.cost.words import OLD, age_words, day
from gui.ops import Cancel
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import button, label, set_look
from gui.widgets.layout import row
from gui.widgets.notice import Banner

LANE: Final = "prices"


class PriceAge(QWidget):
    """Signals: `refreshed` — other prices are in the user's cache. What is to be said of it goes to `banner`; `source`
    is who tells the prices to a connection, the AWS Price List unless another one is given."""

    refreshed = Signal()
    _progressed = Signal(object)

    def __init__(
        self, theme: Theme, session: Session, banner: Banner, source: Callable[[Connection], Source] | None = None
    ) -> None:
        super().__init__()
        self._source = source or _price_list
        self._session = session
        self._banner = banner
        self._running: Cancel | None = None
        self._noticed = ""
        self.words = label("", "muted", Type.SMALL)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Refreshing prices")
        self.bar.setFixedWidth(Size.SIDEBAR)
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.refresh = button(theme, "Refresh prices", "", "refresh")
        self.stop = button(theme, "Stop", "flat", "stop", name="Stop refreshing prices")
        self.stop.hide()
        self.setLayout(row(self.words, self.bar, self.refresh, self.stop, gap=Space.SMALL))
        self.refresh.clicked.connect(self.begin)
        self.stop.clicked.connect(self._stop)
        self._progressed.connect(self._show_progress)
        session.connected.connect(self._allow)
        self._allow()

    def show_prices(self, prices: Prices, today: date) -> None:
        age = prices.age(today)
        self.words.setText(f"Prices {age_words(age)}")
        set_look(self.words, "warn" if age > OLD else "muted")
        told = f"Instance prices of {day(today - age)}. The oldest figure is of {day(prices.oldest)}."
        self.words.setToolTip(told)
        if prices.notice != self._noticed:
            self._noticed = prices.notice
            self._banner.tell(prices.notice, role="warn")

    @Slot()
    def begin(self) -> None:
        """Ask AWS for all prices, in the background."""
        at, source = self._session.connection, self._source
        cancel = self._running = Cancel()
        self._show(running=True)

        def work() -> Refreshed:
            return refresh(source(at), everything(), cache_file(), self._progressed.emit, cancel.check)

        self._session.ops.run(self, work, self._take, self._fail, lane=LANE, cancel=cancel)

    @Slot()
    def _stop(self) -> None:
        if self._running is not None:
            self._running.set()
        self._show(running=False)
        self.refreshed.emit()  # what was answered is kept

    def _take(self, found: Refreshed) -> None:
        self._show(running=False)
        self._banner.tell(found.summary, role="good" if found.error is None else "warn")
        self.refreshed.emit()

    def _fail(self, error: BakehouseError) -> None:
        self._show(running=False)
        self._banner.tell(error.message, error.hint, role="bad")

    def _show(self, *, running: bool) -> None:
        self.bar.setRange(0, 0)
        for widget, shown in ((self.bar, running), (self.stop, running), (self.refresh, not running)):
            widget.setVisible(shown)

    @Slot(object)
    def _show_progress(self, progress: Progress) -> None:
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.bar.setToolTip(f"{progress.name}: {progress.done} of {progress.total}, {progress.figures:,} prices so far")

    @Slot()
    def _allow(self) -> None:
        possible = Capability.BILLING in self._session.connection.capabilities
        self.refresh.setEnabled(possible)
        self.refresh.setToolTip(
            "Ask the AWS Price List; it takes some minutes and costs nothing"
            if possible
            else "AWS tells its prices to a connection to AWS. Choose one under Connections."
        )


def _price_list(at: Connection) -> Source:
    # Imported with the first refresh, off the GUI thread: botocore comes with it.
    from core.aws.price_list import price_list

    return price_list(at)
