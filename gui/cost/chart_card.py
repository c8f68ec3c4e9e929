"""A chart with its name, the key to its colours, and a menu to copy and save what it shows."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui.cost.drawing import Drawing, csv_text
from gui.cost.plot import Plot
from gui.cost.saving import save
from gui.ops import Ops
from gui.theme.series import colour_of
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import label, tool_button
from gui.widgets.elided import Elided
from gui.widgets.flow import Flow
from gui.widgets.later import Later
from gui.widgets.layout import STRETCH, column, row


class Swatch(QWidget):
    """A small square of a colour."""

    def __init__(self, theme: Theme, role: str) -> None:
        super().__init__()
        self._theme = theme
        self._role = role
        self.setFixedSize(Size.ICON - 4, Size.ICON - 4)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.colour(lambda colours: colours.surface))
        painter.setBrush(self._theme.colour(lambda colours: colour_of(self._role, colours)))
        painter.drawRoundedRect(self.rect(), 2, 2)


class ChartCard(QWidget):
    """Signals: `taken` — the key of a mark that was clicked."""

    taken = Signal(str)

    def __init__(
        self, theme: Theme, ops: Ops, name: str, file_name: str, *, least: tuple[int, int] = (200, 64)
    ) -> None:
        super().__init__()
        self._theme = theme
        self._ops = ops
        self._file_name = file_name
        self._plot = Later(partial(self._made_plot, name, least))
        self._plot.setAccessibleName(name)
        self._drawing: Drawing | None = None
        self.menu_button = tool_button(theme, "more", f"Copy or save: {name}")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setMenu(self._menu())
        self._key = Flow()
        self._keyed: tuple[tuple[str, str], ...] = ()
        head = row(Elided(name, weight=Type.BOLD), STRETCH, self.menu_button, gap=Space.SMALL)
        layout = column(head, self._plot, self._key, gap=Space.HAIR)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    @property
    def plot(self) -> Plot:
        """Made when it is first seen: a chart behind a tab costs nothing."""
        return self._plot.widget

    def _made_plot(self, name: str, least: tuple[int, int]) -> Plot:
        made = Plot(self._theme, name, least=least)
        made.taken.connect(self.taken)
        if self._drawing is not None:
            made.draw(self._drawing)
        return made

    def draw(self, drawing: Drawing) -> None:
        self._drawing = drawing
        if self._plot.made:
            self.plot.draw(drawing)
        if drawing.key != self._keyed:
            self._keyed = drawing.key
            self._key.fill([_entry(self._theme, role, words) for role, words in drawing.key])
            self._key.setVisible(bool(drawing.key))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        clipboard = QGuiApplication.clipboard
        for text, does in (
            ("Copy as a picture", lambda: clipboard().setImage(self.plot.image())),
            ("Copy as CSV", lambda: clipboard().setText(csv_text(self.plot.drawing.rows))),
            ("Save as PNG…", lambda: self._save("png", self.plot.png())),
            ("Save as SVG…", lambda: self._save("svg", self.plot.svg())),
            ("Save as CSV…", lambda: self._save("csv", csv_text(self.plot.drawing.rows).encode())),
        ):
            menu.addAction(text).triggered.connect(lambda _checked=False, does=does: does())
        return menu

    def _save(self, kind: str, data: bytes) -> None:
        save(self._ops, self, self._file_name, kind, data)


def _entry(theme: Theme, role: str, words: str) -> QWidget:
    made = QWidget()
    made.setLayout(row(Swatch(theme, role), label(words, "muted", Type.SMALL), gap=Space.HAIR))
    return made
