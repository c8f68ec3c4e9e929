"""One component document, visual and text side by side; both show the same at once, and both edit the document.

While the text is no valid YAML the visual side keeps what it could read last, says why, and waits.
"""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QWidget

from core.errors import BakehouseError, Problem
from core.recipe.tree import Items
from gui.recipe.component.document_panel import DocumentPanel
from gui.recipe.component.drafting import DraftEdit, Drafting
from gui.recipe.component.lanes import PHASES, LanesView, Place
from gui.recipe.component.step_commands import StepCommands
from gui.recipe.component.step_panel import StepPanel
from gui.recipe.component.text_side import TextSide, offset_of
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.document_entry import UndoKeys
from gui.widgets.dress import button, dress, label
from gui.widgets.later import Later
from gui.widgets.layout import column, row, scrolled
from gui.widgets.notice import Banner

VISUAL, TEXT = 11, 10
"""How the sides share the width."""
LANES, FORM = 11, 9
"""How lanes and form share the height."""


class Paused(QFrame):
    """Why the visual side waits. Signals: `asked` — to go to the place."""

    asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("look", "warn")
        picture = label("")
        dress(theme, picture, "warn", "warn")
        self._words = label("", "warn", weight=Type.MEDIUM, wraps=True)
        go = button(theme, "Go to line")
        go.clicked.connect(lambda _checked=False: self.asked.emit())
        layout = row(picture, self._words, go, gap=Space.SMALL, margin=Space.SMALL)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.hide()

    def show_obstacle(self, obstacle: Problem | None) -> None:
        self.setVisible(obstacle is not None)
        if obstacle is not None:
            where = f"Line {obstacle.line}: " if obstacle.line else ""
            self._words.setText(f"{where}{obstacle.message}. Cards and forms wait until this is corrected.")
            self.setAccessibleName(self._words.text())


