"""What a view says in words: that it is empty and what to do, or that something went wrong and what to do."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from core.errors import BakehouseError
from gui.theme.icons import icon
from gui.theme.status import Presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import Dress, button, dress, label, set_look, tool_button
from gui.widgets.layout import STRETCH, column, row

LOW: Final = 5 * Size.CONTROL
"""Pixels of height below which words go before pictures."""


class EmptyState(QWidget):
    """The middle of a view that has nothing to show: what it is for, and the one thing to do next."""

    def __init__(self, theme: Theme, icon_name: str, title: str, sentence: str, role: str = "muted") -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon_name
        self._role = role
        self._picture = QLabel()
        self._title = label(title, step=Type.HEADING, weight=Type.BOLD)
        self._sentence = label(sentence, "muted", wraps=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence.setMaximumWidth(Size.READING)
        self._actions = row(gap=Space.SMALL)
        words = row(STRETCH, self._sentence, STRETCH)
        words.setStretch(1, 8)  # it takes the width there is, up to what reads well
        middle = column(self._picture, self._title, words, Space.SMALL, gap=Space.SMALL)
        for part in (self._picture, self._title):
            middle.setAlignment(part, Qt.AlignmentFlag.AlignHCenter)
        middle.addLayout(self._actions)
        layout = row(STRETCH, column(STRETCH, middle, STRETCH), STRETCH, margin=Space.MEDIUM)
        layout.setStretch(1, 8)
        self.setLayout(layout)
        theme.changed.connect(self._draw)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        low, layout = self.height() < LOW, self.layout()
        self._picture.setVisible(not low)
        if layout is not None:
            edge = Space.HAIR if low else Space.MEDIUM
            layout.setContentsMargins(edge, edge, edge, edge)

    def offer(self, text: str, does: Callable[[], None], look: str = "primary", icon_name: str = "") -> None:
        """Add a button for what can be done about it."""
        made = button(self._theme, text, look, icon_name)
        made.clicked.connect(lambda _checked=False: does())
        if self._actions.count() == 0:
            self._actions.addStretch(1)
            self._actions.addStretch(1)
        self._actions.insertWidget(self._actions.count() - 1, made)

    def say(self, title: str, sentence: str) -> None:
        self._title.setText(title)
        self._sentence.setText(sentence)

    def _draw(self) -> None:
        big = 3 * Size.ICON
        self._picture.setPixmap(icon(self._icon_name, self._theme.colours, self._role).pixmap(QSize(big, big)))


class Badge(QFrame):
    """A status: icon, word and colour together."""

    def __init__(self, theme: Theme, shown: Presentation) -> None:
        super().__init__()
        self._picture = QLabel()
        self._dress = Dress(theme, self._picture, shown.icon, shown.role)
        self._word = label("", step=Type.SMALL, weight=Type.MEDIUM)
        self.setLayout(row(self._picture, self._word, gap=Space.HAIR, margin=(Space.SMALL, 2, Space.SMALL, 2)))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.show_status(shown)

    def show_status(self, shown: Presentation) -> None:
        self._dress.wear(shown.icon, shown.role)
        self._word.setText(shown.word)
        self.setAccessibleName(shown.word)
        set_look(self, shown.role)


Offer = tuple[str, Callable[[], None]]
"""A button's text and what it does."""


class Banner(QFrame):
    """An error or a question in place, without a dialog: message, hint, what can be done.

    Signals: `dismissed`.
    """

    dismissed = Signal()

    def __init__(self, theme: Theme, role: str = "bad") -> None:
        super().__init__()
        self._theme = theme
        self._role = role
        picture = QLabel()
        self._dress = dress(theme, picture, role, role)
        self._message = label("", weight=Type.MEDIUM, wraps=True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._hint = label("", wraps=True)
        self._hint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = row(gap=Space.SMALL)
        close = self.dismiss_button = tool_button(theme, "close", "Dismiss this message")
        close.clicked.connect(self._dismiss)
        words = column(self._message, self._hint, gap=2)
        layout = row(picture, words, self._buttons, close, gap=Space.MEDIUM, margin=Space.SMALL)
        layout.setStretch(1, 1)
        layout.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        set_look(self, role)
        self.hide()

    def tell(self, message: str, hint: str = "", offers: Sequence[Offer] = (), role: str = "") -> None:
        """Show it; each offer is a button's text and what it does. Taking one dismisses the banner. `role` for another
        status than the banner's own."""
        self._dress.wear(role or self._role, role or self._role)
        set_look(self, role or self._role)
        while (item := self._buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for text, does in offers:
            made = button(self._theme, text)
            made.clicked.connect(lambda _checked=False, does=does: self._take(does))
            self._buttons.addWidget(made)
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(" ".join(filter(None, (message, hint))))
        self.show()

    def tell_error(self, error: BakehouseError) -> None:
        self.tell(error.message, error.hint)

    def _take(self, does: Callable[[], None]) -> None:
        self._dismiss()
        does()

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
