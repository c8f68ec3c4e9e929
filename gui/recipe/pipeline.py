"""The column of the canvas: the stages of the pipeline as they run, and the cards in them, kept in step with the file.

A card stays with the thing it shows as long as that can be recognised, so an edit changes one card and leaves the
others, their focus and their choice alone.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.aws.connection import Connection
from core.errors import Problem
from core.recipe.canvas import Canvas, ComponentCard, ContainerCard
from gui.recipe import faces
from gui.recipe.cards import Card
from gui.recipe.faces import Face
from gui.recipe.lanes import EDGE, SIDE, Adds, Head, Lane, Stage
from gui.recipe.selection import Part
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type

WIDEST: Final = 720
"""A wider column is harder to read; what is left is margin."""

_NO_COMPONENTS: Final = (
    "Nothing is built into the image yet. Components run here from top to bottom, on a machine started from the parent "
    "image. Drag them here from the library, or component documents from your files."
)
_NO_REGIONS: Final = "The image stays in the region where it is built."


@dataclass(frozen=True, slots=True)
class Thing:
    """Something a lane shows a card of: where it is, by what it is recognised after an edit, and what its card says."""

    index: int
    address: str
    key: Hashable
    face: Face
    document_problems: tuple[Problem, ...] = ()


class Pipeline(QWidget):
    """Signals: `made` — a Card that is new and wants to be listened to."""

    made = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._own: dict[Card, tuple[Problem, ...]] = {}
        self._keys: dict[Card, Hashable] = {}
        self.setProperty("look", "page")
        self.recipe = Card(theme, Part.RECIPE, side=SIDE, title_step=Type.TITLE)
        self.parent_image = Card(theme, Part.PARENT)
        self.infrastructure = Card(theme, Part.INFRASTRUCTURE)
        self.output = Card(theme, Part.OUTPUT)
        self.tests = Card(theme, Part.TESTS, side=EDGE)
        self.schedule = Card(theme, Part.SCHEDULE)
        self._build_head, self._region_head = Head("Build"), Head("Distribution")
        self.build = Lane(theme, self._build_head, Adds(theme, "Add component"))
        self.test = Lane(theme, self.tests)
        self.distribution = Lane(theme, self._region_head, Adds(theme, "Add region"))
        self.workflows = Lane(theme, Head("Workflows"))
        self._output_stage = Stage(theme, "image", self.output)
        self._workflow_stage = Stage(theme, "workflow", self.workflows)
        self._stages = (
            Stage(theme, "parent", self.parent_image, first=True),
            Stage(theme, "machine", self.infrastructure),
            Stage(theme, "component", self.build),
            self._output_stage,
            Stage(theme, "test", self.test),
            Stage(theme, "region", self.distribution),
            self._workflow_stage,
            Stage(theme, "schedule", self.schedule),
        )
        self._stages[-1].last = True
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        for part in (self.recipe, *self._stages):
            self._column.addWidget(part)
        self._column.addStretch(1)

    def fixed_cards(self) -> Sequence[Card]:
        """The cards that are there whatever the file says."""
        return (self.recipe, self.parent_image, self.infrastructure, self.output, self.tests, self.schedule)

    def stops(self) -> list[QWidget]:
        """Everything the keyboard can be at, from top to bottom."""
        found: list[QWidget | None] = [self.recipe, self.parent_image, self.infrastructure]
        found += [*self.build.cards, self.build.adds, self.output, self.tests, *self.test.cards]
        found += [*self.distribution.cards, self.distribution.adds, *self.workflows.cards, self.schedule]
        return [each for each in found if each is not None]

    def stand_ins(self) -> dict[Card, Card]:
        """The rows of the test lane, each with the card of its component."""
        by_index = {card.index: card for card in self.build.cards}
        return {row: by_index[row.index] for row in self.test.cards}

    def addresses(self) -> dict[str, Card]:
        """The cards by the places in the file that they show."""
        found = {card.address: card for card in (*self.fixed_cards(), *self.distribution.cards, *self.workflows.cards)}
        return found | {card.address: card for card in self.build.cards}

    # Showing a file

    def show_canvas(self, canvas: Canvas, connection: Connection, durations: Callable[[ComponentCard], str]) -> None:
        """Say what the file says now; problems stay on their cards until others are known."""
        self._show_fixed(canvas, connection)
        self._lane(
            self.build,
            Part.COMPONENT,
            [
                Thing(
                    card.index,
                    card.address,
                    (card.reference, card.name),
                    faces.component_face(card, durations(card)),
                    card.document_problems,
                )
                for card in canvas.components
            ],
            _NO_COMPONENTS,
        )
        off = canvas.tests.enabled is False
        tested = [card for card in canvas.components if faces.has_tests(card)]
        rows = [Thing(one.index, "", (one.reference, one.name), faces.tests_of_face(one, off)) for one in tested]
        self._lane(self.test, Part.COMPONENT, rows)
        self._lane(
            self.distribution,
            Part.REGION,
            [Thing(one.index, one.address, one.region, faces.region_face(one)) for one in canvas.regions],
            _NO_REGIONS,
        )
        flows = [Thing(one.index, one.address, one.reference, faces.workflow_face(one)) for one in canvas.workflows]
        self._lane(self.workflows, Part.WORKFLOW, flows)
        self._workflow_stage.setVisible(bool(flows))
        self._build_head.say(_count(len(canvas.components), "component"))
        self._region_head.say(_count(len(canvas.regions), "region"))
        first = not canvas.components
        self.build.say_add("Add the first component" if first else "Add component", "primary" if first else "flat")
        self.distribution.say_add("Add region")

    def _show_fixed(self, canvas: Canvas, connection: Connection) -> None:
        container = isinstance(canvas.output, ContainerCard)
        self._output_stage.wear("container" if container else "image")
        tested = sum(faces.has_tests(card) for card in canvas.components)
        for card, address, face, kind in (
            (self.recipe, "", faces.recipe_face(canvas), ""),
            (self.parent_image, canvas.parent.address, faces.parent_face(canvas.parent), "Parent image"),
            (
                self.infrastructure,
                canvas.infrastructure.address,
                faces.infrastructure_face(canvas.infrastructure),
                "Built and tested on",
            ),
            (
                self.output,
                canvas.output.address,
                faces.output_face(canvas.output, connection),
                "Container image" if container else "Image",
            ),
            (self.tests, canvas.tests.address, faces.tests_face(canvas.tests, tested), ""),
            (self.schedule, "schedule", faces.schedule_face(canvas.schedule, connection), "Schedule"),
        ):
            card.address = address
            card.show_face(replace(face, problems=self._own.get(card, ())), kind)

    def show_problems(self, problems: Sequence[Problem], file: str) -> None:
        """Mark the cards with the problems of the file; those in documents come with the documents."""
        cards = self.addresses()
        sorted_out = faces.problems_by_address(cards, problems, file)
        self._own = {cards[place]: tuple(found) for place, found in sorted_out.items()}
        for place, card in cards.items():
            inside = tuple(problem for problem in card.face.problems if problem.file != file)
            card.show_face(replace(card.face, problems=(*self._own.get(cards[place], ()), *inside)), card.kind)

    def _lane(self, lane: Lane, part: Part, things: Sequence[Thing], empty: str = "") -> None:
        """Give each thing the card it had, or else one that nobody claims at its place, or else a new one."""
        had = list(lane.cards)
        found: dict[int, Card] = {}
        for position, thing in enumerate(things):
            card = next((card for card in had if self._keys[card] == thing.key), None)
            if card is not None:
                had.remove(card)
                found[position] = card
        for position in (position for position in range(len(things)) if position not in found):
            spare = next((card for card in had if card.index == things[position].index), None)
            if spare is not None:
                had.remove(spare)
            found[position] = spare or self._make(part)
        lane.show_cards([found[position] for position in range(len(things))], empty)
        for position, thing in enumerate(things):
            card = found[position]
            card.index, card.address = thing.index, thing.address
            self._keys[card] = thing.key
            card.show_face(replace(thing.face, problems=(*self._own.get(card, ()), *thing.document_problems)))
        for card in had:
            self._keys.pop(card)
            self._own.pop(card, None)
            card.hide()
            card.deleteLater()

    def _make(self, part: Part) -> Card:
        card = Card(self._theme, part)
        self.made.emit(card)
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        side = max(Space.HAIR, (self.width() - WIDEST) // 2)
        self._column.setContentsMargins(side, Space.SMALL, side, Space.HUGE)
        super().resizeEvent(event)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
