"""A card of the canvas: one thing of the recipe, drawn from its face, with mouse and focus.

A card lives as long as the thing it shows and takes a new face when that changes; what has not changed is not touched.
It paints its own box, since a style sheet would lay the whole card out anew for each change of selection.
"""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.errors import Severity
from gui.recipe.faces import Face, sentence
from gui.recipe.selection import Part
from gui.theme.status import SEVERITIES
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.chips import Chips
from gui.widgets.dress import Dress, label, set_look
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.notice import Badge

RING: Final = 3
"""The room around a card's box in which its focus ring is drawn."""

FIRST_ROW: Final = 22
"""The height of a card's first row with everything that may stand in it, so that it doesn't jump when that comes."""


class Mark(Badge):
    """How many problems there are, by icon, word and colour; the sentences are its tool tip."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, SEVERITIES[Severity.ERROR])

    def show_problems(self, face: Face) -> None:
        if face.severity is not None:
            shown = SEVERITIES[face.severity]
            count = len(face.problems)
            alike = all(problem.severity is face.severity for problem in face.problems)
            word = shown.word.lower() if alike else "problem"
            self.show_status(replace(shown, word=f"{count} {word}{'s' if count > 1 else ''}"))
            self.setToolTip("".join(f"<p>{escape(sentence(problem))}</p>" for problem in face.problems))
        self.setVisible(face.severity is not None)


class _Rows(QWidget):
    """Lines of text below each other, as many as there are."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._texts: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_texts(self, texts: Sequence[str], role: str = "") -> None:
        """With a status's role they stand out by its icon and are as long as they are; without, they are elided."""
        if tuple(texts) == self._texts:
            return
        self._texts = tuple(texts)
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for text in texts:
            self._column.addWidget(self._row(text, role))
        self.setVisible(bool(texts))

    def _row(self, text: str, role: str) -> QWidget:
        if not role:
            return Elided(text, "muted", mode=Qt.TextElideMode.ElideMiddle)
        picture = QLabel()
        Dress(self._theme, picture, role, role)
        words = label(text, wraps=True)
        layout = row(picture, words, gap=Space.SMALL)
        layout.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        layout.setStretch(1, 1)
        return holding(layout)


