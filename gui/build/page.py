"""The timeline page: the builds that are followed and those of earlier days, and one of them in full."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from core.aws.connection import Connection
from core.build.journal import Entry
from core.errors import NotFound
from core.recipe.component import parse_component
from gui.actions import Desk
from gui.build.history import History
from gui.build.runs import Key, Row, RunList, rows, title_of
from gui.build.view import Documents, RunView
from gui.following import Followed
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Size
from gui.widgets.layout import column
from gui.widgets.notice import EmptyState

TICK_MS: Final = 1000
LANE: Final = "failed component"

__all__ = ["TimelinePage", "title_of"]


class TimelinePage(QWidget):
    """`runs` is the folder of journals. Signals: `chosen` — the Followed that is shown."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, desk: Desk, session: Session, runs: Path) -> None:
        super().__init__()
        self._session = session
        self._prefer: Key | None = None
        self.history = History(session, runs, self)
        self._empty = EmptyState(
            theme,
            "timeline",
            "No builds yet",
            "Bake a recipe, and every step and line of its build shows here while it runs.",
        )
        self._empty.offer("Bake the open recipe", lambda: desk.take("run.bake"), icon_name="bake")
        self.list = RunList(theme)
        self.list.chosen.connect(self._choose)
        self.view = RunView(theme, desk, self._look_up)
        self.split = QSplitter()
        self.split.addWidget(self.list)
        self.split.addWidget(self.view)
        self.split.setStretchFactor(1, 1)
        self.view.setMinimumWidth(2 * Size.PALETTE)  # steps keep room for their names
        self.split.setSizes([Size.PALETTE, 3 * Size.PALETTE])
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.split)
        self.setLayout(column(self._stack))
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.view.refresh)
        session.runs_changed.connect(self._refresh)
        self.history.changed.connect(self._refresh)
        self.history.read.connect(self.view.refresh)
        self._refresh()

    @property
    def current(self) -> Followed | None:
        """The run that is shown."""
        return self.view.shown if self._stack.currentIndex() else None

    @property
    def ticking(self) -> bool:
        """Whether durations are being counted up."""
        return self._timer.isActive()

    def show_arn(self, arn: str) -> None:
        """Choose the run of an image."""
        for row in rows(self._session.runs, self.history.entries):
            if row.key[1] == arn:
                self._prefer = row.key
                self._refresh()
                return

    def close_runs(self) -> None:
        """Read no journal any longer."""
        self._timer.stop()
        self.history.close()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self._timer.stop()

    @Slot()
    def _refresh(self) -> None:
        shown = rows(self._session.runs, self.history.entries)
        self._stack.setCurrentIndex(1 if shown else 0)
        if not self.isVisible():
            return
        prefer, self._prefer = self._prefer, None
        self.list.show_rows(shown, prefer=prefer)
        self.view.refresh()
        ticking = bool(self._session.running)
        if ticking and not self._timer.isActive():
            self._timer.start()
        elif not ticking:
            self._timer.stop()

    @Slot(object)
    def _choose(self, row: Row) -> None:
        match row.source:
            case Entry():
                followed = self.history.replay(row.source)
            case Followed():
                followed = row.source
        self.view.show_run(followed)
        self.chosen.emit(followed)

    def _look_up(self, followed: Followed, document: str) -> None:
        at = self._session.connection
        if at.name == followed.opened.connection:
            self._session.ops.run(
                self, lambda: component_document(at, document), self.view.know, lambda _: None, lane=LANE
            )


def component_document(at: Connection, arn: str) -> Documents:
    """A component's document by its ARN. Raises what the connection raises, Invalid for one that can't be read."""
    from core.aws.imagebuilder import Kind

    found = at.image_builder().find(Kind.COMPONENT, arn)
    if found is None:
        raise NotFound(f"{arn} is gone.")
    return {arn: parse_component(str(found.members.get("data", "")))}
