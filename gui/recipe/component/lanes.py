"""The visual side of the component editor: the document's card, and below it a lane for each phase with its steps."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QVBoxLayout, QWidget

from core.errors import Problem
from core.recipe.component_draft import ComponentDraft
from core.recipe.editable import below
from core.recipe.lanes import Lane
from core.recipe.step_form import FORMS
from gui.recipe.component.cards import Card, DocumentBox, ProblemBadge, StepBox
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, label, tool_button
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, column, row, scrolled

PHASES: Final = ("build", "validate", "test")
_MEANING: Final = {
    "build": "Runs on the build machine, before the image is made",
    "validate": "Runs on the build machine, after all builds",
    "test": "Runs on a new machine, started from the image",
}
Place = tuple[int, int] | None
"""Phase and step of what is chosen; None for the document itself."""


class ActionMenu(QMenu):
    """All actions of a platform, by group, put in when it is first opened. Signals: `picked` — the name of one."""

    picked = Signal(str)

    def __init__(self, parent: QWidget, platform: str | None) -> None:
        super().__init__(parent)
        self._platform = platform
        self.aboutToShow.connect(self._fill)

    @Slot()
    def _fill(self) -> None:
        if not self.isEmpty():
            return
        groups: dict[str, QMenu] = {}
        for form in FORMS.values():
            if self._platform is not None and self._platform not in form.platforms:
                continue
            if form.group not in groups:
                groups[form.group] = self.addMenu(form.group)
                groups[form.group].setToolTipsVisible(True)
            made = groups[form.group].addAction(form.action)
            made.setToolTip(form.help)
            made.triggered.connect(lambda _checked=False, action=form.action: self.picked.emit(action))


class LaneBox(QFrame):
    """One phase.

    Signals: `chosen` — the index of a step; `asked` — the index of a step and what for; `wanted` — an action to add;
    `gone` — the phase is to be removed.
    """

    chosen = Signal(int)
    asked = Signal(int, str)
    wanted = Signal(str)
    gone = Signal()

    def __init__(self, theme: Theme, platform: str | None) -> None:
        super().__init__()
        self.setProperty("look", "sunken")
        self._theme = theme
        self.steps: list[StepBox] = []
        self._name = label("", weight=Type.BOLD)
        self._meaning = Elided("", "muted", step=Type.SMALL)
        self._problems = ProblemBadge(theme)
        self.add: QPushButton = button(theme, "Add step", "flat", "add")
        self._menu = ActionMenu(self.add, platform)
        self._menu.picked.connect(self.wanted)
        self.add.setMenu(self._menu)
        self._away = tool_button(theme, "delete", "Remove this phase")
        self._away.clicked.connect(lambda _checked=False: self.gone.emit())
        self._empty = label("No steps yet. Add one, or paste one here.", "muted")
        self._box = QVBoxLayout()
        self._box.setSpacing(Space.SMALL)
        head = row(self._name, self._meaning, STRETCH, self._problems, self.add, self._away, gap=Space.SMALL)
        self.setLayout(column(head, self._empty, self._box, gap=Space.SMALL, margin=Space.SMALL))

    def show_lane(self, lane: Lane, problems: tuple[Problem, ...], phase_problems: tuple[Problem, ...]) -> None:
        self._name.setText(lane.name or "Phase without a name")
        self._meaning.setText(_MEANING.get(lane.name, ""))
        self._problems.show_problems(phase_problems)
        self._empty.setVisible(not lane.steps)
        self._away.setVisible(not lane.steps)
        self.add.setAccessibleName(f"Add step to {lane.name}")
        while len(self.steps) > len(lane.steps):
            gone = self.steps.pop()
            gone.hide()
            gone.setParent(None)
            gone.deleteLater()
        while len(self.steps) < len(lane.steps):
            self._grow(len(self.steps))
        for box, step in zip(self.steps, lane.steps, strict=True):
            box.show_step(step, tuple(problem for problem in problems if below(problem.address, step.address)))
        self.setAccessibleName(f"Phase {lane.name}, {len(lane.steps)} steps")

    def open_menu(self) -> None:
        self.add.showMenu()

    def _grow(self, index: int) -> None:
        box = StepBox(self._theme)
        box.chosen.connect(lambda: self.chosen.emit(index))
        box.asked.connect(lambda word: self.asked.emit(index, word))
        self.steps.append(box)
        self._box.addWidget(box)


class LanesView(QWidget):
    """Signals: `chosen` — a Place, or None; `asked` — the Place and what a key asks for; `step_wanted` — phase and
    action; `phase_wanted` — a phase's name; `phase_gone` — a phase's index."""

    chosen = Signal(object)
    asked = Signal(object, str)
    step_wanted = Signal(int, str)
    phase_wanted = Signal(str)
    phase_gone = Signal(int)

    def __init__(self, theme: Theme, platform: str | None) -> None:
        super().__init__()
        self._theme = theme
        self._platform = platform
        self.place: Place = None
        self.document = DocumentBox(theme)
        self.document.chosen.connect(lambda: self.choose(None))
        self.document.asked.connect(lambda word: self._step_from(None, word))
        self.lanes: list[LaneBox] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(Space.MEDIUM)
        self._missing = {name: button(theme, f"Add {name} phase", "flat", "add") for name in PHASES}
        for name, made in self._missing.items():
            made.setToolTip(_MEANING[name])
            made.clicked.connect(self._wanting(name))
        foot = row(*self._missing.values(), STRETCH, gap=Space.SMALL)
        inside = QWidget()
        inside.setLayout(column(self.document, self._box, foot, STRETCH, gap=Space.MEDIUM, margin=Space.MEDIUM))
        self._area = scrolled(inside)
        self.setLayout(column(self._area))

    def show_draft(self, draft: ComponentDraft, file: str, problems: tuple[Problem, ...]) -> None:
        lanes = draft.lanes
        steps = [step.address for lane in lanes.phases for step in lane.steps]
        phases = [lane.address for lane in lanes.phases]
        loose = tuple(one for one in problems if not any(below(one.address, place) for place in (*steps, *phases)))
        self.document.show_document(lanes, file, loose)
        while len(self.lanes) > len(lanes.phases):
            gone = self.lanes.pop()
            gone.hide()
            gone.setParent(None)
            gone.deleteLater()
        while len(self.lanes) < len(lanes.phases):
            self._grow(len(self.lanes))
        for box, lane in zip(self.lanes, lanes.phases, strict=True):
            own = tuple(
                one
                for one in problems
                if below(one.address, lane.address) and not any(below(one.address, step) for step in steps)
            )
            box.show_lane(lane, problems, own)
        present = {lane.name for lane in lanes.phases}
        for name, made in self._missing.items():
            made.setVisible(name not in present)
        self.choose(self.place)

    def choose(self, place: Place, *, focus: bool = False) -> None:
        """Choose a step, or the document where there is no such step."""
        card = self.card(place)
        before, self.place = self.place, place if card is not None else None
        for each_place, each in self._cards():
            each.choose(each_place == self.place)
        shown = card or self.document
        if focus:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
            self._area.ensureWidgetVisible(shown, 0, Space.MEDIUM)
        if before != self.place:
            self.chosen.emit(self.place)

    def card(self, place: Place) -> Card | None:
        """The card of a step."""
        if place is None:
            return None
        phase, step = place
        steps = self.lanes[phase].steps if 0 <= phase < len(self.lanes) else []
        return steps[step] if 0 <= step < len(steps) else None

    def _cards(self) -> list[tuple[Place, Card]]:
        found: list[tuple[Place, Card]] = [(None, self.document)]
        for phase, lane in enumerate(self.lanes):
            found.extend(((phase, step), card) for step, card in enumerate(lane.steps))
        return found

    def _grow(self, index: int) -> None:
        box = LaneBox(self._theme, self._platform)
        box.chosen.connect(lambda step: self.choose((index, step)))
        box.asked.connect(lambda step, word: self._step_from((index, step), word))
        box.wanted.connect(lambda action: self.step_wanted.emit(index, action))
        box.gone.connect(lambda: self.phase_gone.emit(index))
        self.lanes.append(box)
        self._box.addWidget(box)

    def _step_from(self, place: Place, word: str) -> None:
        """Arrow keys go from card to card; what else is asked for is not ours."""
        cards = self._cards()
        at = next(number for number, (each, _) in enumerate(cards) if each == place)
        to = {"before": at - 1, "after": at + 1, "first": 0, "last": len(cards) - 1}.get(word)
        if to is None:
            self.asked.emit(place, word)
        elif 0 <= to < len(cards):
            self.choose(cards[to][0], focus=True)

    def _wanting(self, name: str) -> Callable[[], None]:
        return lambda: self.phase_wanted.emit(name)

    @Slot()
    def focus_chosen(self) -> None:
        """Put the keyboard on the chosen card."""
        self.choose(self.place, focus=True)
