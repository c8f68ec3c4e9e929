"""Short texts side by side, each in a capsule, as many lines as they need.

They are drawn by one widget, not one each: a canvas has hundreds of them, and they do nothing but be read.
"""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRect, QSize, Qt
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
            self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        return max((box.bottom() + 1 for _, box in self._placed(width)), default=0)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        width = self.width() or Size.INSPECTOR
        return QSize(width, self.heightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        metrics = self.fontMetrics()
        room = self.width() - 2 * _PADDING
        cut = [text for text in self._texts if metrics.horizontalAdvance(text) > room]
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

    def _placed(self, width: int) -> Iterator[tuple[str, QRect]]:
        metrics = self.fontMetrics()
        height = metrics.height() + 2 * _RISE
        x = y = 0
        for text in self._texts:
            wide = min(metrics.horizontalAdvance(text) + 2 * _PADDING + 1, max(width, 1))
            if x and x + wide > width:
                x, y = 0, y + height + Space.HAIR
            yield text, QRect(x, y, wide, height)
            x += wide + Space.HAIR
