"""The recipe page: shelf, canvas and inspector side by side, problems below; documents, text and plan in the middle.

It joins the parts and knows who shows what; each part follows the session by itself.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from gui.actions import Desk, EditComponent, ShowAddress
from gui.recipe.canvas import CanvasView
from gui.recipe.inspector import Inspector
from gui.recipe.selection import Part, Selection
from gui.recipe.shelf import Shelf
from gui.recipe.usual_times import UsualTimes
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space
from gui.widgets.later import Later
from gui.widgets.layout import column, holding

if TYPE_CHECKING:
    from gui.recipe.component_editor import ComponentEditor
    from gui.recipe.plan_view import PlanView
    from gui.recipe.problems_panel import ProblemsPanel
    from gui.recipe.recipe_text import RecipeText

PROBLEMS_HEIGHT: Final = 168
CANVAS_WIDTH: Final = 560
NARROW: Final = 880
"""Below this width shelf and inspector take turns, so that the canvas keeps room for its cards."""
FORM_AFTER_MS: Final = 20
"""The card that is chosen shows it first, and one that is only passed by the arrow keys needs no form."""


class RecipePage(QWidget):
    """The page of the open recipe file; `runs` is the folder of journals.

    Signals: `cost_asked` — what it costs is to be looked at.
    """

    cost_asked = Signal()

    def __init__(self, theme: Theme, desk: Desk, session: Session, runs: Path) -> None:
        super().__init__()
        self._desk = desk
        self._session = session
        self._seeking = False
        self._costs = ""
        self._forming = QTimer(self)
        self._forming.setSingleShot(True)
        self._forming.setInterval(FORM_AFTER_MS)
        self.shelf = Shelf(theme, desk, session)
        self.usual = UsualTimes(session, runs, self)
        self.canvas = CanvasView(theme, desk, session, self.usual.of)
        self.usual.changed.connect(self.canvas.redraw)
        self.inspector = Inspector(theme, desk, session)
        self._editor = Later(partial(self._made_editor, theme))
        self._text = Later(partial(self._made_text, theme))
        self._plan = Later(partial(self._made_plan, theme))
        self._problems = Later(partial(self._made_problems, theme))
        self._middle = QStackedWidget()
        self._canvas_room = holding(column(self.canvas, margin=Space.SMALL))
        for view in (self._canvas_room, self._editor, self._text, self._plan):
            self._middle.addWidget(view)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.shelf, self._middle, self.inspector):
            self.across.addWidget(part)
        self.across.setStretchFactor(1, 1)
        self.across.setSizes([Size.PALETTE, CANVAS_WIDTH, Size.INSPECTOR])
        self.across.setChildrenCollapsible(False)
        self.across.setHandleWidth(1)
        self.down = QSplitter(Qt.Orientation.Vertical)
        self.down.addWidget(self.across)
        self.down.addWidget(self._problems)
        self.down.setStretchFactor(0, 1)
        self.down.setHandleWidth(1)
        self.down.setSizes([4 * PROBLEMS_HEIGHT, PROBLEMS_HEIGHT])
        self._problems.hide()
        self.setLayout(column(self.down))
        self._connect()

    def _connect(self) -> None:
        self.canvas.selected.connect(self._forming.start)
        self._forming.timeout.connect(self._show_form)
        self.canvas.edit_asked.connect(self._edit)
        self.canvas.selected.connect(self._found)
        self.canvas.cost.clicked.connect(self.cost_asked)
        self.canvas.edit_asked.connect(self._found)
        self.shelf.added.connect(self._found)
        self._desk.bind("recipe.problems", self.toggle_problems)
        self._desk.bind("recipe.next-problem", self._next_problem)
        self._desk.bind("recipe.text", self.toggle_text)
        self._desk.bind("recipe.new-component", self._begin_component)
        self._desk.bind("recipe.add-component", self._look_for_component)
        self._session.opened.connect(self.show_canvas)
        self._session.checked.connect(self._checked)
        self._checked()

    @property
    def editor(self) -> "ComponentEditor":
        """The component editor, made when it is first asked for, as text, plan and problems are."""
        return self._editor.widget

    @property
    def text(self) -> "RecipeText":
        return self._text.widget

    @property
    def plan(self) -> "PlanView":
        return self._plan.widget

    @property
    def problems(self) -> "ProblemsPanel":
        return self._problems.widget

    def _begin_component(self) -> None:
        self.editor.begin_new()

    def _made_editor(self, theme: Theme) -> "ComponentEditor":
        from gui.recipe.component_editor import ComponentEditor

        made = ComponentEditor(theme, self._desk, self._session)
        made.entered.connect(self._show_editor)
        made.left.connect(self.show_canvas)
        return made

    def _made_text(self, theme: Theme) -> "RecipeText":
        from gui.recipe.recipe_text import RecipeText

        made = RecipeText(theme, self._session)
        made.left.connect(self.show_canvas)
        return made

    def _made_problems(self, theme: Theme) -> "ProblemsPanel":
        from gui.recipe.problems_panel import ProblemsPanel

        return ProblemsPanel(theme, self._desk, self._session)

    def _made_plan(self, theme: Theme) -> "PlanView":
        from gui.recipe.plan_view import PlanView

        made = PlanView(theme, self._desk, self._session)
        made.left.connect(self.show_canvas)
        made.say_cost(self._costs)
        return made

    def say_cost(self, chip: str, tip: str, plan: str) -> None:
        """What the recipe costs, for the canvas and for the plan."""
        self._costs = plan
        self.canvas.cost.say(chip, tip)
        if self._plan.made:
            self.plan.say_cost(plan)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._share()

    @Slot()
    def show_canvas(self) -> None:
        self.canvas.editing.take_over()
        self._turn_to(self._canvas_room)
        self.canvas.pipeline.setFocus()

    @Slot()
    def _show_editor(self) -> None:
        self.canvas.editing.hand_over()
        self._turn_to(self._editor)

    def show_plan(self) -> None:
        """Show what baking would do."""
        self._turn_to(self._plan)
        self.plan.refresh()

    @Slot()
    def toggle_text(self) -> None:
        if self._middle.currentWidget() is self._text:
            self.show_canvas()
        else:
            self.canvas.editing.hand_over()
            self._turn_to(self._text)
            self.text.begin()

    @Slot()
    def toggle_problems(self) -> None:
        self._problems.setVisible(not self._problems.isVisible())

    def _next_problem(self) -> None:
        self.problems.next()

    @Slot()
    def _checked(self) -> None:
        self._desk.allow("recipe.next-problem", bool(self._session.problems), "The recipe has no problems.")

    def edit_component(self, path: Path, place: tuple[int, int] | None = None) -> None:
        """Open a component document in its editor, at the step of a phase."""
        self.editor.open(path)
        if place is not None and self.editor.sheet is not None:
            self.editor.sheet.lanes.choose(place, focus=True)

    def show_address(self, wanted: ShowAddress) -> None:
        """Go to a place of the recipe file, or of a document that it names."""
        if wanted.file and wanted.file != self._session.draft.file:
            self.editor.open(Path(wanted.file))
            if wanted.line:
                self.editor.go_to(wanted.line, wanted.column)
        elif wanted.line and (self._middle.currentWidget() is self._text or not wanted.address):
            # What has no address is no value: it is wrong in the text, and seen only there.
            if self._middle.currentWidget() is not self._text:
                self.toggle_text()
            self.text.go_to(wanted.line, wanted.column)
        else:
            self.show_canvas()
            self.canvas.show_address(wanted.address)
            self._show_form()
            self.inspector.focus_address(wanted.address)

    def _turn_to(self, view: QWidget) -> None:
        self._middle.setCurrentWidget(view)
        self._share()

    def _share(self) -> None:
        """Show beside the canvas what there is room for."""
        on_canvas = self._middle.currentWidget() is self._canvas_room
        narrow = self.width() < NARROW
        self.shelf.setVisible(on_canvas and (self._seeking or not narrow))
        self.inspector.setVisible(on_canvas and not (self._seeking and narrow))

    @Slot()
    def _found(self) -> None:
        """A card is looked at, and no longer the shelf."""
        self._seeking = False
        self._share()

    @Slot()
    def _show_form(self) -> None:
        self._forming.stop()
        self.inspector.show_selection(self.canvas.selection)

    @Slot(object)
    def _edit(self, selection: Selection) -> None:
        """Enter on a card: its document where it has one, else its form."""
        if selection.part is Part.COMPONENT and selection.index is not None:
            path = self._session.canvas.components[selection.index].path
            if path is not None:
                self._desk.intend(EditComponent(path))
                return
        self._show_form()
        self.inspector.setFocus(Qt.FocusReason.TabFocusReason)
        self.inspector.focusNextChild()

    @Slot()
    def _look_for_component(self) -> None:
        self.show_canvas()
        self._seeking = True
        self._share()
        self.shelf.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
