"""The stages of the pipeline from top to bottom: a rail at the left that leads from each to the next, and at its right
one card, or a lane of several.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from gui.recipe.cards import RING, Card
from gui.theme.icons import icon
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import dress, label, set_look
from gui.widgets.layout import STRETCH, column, row

SIDE: Final = Space.MEDIUM
"""What stands left of the rail, so that the ring of the recipe's own card has room around its words."""

RAIL: Final = SIDE + 44
"""The width of the rail with its gap to the cards."""

NODE: Final = 32
"""The diameter of a stage's sign on the rail."""

ABOVE: Final = 10
BELOW: Final = Space.SMALL

EDGE: Final = RING + Space.MEDIUM
"""Where the words of a card begin, and those of a lane with them."""

_ARROW: Final = 5


class Stage(QWidget):
    """A sign on the rail and what it stands for; the rail leads on from it unless it is the `last`."""

    def __init__(self, theme: Theme, icon_name: str, content: QWidget, *, first: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon_name
        self._first = first
        self.content = content
        self.last = False
        around = 0 if isinstance(content, Card) else RING
        layout = column(content, margin=(RAIL + around, ABOVE + around, SIDE + around, BELOW + around))
        self.setLayout(layout)
        theme.changed.connect(self.update)

    def wear(self, icon_name: str) -> None:
        """Another sign from now on."""
        self._icon_name = icon_name
        self.update()

    def _middle(self) -> int:
        content = self.content
        return content.y() + (content.first_row if isinstance(content, Card | Lane) else NODE // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, y = SIDE + NODE / 2, float(self._middle())
        top, bottom = y - NODE / 2, y + NODE / 2
        painter.setPen(QPen(QColor(colours.border_strong), 1.5))
        if not self._first:
            painter.drawLine(QPointF(x, 0), QPointF(x, top - 2))
        if not self.last:
            painter.drawLine(QPointF(x, bottom), QPointF(x, self.height()))
        painter.setPen(QPen(QColor(colours.border_strong), 1.5))
        painter.setBrush(QColor(colours.surface))
        painter.drawEllipse(QPointF(x, y), NODE / 2 - 1, NODE / 2 - 1)
        if not self._first:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.border_strong))
            tip = top + 0.5
            painter.drawPolygon(
                QPolygonF([QPointF(x, tip), QPointF(x - _ARROW, tip - 1.4 * _ARROW), QPointF(x + _ARROW, tip - 7)])
            )
        half = Size.ICON // 2
        picture = icon(self._icon_name, colours, "accent").pixmap(QSize(Size.ICON, Size.ICON), self.devicePixelRatio())
        painter.drawPixmap(QRect(int(x) - half, int(y) - half, Size.ICON, Size.ICON), picture)


class Gap(QWidget):
    """The line that says where what is dragged will go. It is drawn over the cards, so that nothing moves for it."""

    HEIGHT: Final = 10

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Here it will be inserted")
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(self._theme.colours.accent)
        middle, radius = self.HEIGHT / 2, 4.0
        painter.setPen(QPen(colour, 3))
        painter.drawLine(QPointF(radius, middle), QPointF(self.width() - radius, middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(radius, middle), radius, radius)
        painter.drawEllipse(QPointF(self.width() - radius, middle), radius, radius)


class Adds(QPushButton):
    """The button of a lane that adds a card to it."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        self._dress = dress(theme, self, "add")
        self.setProperty("look", "flat")
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def wear(self, look: str) -> None:
        set_look(self, look)
        self._dress.wear("add", "on_accent" if look == "primary" else "text")


class Lane(QFrame):
    """A well with a head and cards in their order; without cards it says what to do about that."""

    def __init__(self, theme: Theme, head: QWidget, adds: Adds | None = None) -> None:
        super().__init__()
        self.setProperty("look", "sunken")
        self._head = head
        self.cards: list[Card] = []
        self.adds = adds
        self._empty = label("", "muted", wraps=True)
        self._empty.hide()
        self._column = QVBoxLayout()
        self._column.setSpacing(2)
        self._column.setContentsMargins(0, 0, 0, 0)
        edge = Space.SMALL
        layout = column(head, self._empty, self._column, gap=Space.HAIR, margin=edge)
        self._empty.setContentsMargins(EDGE, 0, EDGE, Space.HAIR)
        if adds is not None:
            self._foot = row(adds, STRETCH)
            layout.addLayout(self._foot)
        self.setLayout(layout)
        self.gap = Gap(theme, self)

    @property
    def first_row(self) -> int:
        inner = self._head.first_row if isinstance(self._head, Card) else Size.CONTROL // 2
        return Space.SMALL + inner

    @property
    def empty_text(self) -> str:
        """What it says while it has no cards."""
        return self._empty.text() if not self.cards else ""

    def show_cards(self, cards: Sequence[Card], empty: str = "") -> None:
        """Hold these cards in this order; those that are here already are only moved."""
        for position, card in enumerate(cards):
            if self._column.indexOf(card) != position:
                self._column.removeWidget(card)
                self._column.insertWidget(position, card)
        self.cards = list(cards)
        self._empty.setText(empty)
        self._empty.setVisible(not cards and bool(empty))

    def say_add(self, text: str, look: str = "flat") -> None:
        """What its button says, and whether it is the obvious next thing."""
        if self.adds is not None:
            self.adds.setText(text)
            self.adds.setAccessibleName(text)
            self.adds.wear(look)
            # The words stand where those of the cards do, and a button without a box is its words.
            self._foot.setContentsMargins(EDGE if look == "primary" else EDGE - Space.MEDIUM - 1, 0, 0, Space.HAIR)

    def gap_at(self, y: int) -> int:
        """The gap nearest to a height within the lane: the number of cards above it."""
        return sum(card.geometry().center().y() < y for card in self.cards)

    def show_gap(self, gap: int | None) -> None:
        """Show where something will go, or nothing."""
        if gap is None:
            self.gap.hide()
            return
        if not self.cards:
            y = self._head.geometry().bottom() + Space.HAIR
        elif gap < len(self.cards):
            y = self.cards[gap].geometry().top() - 1
        else:
            y = self.cards[-1].geometry().bottom() + 1
        side = Space.SMALL
        self.gap.setGeometry(side, y - Gap.HEIGHT // 2, self.width() - 2 * side, Gap.HEIGHT)
        self.gap.raise_()
        self.gap.show()


class Head(QWidget):
    """The name of a lane and what is in it, for lanes that have no card of their own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._count = label("", "muted")
        self.setLayout(row(label(name, weight=Type.BOLD), self._count, STRETCH, margin=(EDGE, 0, EDGE, 0)))
        self.setMinimumHeight(Size.CONTROL)

    def say(self, text: str) -> None:
        self._count.setText(text)
