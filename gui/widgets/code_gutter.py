"""The column left of a code text: line numbers, the current one stronger, and a sign on lines with problems."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.theme.theme import Theme, fixed_font
from gui.theme.tokens import Space, Type

SIGN = 10
"""Width of the sign in pixels; errors are discs, warnings triangles, so that no colour is needed to tell them apart."""

Line = tuple[int, QRect]
"""The number of a line, from 1, and where it stands."""


class CodeGutter(QWidget):
    """`lines` gives the lines in sight."""

    def __init__(self, theme: Theme, parent: QWidget, lines: Callable[[], Iterator[Line]]) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = lines
        self._signs: dict[int, str] = {}
        self._count = 1
        self._current = 1
        self.setFont(fixed_font(Type.SMALL))
        self.setAccessibleName("Line numbers")
        theme.changed.connect(self.update)

    def room(self, lines: int) -> int:
        """The width that so many lines need."""
        self._count = lines
        digits = max(3, len(str(lines)))
        return self.fontMetrics().horizontalAdvance("9") * digits + SIGN + 3 * Space.HAIR + Space.HAIR

    def mark(self, signs: dict[int, str]) -> None:
        """Which lines have a problem, by the role of the worst of them."""
        if signs != self._signs:
            self._signs = signs
            self.update()

    def stand_at(self, line: int) -> None:
        if line != self._current:
            self._current = line
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self.room(self._count), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(colours.raised))
        painter.setPen(QColor(colours.border))
        painter.drawLine(self.width() - 1, event.rect().top(), self.width() - 1, event.rect().bottom())
        for number, place in self._lines():
            if not place.intersects(event.rect().adjusted(-self.width(), 0, self.width(), 0)):
                continue
            painter.setPen(QColor(colours.text if number == self._current else colours.muted))
            box = QRect(0, place.top(), self.width() - 2 * Space.HAIR, place.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number))
            if (role := self._signs.get(number)) is not None:
                self._sign(painter, role, place)
        painter.end()

    def _sign(self, painter: QPainter, role: str, place: QRect) -> None:
        box = QRectF(Space.HAIR, place.center().y() - SIGN / 2 + 1, SIGN - 1, SIGN - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(self._theme.colours, role)))
        if role == "bad":
            painter.drawEllipse(box)
        else:
            top = QPointF(box.center().x(), box.top())
            painter.drawPolygon(QPolygonF([top, box.bottomRight(), box.bottomLeft()]))
