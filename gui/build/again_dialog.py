"""Before a build is run again: what the new one will be, filled in as the old one was, to look at and to start."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from core.errors import BakehouseError, Invalid
from gui.build.again import Again, tags_of, tags_text
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import button, heading, label
from gui.widgets.facts import Facts
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.notice import Banner

EDITED = "The recipe file has changed since."
EDITED_HINT = "The pipeline runs as it was published. To build what the file says now, bake it."


class AgainDialog(QDialog):
    """Signals: `wanted` — the Again to start, with its tags; `bake_wanted` — rather the recipe file."""

    wanted = Signal(object)
    bake_wanted = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.again: Again | None = None
        self.setWindowTitle("Run again")
        self.setModal(True)
        self.setMinimumWidth(Size.READING)
        self.facts = Facts(names=Size.SIDEBAR // 2)
        self.tags = QLineEdit()
        self.tags.setAccessibleName("Tags of the new image")
        self.tags.setPlaceholderText("None. For example team=web, cost-centre=42")
        self.banner = Banner(theme, "warn")
        self.problem = Banner(theme)
        self._state = label("Looking at the pipeline…", "muted")
        self.go = button(theme, "Run again", "primary", "start")
        self.go.clicked.connect(self._go)
        self.bake = button(theme, "Bake the recipe file", icon_name="bake")
        self.bake.clicked.connect(self._bake)
        self.bake.hide()
        cancel = button(theme, "Cancel")
        cancel.clicked.connect(self.reject)
        for each in (self.bake, cancel):
            each.setAutoDefault(False)
        what = f"A new build of what {name} was made of. The build that is shown stays as it is."
        tagged = row(label("Tags", "muted", step=Type.SMALL), self.tags, gap=Space.MEDIUM)
        parts = (
            heading("Run again"), label(what, "muted", wraps=True), self._state, self.facts, tagged, self.banner,
            self.problem, row(STRETCH, cancel, self.bake, self.go),
        )  # fmt: skip
        self.setLayout(column(*parts, gap=Space.MEDIUM, margin=Space.HUGE))
        for later in (self.banner, self.problem):
            later.hide()
        self.go.setEnabled(False)
        self.go.setDefault(True)
        self.tags.setEnabled(False)
        self.tags.textChanged.connect(self.problem.hide)

    def show_again(self, again: Again) -> None:
        """What was found out; from now on it can be started."""
        self.again = again
        self._state.hide()
        self.facts.show_facts(again.facts)
        self.tags.setText(tags_text(again.tags))
        self.tags.setEnabled(True)
        self.bake.setVisible(again.edited)
        if again.edited:
            self.banner.tell(EDITED, EDITED_HINT)
        elif again.changes:
            self.banner.tell("The pipeline has changed since.", " ".join(again.changes))
        self.go.setEnabled(True)
        self.go.setFocus()

    @Slot(object)
    def refuse(self, error: BakehouseError) -> None:
        self._state.hide()
        self.problem.tell_error(error)

    @Slot()
    def _go(self) -> None:
        if self.again is None:
            return
        try:
            untouched = self.tags.text() == tags_text(self.again.tags)  # values may hold what can't be typed
            tags = self.again.tags if untouched else tags_of(self.tags.text())
        except Invalid as error:
            self.problem.tell_error(error)
            self.tags.setFocus()
            return
        self.wanted.emit(Again(self.again.pipeline, tags=tags, contents=self.again.contents))
        self.accept()

    @Slot()
    def _bake(self) -> None:
        self.bake_wanted.emit()
        self.accept()
