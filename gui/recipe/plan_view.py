"""What Bake or Publish will do in the connection, before it is done: every resource, whether it is made, used as it is
or changed, and why.

The plan is of the text as it stands, documents open in an editor included. It is asked for off the GUI thread when the
view is shown, and says when it is no longer of what the file says.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from core.aws.connection import Connection
from core.errors import BakehouseError, Invalid, Problem
from core.publish.plan import Action, Plan, Step
from core.publish.prepared import planned, read_for
from core.recipe.findings import capital
from core.recipe.render import block
from gui.actions import Desk, ShowAddress
from gui.ops import Cancel
from gui.session import Session
from gui.theme.status import SEVERITIES, Presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import button, heading, label, title, tool_button
from gui.widgets.facts import Facts
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.notice import Badge, Banner
from gui.widgets.paragraph import Paragraph
from gui.widgets.reading import Reading
from gui.widgets.stage import Stage
from gui.widgets.table import Column, Mark, Table

LANE: Final = "plan"
FATES: Final = ("create", "renew", "update", "tag anew", "reuse")

ACTIONS: Final[dict[Action, Presentation]] = {
    Action.CREATE: Presentation("add", "Create", "good"),
    Action.REUSE: Presentation("good", "Reuse", "quiet"),
    Action.NEW_BUILD: Presentation("up", "New build", "active"),
    Action.NEW_VERSION: Presentation("up", "New version", "active"),
    Action.UPDATE: Presentation("refresh", "Update", "warn"),
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A step of the plan, or a problem that there is no plan for."""

    shown: Presentation
    kind: str
    name: str
    reason: str
    step: Step | None = None
    problem: Problem | None = None

    @property
    def key(self) -> str:
        return f"{self.kind} {self.name}"


def _mark(each: _Row) -> Mark:
    return each.shown.icon, each.shown.role


COLUMNS: Final[tuple[Column[_Row], ...]] = (
    Column("What", lambda each: each.shown.word, 120, mark=_mark, marked_text=True),
    Column("Resource", lambda each: each.kind, 190, muted=True),
    Column("Name", lambda each: each.name, share=2),
    Column("Why", lambda each: each.reason, share=3),
)


