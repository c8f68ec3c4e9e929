"""Writes on bars: icon, name, status, length, in the bar if there is room, else beside it if there is room there."""

from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from core.build.chart import Bar
from gui.build.timeline.frame import BAR, BAR_TOP, Frame, context_of
from gui.build.timeline.labels import Label, Labels, Words
from gui.build.timeline.look import LOOKS, RUNNING, Look, Pattern
from gui.build.timeline.scene import Scene
from gui.theme.icons import icon
from gui.theme.theme import Theme, font
from gui.theme.tokens import Type

ICON: Final = 14
_PAD: Final = 4
_INSIDE: Final = 36
"""Pixels that a bar has to have for something to be written in it."""
_CROWDED: Final = (_INSIDE, 48, 64, 88, 120, 200)
_MOST_WRITTEN: Final = 400
_BESIDE: Final = 48
_WHOLE: Final = 160
"""Pixels in which most names stand uncut; a bar with fewer behind it is written on before it, if there are more."""

_LEAST_NAMED: Final = 6
"""Letters of what is to come that are worth being written after how much it is."""

_MOST_PICTURES: Final = 4_000
_MARK: Final = ICON + 2 * _PAD
"""Pixels that a bar has to have for its icon alone."""
_THIN: Final = np.array([look.thin for look in LOOKS])
_MARKED: Final = np.array([bool(look.icon) and look is not RUNNING for look in LOOKS])


class Where(Enum):
    INSIDE = auto()
    AFTER = auto()
    BEFORE = auto()


class Spot(NamedTuple):
    """Room for words on the bar with this place, in the row with that one; `x` and `room` in pixels."""

    bar: int
    row: int
    where: Where
    x: float
    room: float


