"""A part of a form with a heading that opens and closes it.

Collapsing by squeezing the content to no height would not do: what cannot be seen could still be
reached with Tab, and its heading draws no focus. This one makes its content when it is first opened: most sections of
most forms never are, and a widget costs a third of a millisecond under a style sheet.
"""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from gui.theme.theme import Theme, font
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import Dress, label, set_look
from gui.widgets.layout import STRETCH, Part, column, holding, row


class Section(QWidget):
    """`build` makes the parts of the content. Signals: `built` — the content is there now."""

    built = Signal()

    def __init__(self, theme: Theme, title: str, build: Callable[[], Iterable[Part]]) -> None:
        super().__init__()
        self._build = build
        self._head = QPushButton(title)
        self._head.setAccessibleName(title)
        self._head.setFont(font(weight=Type.BOLD))
        self._head.setCheckable(True)
        self._head.setIconSize(QSize(Size.ICON, Size.ICON))
        set_look(self._head, "inline")
        self._dress = Dress(theme, self._head, "chevron", "muted")
        self._mark = label("", "muted", Type.SMALL)
        self._mark.setContentsMargins(Space.HAIR, 0, Space.HAIR, 0)
        self._mark.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._content: QWidget | None = None
        self._parts = column(row(self._head, STRETCH, self._mark), gap=0)
        self.setLayout(self._parts)
        self._head.clicked.connect(self._click)

    @property
    def is_open(self) -> bool:
        return self._head.isChecked()

    def set_open(self, is_open: bool) -> None:
        if is_open == self.is_open and (self._content is not None or not is_open):
            return
        self._head.setChecked(is_open)
        self._dress.wear("expanded" if is_open else "chevron", "muted")
        if self._content is not None:
            self._content.setVisible(is_open)
        elif is_open:
            self._make()

    def mark(self, text: str, look: str = "muted") -> None:
        """A few words at the end of the heading: how much there is inside, or what is wrong."""
        self._mark.setText(text)
        set_look(self._mark, look)

    def _make(self) -> None:
        margin = (0, Space.HAIR, 0, Space.SMALL)
        self._content = holding(column(*self._build(), gap=Space.MEDIUM, margin=margin))
        self._parts.addWidget(self._content)
        if self.isVisible():
            self._content.show()  # a layout would show it later, too late for the focus
        self.built.emit()

    @Slot()
    def _click(self) -> None:
        is_open = self._head.isChecked()
        self._head.setChecked(not is_open)
        self.set_open(is_open)
