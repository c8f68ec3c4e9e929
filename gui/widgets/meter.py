"""How much of a limit is used, said in words and shown as a bar, before the limit is hit."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import label, set_look
from gui.widgets.layout import column

_NEAR = 0.8


class _Bar(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(0, Space.HAIR)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = self._theme.colours
        full = QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for width, colour in ((1.0, colours.sunken), (min(self.share, 1.0), getattr(colours, _role(self.share)))):
            painter.setBrush(QColor(colour))
            painter.setPen(QColor(0, 0, 0, 0))
            painter.drawRoundedRect(QRectF(0, 0, full.width() * width, full.height()), 2, 2)
        painter.end()


class Meter(QWidget):
    """`unit` follows the numbers: ``3 of 20 components``."""

    def __init__(self, theme: Theme, unit: str, limit: int) -> None:
        super().__init__()
        self._unit = unit
        self._limit = limit
        self._bar = _Bar(theme)
        self._words = label("", "muted", Type.SMALL)
        self.setLayout(column(self._bar, self._words, gap=2))
        self.measure(0)

    def measure(self, used: int) -> None:
        self._bar.share = used / self._limit
        self._bar.update()
        beyond = " — too many" if used > self._limit else ""
        text = f"{used:,} of {self._limit:,} {self._unit}{beyond}"
        self._words.setText(text)
        set_look(self._words, "muted" if _role(self._bar.share) == "active" else _role(self._bar.share))
        self.setAccessibleName(text)


def _role(share: float) -> str:
    return "bad" if share > 1 else "warn" if share >= _NEAR else "active"
