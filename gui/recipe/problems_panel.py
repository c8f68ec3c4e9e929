"""Everything wrong or doubtful in the recipe file and its documents, live, each with the way to it and out of it."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from core.errors import BakehouseError, Problem, Severity
from core.recipe.component_draft import ComponentDraft
from core.recipe.documents import read_text
from core.recipe.draft import Draft
from core.recipe.fixes import Fix, fixes
from gui.actions import Desk, ShowAddress
from gui.ops import Cancel
from gui.session import Session
from gui.theme.status import SEVERITIES
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, label
from gui.widgets.layout import clear, column, holding, row
from gui.widgets.notice import Banner
from gui.widgets.stage import Stage
from gui.widgets.table import Column, Table

LANE: Final = "fixes"
AnyFix = Fix[Draft] | Fix[ComponentDraft]


class ProblemsPanel(QWidget):
    """Follows `session.problems`; the chosen problem stays chosen while the file is typed in."""

    def __init__(self, theme: Theme, desk: Desk, session: Session) -> None:
        super().__init__()
        self._theme = theme
        self._desk = desk
        self._session = session
        self._finding: Cancel | None = None
        self._chosen: Problem | None = None
        self._at = -1
        self.table = Table(theme, "Problems", self._columns(), _key, lambda each: each.message)
        self.stage = Stage(theme, self.table)
        self.banner = Banner(theme)
        self._hint = label("", step=Type.SMALL, wraps=True)
        self._fixes = row(gap=Space.SMALL)
        foot = row(self._hint, self._fixes, gap=Space.MEDIUM, margin=(Space.SMALL, 0, Space.SMALL, 0))
        foot.setStretch(0, 1)
        self._foot = holding(foot)
        self._foot.hide()
        layout = column(self.banner, self.stage, self._foot, gap=Space.HAIR, margin=Space.HAIR)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.table.chosen.connect(self._choose)
        self.table.clicked.connect(lambda _index: self._go())
        self.table.taken.connect(lambda _problem: self._go())
        session.checked.connect(self._show)
        session.opened.connect(self._forget)
        self._show()

    @property
    def offered(self) -> tuple[str, ...]:
        """The quick fixes on their buttons."""
        items = (self._fixes.itemAt(position) for position in range(self._fixes.count()))
        widgets = (item.widget() for item in items if item is not None)
        return tuple(widget.accessibleName() for widget in widgets if widget is not None)

    @Slot()
    def next(self) -> None:
        """Go to the problem after the chosen one, from the last to the first."""
        count = len(self.table.rows.shown)
        if count:
            self.table.choose_at((self._at + 1) % count)
            self._go()

    def _columns(self) -> tuple[Column[Problem], ...]:
        return (
            Column(
                "Severity",
                lambda each: SEVERITIES[each.severity].word,
                96,
                order=lambda each: each.severity is not Severity.ERROR,
                mark=lambda each: (SEVERITIES[each.severity].icon, SEVERITIES[each.severity].role),
                marked_text=True,
            ),
            Column("Problem", lambda each: each.message, share=3),
            Column("What to do", lambda each: each.hint, share=2, optional=True, muted=True),
            Column("Where", self._place, 200, order=lambda each: (each.file, each.line, each.column), muted=True),
        )

    def _place(self, problem: Problem) -> str:
        """The address in the recipe file; file and line in a document."""
        if problem.file == self._session.draft.file:
            return problem.address or f"line {problem.line}"
        return f"{Path(problem.file).name}:{problem.line}"

    @Slot()
    def _forget(self) -> None:
        """What is wrong in another file has nothing to do with what was chosen."""
        self._at = -1
        self._chosen = None
        self.table.choose("")

    @Slot()
    def _show(self) -> None:
        problems, chosen, at = self._session.problems, self._chosen, self._at
        if problems != self.table.rows.rows:
            self.table.rows.set_rows(problems)
            if chosen is not None and self.table.row is None:
                self._choose_nearest(chosen, at)
        if problems:
            self.stage.show_content()
        else:
            self.stage.say("good", "No problems", "The recipe and its documents are fine as far as anybody can tell.")

    def _choose_nearest(self, gone: Problem, at: int) -> None:
        """What is wrong at the same place now, else what stands where it stood, without going there."""
        shown = self.table.rows.shown
        same = (
            position for position, each in enumerate(shown) if (each.file, each.address) == (gone.file, gone.address)
        )
        if shown:
            self.table.choose_at(next(same, min(at, len(shown) - 1)))

    @Slot(object)
    def _choose(self, problem: Problem | None) -> None:
        self._chosen = problem
        self._at = self.table.position if problem is not None else self._at
        if self._finding is not None:
            self._finding.set()
            self._finding = None
        clear(self._fixes)
        self._foot.setVisible(problem is not None)
        if problem is None:
            return
        self._hint.setText(f"{problem.message}. {problem.hint}".strip() if problem.hint else problem.message)
        draft, platform = self._session.draft, self._platform(problem)
        self._finding = self._session.ops.run(
            self,
            lambda: found_fixes(draft, problem, platform),
            lambda found: self._offer(problem, found, draft),
            self.banner.tell_error,
            lane=LANE,
        )

    def _platform(self, problem: Problem) -> str | None:
        cards = self._session.canvas.components
        return next((card.platform for card in cards if str(card.path) == str(Path(problem.file).resolve())), None)

    def _offer(self, problem: Problem, found: tuple[AnyFix, ...], of: Draft) -> None:
        for fix in found:
            made = button(self._theme, fix.label, tip="Quick fix")
            made.clicked.connect(lambda _checked=False, fix=fix: self._fix(problem, fix, of))
            self._fixes.addWidget(made)

    def _fix(self, problem: Problem, fix: AnyFix, of: Draft) -> None:
        """Unless the file reads differently by now: then fixes for what it says are on their way."""
        if of.text != self._session.document.text:
            return
        match fix.draft:
            case Draft() as draft:
                self._session.edit(fix.label, draft)
            case ComponentDraft() as document:
                try:
                    self._session.component(Path(problem.file).resolve()).edit(fix.label, document.text)
                except BakehouseError as error:
                    self.banner.tell_error(error)

    def _go(self) -> None:
        problem = self._chosen
        if problem is not None:
            file = "" if problem.file == self._session.draft.file else problem.file
            self._desk.intend(ShowAddress(problem.address, file, problem.line, problem.column))


def found_fixes(draft: Draft, problem: Problem, platform: str | None) -> tuple[AnyFix, ...]:
    """The quick fixes of a problem of the recipe file or of one of its documents. Raises what reading that raises."""
    if problem.file == draft.file:
        return fixes(draft, problem)
    target = Path(problem.file).resolve()
    opened = draft.folder.opened.get(target) if draft.folder is not None else None
    text = read_text(target) if opened is None else opened
    return fixes(ComponentDraft.of(text, file=problem.file, platform=platform), problem)


def _key(problem: Problem) -> str:
    return f"{problem.file}\n{problem.address}\n{problem.message}"
