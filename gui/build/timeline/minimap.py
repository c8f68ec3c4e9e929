"""The whole run in a strip, with the shown stretch of it framed: for going elsewhere at once."""

import time
from typing import Final

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.build.timeline.look import FAILED, LOOKS
from gui.build.timeline.raster import raster
from gui.build.timeline.room import Room
from gui.build.timeline.scene import Scene
from gui.build.timeline.window import Window
from gui.theme.theme import Theme

EDGE: Final = 6
"""Pixels at the frame's sides by which it is made longer or shorter."""

SPARING: Final = 20.0
"""While the run grows, the picture is made anew after this many times what making it took."""

APART: Final = 3
"""Pixels of height from which on lanes are told apart by a line between them."""


class Minimap(QWidget):
    """Dragging the frame moves it, dragging its sides changes its length, a click elsewhere brings it there."""

    def __init__(self, theme: Theme, scene: Scene) -> None:
        super().__init__()
        self._theme = theme
        self._scene = scene
        self._height = Room().minimap
        self._picture: QImage | None = None
        self._whole = Window(0.0, 1.0)
        self._origin = self._made = self._cost = 0.0
        self._grip: tuple[float, Window, int] | None = None
        self.setMouseTracking(True)
        self.setToolTip("The whole build. Drag the frame to see another part of it.")
        self.setAccessibleName("The whole build in small")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        scene.changed.connect(self._renew)
        scene.followed.connect(self._renew)
        scene.grown.connect(self._renew)
        scene.moved.connect(self.update)
        theme.changed.connect(self._forget)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, self._height)

    def fit(self, room: Room) -> None:
        self._height = room.minimap
        self.updateGeometry()

    @Slot()
    def _renew(self) -> None:
        old = time.monotonic() - self._made
        another = self._origin != self._scene.begin
        if another or not self._scene.chart.running or old > max(0.5, SPARING * self._cost):
            self._forget()

    @Slot()
    def _forget(self) -> None:
        self._picture = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours, width, height = self._theme.colours, self.width(), self.height()
        if self._picture is None or self._picture.width() != width or self._picture.height() != height - 4:
            self._picture = self._drawn(width)
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.window))
        painter.drawImage(0, 2, self._picture)
        begin, end = self._frame()
        veil = QColor(colours.window)
        veil.setAlphaF(0.65)
        painter.fillRect(QRectF(0, 0, begin, height), veil)
        painter.fillRect(QRectF(end, 0, width - end, height), veil)
        painter.setPen(QPen(QColor(colours.focus), 1))
        painter.drawRect(QRectF(begin + 0.5, 0.5, max(2.0, end - begin - 1), height - 1))
        painter.fillRect(QRectF(begin, height / 2 - 6, 3, 12), QColor(colours.focus))
        painter.fillRect(QRectF(end - 3, height / 2 - 6, 3, 12), QColor(colours.focus))
        painter.end()

    def _frame(self) -> tuple[float, float]:
        """The left and the right end of the frame."""
        width, window = self.width(), self._scene.window
        begin, end = self._whole.x(window.begin, width), self._whole.x(window.end, width)
        begin = min(max(begin, 0.0), width - 4.0)
        return begin, max(min(end, float(width)), begin + 4)

    def _drawn(self, width: int) -> QImage:
        began = time.monotonic()
        scene, colours = self._scene, self._theme.colours
        self._whole, self._origin = scene.whole, scene.begin
        height = self.height() - 4
        picture = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        picture.fill(QColor(colours.window))
        lanes = range(len(scene.chart.lanes))
        if lanes and scene.chart.bars:
            seen = raster(scene.columns, lanes, self._whole, width).seen
            strong = [QColor(getattr(colours, look.role)).rgb() for look in LOOKS] + [0]
            codes = np.append(scene.columns.codes, np.uint8(len(LOOKS)))[seen]
            pixels = np.ascontiguousarray(np.array(strong, np.uint32)[codes])
            rows = QImage(pixels.data, width, len(lanes), width * 4, QImage.Format.Format_ARGB32_Premultiplied)
            painter = QPainter(picture)
            lane = min(height / len(lanes), 5.0)
            painter.drawImage(QRectF(0, 0, width, lane * len(lanes)), rows)
            for place in lanes[1:] if lane >= APART else ():
                painter.fillRect(0, round(place * lane), width, 1, QColor(colours.window))
            for x in np.flatnonzero((codes == LOOKS.index(FAILED)).any(axis=0)).tolist():
                painter.fillRect(x, height - 4, 1, 4, QColor(colours.bad))
            if scene.found is not None:
                for x in np.flatnonzero(np.append(scene.found, np.False_)[seen].any(axis=0)).tolist():
                    painter.fillRect(x - 1, 0, 2, 5, QColor(colours.accent))
            painter.end()
        self._made = time.monotonic()
        self._cost = self._made - began
        return picture

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        side = self._side(x)
        begin, end = self._frame()
        if not side and not begin <= x <= end:
            window = self._scene.window
            self._scene.look(window.panned(self._whole.time(x, self.width()) - (window.begin + window.end) / 2))
        self._grip = (x, self._scene.window, side)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        x = event.position().x()
        if self._grip is None:
            sides = Qt.CursorShape.SizeHorCursor if self._side(x) else Qt.CursorShape.ArrowCursor
            self.setCursor(sides)
            return
        start, window, side = self._grip
        moved = (x - start) / max(1, self.width()) * self._whole.length
        if side < 0:
            self._scene.look(Window(min(window.begin + moved, window.end), window.end))
        elif side > 0:
            self._scene.look(Window(window.begin, max(window.end + moved, window.begin)))
        else:
            self._scene.look(window.panned(moved))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._grip = None

    def _side(self, x: float) -> int:
        """-1 at the frame's left side, 1 at its right, 0 elsewhere."""
        begin, end = self._frame()
        if end - begin < 3 * EDGE:
            return 0
        return -1 if abs(x - begin) < EDGE else 1 if abs(x - end) < EDGE else 0
