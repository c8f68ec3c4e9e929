"""The component editor: a component document beside the recipe file, opened, edited, or newly made from a template.

It takes the room of the canvas while it is open. What it changes is saved with the recipe file.
"""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.errors import BakehouseError, NotFound
from core.recipe.documents import real_path
from gui.actions import Desk
from gui.document import Document
from gui.recipe.component.drafting import WRITABLE, Drafting
from gui.recipe.component.sheet import ComponentSheet
from gui.recipe.new_component import NewComponent
from gui.session import Session
from gui.theme.status import Presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, frame, label, line
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.notice import Badge, Banner, EmptyState

_UNSAVED = Presentation("warn", "Not saved", "warn")
_READ_ONLY = Presentation("warn", "Read-only", "warn")

CARD_ACTIONS = {
    "edit.cut": "cut",
    "edit.copy": "copy",
    "edit.paste": "paste",
    "edit.duplicate": "duplicate",
    "edit.delete": "delete",
    "recipe.move-up": "up",
    "recipe.move-down": "down",
}
"""The window's actions that mean the chosen step while the editor is open."""


class ComponentEditor(QWidget):
    """Signals: `entered` — there is something to show; `left` — the canvas is to be shown again.

    Who shows the canvas again binds `CARD_ACTIONS` to it again: while the editor is open they are its own.
    """

    entered = Signal()
    left = Signal()

    def __init__(self, theme: Theme, desk: Desk, session: Session) -> None:
        super().__init__()
        self._theme = theme
        self._desk = desk
        self._session = session
        self.sheet: ComponentSheet | None = None
        self._document: Document | None = None
        self._name = label("", step=Type.HEADING, weight=Type.BOLD)
        self.unsaved = Badge(theme, _UNSAVED)
        self._read_only = Badge(theme, _READ_ONLY)
        self._path = Elided("", "muted", mode=Qt.TextElideMode.ElideLeft)
        back = button(theme, "Back to the canvas", "flat", "left", tip="Back to the canvas (Esc)")
        back.clicked.connect(lambda _checked=False: self.leave())
        bar = frame("bar")
        parts = (back, self._name, self.unsaved, self._read_only, self._path, STRETCH)
        head = row(*parts, gap=Space.SMALL, margin=(Space.SMALL, Space.HAIR, Space.MEDIUM, Space.HAIR))
        bar.setLayout(head)
        self._head = holding(column(bar, line(), gap=0))
        self.banner = Banner(theme)
        self.new_page = NewComponent(theme, desk, session)
        self.gone = EmptyState(theme, "component", "", "")
        self.gone.offer("Back to the canvas", self.leave)
        self._empty = QWidget()
        self._stack = QStackedWidget()
        for page in (self._empty, self.new_page, self.gone):
            self._stack.addWidget(page)
        layout = column(self._head, self.banner, self._stack, gap=0)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.new_page.made.connect(self.open)
        self.new_page.left.connect(self.leave)
        session.opened.connect(self._recipe_opened)
        QGuiApplication.clipboard().dataChanged.connect(self._judge)
        desk.bind("recipe.new-component", self.begin_new)

    @property
    def path(self) -> Path | None:
        """The document that is open."""
        return self._document.path if self._document is not None else None

    @Slot(object)
    def open(self, path: Path) -> None:
        """Show a component document; one that can't be read is said so, in its place."""
        try:
            real = real_path(path, named=path.name)
            document = self._session.component(real)
        except BakehouseError as error:
            self._close()
            self._refuse(path, error)
            return
        if self.path != real:
            self._close()
            self._show(document)
        self._activate()

    @Slot()
    def begin_new(self) -> None:
        """Let a template be chosen for a new component."""
        self._close()
        self._head.hide()
        self._stack.setCurrentWidget(self.new_page)
        self.entered.emit()
        self.new_page.begin()

    @Slot()
    def leave(self) -> None:
        """Back to the canvas; what was edited stays, saved or not."""
        self._close()
        self._session.undo.setActiveStack(self._session.document.undo)
        self.left.emit()

    def go_to(self, line: int, column: int) -> None:
        """Put the cursor of the text at a line and column, both from 1."""
        if self.sheet is not None:
            self.sheet.go_to_line(line, column)

    def _show(self, document: Document) -> None:
        self._document = document
        platform = self._platform()
        drafting = Drafting(self._session.ops, document, platform, self)
        self.sheet = ComponentSheet(self._theme, drafting, platform)
        self.sheet.escaped.connect(self.leave)
        self.sheet.lanes.chosen.connect(self._judge)
        self._read_only.setVisible(document.read_only)
        self._read_only.setToolTip(WRITABLE)
        self._stack.addWidget(self.sheet)
        self._stack.setCurrentWidget(self.sheet)
        document.clean_changed.connect(self._say_dirty)
        document.moved.connect(self._say_path)
        self._say_path()
        self._say_dirty()
        self._head.show()

    def _platform(self) -> str | None:
        record = self._session.canvas
        platform = getattr(record, "platform", None)
        return str(platform) if platform else "Linux"

    def _activate(self) -> None:
        """Let undo and the card actions mean this document."""
        sheet, document = self.sheet, self._document
        if sheet is None or document is None:
            return
        self._session.undo.setActiveStack(document.undo)
        for action, word in CARD_ACTIONS.items():
            self._desk.bind(action, partial(self._ask, word))
        self._judge()
        self.entered.emit()
        self._look_at_disk(document)
        sheet.lanes.focus_chosen()

    @Slot()
    def _judge(self) -> None:
        """Say which of the card actions can be taken now. The canvas, which is hidden, says so of its own cards."""
        if self.sheet is None:
            return
        for action, word in CARD_ACTIONS.items():
            possible = word == "paste" or self.sheet.lanes.place is not None
            self._desk.allow(action, possible, "Choose a step first.")

    def _ask(self, word: str) -> None:
        if self.sheet is not None:
            self.sheet.ask(self.sheet.lanes.place, word)

    def _look_at_disk(self, document: Document) -> None:
        """A file that is gone is said so; what others have written into it is the window's to ask about."""
        if document.path is not None and not document.path.exists():
            message, hint = f"{document.name} is gone from disk.", "What it said is still here."
            self.banner.tell(message, hint, (("Write it again", lambda: self._save(document)),))

    def _save(self, document: Document) -> None:
        """Write a file again that is gone; the document has to see that first, lest it takes this for a conflict."""
        try:
            document.changed_on_disk()
            document.save()
        except BakehouseError as error:
            self.banner.tell_error(error)

    def _close(self) -> None:
        """Let go of the document; it stays open in the session, with its undo."""
        if self._document is not None:
            self._document.clean_changed.disconnect(self._say_dirty)
            self._document.moved.disconnect(self._say_path)
        if self.sheet is not None:
            self._stack.removeWidget(self.sheet)
            self.sheet.hide()
            self.sheet.deleteLater()
        self.sheet, self._document = None, None
        self.banner.hide()

    def _refuse(self, path: Path, error: BakehouseError) -> None:
        lost = isinstance(error, NotFound)
        hint = "It was moved or deleted. Correct its path in the recipe, or make a new one." if lost else error.hint
        self.gone.say(f"{path.name} can't be opened", f"{error.message}. {hint}".strip())
        self._head.hide()
        self._stack.setCurrentWidget(self.gone)
        self.entered.emit()
        self.gone.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _recipe_opened(self) -> None:
        """The documents of the recipe that was open before are gone with it."""
        was_open = self.sheet is not None
        self._document = None
        self._close()
        self._stack.setCurrentWidget(self._empty)
        if was_open:
            self.left.emit()

    @Slot()
    def _say_dirty(self) -> None:
        if self._document is not None:
            self.unsaved.setVisible(not self._document.clean)

    @Slot()
    def _say_path(self) -> None:
        document = self._document
        if document is None or document.path is None:
            return
        folder = self._session.folder
        near = folder is not None and document.path.is_relative_to(folder)
        shown = document.path.relative_to(folder) if near and folder is not None else document.path
        self._name.setText(document.path.name)
        self._path.setText(str(shown))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