class ComponentSheet(QWidget):
    """Signals: `escaped` — Esc, with nothing of the sheet's own to leave; `chosen` — a Place, or None."""

    escaped = Signal()

    def __init__(self, theme: Theme, drafting: Drafting, platform: str | None) -> None:
        super().__init__()
        self.drafting = drafting
        drafting.setParent(self)
        self.commands = StepCommands(drafting)
        self._leading = False
        self.keys = UndoKeys(self)
        self.lanes = LanesView(theme, platform)
        self.document_panel = DocumentPanel(theme, self.keys)
        self._steps = Later(partial(self._made_step_panel, theme, platform))
        self.text = TextSide(theme, platform)
        self.paused = Paused(theme)
        self.banner = Banner(theme)
        self._forms = QStackedWidget()
        for panel in (self.document_panel, self._steps):
            self._forms.addWidget(scrolled(panel))
        self._forms.setAccessibleName("Form")
        self.halves = self._split(Qt.Orientation.Vertical, (self.lanes, self._forms), (LANES, FORM))
        visual = QWidget()
        self._notes = QWidget()
        edges = (Space.MEDIUM, Space.SMALL, Space.MEDIUM, Space.SMALL)
        self._notes.setLayout(column(self.paused, self.banner, margin=edges))
        self._notes.hide()
        self._waiting = QWidget()
        layout = column(self._notes, self.halves, self._waiting, gap=0)
        layout.setStretch(1, 1)
        layout.setStretch(2, 1)
        visual.setLayout(layout)
        self.sides = self._split(Qt.Orientation.Horizontal, (visual, self.text), (VISUAL, TEXT))
        self.setLayout(column(self.sides))
        self._connect()
        self.text.editor.view.setReadOnly(drafting.document.read_only)
        self._text_changed()
        drafting.begin()

    @property
    def step_panel(self) -> StepPanel:
        """Made with the first step that is chosen."""
        return self._steps.widget

    def _made_step_panel(self, theme: Theme, platform: str | None) -> StepPanel:
        made = StepPanel(theme, self.keys, platform)
        made.edited.connect(self._edit)
        return made

    def _split(self, way: Qt.Orientation, parts: tuple[QWidget, QWidget], shares: tuple[int, int]) -> QSplitter:
        made = QSplitter(way)
        made.setHandleWidth(1)
        made.setChildrenCollapsible(False)
        for number, (part, share) in enumerate(zip(parts, shares, strict=True)):
            made.addWidget(part)
            made.setStretchFactor(number, share)
        made.setSizes([share * 100 for share in shares])
        return made

    def _connect(self) -> None:
        drafting, undo = self.drafting, self.drafting.document.undo
        drafting.drafted.connect(self._drafted)
        drafting.refused.connect(self._refuse)
        drafting.document.changed.connect(self._text_changed)
        self.document_panel.edited.connect(self._edit)
        self.text.edited.connect(self._typed)
        self.text.stood.connect(self._stand)
        for keys in (self.keys, self.text.editor.view):
            keys.undo_wanted.connect(undo.undo)
            keys.redo_wanted.connect(undo.redo)
        self.lanes.chosen.connect(self._choose)
        self.lanes.asked.connect(self.ask)
        self.lanes.step_wanted.connect(self._add_step)
        self.lanes.phase_wanted.connect(lambda name: self.commands.add_phase(name, PHASES))
        self.lanes.phase_gone.connect(self.commands.remove_phase)
        self.paused.asked.connect(self._go_to_obstacle)
        self.banner.dismissed.connect(self._show_notes)

    # Shown

    @Slot()
    def _text_changed(self) -> None:
        self.text.show_text(self.drafting.document.text)

    @Slot()
    def _drafted(self) -> None:
        drafting = self.drafting
        self.text.show_problems(drafting.problems)
        self.paused.show_obstacle(drafting.obstacle)
        self.halves.setVisible(bool(drafting.draft.text))
        self._waiting.setVisible(self.halves.isHidden())
        self._show_notes()
        waiting = drafting.obstacle is not None
        for panel in (self.document_panel, self._steps):
            panel.setEnabled(not waiting and not drafting.document.read_only)
        if not waiting:
            self.lanes.show_draft(drafting.draft, drafting.document.name, drafting.problems)
            self._show_form()

    def _show_form(self) -> None:
        drafting, place = self.drafting, self.lanes.place
        self._forms.setCurrentIndex(0 if place is None else 1)
        if place is None:
            self.document_panel.show_document(drafting.draft, drafting.problems)
        else:
            path = ("phases", place[0], "steps", place[1])
            self.step_panel.show_step(drafting.draft, path, drafting.problems)

    @Slot(object)
    def _choose(self, place: Place) -> None:
        """Show the form of what was chosen, and its place in the text, unless the text has led here."""
        self._show_form()
        if place is None or self._leading or not self.drafting.current:
            return
        node = self.drafting.draft.source.node(("phases", place[0], "steps", place[1]))
        if node is not None and not self.text.editor.view.hasFocus():
            self._leading = True
            self.text.editor.view.go_to(node.span.start)
            self._leading = False

    @Slot(int)
    def _stand(self, offset: int) -> None:
        """The cursor of the text is in a step: that one is chosen."""
        if self._leading or not self.drafting.current or not self.text.editor.view.hasFocus():
            return
        self._leading = True
        self.lanes.choose(step_at(self.drafting, offset))
        self._leading = False

    @Slot()
    def _go_to_obstacle(self) -> None:
        obstacle = self.drafting.obstacle
        if obstacle is not None:
            self.show_problem(obstacle)

    def show_problem(self, problem: Problem) -> None:
        """Put the cursor of the text where a problem is."""
        self.go_to_line(problem.line, problem.column)

    def go_to_line(self, line: int, column: int) -> None:
        """Put the cursor of the text at a line and column, both from 1."""
        self.text.editor.view.go_to(offset_of(self.drafting.document.text, line, column))
        self.text.editor.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # Edited

    @Slot(str, object, str)
    def _edit(self, words: str, edit: DraftEdit, run: str) -> None:
        self.drafting.edit(words, edit, run=run)

    @Slot(str, str)
    def _typed(self, text: str, run: str) -> None:
        self.drafting.document.edit("Type", text, run=run)

    @Slot(object, str)
    def ask(self, place: Place, word: str) -> None:
        """Do what a key on a card, or an action of the window, asks for."""
        clipboard = QGuiApplication.clipboard()
        match word, place:
            case "form", _:
                (self.document_panel if place is None else self.step_panel).begin()
            case "paste", _:
                self._then(self.commands.paste(place, clipboard.text()))
            case _, None:
                return
            case (("up" | "down"), (phase, step)):
                self._then(self.commands.move((phase, step), -1 if word == "up" else 1))
            case "delete", (phase, step):
                self._then(self.commands.delete((phase, step)))
            case "duplicate", (phase, step):
                self._then(self.commands.duplicate((phase, step)))
            case (("copy" | "cut"), (phase, step)):
                text = self.commands.copy((phase, step))
                if text:
                    clipboard.setText(text)
                if text and word == "cut":
                    self._then(self.commands.delete((phase, step)))

    def _then(self, place: Place) -> None:
        """Go on with a card after an edit."""
        self.lanes.choose(place, focus=True)

    @Slot(int, str)
    def _add_step(self, phase: int, action: str) -> None:
        place = self.commands.add(phase, action)
        if place is not None:
            self._then(place)
            self.step_panel.begin()

    @Slot(object)
    def _refuse(self, error: BakehouseError) -> None:
        self.banner.tell_error(error)
        self._show_notes()

    @Slot()
    def _show_notes(self) -> None:
        """Room for notes only while there are any."""
        self._notes.setVisible(not (self.paused.isHidden() and self.banner.isHidden()))

    # Keys

    def turn(self) -> None:
        """From the text to the cards, or back."""
        if self.text.editor.isAncestorOf(self.focusWidget()):
            self.lanes.focus_chosen()
        else:
            self.text.editor.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        match event.key():
            case Qt.Key.Key_Escape if self._forms.isAncestorOf(self.focusWidget()):
                self.lanes.focus_chosen()
            case Qt.Key.Key_Escape:
                self.escaped.emit()
            case Qt.Key.Key_F6:
                self.turn()
            case _:
                super().keyPressEvent(event)


def step_at(drafting: Drafting, offset: int) -> Place:
    """The step that an offset of the text is in; None outside of all."""
    source = drafting.draft.source
    for phase in range(drafting.draft.count("phases")):
        node, steps = source.node(("phases", phase)), source.node(("phases", phase, "steps"))
        if node is None or not isinstance(steps, Items) or not node.span.start <= offset <= node.span.end + 1:
            continue
        begun = sum(1 for step in steps.items if step.span.start <= offset)
        return (phase, begun - 1) if begun else None
    return None
