"""Draws rows of a log: marks, line number and time at the left, then the text on its grid.

It is told what a row looks like and knows neither lines nor scrolling. Colours of commands become those of the theme,
so that they can be read on either background.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from core.build.escapes import Hue, Style
from core.build.levels import Level
from gui.build.log.stretches import Stretch
from gui.theme.icons import icon
from gui.theme.theme import Theme, fixed_font
from gui.theme.tokens import Colours, Space, Type

MARK: Final = 14
"""Width and height of icons in a row."""

BAR: Final = 3
"""Width of the bar beside the lines of a part."""

_INKS: Final[dict[Hue, str]] = {
    Hue.BLACK: "muted",
    Hue.RED: "bad",
    Hue.GREEN: "good",
    Hue.YELLOW: "warn",
    Hue.BLUE: "active",
    Hue.MAGENTA: "accent",
    Hue.CYAN: "active",
    Hue.WHITE: "text",
}
_PAPERS: Final[dict[Hue, str]] = {
    Hue.BLACK: "sunken",
    Hue.RED: "bad_soft",
    Hue.GREEN: "good_soft",
    Hue.YELLOW: "warn_soft",
    Hue.BLUE: "active_soft",
    Hue.MAGENTA: "accent_soft",
    Hue.CYAN: "active_soft",
    Hue.WHITE: "quiet_soft",
}
ROLES: Final = {Level.ERROR: "bad", Level.WARNING: "warn"}


@dataclass(frozen=True, slots=True)
class Span:
    """Cells of a row, from the row's first."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class RowLook:
    """What is to be seen in a row. `fold` is whether what begins here is folded, None where nothing begins; `note` is
    said behind the text. `selected` reaches to the edge where it `goes_on`. `caret` is a cell."""

    stretches: Sequence[Stretch]
    number: str = ""
    time: str = ""
    level: Level | None = None
    fold: bool | None = None
    note: str = ""
    note_cell: int = 0
    in_part: bool = False
    current: bool = False
    selected: Span | None = None
    goes_on: bool = False
    hits: Sequence[Span] = ()
    hit: Span | None = None
    caret: int | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the parts of a row begin, in pixels from its left edge."""

    fold: float
    level: float
    number: float
    time: float
    text: float


class RowPainter:
    """`cell` is the width of a letter, `height` that of a row."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.font = fixed_font(Type.SMALL)
        self._bold = QFont(self.font)
        self._bold.setWeight(QFont.Weight(Type.BOLD))
        metrics = QFontMetricsF(self.font)
        self._metrics = metrics
        self.cell = metrics.horizontalAdvance("0" * 100) / 100
        self.height = ceil(metrics.lineSpacing()) + 2
        self._baseline = 1 + metrics.ascent()
        self._pixmaps: dict[tuple[str, str], QPixmap] = {}
        self._fitting: dict[str, bool] = {}

    def columns(self, digits: int, time_cells: int) -> Columns:
        fold = float(BAR + 1)
        level = fold + MARK + 2
        number = level + MARK + Space.HAIR
        time = number + digits * self.cell + Space.SMALL
        text = time + (time_cells * self.cell + Space.SMALL if time_cells else 0) + Space.HAIR
        return Columns(fold, level, number, time, text)

    def paint(self, painter: QPainter, looks: Iterable[RowLook], at: Columns, width: float) -> None:
        """Draw rows from the top."""
        colours = self._theme.colours
        painter.setFont(self.font)
        for number, look in enumerate(looks):
            self._paint_row(painter, look, at, QRectF(0, number * self.height, width, self.height), colours)

    def _paint_row(self, painter: QPainter, look: RowLook, at: Columns, room: QRectF, colours: Colours) -> None:
        y, width = room.y(), room.width()
        self._paint_paper(painter, look, room, colours)
        painter.save()
        painter.setClipRect(QRectF(at.text - 1, y, width - at.text + 1, self.height))
        painter.translate(at.text, y)
        self._paint_marks(painter, look, width - at.text, colours)
        self._paint_text(painter, look, colours)
        painter.restore()
        self._paint_edge(painter, look, at, y, colours)

    def _paint_paper(self, painter: QPainter, look: RowLook, room: QRectF, colours: Colours) -> None:
        if look.level is not None:
            painter.fillRect(room, QColor(getattr(colours, f"{ROLES[look.level]}_soft")))
        elif look.current:
            painter.fillRect(room, QColor(colours.raised))
        if look.in_part:
            painter.fillRect(QRectF(0, room.y(), BAR, room.height()), QColor(colours.accent))

    def _paint_marks(self, painter: QPainter, look: RowLook, width: float, colours: Colours) -> None:
        """What lies under the text: papers of commands, what was found, what is selected."""
        for stretch in look.stretches:
            paper = _paper(stretch.style, colours)
            if paper:
                painter.fillRect(self._box(stretch.cell, stretch.cell + stretch.cells), QColor(paper))
        for span in look.hits:
            painter.fillRect(self._box(span.begin, span.end), QColor(colours.warn_soft))
            painter.setPen(QColor(colours.warn))
            painter.drawRect(self._box(span.begin, span.end).adjusted(0, 0.5, -1, -1.5))
        if look.selected is not None:
            box = self._box(look.selected.begin, look.selected.end)
            if look.goes_on:
                box.setRight(max(width, box.right()))
            painter.fillRect(box, QColor(colours.selection))
        if look.hit is not None:
            painter.fillRect(self._box(look.hit.begin, look.hit.end), QColor(colours.accent))

    def _paint_text(self, painter: QPainter, look: RowLook, colours: Colours) -> None:
        own = getattr(colours, ROLES[look.level]) if look.level is not None else colours.text
        for stretch in look.stretches:
            ink = _ink(stretch.style, own, colours)
            self._draw(painter, stretch, ink)
            if look.hit is not None and stretch.cell < look.hit.end and look.hit.begin < stretch.cell + stretch.cells:
                painter.save()
                painter.setClipRect(self._box(look.hit.begin, look.hit.end), Qt.ClipOperation.IntersectClip)
                self._draw(painter, stretch, colours.on_accent)
                painter.restore()
        if look.note:
            painter.setPen(QColor(colours.muted))
            painter.drawText(QPointF((look.note_cell + 2) * self.cell, self._baseline), look.note)
        if look.caret is not None:
            painter.fillRect(QRectF(look.caret * self.cell, 0, 2, self.height), QColor(colours.focus))

    def _draw(self, painter: QPainter, stretch: Stretch, ink: str) -> None:
        style = stretch.style
        painter.setPen(QColor(ink))
        if style.bold or style.italic or style.underlined:
            font = QFont(self._bold if style.bold else self.font)
            font.setItalic(style.italic)
            font.setUnderline(style.underlined)
            painter.setFont(font)
            painter.drawText(QPointF(stretch.cell * self.cell, self._baseline), stretch.text)
            painter.setFont(self.font)
        else:
            painter.drawText(QPointF(stretch.cell * self.cell, self._baseline), stretch.text)

    def _paint_edge(self, painter: QPainter, look: RowLook, at: Columns, y: float, colours: Colours) -> None:
        middle = y + (self.height - MARK) / 2
        if look.fold is not None:
            name = "chevron" if look.fold else "expanded"
            painter.drawPixmap(QPointF(at.fold, middle), self._pixmap(name, "muted", colours))
        if look.level is not None and look.number:
            role = ROLES[look.level]
            painter.drawPixmap(QPointF(at.level, middle), self._pixmap(role, role, colours))
        painter.setPen(QColor(colours.muted))
        if look.number:
            right = at.time - Space.SMALL
            painter.drawText(
                QPointF(right - len(look.number) * self.cell, y + self._baseline),
                look.number,
            )
        if look.time:
            right = at.text - Space.HAIR - Space.SMALL
            painter.drawText(QPointF(right - len(look.time) * self.cell, y + self._baseline), look.time)

    def _box(self, begin: int, end: int) -> QRectF:
        return QRectF(begin * self.cell, 0, (end - begin) * self.cell, self.height)

    def _pixmap(self, name: str, role: str, colours: Colours) -> QPixmap:
        if (name, role) not in self._pixmaps:
            self._pixmaps[name, role] = icon(name, colours, role).pixmap(QSize(MARK, MARK))
        return self._pixmaps[name, role]

    def fits(self, letter: str) -> bool:
        """Whether a letter beyond ASCII is as wide as the others."""
        known = self._fitting.get(letter)
        if known is None:
            known = self._metrics.horizontalAdvance(letter) == self._metrics.horizontalAdvance("0")
            self._fitting[letter] = known
        return known

    def recolour(self) -> None:
        """The theme has other colours."""
        self._pixmaps.clear()


def _ink(style: Style, own: str, colours: Colours) -> str:
    if style.inverse:
        return str(getattr(colours, _PAPERS[style.paper])) if style.paper else colours.surface
    if style.ink:
        return str(getattr(colours, _INKS[style.ink]))
    return colours.muted if style.dim else own


def _paper(style: Style, colours: Colours) -> str:
    if style.inverse:
        return str(getattr(colours, _INKS[style.ink])) if style.ink else colours.text
    return str(getattr(colours, _PAPERS[style.paper])) if style.paper else ""
