"""The machine's curves below the bars: what its processors, memory, disk and network did, on the same time axis."""

from collections.abc import Sequence
from math import isnan, nan
from typing import Final, assert_never

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QScrollBar, QSizePolicy, QWidget

from core.build.curves import Curve, Curves, Unit
from gui.build.timeline.gestures import TimeStrip
from gui.build.timeline.room import Room
from gui.build.timeline.scene import Scene
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import label
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, clear, column, holding, row

_PREFIXES: Final = ("", "k", "M", "G", "T")


class CurvesPanel(QWidget):
    """Names and numbers on the left, curves on the right; the numbers are of the pointed moment, else the last."""

    def __init__(self, theme: Theme, scene: Scene, bar: QScrollBar) -> None:
        super().__init__()
        self._theme = theme
        self._scene = scene
        self._curves = Curves()
        self._values: list[QLabel] = []
        self._scales: list[QLabel] = []
        self._items: list[tuple[pg.ViewBox, pg.PlotDataItem]] = []
        self._lines: list[QWidget] = []
        self._room = Room()
        self._origin = 0.0
        self._names = column(gap=0)
        self._beside = holding(self._names)
        self._plots = pg.GraphicsLayoutWidget()
        self._plots.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plots.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plots.setAccessibleName("Curves of the machine")
        self._plots.ci.layout.setContentsMargins(0, 0, 0, 0)
        self._plots.ci.layout.setSpacing(0)
        self._strip = _Strip(theme, scene, bar, self._plots)
        layout = row(self._beside, self._strip, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        scene.moved.connect(self._move)
        scene.changed.connect(self._move)
        scene.pointed.connect(self._tell)
        theme.changed.connect(self._recolour)
        self.hide()

    def show_curves(self, curves: Curves) -> None:
        before, self._curves = self._curves, curves
        if not curves.anything:
            self.hide()
            return
        if [curve.name for curve in before.curves] != [curve.name for curve in curves.curves] or not self._items:
            self._build(curves.curves)
            self._recolour()
        self._origin = self._scene.begin
        times = np.array(curves.times) - self._origin
        for (box, item), scale, curve in zip(self._items, self._scales, curves.curves, strict=True):
            values = np.array(curve.values, float)
            item.setData(times, values)
            box.setYRange(0, top_of(curve), padding=0.06)
            scale.setText(f"up to {amount(top_of(curve), curve.unit)}")
        self.setVisible(bool(self._room.curve))
        self._move()
        self._tell()

    def _build(self, curves: Sequence[Curve]) -> None:
        clear(self._names)
        self._plots.clear()
        self._values, self._scales, self._items, self._lines = [], [], [], []
        for place, curve in enumerate(curves):
            value, scale = label("", "", Type.SMALL), label("", "muted", Type.SMALL)
            value.setAccessibleName(curve.name)
            self._values.append(value)
            self._scales.append(scale)
            name = row(Elided(curve.name, "", Type.SMALL), STRETCH, value)
            line = holding(column(STRETCH, name, scale, STRETCH, gap=0, margin=(Space.HUGE + 2, 0, Space.SMALL, 0)))
            self._lines.append(line)
            self._names.addWidget(line)
            box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
            self._plots.addItem(box, place, 0)
            item = pg.PlotDataItem(connect="finite", fillLevel=0)
            item.setClipToView(True)
            item.setDownsampling(auto=True, method="peak")
            box.addItem(item)
            self._items.append((box, item))
        self.fit(self._room)

    def fit(self, room: Room) -> None:
        self._room = room
        self._beside.setFixedWidth(room.gutter)
        for line, scale in zip(self._lines, self._scales, strict=True):
            line.setFixedHeight(room.curve)
            scale.setVisible(room.scales)
        self.setFixedHeight(room.curve * len(self._lines))
        if self.isHidden() == bool(room.curve) and self._curves.anything:
            self.setVisible(bool(room.curve))
            self._move()

    @Slot()
    def _move(self) -> None:
        window = self._scene.window
        if not self.isHidden():
            for box, _ in self._items:
                box.setXRange(window.begin - self._origin, window.end - self._origin, padding=0)
            self._strip.update()

    @Slot()
    def _tell(self) -> None:
        """The numbers at the pointed moment."""
        moment = self._scene.pointer
        at = self._curves.at(moment) if moment is not None else _last(self._curves)
        for value, curve, number in zip(self._values, self._curves.curves, at, strict=True):
            value.setText(amount(number, curve.unit))

    @Slot()
    def _recolour(self) -> None:
        colours = self._theme.colours
        self._plots.setBackground(QColor(colours.surface))
        fill = QColor(colours.active)
        fill.setAlphaF(0.18)
        for box, item in self._items:
            item.setPen(pg.mkPen(colours.active, width=1))
            item.setFillBrush(fill)
            box.setBorder(pg.mkPen(colours.border))


class _Strip(TimeStrip):
    """Where the curves are drawn: wheel and mouse do here what they do on the bars."""

    def __init__(self, theme: Theme, scene: Scene, bar: QScrollBar, plots: QWidget) -> None:
        super().__init__(scene, bar)
        self._theme = theme
        self.setLayout(row(plots, gap=0))
        self._line = _Line(theme, scene, self)
        scene.pointed.connect(self._line.update)

    def resizeEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        self._line.setGeometry(self.rect())
        self._line.raise_()


class _Line(QWidget):
    """The pointed moment, over the curves."""

    def __init__(self, theme: Theme, scene: Scene, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scene = scene
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        if self._scene.pointer is None:
            return
        painter = QPainter(self)
        painter.setPen(QPen(QColor(self._theme.colours.border_strong), 1, Qt.PenStyle.DotLine))
        x = round(self._scene.window.x(self._scene.pointer, self.width()))
        painter.drawLine(x, 0, x, self.height())
        painter.end()


def top_of(curve: Curve) -> float:
    """Where the scale of a curve ends: where it is said to, else at its highest."""
    highest = max((value for value in curve.values if not isnan(value)), default=0.0)
    return max(curve.most or 0.0, highest) or 1.0


def amount(number: float | None, unit: Unit) -> str:
    """``82 %``, ``1.4 GB``, ``12 MB/s``; ``–`` for none."""
    if number is None:
        return "–"
    match unit:
        case Unit.PERCENT:
            return f"{number:.0f} %"
        case Unit.BYTES:
            return _bytes(number)
        case Unit.BYTES_PER_SECOND:
            return f"{_bytes(number)}/s"
        case _:
            assert_never(unit)


def _bytes(number: float) -> str:
    power = 0
    while number >= 999.5 and power < len(_PREFIXES) - 1:
        number, power = number / 1000, power + 1
    return f"{number:.1f} {_PREFIXES[power]}B" if 0 < number < 9.95 and power else f"{number:.0f} {_PREFIXES[power]}B"


def _last(curves: Curves) -> tuple[float | None, ...]:
    """The last number of each."""
    found = (next((value for value in reversed(curve.values) if not isnan(value)), nan) for curve in curves.curves)
    return tuple(None if isnan(value) else value for value in found)
