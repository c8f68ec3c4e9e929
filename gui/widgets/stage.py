"""A place for one thing that may not be there yet: while it is read, where it is empty, and when reading it failed."""

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QWidget

from core.errors import BakehouseError
from gui.theme.theme import Theme
from gui.widgets.notice import EmptyState

Offer = tuple[str, Callable[[], None]]


class Stage(QStackedWidget):
    """Shows its content, or says in its middle why there is none and what to do."""

    def __init__(self, theme: Theme, content: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._content = content
        self._said: tuple[str, ...] = ()
        self.addWidget(content)

    @property
    def said(self) -> str:
        """What it says instead of the content; empty while that is shown."""
        return " ".join(self._said[1:])

    def show_content(self) -> None:
        self._said = ()
        self.setCurrentWidget(self._content)
        self._forget()

    def say(self, icon_name: str, title: str, sentence: str, *offers: Offer) -> None:
        if (icon_name, title, sentence) == self._said:
            return
        self._said = (icon_name, title, sentence)
        state = EmptyState(self._theme, icon_name, title, sentence, "bad" if icon_name == "bad" else "muted")
        state.setAccessibleName(f"{title}. {sentence}")
        for text, does in offers:
            state.offer(text, does, "" if text == "Try again" else "primary")
        self.addWidget(state)
        self.setCurrentWidget(state)
        self._forget()

    def say_error(self, title: str, error: BakehouseError, again: Callable[[], None]) -> None:
        self.say("bad", title, " ".join(filter(None, (_sentence(error.message), error.hint))), ("Try again", again))

    def _forget(self) -> None:
        """What was said before."""
        for position in reversed(range(self.count())):
            widget = self.widget(position)
            if widget is not None and widget not in (self._content, self.currentWidget()):
                self.removeWidget(widget)
                widget.deleteLater()


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
