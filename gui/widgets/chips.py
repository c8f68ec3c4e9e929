"""Short texts side by side, each in a capsule, as many lines as they need.

They are drawn by one widget, not one each: a canvas has hundreds of them, and they do nothing but be read.
"""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.theme import Theme, fixed_font
from gui.theme.tokens import Size, Space, Type

_PADDING = Space.SMALL
_RISE = 2


class Chips(QWidget):
    """A chip wider than the widget is elided; its whole text is in the tool tip."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._texts: tuple[str, ...] = ()
        self._widths: tuple[int, ...] = ()
        self._heights: dict[int, int] = {}
        self.setFont(fixed_font(Type.SMALL))
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    @property
    def texts(self) -> tuple[str, ...]:
        return self._texts

    def show_texts(self, texts: Sequence[str]) -> None:
        if tuple(texts) != self._texts:
            self._texts = tuple(texts)
            self._measure()
            self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        if width not in self._heights:
            self._heights[width] = max((box.bottom() + 1 for _, box in self._placed(width)), default=0)
        return self._heights[width]

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        width = self.width() or Size.INSPECTOR
        return QSize(width, self.heightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        cut = [text for text, wide in zip(self._texts, self._widths, strict=True) if wide > self.width()]
        self.setToolTip("\n".join(cut).replace("<", "‹"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, metrics = self._theme.colours, self.fontMetrics()
        for text, box in self._placed(self.width()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.quiet_soft))
            painter.drawRoundedRect(box, Size.RADIUS - 2, Size.RADIUS - 2)
            painter.setPen(QColor(colours.text))
            inner = box.adjusted(_PADDING, 0, -_PADDING, 0)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def _measure(self) -> None:
        """Layouts ask for the height many times for each change, and measuring text is what takes time."""
        metrics = self.fontMetrics()
        self._widths = tuple(metrics.horizontalAdvance(text) + 2 * _PADDING + 1 for text in self._texts)
        self._heights = {}

    def _placed(self, width: int) -> Iterator[tuple[str, QRect]]:
        height = self.fontMetrics().height() + 2 * _RISE
        x = y = 0
        for text, whole in zip(self._texts, self._widths, strict=True):
            wide = min(whole, max(width, 1))
            if x and x + wide > width:
                x, y = 0, y + height + Space.HAIR
            yield text, QRect(x, y, wide, height)
            x += wide + Space.HAIR
