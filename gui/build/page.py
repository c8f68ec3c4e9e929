"""The timeline page: the runs that are followed, the newest first, and of one of them steps, log and outcome."""

from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPlainTextEdit, QSplitter, QStackedWidget, QWidget

from core.build.failure import explain
from core.recipe.names import Arn
from gui.actions import BY_ID, Desk
from gui.build.steps import Steps, span_text
from gui.following import TAIL, Followed
from gui.session import Session
from gui.theme.icons import icon
from gui.theme.status import presentation
from gui.theme.theme import Theme, fixed_font
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import button, heading, label
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.notice import Badge, Banner, EmptyState

TICK_MS: Final = 1000


class RunView(QWidget):
    """One run: what it is, how far it is, why it failed, its steps and the end of its log."""

    def __init__(self, theme: Theme, desk: Desk) -> None:
        super().__init__()
        self._shown: Followed | None = None
        self._name = heading("")
        self._badge = Badge(theme, presentation("PENDING"))
        self._facts = label("", "muted")
        self._cancel = button(theme, "Cancel build", "danger", "stop", tip=BY_ID["run.cancel"].shortcut)
        self._cancel.clicked.connect(lambda: desk.take("run.cancel"))
        self._failure = Banner(theme)
        self._result = label("", wraps=True)
        self._result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.steps = Steps(theme)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setFont(fixed_font(Type.SMALL))
        self.log.setMaximumBlockCount(TAIL)
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setAccessibleName("Log of the build")
        lower = holding(column(label("Log", "muted", step=Type.SMALL, weight=Type.MEDIUM), self.log, gap=Space.HAIR))
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.steps)
        split.addWidget(lower)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        top = row(self._name, self._badge, self._facts, STRETCH, self._cancel, gap=Space.MEDIUM)
        layout = column(top, self._failure, self._result, split, gap=Space.MEDIUM, margin=Space.LARGE)
        layout.setStretch(3, 1)
        self.setLayout(layout)

    def show_run(self, followed: Followed) -> None:
        if self._shown is not followed:
            if self._shown is not None:
                self._shown.lines.disconnect(self._add_lines)
            self._shown = followed
            self.log.setPlainText("\n".join(followed.tail))
            self._to_the_end()
            followed.lines.connect(self._add_lines)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        followed = self._shown
        if followed is None:
            return
        run, now = followed.run, datetime.now(UTC)
        self._name.setText(title_of(followed))
        self._badge.show_status(presentation(run.status.value))
        end = run.ended.at if run.ended else now
        spent = span_text(max((end - run.start).total_seconds(), 0)) if run.start else ""
        self._facts.setText(
            "  ·  ".join(part for part in (followed.opened.connection, followed.opened.region, spent) if part)
        )
        self._cancel.setVisible(followed.running)
        failure = explain(run)
        if failure is None:
            self._failure.hide()
        elif not self._failure.isVisible():
            self._failure.tell(failure.headline, failure.hint or failure.reason)
        lines = [f"{ami.region}: {ami.image}  {ami.name}" for ami in run.amis] if run.ended else []
        self._result.setText("\n".join(lines))
        self._result.setVisible(bool(lines))
        self.steps.show_run(run, end)

    @Slot(list)
    def _add_lines(self, lines: list[str]) -> None:
        bar = self.log.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 2
        self.log.appendPlainText("\n".join(lines))
        if follows:
            self._to_the_end()

    def _to_the_end(self) -> None:
        bar = self.log.verticalScrollBar()
        bar.setValue(bar.maximum())


class TimelinePage(QWidget):
    """Signals: `chosen` — the Followed that is shown."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, desk: Desk, session: Session) -> None:
        super().__init__()
        self._theme = theme
        self._session = session
        self._listed: list[Followed] = []
        self._empty = EmptyState(
            theme,
            "timeline",
            "No builds yet",
            "Bake a recipe, and every step and line of its build shows here while it runs.",
        )
        self._empty.offer("Bake the open recipe", lambda: desk.take("run.bake"), icon_name="bake")
        self.list = QListWidget()
        self.list.setAccessibleName("Builds, the newest first")
        self.list.setMinimumWidth(Size.SIDEBAR)
        self.list.currentRowChanged.connect(self._choose)
        self.view = RunView(theme, desk)
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(self.view)
        split.setStretchFactor(1, 1)
        split.setSizes([Size.PALETTE, 3 * Size.PALETTE])
        split.setChildrenCollapsible(False)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(split)
        self.setLayout(column(self._stack))
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        session.runs_changed.connect(self._refresh)
        theme.changed.connect(self._refresh)
        self._refresh()

    @property
    def current(self) -> Followed | None:
        number = self.list.currentRow()
        return self._listed[number] if 0 <= number < len(self._listed) else None

    def show_arn(self, arn: str) -> None:
        """Choose the run of an image."""
        for number, followed in enumerate(self._listed):
            if followed.arn == arn:
                self.list.setCurrentRow(number)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self._timer.stop()

    @Slot()
    def _refresh(self) -> None:
        runs = self._session.runs
        self._stack.setCurrentIndex(1 if runs else 0)
        if runs != self._listed:
            kept = self.current
            fresh = len(runs) > len(self._listed)
            self._listed = list(runs)
            self.list.clear()
            for _ in runs:
                self.list.addItem(QListWidgetItem())
            self.list.setCurrentRow(0 if fresh or kept not in runs else runs.index(kept))
        for number, followed in enumerate(self._listed):
            shown = presentation(followed.run.status.value)
            item = self.list.item(number)
            item.setText(f"{title_of(followed)}\n{shown.word} · {followed.opened.at.astimezone():%d %b %H:%M}")
            item.setIcon(icon(shown.icon, self._theme.colours, shown.role))
        if self.isVisible():
            self.view.refresh()
            ticking = any(followed.running for followed in self._listed)
            if ticking != self._timer.isActive():
                if ticking:
                    self._timer.start()
                else:
                    self._timer.stop()

    @Slot()
    def _tick(self) -> None:
        self.view.refresh()

    @Slot(int)
    def _choose(self, number: int) -> None:
        if 0 <= number < len(self._listed):
            self.view.show_run(self._listed[number])
            self.chosen.emit(self._listed[number])


def title_of(followed: Followed) -> str:
    """The image's name and version, or what is known of them."""
    if followed.run.image is not None:
        return f"{followed.run.image.name} {followed.run.image.version}"
    try:
        arn = Arn.parse(followed.arn)
    except ValueError:
        return followed.opened.recipe_name
    return f"{arn.name} {arn.version or ''}" + (f"/{arn.build}" if arn.build else "")
