"""Draws the bars of a scene: what is usual behind them, themselves, what is written on them, what is chosen."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPixmap

from core.build.chart import Bar
from gui.build.timeline.facts import Context
from gui.build.timeline.labels import Labels
from gui.build.timeline.lanes import Row
from gui.build.timeline.look import DONE, LOOKS, RUNNING, Look, Pattern
from gui.build.timeline.raster import Raster, raster
from gui.build.timeline.scene import Scene
from gui.build.timeline.strips import Palette, Strips
from gui.build.timeline.window import ticks
from gui.theme.icons import icon
from gui.theme.theme import Theme, font
from gui.theme.tokens import Size, Type

BAR_TOP: Final = 5
BAR: Final = 18
GHOST_TOP: Final = 2
GHOST: Final = 24
ICON: Final = 14
TICK_ROOM: Final = 96
"""Pixels between marks of the ruler, at least."""

_PAD: Final = 4
_LEAST_LABEL: Final = 30
_BESIDE_LABEL: Final = 48
_PATTERNED: Final = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """What was drawn, for finding again what the pointer is at. `scale` is device pixels per pixel."""

    rows: tuple[Row, ...]
    drawn: Raster
    scale: float

    def at(self, x: float, y: float, reach: int) -> int:
        """The place of the bar at a point, or of the nearest within `reach` pixels left or right; -1 if there is none."""
        place = next((at for at, row in enumerate(self.rows) if row.top <= y < row.bottom), -1)
        if place < 0:
            return -1
        line = self.drawn.seen[place]
        column = round(x * self.scale)
        for beside in range(round(reach * self.scale) + 1):
            for each in (column - beside, column + beside):
                if 0 <= each < len(line) and line[each] >= 0:
                    return int(line[each])
        return -1


class BarsPainting:
    """Draws with the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.font = font(Type.SMALL)
        self.labels = Labels(QFontMetricsF(self.font))
        self._icons: dict[tuple[str, str, float], QPixmap] = {}
        self.recolour()

    def recolour(self) -> None:
        colours = self._theme.colours
        self.palette = Palette.of(colours)
        self._icons.clear()
        self._strong = [QColor(getattr(colours, look.role)) for look in LOOKS]
        self._text, self._muted = QColor(colours.text), QColor(colours.muted)
        self._on_solid = QColor(colours.surface)
        self._slow = QColor(colours.warn)

    def paint(self, painter: QPainter, scene: Scene, size: QSize, scroll: int) -> Frame:
        """Draw what is seen `scroll` pixels below the first lane."""
        scale = painter.device().devicePixelRatioF()
        shown = scene.rows.between(scroll, scroll + size.height())
        drawn = raster(
            scene.columns, [row.lane for row in shown], scene.window, max(1, round(size.width() * scale))
        )
        frame = Frame(tuple(Row(row.lane, row.top - scroll) for row in shown), drawn, scale)
        painter.setFont(self.font)
        self._ground(painter, scene, size, frame)
        self._ghosts(painter, scene, size, frame)
        critical = scene.critical_flags() if scene.critical_shown else None
        strips = Strips(scene.columns, drawn, self.palette, scene.found, critical)
        for place, row in enumerate(frame.rows):
            strips.row(painter, place, row.top + BAR_TOP, BAR, size.width())
        self._patterns(painter, scene, frame)
        self._write(painter, scene, size, frame)
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
            if scene.chart.lanes[row.lane].parent is None:
                painter.drawLine(0, row.top - 4, size.width(), row.top - 4)

    def _ghosts(self, painter: QPainter, scene: Scene, size: QSize, frame: Frame) -> None:
        """The usual length behind each bar: a box up to the median, and a line on to where nine of ten had ended."""
        columns, drawn = scene.columns, frame.drawn
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
        painter.setPen(QColor(colours.border))
        painter.setBrush(QColor(colours.sunken))
        for (begin, middle, _), top in zip(edges, tops.tolist(), strict=True):
            painter.drawRect(QRectF(begin, top + GHOST_TOP, middle - begin, GHOST))
        painter.setPen(QPen(QColor(colours.border_strong), 1))
        for (_, middle, end), top in zip(edges, tops.tolist(), strict=True):
            y = top + GHOST_TOP + GHOST / 2
            painter.drawLine(QPointF(middle, top + GHOST_TOP), QPointF(middle, top + GHOST_TOP + GHOST))
            if end > middle + 2:
                painter.drawLine(QPointF(middle, y), QPointF(end, y))
                painter.drawLine(QPointF(end, y - 4), QPointF(end, y + 4))

    def _patterns(self, painter: QPainter, scene: Scene, frame: Frame) -> None:
        """What is not simply done, running or failed is hatched as well."""
        drawn = frame.drawn
        codes = scene.columns.codes[drawn.bars]
        for code, look in enumerate(LOOKS):
            if look.pattern is Pattern.NoBrush:
                continue
            which = np.flatnonzero((codes == code) & (drawn.right - drawn.left >= _PATTERNED))
            if not len(which):
                continue
            colour = QColor(self._strong[code])
            colour.setAlphaF(0.45)
            brush = QBrush(colour, look.pattern)
            height = BAR / 2 if look.thin else BAR - 2
            for at in which.tolist():
                left, right = _shown(drawn, at)
                top = frame.rows[drawn.rows[at]].top + BAR_TOP + (BAR - height) / 2
                painter.fillRect(QRectF(left, top, right - left, height) if frame.scale == 1 else QRectF(
                    left / frame.scale, top, (right - left) / frame.scale, height), brush)

    def _write(self, painter: QPainter, scene: Scene, size: QSize, frame: Frame) -> None:
        """Names and icons, in the bar if there is room, else beside it if there is room until the next one."""
        drawn, columns = frame.drawn, scene.columns
        if not len(drawn.bars):
            return
        width = drawn.right - drawn.left
        following = np.append(drawn.left[1:], np.int32(drawn.seen.shape[1]))
        following[:-1][drawn.rows[1:] != drawn.rows[:-1]] = drawn.seen.shape[1]
        beside = following - drawn.right
        wanted = (width >= _LEAST_LABEL * frame.scale) | (beside >= _BESIDE_LABEL * frame.scale)
        context = context_of(scene)
        for at in np.flatnonzero(wanted).tolist():
            left, right = _shown(drawn, at)
            place = int(drawn.bars[at])
            if int(drawn.left[at]) >= drawn.seen.shape[1]:
                continue
            bar = columns.bars[place]
            top = frame.rows[drawn.rows[at]].top
            look = LOOKS[columns.codes[place]]
            inside = width[at] >= _LEAST_LABEL * frame.scale and not look.thin
            x = (left if inside else right) / frame.scale + _PAD
            room = (right - left if inside else min(int(following[at]), drawn.seen.shape[1]) - right) / frame.scale
            self._label(painter, bar, place, look, (x, top, room - 2 * _PAD), context, inside=inside)
            if bar.reboots:
                self._reboots(painter, scene, bar, top, size.width())

    def _label(
        self,
        painter: QPainter,
        bar: Bar,
        place: int,
        look: Look,
        where: tuple[float, float, float],
        context: Context,
        *,
        inside: bool,
    ) -> None:
        x, top, room = where
        label = self.labels.of(place, bar, context)
        name = look.icon if look.icon and look is not RUNNING else "slow" if label.slow else look.icon
        if name and room >= ICON:
            role = "surface" if inside and look.solid else "warn" if name == "slow" else look.role
            y = top + BAR_TOP + (BAR - ICON) / 2
            painter.drawPixmap(QPointF(x, y), self._icon(name, role, painter.device().devicePixelRatioF()))
            x, room = x + ICON + _PAD, room - ICON - _PAD
        text, tail = label.fitted(room)
        if not text:
            return
        solid = inside and look.solid
        baseline = top + BAR_TOP + BAR - 5
        painter.setPen(self._on_solid if solid else self._text if inside else self._muted)
        painter.drawText(QPointF(x, baseline), text)
        if tail:
            painter.setPen(self._on_solid if solid else self._slow if label.slow else self._muted)
            painter.drawText(QPointF(x + label.name_width, baseline), tail)

    def _reboots(self, painter: QPainter, scene: Scene, bar: Bar, top: int, width: int) -> None:
        """Where the bar asked for a reboot: a broken line across it, with its icon on top."""
        painter.setPen(QPen(self._text, 1, Qt.PenStyle.DashLine))
        for moment in bar.reboots:
            x = scene.window.x(moment.timestamp(), width)
            if 0 <= x <= width:
                painter.drawLine(QPointF(x, top + 1), QPointF(x, top + GHOST_TOP + GHOST + 1))
                side = ICON - 2
                picture = self._icon("reboot", "text", painter.device().devicePixelRatioF())
                painter.fillRect(QRectF(x + 1, top + BAR_TOP, side, side), QColor(self._theme.colours.surface))
                painter.drawPixmap(QRectF(x + 1, top + BAR_TOP, side, side), picture, QRectF(picture.rect()))

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

    def _icon(self, name: str, role: str, scale: float) -> QPixmap:
        key = (name, role, scale)
        if key not in self._icons:
            self._icons[key] = icon(name, self._theme.colours, role).pixmap(QSize(ICON, ICON), scale)
        return self._icons[key]


def context_of(scene: Scene) -> Context:
    """What bars are read against, now."""
    return Context(scene.chart, scene.usual, scene.critical, datetime.fromtimestamp(scene.end, UTC))


def box_of(scene: Scene, frame: Frame, key: str, width: int) -> QRectF | None:
    """Where a bar is drawn, if it is."""
    at = scene.columns.place(key) if key else -1
    row = next((row for row in frame.rows if at >= 0 and row.lane == scene.columns.lane(at)), None)
    if row is None:
        return None
    left = scene.window.x(float(scene.columns.starts[at]), width)
    right = max(scene.window.x(float(scene.columns.ends[at]), width), left + 3)
    if right < -2 or left > width + 2:
        return None
    return QRectF(max(left, -4), row.top + BAR_TOP, min(right, width + 4) - max(left, -4), BAR)


def _shown(drawn: Raster, at: int) -> tuple[int, int]:
    """The columns of a bar that are in the picture."""
    return max(int(drawn.left[at]), 0), min(int(drawn.right[at]), drawn.seen.shape[1])


SAMPLE: Final = Size.ICON
__all__ = ["BAR", "BarsPainting", "DONE", "Frame", "box_of", "context_of"]