class PlanView(QWidget):
    """Signals: `left` — the user has seen enough."""

    left = Signal()

    def __init__(self, theme: Theme, desk: Desk, session: Session) -> None:
        super().__init__()
        self._desk = desk
        self._session = session
        self._asking: Cancel | None = None
        self._entering = False
        self._wanted: tuple[Connection, str] | None = None
        self.plan: Plan | None = None
        self._title = title("Plan")
        self._sentence = label("", "muted", wraps=True)
        self.costs = Paragraph("", "muted")
        self._stale = Badge(theme, Presentation("warn", "The recipe has changed since", "warn"))
        self.banner = Banner(theme)
        self.table = Table(theme, "Steps of the plan", COLUMNS, lambda each: each.key, lambda each: each.key)
        self.details = _StepDetails()
        self._bake = button(theme, "Bake", "", "bake")
        self._refresh = tool_button(theme, "refresh", "Plan again (F5)")
        self._refresh.setShortcut("F5")
        self._close = button(theme, "Close")
        self._lay_out(theme)
        self._refresh.clicked.connect(self.refresh)
        self._close.clicked.connect(self.left)
        self._bake.clicked.connect(lambda: desk.take("run.bake"))
        self.table.chosen.connect(self._choose)
        self.table.taken.connect(self._go)
        desk.changed.connect(self._allow)
        session.connected.connect(self._connected)
        session.opened.connect(self._connected)
        session.drafted.connect(self._compare)
        self._allow("run.bake")
        self.setFocusProxy(self.table)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._entering = True
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Plan what the file says now, for the connection as it is now."""
        session = self._session
        opened = {each: document.text for each, document in session.components.items()}
        wanted = (session.connection, _fingerprint(session.document.text, opened))
        if self._asking is not None:
            if wanted == self._wanted:
                return
            self._asking.set()
            self._asking = None
        self._wanted = wanted
        self._title.setText(f"Plan for {session.canvas.name or 'this recipe'}")
        self.banner.hide()
        path, text, at = session.document.path, session.document.text, session.connection
        if path is None:
            self.plan = None
            save = ("Save…", lambda: self._desk.take("file.save"))
            self._stage.say("save", "Save the recipe first", "Its documents are looked for beside its file.", save)
            return
        self._stale.hide()
        self._sentence.setText(f"Asking {session.where} what is there already…")
        if self.plan is None:
            self._stage.say("waiting", "Planning…", f"Comparing the recipe with what {session.where} has.")
        self._asking = session.ops.run(self, lambda: plan_of(path, text, opened, at), self._take, self._fail, lane=LANE)

    def _lay_out(self, theme: Theme) -> None:
        words = column(
            row(self._title, self._stale, STRETCH, gap=Space.MEDIUM), self._sentence, self.costs, gap=Space.HAIR
        )
        head = row(words, self._refresh, self._close, self._bake, gap=Space.SMALL)
        head.setStretch(0, 1)
        self._stale.hide()
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self.details)
        splitter.setSizes([Size.READING, Size.READING])
        self.details.hide()
        self._stage = Stage(theme, splitter)
        layout = column(
            head, self.banner, self._stage, gap=Space.MEDIUM, margin=(Space.HUGE, Space.LARGE, Space.HUGE, Space.LARGE)
        )
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def say_cost(self, words: str) -> None:
        """What the recipe costs, and what the edits since it was saved make of that."""
        self.costs.say(words)

    @property
    def said(self) -> str:
        """The plan in a sentence, or what is said instead of one."""
        return self._stage.said or self._sentence.text()

    @property
    def busy(self) -> bool:
        """Whether a plan is being made."""
        return self._asking is not None

    @property
    def stale(self) -> bool:
        """Whether the recipe reads differently than what was planned."""
        return not self._stale.isHidden()

    @Slot()
    def _connected(self) -> None:
        self.plan = None
        if self.isVisible():
            self.refresh()

    @Slot()
    def _compare(self) -> None:
        """A plan is of one text; the user is told when the file has another."""
        opened = {each: document.text for each, document in self._session.components.items()}
        current = (self._session.connection, _fingerprint(self._session.document.text, opened))
        self._stale.setVisible(self.plan is not None and current != self._wanted)

    @Slot(str)
    def _allow(self, action_id: str) -> None:
        if action_id == "run.bake":
            self._bake.setEnabled(self._desk.possible("run.bake"))
            self._bake.setToolTip(self._desk.why_not("run.bake"))

    def _take(self, plan: Plan) -> None:
        self._asking = None
        self.plan = plan
        self._sentence.setText(sentence(plan, self._session.where))
        self._fill([_of_step(step) for step in plan.steps])
        self._compare()

    def _fail(self, error: BakehouseError) -> None:
        """Problems in the file are listed with the way to them; anything else is said above."""
        self._asking = None
        self.plan = None
        self._sentence.setText(f"There is no plan for {self._session.where} yet.")
        if isinstance(error, Invalid) and error.problems:
            self.banner.tell("Correct these problems first; then there is a plan.")
            self._fill([_of_problem(problem) for problem in error.problems])
        else:
            self._stage.say_error("There is no plan", error, self.refresh)

    def _fill(self, rows: list[_Row]) -> None:
        self.table.rows.set_rows(rows)
        self._stage.show_content()
        if self._entering and self.isVisible():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._entering = False

    @Slot(object)
    def _choose(self, chosen: _Row | None) -> None:
        self.details.setVisible(chosen is not None and chosen.step is not None)
        if chosen is not None and chosen.step is not None:
            self.details.show_step(chosen.step)

    @Slot(object)
    def _go(self, chosen: _Row) -> None:
        problem = chosen.problem
        if problem is not None:
            file = "" if problem.file == self._session.draft.file else problem.file
            self._desk.intend(ShowAddress(problem.address, file, problem.line, problem.column))
        elif chosen.step is not None:
            self.details.text.setFocus()


class _StepDetails(QWidget):
    """One step: where it leads, what differs, and the members that are sent."""

    def __init__(self) -> None:
        super().__init__()
        self._name = heading("")
        self.facts = Facts()
        self._sent = label("", "muted", step=Type.SMALL, weight=Type.MEDIUM)
        self._sent.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text = Reading("Members of the call")
        left = column(self._name, self.facts, STRETCH)
        right = column(self._sent, self.text, gap=Space.HAIR)
        layout = row(left, right, gap=Space.LARGE, margin=(0, Space.MEDIUM, 0, 0))
        layout.setStretch(0, 2)
        layout.setStretch(1, 3)
        self.setLayout(layout)

    def show_step(self, step: Step) -> None:
        self._name.setText(step.name)
        self.facts.show_facts(
            (
                ("What", f"{ACTIONS[step.action].word}: {step.kind.words}"),
                ("Why", _of_step(step).reason),
                ("Differs in", ", ".join(step.differs)),
                ("Tags set", ", ".join(f"{key}={value}" for key, value in step.set_tags.items())),
                ("Tags removed", ", ".join(step.remove_tags)),
                ("ARN", step.arn),
            )
        )
        sent = bool(step.members)
        self._sent.setText("What is sent" if sent else "Nothing is sent: it is there already.")
        self.text.setVisible(sent)
        self.text.read("\n".join(block(step.members, 2, 2)) if sent else "")


def plan_of(path: Path, text: str, opened: dict[Path, str], at: Connection) -> Plan:
    """Read the recipe and plan it. Raises what reading, planning and the connection raise."""
    return planned(read_for(path, text, at.kind, at.name, opened), at)


def sentence(plan: Plan, where: str) -> str:
    """``On Local in eu-central-1: 5 to create and 1 to reuse.``"""
    if not plan.changes_something:
        return f"On {where} in {plan.region} everything is there already; baking runs the pipeline as it is."
    counts = Counter(_fate(step) for step in plan.steps)
    said = [f"{counts[fate]} to {fate}" for fate in FATES if counts[fate]]
    return f"On {where} in {plan.region}: {_listed(said)}."


def _fate(step: Step) -> str:
    match step.action:
        case Action.CREATE:
            return "create"
        case Action.NEW_BUILD | Action.NEW_VERSION:
            return "renew"
        case Action.UPDATE:
            return "update"
        case Action.REUSE:
            return "tag anew" if step.changes_something else "reuse"
        case _:
            assert_never(step.action)


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _of_step(step: Step) -> _Row:
    """What differs comes first in a reason, in the API's own words; any other reason is a sentence."""
    reason = step.reason if step.differs else capital(step.reason)
    return _Row(ACTIONS[step.action], capital(step.kind.words), step.name, reason, step)


def _of_problem(problem: Problem) -> _Row:
    place = problem.address or f"line {problem.line}"
    return _Row(
        SEVERITIES[problem.severity],
        Path(problem.file).name,
        place,
        f"{problem.message}. {problem.hint}".strip(),
        problem=problem,
    )


def _fingerprint(text: str, opened: dict[Path, str]) -> str:
    return "\0".join((text, *(opened[path] for path in sorted(opened))))
