"""A question in place, before something is done that can't be taken back, or that needs one more word."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from core.errors import BakehouseError
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, label, set_look
from gui.widgets.layout import clear, column, row
from gui.widgets.notice import Banner

Go = Callable[[], None]


class Inquiry(QFrame):
    """What is going to happen, maybe something to look at or to fill in, and two buttons. Escape is Cancel."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._back: QWidget | None = None
        self._message = label("", weight=Type.MEDIUM, wraps=True)
        self._hint = label("", "muted", wraps=True)
        self._banner = Banner(theme)
        self._body = column(gap=Space.SMALL)
        self._buttons = row(gap=Space.SMALL)
        parts = (self._message, self._hint, self._body, self._banner, self._buttons)
        self.setLayout(column(*parts, gap=Space.SMALL, margin=Space.MEDIUM))
        set_look(self, "card")
        self.hide()

    def ask(
        self,
        message: str,
        hint: str,
        go_text: str,
        go: Go,
        *,
        look: Literal["danger", "primary"] = "danger",
        body: QWidget | None = None,
        back: QWidget | None = None,
    ) -> None:
        """`go` is called by the button; who does it ends with `end` or `refuse`. The focus goes `back` afterwards."""
        self._back = back
        self._banner.hide()
        clear(self._buttons)
        clear(self._body)
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        if body is not None:
            self._body.addWidget(body)
        doing = button(self._theme, go_text, look)
        doing.clicked.connect(lambda: self._go(go))
        cancel = button(self._theme, "Cancel")
        cancel.clicked.connect(self.end)
        for part in (doing, cancel):
            self._buttons.addWidget(part)
        self._buttons.addStretch(1)
        self.setAccessibleName(" ".join(filter(None, (message, hint))))
        self.show()
        (body if body is not None and body.focusPolicy() != Qt.FocusPolicy.NoFocus else cancel).setFocus()

    def end(self) -> None:
        self.hide()
        if self._back is not None:
            self._back.setFocus()

    def refuse(self, error: BakehouseError) -> None:
        """It could not be done; what was filled in stays."""
        self.setEnabled(True)
        self._banner.tell_error(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    def _go(self, go: Go) -> None:
        self._banner.hide()
        go()