class Card(QWidget):
    """Signals: `pressed` — Qt.KeyboardModifier; `released` — without having been dragged; `pulled` — the pointer drags
    it away; `opened` — a double click.

    `part`, `index` and `address` say of what it is; a card with a `side` has its words there and no box
    of its own until it is chosen.
    """

    pressed = Signal(object)
    released = Signal(object)
    pulled = Signal()
    opened = Signal()
    focused = Signal()

    def __init__(self, theme: Theme, part: Part, *, side: int = 0, title_step: int = Type.BODY) -> None:
        super().__init__()
        self._theme = theme
        self.part = part
        self.index: int | None = None
        self.address = ""
        self.face = Face("", "")
        self._plain = side > 0
        self._chosen = False
        self._hovered = False
        self._pressed_at: QPoint | None = None
        self._number = label("", "muted", step=Type.SMALL, weight=Type.MEDIUM)
        self._picture = QLabel()
        self._dress = Dress(theme, self._picture, "", "muted")
        self._kind = label("", "muted", step=Type.SMALL)
        self._title = Elided("", "plain", step=title_step, weight=Type.BOLD)
        self._aside = Elided("", "muted")
        self._state = label("", "muted", step=Type.SMALL, weight=Type.MEDIUM)
        self._duration = label("", "muted", step=Type.SMALL)
        self._lines = _Rows(theme)
        # Most cards never have these; making them for all would take a third of the time a long recipe takes to open.
        self._mark: Mark | None = None
        self._chips: Chips | None = None
        self._notes: _Rows | None = None
        self._lay_out(side, Space.HAIR if side and title_step == Type.BODY else Space.SMALL)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        theme.changed.connect(self.update)

    def _lay_out(self, side: int, top: int) -> None:
        self._number.setFixedSize(Size.ICON, FIRST_ROW)
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._picture.setFixedHeight(FIRST_ROW)
        self._title.setMinimumHeight(max(FIRST_ROW, self._title.sizeHint().height()))
        self._first = row(self._title, self._aside, STRETCH, self._duration, self._state, gap=Space.SMALL)
        self._words = column(self._kind, self._first, self._lines, gap=Space.HAIR)
        top += RING
        side = side or Space.MEDIUM + RING
        layout = row(self._number, self._picture, self._words, gap=Space.SMALL, margin=(side, top, side, top + 1))
        layout.setStretch(2, 1)
        for left in (self._number, self._picture):
            layout.setAlignment(left, Qt.AlignmentFlag.AlignTop)
        optional: tuple[QWidget, ...] = (self._kind, self._number, self._picture, self._aside, self._duration)
        for part in (*optional, self._state, self._lines):
            part.hide()
        self.setLayout(layout)

    @property
    def chosen(self) -> bool:
        return self._chosen

    @property
    def first_row(self) -> int:
        """Where the middle of the row with its title is, which what stands beside it lines up with."""
        return self._title.mapTo(self, self._title.rect().center()).y()

    @property
    def kind(self) -> str:
        """What is shown above the title."""
        return self._kind.text()

    def show_face(self, face: Face, kind: str = "") -> None:
        """Say this from now on; `kind` is shown above the title where the place does not tell."""
        if face == self.face and kind == self._kind.text():
            return
        self.face = face
        _say(self._kind, kind)
        self._title.setText(face.title)
        self._title.updateGeometry()
        set_look(self._title, "muted" if face.faded else "plain")
        for part, text in (
            (self._number, face.number),
            (self._aside, face.aside),
            (self._state, face.state),
            (self._duration, face.duration),
        ):
            _say(part, text)
        self._dress.wear(face.icon, "muted")
        self._picture.setVisible(bool(face.icon))
        self._lines.show_texts(face.lines)
        self._show_rare(face)
        self._name()
        self.update()

    def _show_rare(self, face: Face) -> None:
        if face.problems and self._mark is None:
            self._mark = Mark(self._theme)
            self._first.addWidget(self._mark)
        if face.chips and self._chips is None:
            self._chips = Chips(self._theme)
            self._words.insertWidget(self._words.indexOf(self._lines) + 1, self._chips)
        if face.notes and self._notes is None:
            self._notes = _Rows(self._theme)
            self._words.addWidget(self._notes)
        if self._mark is not None:
            self._mark.show_problems(face)
        if self._chips is not None:
            self._chips.show_texts(face.chips)
            self._chips.setVisible(bool(face.chips))
        if self._notes is not None:
            self._notes.show_texts(face.notes, face.note_role)

    def choose(self, chosen: bool) -> None:
        """Show whether it is selected."""
        if chosen != self._chosen:
            self._chosen = chosen
            self._name()
            self.update()

    def _name(self) -> None:
        name = self.face.spoken + (". Selected" if self._chosen else "")
        if name != self.accessibleName():
            self.setAccessibleName(name)

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(RING + 0.5, RING + 0.5, -RING - 0.5, -RING - 0.5)
        edge = QPen(QColor(colours.accent if self._chosen else colours.border), 2 if self._chosen else 1)
        if not self._chosen:
            edge.setColor(QColor(colours.border_strong if self._hovered else colours.border))
            edge.setStyle(Qt.PenStyle.DashLine if self.face.faded else Qt.PenStyle.SolidLine)
        if not self._plain or self._chosen or self._hovered:
            solid = not self._plain and not self.face.faded
            painter.setBrush(QColor(colours.surface) if solid else Qt.BrushStyle.NoBrush)
            painter.setPen(edge)
            painter.drawRoundedRect(box, Size.CARD_RADIUS, Size.CARD_RADIUS)
        if self.hasFocus():
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.focus), 2))
            painter.drawRoundedRect(ring, Size.CARD_RADIUS + 2, Size.CARD_RADIUS + 2)

    # Mouse and focus

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        self.update()
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._pressed_at = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        self.pressed.emit(event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self._pressed_at is None:
            return
        far = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if far >= QApplication.startDragDistance():
            self._pressed_at = None
            self.pulled.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self._pressed_at is not None:
            self._pressed_at = None
            self.released.emit(event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit()


def _say(part: QLabel, text: str) -> None:
    if part.text() != text:
        part.setText(text)
        part.updateGeometry()
    part.setVisible(bool(text))
