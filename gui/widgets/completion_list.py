"""The list of what could be typed next, below the cursor of a text widget, which keeps the keyboard meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from gui.theme.tokens import Size, Space

SHOWN: Final = 9
"""So many candidates are in sight; the others are scrolled to."""

WIDEST: Final = Size.INSPECTOR + Size.SIDEBAR // 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """`label` is shown, `insert` is put into the text, `detail` says what it is."""

    label: str
    insert: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """What could stand in place of the characters `start` to `end` of the text, best first."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


Complete = Callable[[str, int], Completion]
"""What could be typed in a text at an offset."""


class CompletionList(QListWidget):
    """Signals: `taken` — a Candidate, by key or mouse."""

    taken = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.completion = Completion(0, 0, ())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)
        self.setAccessibleName("Completions")
        self.itemClicked.connect(self._clicked)
        self.hide()

    def offer(self, completion: Completion, at: QRect) -> None:
        """Show what can be typed beside the cursor, which is at `at` of the parent."""
        self.completion = completion
        self.clear()
        for candidate in completion.candidates:
            said = f"{candidate.label}   {candidate.detail}" if candidate.detail else candidate.label
            item = QListWidgetItem(said, self)
            item.setToolTip(candidate.detail)
        if not completion.candidates:
            self.hide()
            return
        self.setCurrentRow(0)
        self._place(at)
        self.show()
        self.raise_()

    def take(self) -> None:
        """The current candidate."""
        if 0 <= self.currentRow() < len(self.completion.candidates):
            self.hide()
            self.taken.emit(self.completion.candidates[self.currentRow()])

    def step(self, by: int) -> None:
        """To the next or the previous candidate, around the ends."""
        self.setCurrentRow((self.currentRow() + by) % max(1, self.count()))

    def _place(self, at: QRect) -> None:
        room = self._host.rect()
        rows = min(SHOWN, self.count())
        wide = self.sizeHintForColumn(0) + 2 * Space.LARGE + 2 * Space.MEDIUM
        width = min(max(wide, Size.PALETTE), WIDEST, room.width())
        height = self.sizeHintForRow(0) * rows + 2 * Space.HAIR
        below, above = room.bottom() - at.bottom(), at.top() - room.top()
        if below >= height or below >= above:
            top, height = at.bottom() + Space.HAIR, min(height, max(0, below - Space.HAIR))
        else:
            height = min(height, above)
            top = at.top() - height
        left = min(at.left(), room.right() - width)
        self.setGeometry(max(0, left), top, width, height)

    @Slot(QListWidgetItem)
    def _clicked(self, _item: QListWidgetItem) -> None:
        self.take()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(Size.PALETTE, Size.CONTROL * 3)
