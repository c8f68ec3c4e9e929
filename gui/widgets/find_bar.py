"""A bar to find a text in a text: what is looked for, how often it is there, to the next and the previous one."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import label, set_look, tool_button
from gui.widgets.layout import row

MOST: Final = 1_000
"""Places found at most; more nobody steps through."""


def places(text: str, wanted: str) -> tuple[tuple[int, int], ...]:
    """Start and end of every place of a text, in any case."""
    folded, sought = text.lower(), wanted.lower()
    found: list[tuple[int, int]] = []
    if len(folded) != len(text):  # a letter whose small form is two letters: places would be off
        folded, sought = text, wanted
    at = folded.find(sought) if sought else -1
    while at >= 0 and len(found) < MOST:
        found.append((at, at + len(sought)))
        at = folded.find(sought, at + len(sought))
    return tuple(found)


class FindBar(QFrame):
    """Signals: `wanted` — another text is looked for; `stepped` — 1 for the next, -1 for the previous place; `left`.

    `options` stand behind the field: how to look for it.
    """

    wanted = Signal(str)
    stepped = Signal(int)
    left = Signal()

    def __init__(self, theme: Theme, *options: QWidget) -> None:
        super().__init__()
        set_look(self, "bar")
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find")
        self.field.setAccessibleName("Find")
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        self._count = label("", "muted")
        before = tool_button(theme, "up", "Previous (Shift+Enter)")
        after = tool_button(theme, "down", "Next (Enter)")
        close = tool_button(theme, "close", "Close the find bar (Esc)")
        before.clicked.connect(lambda _checked=False: self.stepped.emit(-1))
        after.clicked.connect(lambda _checked=False: self.stepped.emit(1))
        close.clicked.connect(lambda _checked=False: self.leave())
        self.field.textChanged.connect(self.wanted)
        layout = row(self.field, *options, self._count, before, after, close, gap=Space.HAIR, margin=Space.HAIR)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.hide()

    def begin(self, text: str) -> None:
        """Show it, looking for this text, or for the last one if there is none."""
        self.show()
        if text:
            self.field.setText(text)
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.wanted.emit(self.field.text())

    def tell(self, number: int, count: int) -> None:
        """The place the cursor is at, from 1, of how many."""
        nothing = bool(self.field.text()) and not count
        self.say("Nothing found" if nothing else f"{number} of {count}" if count else "", bad=nothing)

    @property
    def said(self) -> str:
        return self._count.text()

    def say(self, text: str, *, bad: bool = False) -> None:
        """What came of it; `bad` where nothing did."""
        self._count.setText(text)
        set_look(self.field, "bad" if bad else "")

    @Slot()
    def leave(self) -> None:
        self.hide()
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            match event.key():
                case Qt.Key.Key_Escape:
                    self.leave()
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                    self.stepped.emit(-1 if back else 1)
                    return True
        return super().eventFilter(watched, event)
