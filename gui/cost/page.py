"""The cost page: what the open recipe costs, in which region it is cheapest, what would change, and what was spent.

It is light: charts and prices are loaded off the GUI thread when it is first shown, and its views are made then. Each
view gets new figures when it can be seen.
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Desk
from gui.cost.reckoning import Reckoning
from gui.session import Session
from gui.settings import Settings
from gui.theme.theme import Theme
from gui.widgets.layout import column, holding
from gui.widgets.stage import Stage

if TYPE_CHECKING:
    from gui.cost.views import Views

LANE: Final = "charts"


class CostPage(QWidget):
    """`views` is what it shows, once that is loaded; None before."""

    def __init__(self, theme: Theme, desk: Desk, session: Session, reckoning: Reckoning, settings: Settings) -> None:
        super().__init__()
        self._theme = theme
        self._desk = desk
        self._session = session
        self._reckoning = reckoning
        self._settings = settings
        self._wanted = ""
        self._loading = False
        self.views: Views | None = None
        self._middle = column()
        self.stage = Stage(theme, holding(self._middle))
        self.setLayout(column(self.stage))
        self.stage.say("waiting", "Reckoning…", "Loading prices and charts.")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._load()

    def show_run(self, arn: str) -> None:
        """Open what a run cost, now or as soon as that is known."""
        self._wanted = arn
        if self.views is not None:
            self.views.show_run(arn)

    def _load(self) -> None:
        if not self._loading and self.views is None:
            self._loading = True
            self._session.ops.run(self, _import, self._make, lane=LANE)

    def _make(self, _nothing: None) -> None:
        from gui.cost.views import Views

        made = Views(self._theme, self._desk, self._session, self._reckoning, self._settings)
        # Making it and dressing it take some twenty milliseconds each, so each has its turn of the event loop.
        QTimer.singleShot(0, self, lambda: self._show(made))

    def _show(self, made: "Views") -> None:
        self.views = made
        self._middle.addWidget(made)
        self.stage.show_content()
        made.show()
        if self._wanted:
            made.show_run(self._wanted)


def _import() -> None:
    """What the charts need takes a third of a second to import, which the window must not stand still for."""
    import gui.cost.plot
    import gui.cost.views  # noqa: F401
