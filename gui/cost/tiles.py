"""Tiles: the figures that are asked for first, each with its name above and what it is made of below.

A tile that leads somewhere is a button; all of them say everything to a screen reader.
"""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import label, set_look
from gui.widgets.layout import STRETCH, column
from gui.widgets.paragraph import Paragraph

JOINER = "\u2060"
"""Keeps a sign with its figure: Qt would break the line between them."""

WIDTH = 168
"""A tile is at least as wide."""


class Tile(QFrame):
    """Signals: `pressed` — by the mouse, Return or the space bar."""

    pressed = Signal()

    def __init__(self, theme: Theme, name: str, *, leads: bool = False) -> None:
        super().__init__()
        self._name = name
        self._leads = leads
        self.figure = Paragraph(" ", step=Type.HEADING, weight=Type.BOLD)
        self.detail = Paragraph("", "muted", Type.SMALL)
        set_look(self, "card")
        if leads:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        head = label(name, "muted", Type.SMALL, Type.MEDIUM)
        self.setLayout(column(head, self.figure, self.detail, STRETCH, gap=2, margin=(Space.MEDIUM, Space.SMALL) * 2))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def say(self, figure: str, detail: str = "", tip: str = "") -> None:
        self.figure.say(figure.replace("+$", f"+{JOINER}$"))
        self.detail.say(detail)
        self.setToolTip(tip.replace("<", "‹"))
        self.setAccessibleName(". ".join(filter(None, (f"{self._name}: {figure}", detail))))

    @property
    def said(self) -> str:
        return self.accessibleName()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        super().mouseReleaseEvent(event)
        if self._leads and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if self._leads and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)


class Tiles(QWidget):
    """Tiles in rows, as many beside each other as there is room for, all of one width."""

    def __init__(self, tiles: Sequence[Tile]) -> None:
        super().__init__()
        self._tiles = tuple(tiles)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.SMALL)
        self._arrange(len(self._tiles))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(WIDTH, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        fitting = max(1, (self.width() + Space.SMALL) // (WIDTH + Space.SMALL))
        rows = -(-len(self._tiles) // fitting)
        self._arrange(-(-len(self._tiles) // rows))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        for position in range(self._columns):
            self._grid.setColumnStretch(position, 0)
        self._columns = columns
        for position, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, position // columns, position % columns)
        for position in range(columns):
            self._grid.setColumnStretch(position, 1)
