"""One build: what it is, how far it is, what wants a person, why it failed or what it made, its timeline and log."""

from collections.abc import Mapping
from datetime import datetime
from time import monotonic
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QSplitter, QWidget

from core.build.chart import Chart, Kind
from core.build.curves import Curves
from core.build.source import StepExecution
from core.errors import BakehouseError, Denied, Unreachable
from core.recipe.component import ComponentDocument
from gui.build.attention import MachineCard, WaitingCard
from gui.build.cause_card import CauseCard, step_to_edit
from gui.build.charts import Charts, bar_at, part_of
from gui.build.commands import Commands, unsaid
from gui.build.drawn import Drawn
from gui.build.estimate import usual_text
from gui.build.header import Header
from gui.build.log.folds import Fold
from gui.build.log.view import LogView
from gui.build.outcome import ProgressRows, ResultCard, going_on
from gui.build.replay_bar import ReplayBar
from gui.build.replaying import Playing
from gui.build.rows import moment_text, name_of, row_of, span_text
from gui.build.workplace import Workplace
from gui.following import Followed
from gui.theme.status import presentation
from gui.theme.tokens import Space
from gui.widgets.layout import column, holding, scrolled
from gui.widgets.notice import Banner
from gui.widgets.ticking import Ticking

Documents = Mapping[str, ComponentDocument]

SOON_MS: Final = 50
PLAY_MS: Final = 100
CHARTS: Final = 230
"""Pixels of height that a timeline needs to be one."""

LOG: Final = 110
LEISURE: Final = 6
"""Drawing takes no more than one part in so many and one of the time, however much there is to draw."""


