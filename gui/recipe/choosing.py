"""Which cards are chosen and which one the keyboard is at: one tab stop for the whole canvas, arrows within it.

Cards are kept and not positions, so that a choice stays with its cards whatever an edit or undo does to their order.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from shiboken6 import isValid

from gui.recipe.cards import Card
from gui.recipe.selection import Part, Selection

LISTS: Final = (Part.COMPONENT, Part.REGION, Part.WORKFLOW)
"""The parts that are lists, of which several can be chosen."""


class Choosing(QObject):
    """Signals: `selected` — a Selection, when it is another; `arrived` — the widget the keyboard is at now;
    `edit_asked` — a Selection, on Enter or a double click.

    `stops` are cards and buttons from top to bottom. A card in `stand_ins` stands for another, which it chooses.
    """

    selected = Signal(object)
    arrived = Signal(object)
    edit_asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stops: list[QWidget] = []
        self.stand_ins: dict[Card, Card] = {}
        self._chosen: list[Card] = []
        self._current: QWidget | None = None
        self._anchor: Card | None = None
        self._told = Selection()

    @property
    def selection(self) -> Selection:
        """What is chosen; the recipe as a whole when nothing is."""
        cards = self._chosen
        if not cards:
            return Selection()
        indexes = sorted(card.index for card in cards if card.index is not None)
        return Selection(cards[0].part, tuple(indexes))

    @property
    def current(self) -> QWidget | None:
        return self._current

    def show_stops(self, stops: Sequence[QWidget], stand_ins: dict[Card, Card]) -> None:
        """Another sequence after an edit; what is gone from it is no longer chosen, and its neighbour is current."""
        before = self.stops
        self.stops, self.stand_ins = list(stops), stand_ins
        kept = [card for card in self._chosen if card in stops]
        if self._anchor not in stops:
            self._anchor = None
        if self._current not in stops:
            gone = [
                before.index(each) for each in (*self._chosen, self._current) if each in before and each not in stops
            ]
            had_focus = self._current is not None and isValid(self._current) and self._current.hasFocus()
            self._move_to(self._neighbour(self._current, min(gone, default=0)), focus=had_focus)
            if not kept and isinstance(self._current, Card) and self._chosen:
                kept = [self._meant(self._current)]
        self._choose(kept)

    def _neighbour(self, gone: QWidget | None, at: int) -> QWidget:
        """What stands now where something stood, or above it where only that is of the same list."""
        at = min(at, len(self.stops) - 1)
        here, above = self.stops[at], self.stops[max(0, at - 1)]
        alike = (
            each
            for each in (here, above)
            if isinstance(each, Card) and isinstance(gone, Card) and each.part is gone.part
            if each not in self.stand_ins
        )
        return next(alike, here)

    def select(self, selection: Selection, *, focus: bool = False) -> None:
        """Choose by part and positions, and bring the keyboard there."""
        cards = [
            card
            for card in self.stops
            if isinstance(card, Card)
            and card.part is selection.part
            and (not selection.indexes or card.index in selection.indexes)
            and card not in self.stand_ins
        ]
        cards = cards if selection.indexes else cards[:1]
        if cards:
            self._anchor = cards[0]
            self._move_to(cards[0], focus=focus)
        self._choose(cards)

    def select_all(self) -> None:
        """Every component, or every card of the list that the keyboard is in."""
        here = self._current
        part = here.part if isinstance(here, Card) and here.part in LISTS else Part.COMPONENT
        self._choose([card for card in self._cards() if card.part is part])

    # Mouse

    def press(self, card: Card, modifiers: Qt.KeyboardModifier) -> None:
        """Ctrl adds or takes away, Shift chooses up to here. One of several that are chosen stays so until it is known
        that they are not being dragged."""
        self._move_to(card, focus=True)
        meant = self._meant(card)
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._toggle(meant)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._extend(meant)
        elif meant not in self._chosen:
            self._only(meant)

    def release(self, card: Card, modifiers: Qt.KeyboardModifier) -> None:
        plain = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if not modifiers & plain:
            self._only(self._meant(card))

    # Keyboard

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether the key is one of the canvas's own; then it has been done."""
        match event.key():
            case Qt.Key.Key_Up:
                return self._step(-1, event.modifiers())
            case Qt.Key.Key_Down:
                return self._step(1, event.modifiers())
            case Qt.Key.Key_Home:
                return self._step(-len(self.stops), event.modifiers())
            case Qt.Key.Key_End:
                return self._step(len(self.stops), event.modifiers())
            case Qt.Key.Key_Space:
                if isinstance(self._current, Card):
                    self._toggle(self._meant(self._current))
                return isinstance(self._current, Card)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                return self._enter()
        return False

    def _enter(self) -> bool:
        match self._current:
            case QAbstractButton():
                self._current.click()
            case Card():
                if self._meant(self._current) not in self._chosen:
                    self._only(self._meant(self._current))
                self.edit_asked.emit(self.selection)
            case _:
                return False
        return True

    def _step(self, by: int, modifiers: Qt.KeyboardModifier) -> bool:
        if modifiers & Qt.KeyboardModifier.AltModifier or not self.stops:
            return False
        at = self.stops.index(self._current) if self._current in self.stops else -1
        self._move_to(self.stops[max(0, min(len(self.stops) - 1, at + by))], focus=True)
        if isinstance(self._current, Card):
            meant = self._meant(self._current)
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                self._extend(meant)
            elif not modifiers & Qt.KeyboardModifier.ControlModifier:
                self._only(meant)
        return True

    # What they share

    def _cards(self) -> list[Card]:
        return [each for each in self.stops if isinstance(each, Card) and each not in self.stand_ins]

    def _meant(self, card: Card) -> Card:
        return self.stand_ins.get(card, card)

    def _only(self, card: Card) -> None:
        self._anchor = card
        self._choose([card])

    def _toggle(self, card: Card) -> None:
        if card.part not in LISTS:
            self._only(card)
            return
        alike = [each for each in self._chosen if each.part is card.part]
        self._anchor = card
        self._choose([each for each in alike if each is not card] if card in alike else [*alike, card])

    def _extend(self, card: Card) -> None:
        """Everything of the anchor's list between the anchor and here."""
        anchor = self._anchor
        if anchor is None or anchor.part not in LISTS:
            self._only(card)
            return
        cards = self._cards()
        first, last = sorted((cards.index(anchor), cards.index(card)))
        self._choose([each for each in cards[first : last + 1] if each.part is anchor.part])

    def _move_to(self, stop: QWidget, *, focus: bool) -> None:
        before, self._current = self._current, stop
        if before is not None and before is not stop and isValid(before):
            before.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        stop.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if focus:
            stop.setFocus(Qt.FocusReason.OtherFocusReason)
        self.arrived.emit(stop)

    def _choose(self, cards: list[Card]) -> None:
        self._chosen = cards
        for card in self.stops:
            if isinstance(card, Card):
                card.choose(self._meant(card) in cards)
        if self.selection != self._told:
            self._told = self.selection
            self.selected.emit(self._told)
