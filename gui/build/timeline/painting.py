"""Draws the lanes of a scene: what is usual behind the bars, the bars, what is written on them, which one is chosen."""

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from gui.build.timeline.frame import BAR, BAR_TOP, Frame, box_of
from gui.build.timeline.lanes import GAP, Row
from gui.build.timeline.look import LOOKS, Pattern
from gui.build.timeline.raster import raster
from gui.build.timeline.scene import Scene
from gui.build.timeline.strips import Palette, Strips
from gui.build.timeline.window import ticks
from gui.build.timeline.writing import Writing
from gui.theme.theme import Theme

GHOST_TOP: Final = 2
GHOST: Final = 24
TICK_ROOM: Final = 96
"""Pixels between marks of the ruler, at least."""

_PATTERNED: Final = 6
"""Pixels below which a pattern is not recognised."""


class BarsPainting:
    """Draws with the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._writing = Writing(theme)
        self.recolour()

    def recolour(self) -> None:
        self._palette = Palette.of(self._theme.colours)
        self._writing.recolour()

    def forget(self) -> None:
        """The chart is another."""
        self._writing.labels.clear()

    def paint(self, painter: QPainter, scene: Scene, size: QSize, scroll: int) -> Frame:
        """Draw what is seen `scroll` pixels below the first lane."""
        scale = painter.device().devicePixelRatioF()
        shown = scene.rows.between(scroll, scroll + size.height())
        lanes = [row.lane for row in shown]
        drawn = raster(scene.columns, lanes, scene.window, max(1, round(size.width() * scale)))
        frame = Frame(scene.columns.bars, tuple(Row(row.lane, row.top - scroll) for row in shown), drawn, scale)
        self._ground(painter, scene, size, frame)
        self._ghosts(painter, scene, size, frame)
        critical = scene.critical_flags() if scene.critical_shown else None
        strips = Strips(scene.columns, drawn, self._palette, scene.found, critical, round(BAR * scale))
        for place, row in enumerate(frame.rows):
            strips.row(painter, place, row.top + BAR_TOP, BAR, size.width())
        self._patterns(painter, scene, frame)
        self._writing.write(painter, scene, size, frame)
        self._outline(painter, scene, size, frame)
        return frame

    def _ground(self, painter: QPainter, scene: Scene, size: QSize, frame: Frame) -> None:
        colours = self._theme.colours
        painter.fillRect(0, 0, size.width(), size.height(), QColor(colours.surface))
        painter.setPen(QPen(QColor(colours.border), 0, Qt.PenStyle.DotLine))
        for tick in ticks(scene.window, scene.begin, size.width() // TICK_ROOM):
            x = round(scene.window.x(tick.time, size.width()))
            painter.drawLine(x, 0, x, size.height())
        painter.setPen(QColor(colours.border))
        for row in frame.rows:
            if row.lane and scene.chart.lanes[row.lane].parent is None:
                painter.drawLine(0, row.top - GAP // 2, size.width(), row.top - GAP // 2)

    def _ghosts(self, painter: QPainter, scene: Scene, size: QSize, frame: Frame) -> None:
        """The usual length behind each bar: a box up to the median, and a line on to where nine of ten had ended."""
        columns, drawn = scene.columns, frame.drawn
        if not scene.usual:
            return
        medians = columns.medians[drawn.bars]
        scale = size.width() / scene.window.length
        which = np.flatnonzero(medians * scale >= _PATTERNED)
        if not len(which):
            return
        bars = drawn.bars[which]
        left = (columns.starts[bars] - scene.window.begin) * scale
        median, p90 = left + medians[which] * scale, left + columns.p90s[bars] * scale
        tops = np.array([row.top for row in frame.rows])[drawn.rows[which]]
        edges = np.clip(np.stack((left, median, p90)), -8, size.width() + 8).T.tolist()
        colours = self._theme.colours
        painter.setPen(QColor(colours.border_strong))
        ground = QColor(colours.sunken)
        for (begin, middle, end), top in zip(edges, tops.tolist(), strict=True):
            y = top + GHOST_TOP + GHOST / 2
            painter.fillRect(QRectF(begin, top + GHOST_TOP, middle - begin, GHOST), ground)
            painter.drawLine(QPointF(middle, top + GHOST_TOP), QPointF(middle, top + GHOST_TOP + GHOST))
            if end > middle + 2:
                painter.drawLine(QPointF(middle, y), QPointF(end, y))
                painter.drawLine(QPointF(end, y - 4), QPointF(end, y + 4))

    def _patterns(self, painter: QPainter, scene: Scene, frame: Frame) -> None:
        """What is not simply done, running or failed is hatched as well."""
        drawn = frame.drawn
        wide = np.flatnonzero(drawn.right - drawn.left >= _PATTERNED * frame.scale)
        if scene.found is not None:
            wide = wide[scene.found[drawn.bars[wide]]]
        codes = scene.columns.codes[drawn.bars[wide]]
        for code, look in enumerate(LOOKS):
            if look.pattern is Pattern.NoBrush:
                continue
            colour = QColor(getattr(self._theme.colours, look.role))
            colour.setAlphaF(0.4)
            brush = QBrush(colour, look.pattern)
            height = BAR / 2 if look.thin else BAR - 2
            for at in wide[codes == code].tolist():
                left, right = frame.shown(at)
                top = frame.rows[drawn.rows[at]].top + BAR_TOP + (BAR - height) / 2
                painter.fillRect(QRectF(left, top, right - left, height), brush)

    def _outline(self, painter: QPainter, scene: Scene, size: QSize, frame: Frame) -> None:
        """Around the chosen bar; and the moment that is now."""
        colours = self._theme.colours
        if scene.chart.running:
            x = scene.window.x(scene.end, size.width())
            painter.setPen(QPen(QColor(colours.active), 1))
            painter.drawLine(QPointF(x, 0), QPointF(x, size.height()))
        box = box_of(scene, frame, scene.key, size.width())
        if box is not None:
            painter.setPen(QPen(QColor(colours.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(-1, -1, 1, 1))
