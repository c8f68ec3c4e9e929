"""A drawing on the screen: in the colours of the scheme, saying what is under the pointer or at the arrow keys.

Built on pyqtgraph's view box and axes and not on its plot widget, which brings menus, buttons and zooming that a chart
of a few figures has no use for. Importing this module imports pyqtgraph and numpy: only pages made late may.
"""

from itertools import pairwise
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QObject,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFrame, QSizePolicy

from gui.cost.drawing import Axis, Bar, Dot, Drawing
from gui.theme.series import colour_of
from gui.theme.theme import Theme, font
from gui.theme.tokens import Space, Type
from gui.widgets.dress import frame, label, set_look
from gui.widgets.layout import column

NEAR: Final = 14
"""Pixels from a dot at which it is meant."""

_PALE: Final = 90
_BACK: Final = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_ON: Final = (Qt.Key.Key_Right, Qt.Key.Key_Down)


class Plot(QFrame):
    """Signals: `taken` — the key of a mark that was clicked, or entered by Return."""

    taken = Signal(str)

    def __init__(self, theme: Theme, name: str, *, least: tuple[int, int] = (200, 64)) -> None:
        super().__init__()
        self._theme = theme
        self.drawing = Drawing(Axis(), Axis())
        self._name = name
        self._at = -1
        self._due = True
        self._asked = False
        set_look(self, "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(*least)
        self._view = pg.GraphicsView(background=None)
        self._view.setAntialiasing(True)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        layout = pg.GraphicsLayout()
        layout.layout.setContentsMargins(0, 0, Space.LARGE, 0)  # the last mark stands over the edge
        layout.layout.setSpacing(0)
        self._left, self._bottom = (pg.AxisItem(side, linkView=self._box) for side in ("left", "bottom"))
        for axis in (self._left, self._bottom):
            axis.hide()  # until there is something to draw, else it counts from 0 to 1
        layout.addItem(self._left, 0, 0)
        layout.addItem(self._box, 0, 1)
        layout.addItem(self._bottom, 1, 1)
        self._view.setCentralItem(layout)
        self._layout = layout
        self._drawn: list[Any] = []
        self.setLayout(column(self._view, margin=Space.SMALL))
        self._words = label("")
        self.tip = frame("floating")
        self.tip.setParent(self)
        self.tip.setLayout(column(self._words, margin=Space.SMALL))
        self.tip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.tip.hide()
        self._view.viewport().installEventFilter(self)
        theme.changed.connect(self._recolour)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(360, 160)

    def draw(self, drawing: Drawing) -> None:
        """Show another drawing, as soon as it can be seen; the same one costs nothing."""
        if drawing != self.drawing:
            self.drawing = drawing
            self.point_at(-1)
            self._draw_soon()
            said = "; ".join(mark.says.replace("\n", ", ") for mark in drawing.marks)
            self.setAccessibleDescription(said)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._left.setTicks([self._fitting(self.drawing.y)])

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        if self._due and self.drawing.marks:
            self._draw_soon()

    # What is pointed at

    @property
    def said(self) -> str:
        """What the tip says; empty while nothing is pointed at."""
        return self._words.text() if not self.tip.isHidden() else ""

    def point_at(self, position: int, place: QPoint | None = None) -> None:
        """Say what a mark is, beside it or at a place of the widget; of none (-1) nothing."""
        marks = self.drawing.marks
        self._at = position if 0 <= position < len(marks) else -1
        if self._at < 0:
            self.tip.hide()
            return
        mark = marks[self._at]
        self._words.setText(mark.says)
        self.tip.adjustSize()
        at = place if place is not None else self._place(mark)
        x = at.x() + Space.MEDIUM
        if x + self.tip.width() > self.width():
            x = at.x() - Space.MEDIUM - self.tip.width()
        y = min(max(at.y() - self.tip.height() // 2, 0), self.height() - self.tip.height())
        self.tip.move(max(0, min(x, self.width() - self.tip.width())), max(0, y))
        self.tip.show()
        self.tip.raise_()

    def mark_at(self, place: QPoint) -> int:
        """The position of the mark at a place of the widget; -1 where there is none."""
        self._draw_due()
        spot = self._box.mapSceneToView(self._view.mapToScene(self._view.mapFrom(self, place)))
        nearest, distance = -1, float(NEAR)
        for position, mark in enumerate(self.drawing.marks):
            match mark:
                case Bar():
                    if mark.left <= spot.x() <= mark.right and mark.bottom <= spot.y() <= mark.top:
                        return position
                case Dot():
                    there = self._place(mark) - place
                    away = (there.x() ** 2 + there.y() ** 2) ** 0.5
                    if away < distance:
                        nearest, distance = position, away
        return nearest

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        match event.type():
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent):
                self._hover(event.position().toPoint())
            case QEvent.Type.MouseButtonPress if isinstance(event, QMouseEvent):
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self._hover(event.position().toPoint())
                self._take()
                return True
            case QEvent.Type.Leave:
                self.point_at(-1)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        key, count = event.key(), len(self.drawing.marks)
        if key in _ON and count:
            self.point_at(min(self._at + 1, count - 1))
        elif key in _BACK and count:
            self.point_at(max(self._at - 1, 0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._take()
        elif key == Qt.Key.Key_Escape and self._at >= 0:
            self.point_at(-1)
        else:
            super().keyPressEvent(event)

    def _hover(self, at: QPoint) -> None:
        place = self._view.mapTo(self, at)
        found = self.mark_at(place)
        self.point_at(found, place if found >= 0 and isinstance(self.drawing.marks[found], Bar) else None)

    def _take(self) -> None:
        if self._at >= 0 and (key := self.drawing.marks[self._at].key):
            self.taken.emit(key)

    def _place(self, mark: Bar | Dot) -> QPoint:
        """In the widget, of what is in the chart's coordinates."""
        self._draw_due()
        match mark:
            case Bar():
                point = QPointF((mark.left + mark.right) / 2, (mark.bottom + mark.top) / 2)
            case Dot():
                point = QPointF(mark.x, mark.y)
        at = self._view.mapTo(self, self._view.mapFromScene(self._box.mapViewToScene(point)))
        return QPoint(at)

    # On paper

    def image(self, scale: int = 2) -> QImage:
        """The chart on the ground it stands on."""
        size = self._view.size()
        made = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
        made.setDevicePixelRatio(scale)
        made.fill(self._theme.colour(lambda colours: colours.surface))
        self._paint(made)
        return made

    def png(self) -> bytes:
        held = QByteArray()
        buffer = QBuffer(held)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.image().save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(held.data())

    def svg(self) -> bytes:
        held = QByteArray()
        buffer = QBuffer(held)
        made = QSvgGenerator()
        made.setOutputDevice(buffer)
        made.setSize(self._view.size())
        made.setViewBox(QRectF(0, 0, self._view.width(), self._view.height()))
        made.setTitle(self._name)
        self._paint(made, ground=True)
        return bytes(held.data())

    def _paint(self, device: Any, *, ground: bool = False) -> None:
        self._draw_due()
        painter = QPainter(device)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(0, 0, self._view.width(), self._view.height())
        if ground:
            painter.fillRect(whole, self._theme.colour(lambda colours: colours.surface))
        self._view.render(painter, whole, self._view.viewport().rect())
        painter.end()

    # On the screen

    @Slot()
    def _recolour(self) -> None:
        self._draw_soon()

    def _draw_soon(self) -> None:
        """In a turn of the event loop of its own: a map takes as long as the rest of its page."""
        self._due = True
        if self.isVisible() and not self._asked:
            self._asked = True
            QTimer.singleShot(0, self, self._draw_due)

    @Slot()
    def _draw_due(self) -> None:
        self._asked = False
        if self._due:
            self._draw()

    def _draw(self) -> None:
        self._due = False
        for item in self._drawn:
            self._box.removeItem(item)
        self._drawn = []
        drawing = self.drawing
        self._view.setBackground(self._colour("surface"))
        self._box.setAspectLocked(bool(drawing.aspect), drawing.aspect or 1)
        self._axis(self._left, drawing.y)
        self._axis(self._bottom, drawing.x)
        self._box.setRange(xRange=(drawing.x.low, drawing.x.high), yRange=(drawing.y.low, drawing.y.high), padding=0)
        for make in (self._draw_lines, self._draw_bars, self._draw_dots, self._draw_words):
            make()

    def _axis(self, item: Any, axis: Axis) -> None:
        item.setVisible(bool(axis.marks))
        # Every other mark is written only where there is room for it.
        every_other = [list(axis.marks[::2]), list(axis.marks[1::2])]
        item.setTicks(every_other if item is self._bottom else [self._fitting(axis)])
        item.setPen(pg.mkPen(None))
        item.setTextPen(pg.mkPen(self._colour("muted")))
        item.setTickPen(pg.mkPen(None))
        item.setStyle(tickLength=0, tickFont=font(Type.SMALL), tickTextOffset=Space.HAIR, hideOverlappingLabels=False)
        if not axis.marks:
            (item.setWidth if item is self._left else item.setHeight)(0)
        else:
            (item.setWidth if item is self._left else item.setHeight)(None)

    def _fitting(self, axis: Axis) -> list[tuple[float, str]]:
        """As many lines of each mark, and as many marks, as there is height for."""
        line = QFontMetrics(font(Type.SMALL)).height()
        room = max(1, self._view.height() - 2 * line) / max(1, len(axis.marks))
        lines, every = max(1, int(room // line)), max(1, -int(-line * 0.8 // room))
        return [(at, "\n".join(words.split("\n")[:lines])) for at, words in axis.marks[::every]]

    def _put(self, item: Any, height: float) -> None:
        item.setZValue(height)
        self._box.addItem(item, ignoreBounds=True)
        self._drawn.append(item)

    def _draw_lines(self) -> None:
        """Those that look alike are one item: each item costs a third of a millisecond."""
        alike: dict[tuple[str, bool, float], list[tuple[float, float]]] = {}
        for each in self.drawing.lines:
            ends = (point for pair in pairwise(each.points) for point in pair)
            alike.setdefault((each.role, each.dashed, each.width), []).extend(ends)
        for (role, dashed, width), points in alike.items():
            style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
            pen = pg.mkPen(self._colour(role), width=width, style=style)
            xs, ys = [x for x, _ in points], [y for _, y in points]
            self._put(pg.PlotCurveItem(xs, ys, pen=pen, connect="pairs"), 0 if width <= 1 else 2)

    def _draw_bars(self) -> None:
        bars = self.drawing.bars
        if bars:
            self._put(
                pg.BarGraphItem(
                    x0=[bar.left for bar in bars],
                    x1=[bar.right for bar in bars],
                    y0=[bar.bottom for bar in bars],
                    y1=[bar.top for bar in bars],
                    pen=pg.mkPen(self._colour("surface"), width=1),
                    brushes=[pg.mkBrush(self._fill(bar)) for bar in bars],
                ),
                1,
            )

    def _draw_dots(self) -> None:
        dots = self.drawing.dots
        if dots:
            made = pg.ScatterPlotItem(pxMode=True)
            made.addPoints(
                x=[dot.x for dot in dots],
                y=[dot.y for dot in dots],
                size=[dot.size for dot in dots],
                symbol=[dot.shape for dot in dots],
                pen=[
                    pg.mkPen(self._colour(dot.ring or dot.role), width=2 if dot.ring or dot.hollow else 1)
                    for dot in dots
                ],
                brush=[pg.mkBrush(None if dot.hollow else self._colour(dot.role)) for dot in dots],
            )
            self._put(made, 3)

    def _draw_words(self) -> None:
        for each in self.drawing.words:
            made = pg.TextItem(each.text, color=self._colour(each.role), anchor=each.anchor)
            made.setFont(font(Type.SMALL))
            self._put(made, 4)
            made.setPos(each.x, each.y)

    def _edge(self, dot: Dot) -> Any:
        return pg.mkPen(self._colour(dot.ring or dot.role), width=2 if dot.ring or dot.hollow else 1)

    def _fill(self, bar: Bar) -> QColor:
        colour = self._colour(bar.role)
        if bar.pale:
            colour.setAlpha(_PALE)
        return colour

    def _colour(self, role: str) -> QColor:
        return QColor(colour_of(role, self._theme.colours))
