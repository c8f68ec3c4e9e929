"""A part of a form with a heading that opens and closes it.

superqt has one (QCollapsible), but it closes by squeezing its content to no height: what cannot be seen could still be
reached with Tab, and its heading draws no focus.
"""

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from gui.theme.theme import Theme, font
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import Dress, label, set_look
from gui.widgets.layout import STRETCH, Part, column, holding, row


class Section(QWidget):
    """Signals: `opened` — bool, after a click on the heading."""

    opened = Signal(bool)

    def __init__(self, theme: Theme, title: str, *parts: Part, open_now: bool = False) -> None:
        super().__init__()
        self._head = QPushButton(title)
        self._head.setAccessibleName(title)
        self._head.setFont(font(weight=Type.BOLD))
        self._head.setCheckable(True)
        self._head.setIconSize(QSize(Size.ICON, Size.ICON))
        self._head.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        set_look(self._head, "inline")
        self._dress = Dress(theme, self._head, "chevron", "muted")
        self._mark = label("", "muted", Type.SMALL)
        self._mark.setContentsMargins(Space.HAIR, 0, Space.HAIR, 0)
        self._mark.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._layout = column(*parts, gap=Space.MEDIUM, margin=(0, Space.HAIR, 0, Space.SMALL))
        self.content = holding(self._layout)
        self.setLayout(column(row(self._head, STRETCH, self._mark), self.content, gap=0))
        self._head.clicked.connect(self._click)
        self.set_open(open_now)

    @property
    def is_open(self) -> bool:
        return self._head.isChecked()

    def add(self, part: QWidget) -> None:
        self._layout.addWidget(part)

    def set_open(self, is_open: bool) -> None:
        self._head.setChecked(is_open)
        self._dress.wear("expanded" if is_open else "chevron", "muted")
        self.content.setVisible(is_open)

    def mark(self, text: str, look: str = "muted") -> None:
        """A few words at the end of the heading: how much there is inside, or what is wrong."""
        self._mark.setText(text)
        set_look(self._mark, look)

    @Slot()
    def _click(self) -> None:
        self.set_open(self._head.isChecked())
        self.opened.emit(self._head.isChecked())
