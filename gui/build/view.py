"""One build: what it is, how far it is, why it failed or what it made, its steps and the end of its log."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QWidget

from core.build.failure import explain
from core.recipe.component import ComponentDocument
from gui.actions import BY_ID, Desk, ShowCost
from gui.build.log import LogView
from gui.build.outcome import FailureCard, ProgressRows, ResultCard, going_on
from gui.build.runs import INTERRUPTED, moment_text, title_of
from gui.build.steps import Steps, span_text
from gui.following import Followed
from gui.theme.status import Presentation, presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import button, heading
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.notice import Badge, Banner

Documents = Mapping[str, ComponentDocument]


class RunView(QWidget):
    """Shows a Followed, and follows it as long as it is shown. `look_up(followed, document)` is asked once for the
    component document in which a build failed, and answers by `know`."""

    def __init__(self, theme: Theme, desk: Desk, look_up: Callable[[Followed, str], None]) -> None:
        super().__init__()
        self._look_up = look_up
        self._desk = desk
        self._documents: dict[str, ComponentDocument] = {}
        self._asked: set[tuple[str, str]] = set()
        self.shown: Followed | None = None
        self.name = heading("")
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.badge = Badge(theme, presentation("PENDING"))
        self.facts = Elided("", "muted")
        self.cancel = button(theme, "Cancel build", "danger", "stop", tip=BY_ID["run.cancel"].shortcut)
        self.cancel.clicked.connect(lambda: desk.take("run.cancel"))
        self.cost = button(theme, "Cost", "", "cost", tip=BY_ID["run.cost"].text)
        self.cost.clicked.connect(lambda: desk.take("run.cost"))
        desk.bind("run.cost", self._ask_cost)
        desk.allow("run.cost", False, "No build is shown.")
        self.trouble = Banner(theme, "warn")
        self.failure = FailureCard(theme)
        self.result = ResultCard(theme)
        self.progress = ProgressRows()
        self.steps = Steps(theme)
        self.log = LogView(theme)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.steps)
        self.split.addWidget(self.log)
        self.split.setSizes([300, 200])
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        top = row(self.name, self.badge, self.facts, STRETCH, self.cost, self.cancel, gap=Space.MEDIUM)
        parts = (top, self.trouble, self.failure, self.result, self.progress, self.split)
        layout = column(*parts, gap=Space.MEDIUM, margin=Space.LARGE)
        layout.setStretch(len(parts) - 1, 1)
        self.setLayout(layout)

    def show_run(self, followed: Followed) -> None:
        if self.shown is not followed:
            self._let_go()
            self.shown = followed
            self.log.show_lines(list(followed.tail))
            followed.lines.connect(self.log.add_lines)
            followed.destroyed.connect(self._gone)
        self.refresh()

    def know(self, documents: Documents) -> None:
        """Component documents by ARN; the failed command is shown as its author wrote it."""
        self._documents.update(documents)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        followed = self.shown
        if followed is None:
            return
        run, now = followed.run, datetime.now(UTC)
        end = run.ended.at if run.ended else now
        self.name.setText(title_of(followed))
        self.name.setToolTip(followed.arn)
        self.badge.show_status(self._presented(followed))
        self.facts.setText("  ·  ".join(filter(None, self._facts(followed, end, now))))
        self.cancel.setVisible(followed.running)
        self.cost.setVisible(run.ended is not None)
        self._desk.allow("run.cost", run.ended is not None, "The build has not ended.")
        self.progress.show_tasks(going_on(run.progress) if followed.running else ())
        self.result.show_run(run)
        self._show_trouble(followed)
        self._show_failure(followed)
        self.steps.show_run(run, end)

    def _ask_cost(self) -> None:
        if self.shown is not None:
            self._desk.intend(ShowCost(self.shown.arn))

    @staticmethod
    def _presented(followed: Followed) -> Presentation:
        status = followed.run.status
        if followed.over and not status.terminal:
            return Presentation("quiet", INTERRUPTED, "quiet")
        return presentation(status.value)

    @staticmethod
    def _facts(followed: Followed, end: datetime, now: datetime) -> tuple[str, ...]:
        opened, run = followed.opened, followed.run
        since = f"started {moment_text(run.start, now.astimezone().date())}" if run.start else ""
        over = run.ended is not None or followed.running
        spent = span_text(max((end - run.start).total_seconds(), 0)) if run.start and over else ""
        return opened.connection, opened.region, since, spent

    def _show_trouble(self, followed: Followed) -> None:
        lost = followed.run.connection
        if followed.error is not None:
            message, hint = followed.error.message, followed.error.hint
        elif followed.running and lost is not None and not lost.reachable:
            message = f"The Image Builder does not answer: {lost.message}"
            hint = "The build goes on. Bakehouse keeps asking and catches up when it answers."
        else:
            message = hint = ""
        if not message:
            self.trouble.hide()
        elif self.trouble.accessibleName() != f"{message} {hint}".strip() or not self.trouble.isVisibleTo(self):
            self.trouble.tell(message, hint)

    def _show_failure(self, followed: Followed) -> None:
        failure = explain(followed.run, self._documents)
        self.failure.show_failure(failure)
        asked = (followed.arn, failure.document if failure else "")
        if failure is not None and failure.document.startswith("arn:") and asked not in self._asked:
            self._asked.add(asked)
            self._look_up(followed, failure.document)

    def _let_go(self) -> None:
        if self.shown is not None:
            self.shown.lines.disconnect(self.log.add_lines)
            self.shown.destroyed.disconnect(self._gone)

    @Slot()
    def _gone(self) -> None:
        self.shown = None