class Writing:
    """Writes in the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.font = font(Type.SMALL)
        self.labels = Labels(QFontMetricsF(self.font))
        self._scale = 1.0
        self.recolour()

    def recolour(self) -> None:
        colours = self._theme.colours
        self._icons: dict[tuple[str, str, float], QPixmap] = {}
        self._pictures: dict[tuple[str, str, int, int], QPixmap] = {}
        self._text, self._muted = QColor(colours.text), QColor(colours.muted)
        self._on_solid, self._slow = QColor(colours.surface), QColor(colours.warn)
        self._soft = [QColor(getattr(colours, f"{look.role}_soft")) for look in LOOKS]

    def write(self, painter: QPainter, scene: Scene, size: QSize, frame: Frame) -> None:
        context, bars, codes = context_of(scene), scene.columns.bars, scene.columns.codes
        painter.setFont(self.font)
        if frame.scale != self._scale:
            self._scale = frame.scale
            self._pictures.clear()
        written: dict[int, float] = {}
        for spot in _spots(scene, frame):
            bar, look, top = bars[spot.bar], LOOKS[codes[spot.bar]], frame.rows[spot.row].top
            found = scene.found is None or bool(scene.found[spot.bar])
            end = self._bar(painter, spot, self.labels.of(spot.bar, bar, context), look, top, found=found)
            written[spot.row] = end
            if bar.reboots:
                self._reboots(painter, scene, bar, QPointF(end, top), size.width())
        self._pending(painter, scene, size, frame, written)

    def _bar(self, painter: QPainter, spot: Spot, label: Label, look: Look, top: int, *, found: bool) -> float:
        """Write on one bar; the x up to which there are words."""
        inside = spot.where is Where.INSIDE
        name = look.icon if look.icon and look is not RUNNING else "slow" if label.slow else look.icon
        name = name or ("reboot" if label.rebooted else "")
        taken = ICON + _PAD if name and spot.room >= ICON else 0
        words = label.fitted(spot.room - taken)
        x = spot.x if spot.where is not Where.BEFORE else spot.x - taken - words.width
        if found and inside and look.pattern is not Pattern.NoBrush and (words.name or taken):
            plate = QRectF(x - 2, top + BAR_TOP + 2, taken + words.width + 4, BAR - 4)
            painter.fillRect(plate, self._soft[LOOKS.index(look)])
        if taken:
            solid = inside and look.solid and found
            role = "surface" if solid else "muted" if not found else "warn" if name == "slow" else look.role
            self._icon(painter, name, role, QPointF(x, top + BAR_TOP + (BAR - ICON) / 2))
        if words.name:
            solid = inside and look.solid and found
            ink = self._on_solid if solid else self._text if inside and found else self._muted
            rest = ink if solid else self._slow if label.slow and found else self._muted
            painter.drawPixmap(QPointF(x + taken, top + BAR_TOP), self._words(words, ink, rest))
        return x + taken + words.width

    def _words(self, words: Words, ink: QColor, rest: QColor) -> QPixmap:
        """The words as a picture: the same ones are drawn again in every frame, and letters take longest of all."""
        key, scale = (words.name, words.tail, id(ink), id(rest)), self._scale
        made = self._pictures.get(key)
        if made is None:
            if len(self._pictures) >= _MOST_PICTURES:
                self._pictures.clear()
            made = QPixmap(round((words.width + 2) * scale), round(BAR * scale))
            made.setDevicePixelRatio(scale)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            painter.setFont(self.font)
            painter.setPen(ink)
            painter.drawText(QPointF(0, BAR - 5), words.name)
            painter.setPen(rest)
            painter.drawText(QPointF(words.name_width, BAR - 5), words.tail)
            painter.end()
            self._pictures[key] = made
        return made

    def _icon(self, painter: QPainter, name: str, role: str, at: QPointF) -> None:
        key = (name, role, self._scale)
        if key not in self._icons:
            self._icons[key] = icon(name, self._theme.colours, role).pixmap(QSize(ICON, ICON), key[2])
        painter.drawPixmap(at, self._icons[key])

    def _reboots(self, painter: QPainter, scene: Scene, bar: Bar, after: QPointF, width: int) -> None:
        """Where the bar asked for a reboot: a broken line with a wedge on top, and an icon where no words are."""
        top, end = after.y(), bar.end.timestamp() if bar.end else scene.end
        for moment in bar.reboots:
            x = round(scene.window.x(moment.timestamp(), width)) + 0.5
            if not 0 <= x <= width:
                continue
            free = x > after.x() + 2
            if free:
                painter.setPen(QPen(self._text, 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(x, top + 2), QPointF(x, top + BAR_TOP + BAR + 2))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._text)
            painter.drawPolygon(QPolygonF((QPointF(x - 4, top), QPointF(x + 4, top), QPointF(x, top + 5))))
            if free and x + ICON + _PAD < scene.window.x(end, width):
                self._icon(painter, "reboot", "text", QPointF(x + 2, top + BAR_TOP + (BAR - ICON) / 2))

    def _pending(self, painter: QPainter, scene: Scene, size: QSize, frame: Frame, written: dict[int, float]) -> None:
        """After the last bar of a lane: which steps of it are still to come, or never began."""
        waiting: dict[int, list[str]] = {}
        for each in scene.chart.pending:
            waiting.setdefault(each.lane, []).append(each.name)
        metrics = painter.fontMetrics()
        painter.setPen(self._muted)
        for place, row in enumerate(frame.rows if waiting else ()):
            names = waiting.get(row.lane, ())
            if not names:
                continue
            low, high = scene.columns.in_lane(row.lane)
            end = float(scene.columns.ends[high - 1]) if low < high else scene.end
            x = max(scene.window.x(end, size.width()), written.get(place, 0.0)) + 2 * _PAD
            say = "to come" if scene.chart.running else "never began"
            count, room = f"{len(names)} {say}", int(size.width() - x - _PAD)
            text = metrics.elidedText(f"{count}: {', '.join(names)}", Qt.TextElideMode.ElideRight, room)
            if len(text) < len(count) + _LEAST_NAMED:
                text = count if metrics.horizontalAdvance(count) <= room else ""
            if x >= 0:
                painter.drawText(QPointF(x, row.top + BAR_TOP + BAR - 5), text)


def _crowded(widths: NDArray[np.int32], scale: float) -> float:
    """How wide a bar has to be to be written in: the more there are, the wider."""
    for least in _CROWDED:
        if int((widths >= least * scale).sum()) <= _MOST_WRITTEN:
            break
    return least * scale


def _spots(scene: Scene, frame: Frame) -> Iterator[Spot]:
    """Where there is room for words, from left to right in each row."""
    drawn, last = frame.drawn, frame.columns
    if not len(drawn.bars):
        return
    left, right = np.maximum(drawn.left, 0), np.minimum(drawn.right, last)
    first = np.append(True, drawn.rows[1:] != drawn.rows[:-1])
    following = np.append(left[1:], np.int32(last))
    following[:-1][first[1:]] = last
    before = np.append(np.int32(0), right[:-1])
    before[first] = 0
    least = _BESIDE * frame.scale
    later, earlier = (following - right >= least) & (drawn.right <= last), left - before >= least
    which = np.flatnonzero((later | earlier | (right - left >= _MARK * frame.scale)) & (drawn.left < last))
    codes, length = scene.columns.codes[drawn.bars[which]], (right - left)[which]
    marked = _MARKED[codes]
    inside = ~_THIN[codes] & (length >= np.where(marked, _MARK, _INSIDE) * frame.scale)
    after = ~inside & later[which]
    # Where the bar before has its words after it, there is no more room.
    taken = np.append(False, after[:-1] & (np.diff(which) == 1)) & ~first[which]
    behind, before_it = (following - right)[which], (left - before)[which]
    after &= taken | (behind >= _WHOLE * frame.scale) | (behind >= before_it)
    taken = np.append(False, after[:-1] & (np.diff(which) == 1)) & ~first[which]
    ahead = ~inside & ~after & ~taken & earlier[which]
    inside &= marked | (length >= _crowded(length[inside], frame.scale))
    chosen = np.flatnonzero(inside | after | ahead)
    where = np.where(inside, 0, np.where(after, 1, 2))[chosen].tolist()
    which = which[chosen]
    edges = np.stack((before, left, right, following))[:, which] / frame.scale
    places = zip(drawn.bars[which].tolist(), drawn.rows[which].tolist(), where, edges.T.tolist(), strict=True)
    for bar, row, at, (previous, begin, end, coming) in places:
        if at == 0:
            yield Spot(bar, row, Where.INSIDE, begin + _PAD, end - begin - 2 * _PAD)
        elif at == 1:
            yield Spot(bar, row, Where.AFTER, end + _PAD, coming - end - 2 * _PAD)
        else:
            yield Spot(bar, row, Where.BEFORE, begin - _PAD, begin - previous - 2 * _PAD)