class _Split(QSplitter):
    """Wants no more height than it needs: what is above it is scrolled only where the window is too low for both."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.minimumSizeHint()


class RunView(QWidget):
    """Shows a Followed, and follows it as long as it is shown. Signals: `refreshed` — it is drawn anew."""

    refreshed = Signal()

    def __init__(self, place: Workplace, commands: Commands) -> None:
        super().__init__()
        theme = place.theme
        self._place = place
        self._commands = commands
        self._documents: dict[str, ComponentDocument] = {}
        self._drawn: Drawn | None = None
        self._sampled = False
        self._played: Followed | None = None
        self._before: Followed | None = None
        self.header = Header(theme, place.desk)
        self.replay = ReplayBar(theme)
        self.trouble = Banner(theme, "warn")
        self.refusal = Banner(theme)
        self.waiting = WaitingCard(theme)
        self.machines = MachineCard(theme)
        self.failure = CauseCard(theme)
        self.result = ResultCard(theme)
        self.progress = ProgressRows()
        self.charts = Charts(theme)
        self.log = LogView(theme)
        self.split = _Split(Qt.Orientation.Vertical)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._pause = SOON_MS
        self._ticking = Ticking(self, PLAY_MS, self._plays)
        self._lay_out()
        self._join()

    def _lay_out(self) -> None:
        self.charts.setMinimumHeight(CHARTS)
        self.log.setMinimumHeight(LOG)
        for part, share in ((self.charts, 3), (self.log, 2)):
            self.split.addWidget(part)
            self.split.setStretchFactor(self.split.indexOf(part), share)
        self.split.setSizes([320, 200])
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        said = (self.replay, self.trouble, self.refusal, self.waiting)
        cards = (self.failure, self.machines, self.result, self.progress)
        parts = (self.header, *said, *cards, self.split)
        layout = column(*parts, gap=Space.MEDIUM, margin=Space.LARGE)
        layout.setStretch(len(parts) - 1, 1)
        self.setLayout(column(scrolled(holding(layout))))

    def _join(self) -> None:
        commands, desk = self._commands, self._place.desk
        self._soon.timeout.connect(self.refresh)
        self._ticking.ticked.connect(self._play_on)
        self.replay.stopped.connect(self._stop_playing)
        self.waiting.answered.connect(self._answer)
        self.machines.terminated.connect(self._terminate)
        self.failure.edit_asked.connect(desk.intend)
        self.failure.log_asked.connect(self._show_failed_log)
        self.failure.bar_asked.connect(self._show_bar)
        self.charts.selected.connect(self._show_part)
        self.charts.activated.connect(self._go_to_part)
        self.log.line_chosen.connect(self._choose_line)
        self.log.bug.connect(self._place.session.ops.bug)
        commands.failed.connect(self._refuse)
        commands.machines_known.connect(self._know_machines)
        commands.document_known.connect(self.know)
        commands.curves_known.connect(self._know_curves)

    @property
    def shown(self) -> Followed | None:
        return self._drawn.followed if self._drawn is not None else None

    @property
    def chart(self) -> Chart | None:
        return self._drawn.chart if self._drawn is not None else None

    def show_run(self, followed: Followed) -> None:
        if self.shown is not followed:
            self._let_go()
            self._drawn = Drawn(followed)
            self.refusal.hide()
            self.machines.show_machines(())
            self.log.show_log(followed.log)
            followed.grew.connect(self.log.grow)
            followed.changed.connect(self.refresh_soon)
            followed.ended.connect(self.refresh)
            followed.destroyed.connect(self._gone)
            self._sampled = False
            self.charts.timeline.scroll_bar.setValue(0)
            self.charts.timeline.show_curves(Curves())
            self._place.history.past(followed.opened, lambda found: self._know_past(followed, found))
        self.refresh()

    @Slot()
    def enter(self) -> None:
        """Go from the list into the build."""
        self.charts.currentWidget().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def play(self, followed: Followed, playing: Playing) -> None:
        """Show a build as it is played again; it ends when another is shown."""
        followed.setParent(self)
        self.show_run(followed)
        self._played = followed
        self.replay.show_playing(playing)
        followed.begin()
        self._ticking.look()

    def stop(self) -> None:
        """Play and search no longer."""
        self._let_go()
        self._drawn = None
        self.log.stop()

    @Slot(object)
    def refuse(self, error: BakehouseError) -> None:
        self.refusal.tell_error(error)

    @Slot(str, str)
    def tell(self, message: str, hint: str) -> None:
        self.refusal.tell(message, hint, role="good")

    def know(self, documents: Documents) -> None:
        """Component documents by ARN; the failed command is shown as its author wrote it."""
        self._documents.update(documents)
        self.refresh()

    @Slot()
    def tick(self) -> None:
        """A second has passed in which a build ran."""
        if self.shown is not None and self.shown.running:
            self._commands.sample(self.shown)
        self.refresh()

    @Slot()
    def refresh_soon(self) -> None:
        """A chatty build changes thirty times a second; it is drawn as often as there is time for."""
        if not self._soon.isActive() and self.isVisible():
            self._soon.start(self._pause)

    @Slot()
    def refresh(self) -> None:
        drawn = self._drawn
        if drawn is None:
            return
        followed = drawn.followed
        begun = monotonic()
        self._soon.stop()
        run, now = followed.run, followed.clock()
        end = run.ended.at if run.ended else now
        chart = drawn.renew(now)
        alive = followed.running and followed.at is not None
        self._show_header(drawn, end, now, alive=alive)
        self.progress.show_tasks(going_on(run.progress) if followed.running else ())
        self.waiting.show_steps(run.waiting if alive else (), now)
        self.result.show_run(run)
        self._show_trouble(followed)
        self._show_cause(drawn)
        self.charts.show_chart(chart, drawn.usual, drawn.critical, drawn.left(now))
        self.log.say(*no_log_text(followed))
        self.log.set_begin(run.start)
        self.log.set_folds(folds(chart))
        if followed.over and run.status.terminal:
            self._commands.look_for_machines(followed)
        if followed.over and not self._sampled:
            self._sampled = True
            self._commands.sample(followed)
        self.refreshed.emit()
        self._pause = max(SOON_MS, round(LEISURE * 1000 * (monotonic() - begun)))

    # The timeline and the log, each leading to the other

    @Slot(str)
    def _show_part(self, key: str) -> None:
        """The part of the log that belongs to a bar."""
        bar = self.chart.bar(key) if self.chart is not None and key else None
        part = part_of(bar, self.log.lines) if bar is not None else None
        if bar is None or part is None:
            self.log.clear_part()
        else:
            self.log.show_part(*part, bar.name)

    @Slot(str)
    def _go_to_part(self, key: str) -> None:
        self._show_part(key)
        self.log.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _choose_line(self, line: int) -> None:
        bar = bar_at(self.chart, line, self.log.lines) if self.chart is not None else None
        self.charts.select(bar.key if bar is not None else "")

    @Slot(str)
    def _show_bar(self, key: str) -> None:
        self.charts.setCurrentWidget(self.charts.timeline)
        self.charts.select(key)
        self._show_part(key)
        self.charts.timeline.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_failed_log(self) -> None:
        found = self.failure.cause
        if found is not None and found.key:
            self.charts.select(found.key)
            self._go_to_part(found.key)

    def _show_cause(self, drawn: Drawn) -> None:
        found = drawn.cause(self._documents)
        if found is None:
            self.failure.show_cause(None, None)
            return
        self.failure.show_cause(found, step_to_edit(self._place.session.canvas, found.failure, self._documents))
        self._commands.look_up(drawn.followed, found.failure.document)

    def _know_past(self, followed: Followed, found: tuple[Chart, ...]) -> None:
        if self._drawn is not None and followed is self.shown:
            self._drawn.know_past(found)
            self.refresh()

    def _show_header(self, drawn: Drawn, end: datetime, now: datetime, *, alive: bool) -> None:
        followed = drawn.followed
        opened, run = followed.opened, followed.run
        row = row_of(followed)
        since = f"started {moment_text(run.start, now.astimezone().date())}" if run.start else ""
        by = f"by {row.started_by}" if row.started_by else ""
        over = run.ended is not None or followed.running
        spent = span_text(max((end - run.start).total_seconds(), 0)) if run.start and over else ""
        cost = self._place.cost(row.key)
        often = usual_text(drawn.usual)
        took = " ".join(filter(None, (spent, f"({often})" if often else "")))
        facts = (opened.connection, opened.region, " ".join(filter(None, (since, by))), took, cost)
        shown = presentation(row.status)
        self.header.show_facts(name_of(followed), shown, facts, followed.arn, running=alive)

    def _show_trouble(self, followed: Followed) -> None:
        message, hint = trouble_text(followed)
        if not message and followed.over:
            message, hint = unsaid(self._commands.connection(followed), followed.run)
        if not message:
            self.trouble.hide()
        elif self.trouble.accessibleName() != f"{message} {hint}".strip() or not self.trouble.isVisibleTo(self):
            self.trouble.tell(message, hint)

    def _answer(self, step: object, resume: bool, reason: str) -> None:
        if self.shown is not None and isinstance(step, StepExecution):
            self._commands.answer(self.shown, step, resume=resume, reason=reason)

    @Slot(str)
    def _terminate(self, instance_id: str) -> None:
        if self.shown is not None:
            self._commands.terminate(self.shown, instance_id)

    @Slot(object, object)
    def _refuse(self, followed: object, error: object) -> None:
        if followed is self.shown and isinstance(error, BakehouseError):
            self.refusal.tell_error(error)

    @Slot(object, object)
    def _know_machines(self, followed: object, machines: object) -> None:
        if followed is self.shown and isinstance(machines, tuple):
            self.machines.show_machines(machines)

    def _plays(self) -> bool:
        return self._played is not None and not self._played.over

    @Slot()
    def _play_on(self) -> None:
        if self._plays():
            self.replay.look()
            self.refresh_soon()

    @Slot()
    def _stop_playing(self) -> None:
        """Back to the build as it is."""
        if self._before is not None:
            self.show_run(self._before)

    @Slot(object, object)
    def _know_curves(self, followed: object, curves: object) -> None:
        if followed is self.shown and isinstance(curves, Curves):
            self.charts.timeline.show_curves(curves)

    def _let_go(self) -> None:
        self.replay.hide()
        if self.shown is not None:
            self.shown.grew.disconnect(self.log.grow)
            self.shown.changed.disconnect(self.refresh_soon)
            self.shown.ended.disconnect(self.refresh)
            self.shown.destroyed.disconnect(self._gone)
        self._before, played, self._played = self.shown, self._played, None
        if played is not None:
            played.stop()
            played.deleteLater()

    @Slot()
    def _gone(self) -> None:
        self._drawn = None


HINTS: Final = {
    Denied: "Sign in again with “Sign in or renew”; the build goes on meanwhile, and following it goes on then.",
    Unreachable: "The build goes on. Bakehouse asks again by itself; “Follow again” asks now.",
}


def trouble_text(followed: Followed) -> tuple[str, str]:
    """What is wrong with following the build and what comes of it; two empty texts where nothing is."""
    lost = followed.run.connection
    if followed.error is not None:
        return followed.error.message, followed.error.hint or HINTS.get(type(followed.error), "")
    if followed.running and lost is not None and not lost.reachable:
        hint = "The build goes on. Bakehouse keeps asking and catches up when it answers."
        return f"The Image Builder does not answer: {lost.message}", hint
    if followed.running and lost is not None and lost.message:
        hint = "The build goes on. Bakehouse asks less often for a while, so what is shown is a little behind."
        return f"The Image Builder asks to slow down: {lost.message}", hint
    if followed.unkept:
        hint = "It is followed all the same; what is shown here is lost when Bakehouse ends."
        return f"The record of this build is not kept: {followed.unkept}", hint
    return "", ""


def no_log_text(followed: Followed) -> tuple[str, str]:
    """Why there is no log to see, where there is none."""
    if followed.over:
        return "No log", "This build left no log: it ended before anything was printed, or the log was deleted."
    if followed.at is None:
        return "Reading the log", "The record of this build is being read."
    return "Nothing yet", "The build has said nothing yet. Its log shows here as soon as there is one."


def folds(chart: Chart) -> list[Fold]:
    """What ran inside components, as parts of the log."""
    return [
        Fold(bar.lines[0], bar.lines[1] if bar.end is not None else None, bar.name)
        for bar in chart.bars
        if bar.lines is not None and bar.kind is not Kind.WORKFLOW_STEP
    ]
