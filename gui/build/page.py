"""The timeline page: the builds that are followed, those of earlier days and elsewhere, and one of them in full."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from core.build.source import ImageStatus
from gui.actions import ShowCost, ShowResource
from gui.build.commands import Commands
from gui.build.comparing import CompareView
from gui.build.news_menu import news_button
from gui.build.records import Records
from gui.build.replaying import Playing
from gui.build.rows import Elsewhere, Key, Part, Row, rows
from gui.build.runs import RunList
from gui.build.timeline_actions import allow_timeline, bind_timeline
from gui.build.view import RunView
from gui.build.workplace import Workplace
from gui.following import Followed
from gui.theme.tokens import Size, Space
from gui.widgets.layout import column
from gui.widgets.notice import EmptyState
from gui.widgets.ticking import Ticking

TICK_MS: Final = 1000
SIDE: Final = Size.READING - Space.LARGE
"""Pixels in which a build can be read beside the list, in the smallest window."""

ASK_MS: Final = 30_000
"""How often the connection is asked how the builds go on that nobody here follows."""

LIST: Final = Size.INSPECTOR - 2 * Space.MEDIUM
"""Pixels in which a line of a build is seldom cut."""

LIST_MS: Final = 150
"""The list follows what changes in builds, thirty times a second in chatty ones, so often at most."""


class TimelinePage(QWidget):
    """Signals: `chosen` — the Followed that is shown."""

    chosen = Signal(object)

    def __init__(self, place: Workplace) -> None:
        super().__init__()
        self.place = place
        self._session = session = place.session
        self.history = place.history
        self.commands = Commands(place, self)
        self._wanted = ""
        self._drawn = 0.0
        self._empty = EmptyState(
            place.theme,
            "timeline",
            "No builds yet",
            "Bake a recipe, and every step and line of its build shows here while it runs.",
        )
        self._empty.offer("Bake the open recipe", lambda: place.desk.take("run.bake"), icon_name="bake")
        self._empty.offer("Import a run record…", lambda: place.desk.take("run.import"), "", "open")
        self.list = RunList(place.theme, *((news_button(place.theme, place.settings),) if place.settings else ()))
        self.list.chosen.connect(self._choose)
        self.view = RunView(place, self.commands)
        self.records = Records(place, self.commands, self)
        self.comparing = CompareView(place.theme, self.records.sides)
        self.comparing.closed.connect(self._stop_comparing)
        self._side = QStackedWidget()
        self._side.addWidget(self.view)
        self._side.addWidget(self.comparing)
        self.split = self._splitter()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.split)
        self.setLayout(column(self._stack))
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.view.tick)
        self._asking = Ticking(self, ASK_MS, self._elsewhere_runs)
        self._asking.ticked.connect(self._ask)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(LIST_MS)
        self._soon.timeout.connect(self._refresh)
        session.runs_changed.connect(self._refresh_soon)
        session.following.connect(self._watch)
        session.connected.connect(self._ask)
        self.history.changed.connect(self._refresh)
        self.history.read.connect(self.view.refresh_soon)
        self.list.picked_changed.connect(self._allow)
        self.list.entered.connect(self.view.enter)
        self.view.refreshed.connect(self._allow)
        self.records.failed.connect(self.view.refuse)
        self.records.told.connect(self.view.tell)
        self.records.imported.connect(self._show_imported)
        self.records.playing.connect(self._play)
        self._bind()
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
        """Choose the run of an image, now or as soon as it is listed."""
        self._wanted = arn
        self._refresh()

    def stop(self) -> None:
        """Nothing goes on here any more."""
        self._timer.stop()
        self._soon.stop()
        self.view.stop()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self._timer.stop()
        self._soon.stop()

    def _splitter(self) -> QSplitter:
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(self._side)
        split.setStretchFactor(1, 1)
        self._side.setMinimumWidth(SIDE)
        split.setSizes([LIST, 3 * LIST])
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        return split

    def _elsewhere_runs(self) -> bool:
        """Whether a build goes on that nobody here follows."""
        return any(
            isinstance(row.source, Elsewhere) and row.part is not Part.FINISHED for row in self.history.told.rows
        )

    @Slot()
    def _ask(self) -> None:
        """What the connection has built is asked for where somebody sees it."""
        if self.isVisible():
            self.history.ask()

    @Slot(object)
    def _watch(self, followed: Followed) -> None:
        followed.ended.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh_soon(self) -> None:
        if not self.isVisible():
            return
        if monotonic() - self._drawn > LIST_MS / 1000:
            self._refresh()
        elif not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _refresh(self) -> None:
        shown = rows(self._session.runs, self.history.told, self.place.costs)
        self._stack.setCurrentIndex(1 if shown else 0)
        if not self.isVisible():
            return
        self._soon.stop()
        self._drawn = monotonic()
        wanted = next((row for row in shown if row.key[1] == self._wanted), None) if self._wanted else None
        if wanted is not None:
            self._wanted = ""
        self.list.show_rows(shown, prefer=wanted.key if wanted else None)
        error = self.history.trouble
        self.list.say(f"Builds of {self._session.where} can't be listed: {error.message}" if error else "")
        self.view.refresh()
        self.comparing.know(shown)
        self._tick()
        self._asking.look()

    def _tick(self) -> None:
        ticking = bool(self._session.running)
        if ticking and not self._timer.isActive():
            self._timer.start()
        elif not ticking:
            self._timer.stop()

    @Slot(object)
    def _choose(self, row: Row) -> None:
        followed = self.history.open(row.source)
        self._side.setCurrentWidget(self.view)
        self.view.show_run(followed)
        self.chosen.emit(followed)

    # Actions

    def _bind(self) -> None:
        bind, desk, records = self.place.desk.bind, self.place.desk, self.records
        bind("run.retry", lambda: self._with(self.commands.retry))
        bind("run.again", lambda: self._with(lambda shown: self.commands.run_again(shown, self)))
        bind("run.follow", lambda: self._with(self._follow_again))
        bind("run.compare", self.compare)
        bind("run.replay", lambda: self._with(records.replay))
        bind("run.show-image", lambda: self._with(lambda shown: desk.intend(ShowResource(shown.arn))))
        bind("run.cost", lambda: self._with(lambda shown: desk.intend(ShowCost(shown.arn))))
        bind("run.copy-arn", lambda: self._with(lambda shown: QGuiApplication.clipboard().setText(shown.arn)))
        bind("run.export", lambda: self._with(records.ask_export))
        bind("run.import", records.ask_import)
        bind("run.prune", records.prune)
        bind_timeline(desk, self.view.charts)
        self._allow()

    def _with(self, does: Callable[[Followed], None]) -> None:
        if self.current is not None:
            does(self.current)

    def _follow_again(self, shown: Followed) -> None:
        self.history.follow_again(shown, self.commands.connection(shown))

    @Slot()
    def _allow(self) -> None:
        """Say which of the actions can be taken with the build that is shown."""
        shown, allow, commands = self.current, self.place.desk.allow, self.commands
        at = commands.connection(shown) if shown is not None else None
        over = shown is not None and shown.over
        broke_off = shown is not None and shown.over and not shown.run.status.terminal and at is not None
        allow("run.retry", shown is not None and commands.can_retry(shown), NO_RETRY)
        allow("run.again", shown is not None and over and commands.can_run_again(shown), NO_PIPELINE)
        allow("run.follow", broke_off, "Following this build did not break off.")
        allow("run.compare", self._pair() is not None, "There is no other build that has ended to compare with.")
        allow("run.replay", over, "This build runs." if shown is not None else NOTHING)
        allow("run.cost", over, "What it cost is known once it has ended." if shown is not None else NOTHING)
        for action_id in ("run.copy-arn", "run.export"):
            allow(action_id, shown is not None, NOTHING)
        available = shown is not None and shown.run.status is ImageStatus.AVAILABLE
        allow_timeline(self.place.desk, self.view.charts, shown=shown is not None)
        allow("run.show-image", available and at is not None, "The connection in use has no image of this build.")

    # Comparing

    def compare(self) -> None:
        """The two builds that are picked, or the one that is shown with the last good one before it."""
        pair = self._pair()
        if pair is not None:
            self._side.setCurrentWidget(self.comparing)
            self.comparing.show_rows([row for row in self.list.model.rows if comparable(row)], *pair)

    def _pair(self) -> tuple[Key, Key] | None:
        picked = [row for row in self.list.picked if comparable(row)]
        if len(picked) == 2:
            after, before = sorted(picked, key=lambda row: row.at, reverse=True)
            return before.key, after.key
        current = self.list.current
        if current is None or not comparable(current):
            return None
        earlier = [row for row in self.list.model.rows if comparable(row) and row.at < current.at]
        alike = [row for row in earlier if (row.pipeline, row.connection) == (current.pipeline, current.connection)]
        good = [row for row in alike if row.status == ImageStatus.AVAILABLE]
        for row in (*good, *alike, *earlier):
            return row.key, current.key
        return None

    @Slot()
    def _stop_comparing(self) -> None:
        self._side.setCurrentWidget(self.view)
        self.list.focus_rows()

    # Records

    @Slot(object)
    def _show_imported(self, key: Key) -> None:
        self.list.choose(key)

    @Slot(object, object)
    def _play(self, followed: Followed, playing: Playing) -> None:
        self._side.setCurrentWidget(self.view)
        self.view.play(followed, playing)


def comparable(row: Row) -> bool:
    """Whether there is a record of a build that is over."""
    return row.part is Part.FINISHED and not isinstance(row.source, Elsewhere)


NOTHING: Final = "No build is shown."
NO_RETRY: Final = "Only a build that failed in test or distribution can be retried there."
NO_PIPELINE: Final = "This build runs, or it has no pipeline on the connection in use."
