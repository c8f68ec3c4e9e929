"""The shelf beside the canvas: every component that a recipe could take, to be found by a few letters and put in.

The connection is asked when the shelf is first painted, the recipe file's folder whenever a file is opened or saved;
both off the GUI thread. What is there already can be used while the other is still being read.
"""

from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QSplitter, QWidget

from core.errors import BakehouseError
from core.recipe.beside import components_beside
from core.recipe.documents import read_text
from gui.actions import COMPONENT_MIME, Desk
from gui.ops import Cancel
from gui.recipe.shelved import ICONS, Shelved, of_connection, of_folder
from gui.recipe.shelved import Shelf as Source
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import button, heading, label, set_look, tool_button
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.notice import Banner
from gui.widgets.painted import Painted
from gui.widgets.reading import Reading
from gui.widgets.search import SearchField
from gui.widgets.stage import Stage
from gui.widgets.table import Column, Table, focus_rows, mime_of, without_header

LANE: Final = "shelf"
PLATFORMS: Final = ("Linux", "Windows", "macOS")
PREVIEW: Final = 260

COLUMNS: Final[tuple[Column[Shelved], ...]] = (
    Column(
        "Name",
        lambda each: each.name,
        mark=lambda each: (ICONS[each.shelf], "muted"),
        tip=lambda each: "\n".join(filter(None, (each.reference, each.description))),
    ),
    Column("Version", lambda each: each.version, 64, muted=True),
)


class Shelf(QWidget):
    """Signals: `added` — the reference of a component that was put into the recipe."""

    added = Signal(str)

    def __init__(self, theme: Theme, desk: Desk, session: Session) -> None:
        super().__init__()
        self._desk = desk
        self._session = session
        self._of_connection: tuple[Shelved, ...] = ()
        self._beside: tuple[Shelved, ...] = ()
        self._asked = False
        self._asking: Cancel | None = None
        self._scanning: Cancel | None = None
        self._folder: Path | None = None
        self._reading: Cancel | None = None
        self._texts: dict[str, str] = {}
        self.search = SearchField(theme, "Search components")
        self.source = _choice("From where", ("Everywhere", *(each.value for each in Source)))
        self.platform = _choice("For which platform", ("Any platform", *PLATFORMS))
        self.table = Table(
            theme,
            "Components for the recipe",
            COLUMNS,
            lambda each: each.reference,
            lambda each: each.searched,
            lambda each: mime_of(COMPONENT_MIME, each.reference),
        )
        self.stage = Stage(theme, without_header(self.table))
        self.stage.setMinimumHeight(PREVIEW // 2)
        self.banner = Banner(theme)
        self._state = label("", "muted", step=Type.SMALL, wraps=True)
        self._again = button(theme, "Try again", "link")
        self._preview = _Preview(theme)
        self._painted = Painted(self)
        self._painted.first.connect(self._look)
        self._lay_out(theme)
        self.setFocusProxy(self.search)
        self._connect()
        self._follow_platform()
        self._connected()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        if self._painted.yet:
            self._look()

    @Slot()
    def _look(self) -> None:
        self._ask()
        self._scan()

    @property
    def busy(self) -> bool:
        """Whether it is still being filled."""
        begins = self.isVisible() and not self._painted.yet
        return begins or self._asking is not None or self._scanning is not None

    @property
    def _seen(self) -> bool:
        """Whether somebody looks at it, and has not only just begun to."""
        return self.isVisible() and self._painted.yet

    @property
    def state(self) -> str:
        """What is said below the list: that more comes, or why not."""
        return self._state.text()

    @property
    def preview(self) -> str:
        """The text that is shown of the chosen component."""
        return self._preview.text.toPlainText()

    @Slot()
    def refresh(self) -> None:
        """Look at the connection and the folder anew."""
        self._texts.clear()
        self._asked = False
        self._look()

    @Slot()
    def add(self) -> None:
        """Put the chosen component into the recipe, at the end."""
        if self.table.row is not None:
            self._take(self.table.row)

    def _lay_out(self, theme: Theme) -> None:
        refresh = tool_button(theme, "refresh", "Look for components again")
        refresh.clicked.connect(self.refresh)
        head = column(
            row(heading("Components"), STRETCH, refresh),
            self.search,
            column(self.source, self.platform, gap=Space.HAIR),
            self.banner,
        )
        upper = column(head, self.stage, self._state, row(self._again, STRETCH), margin=Space.MEDIUM)
        upper.setStretch(1, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(holding(upper))
        splitter.addWidget(self._preview)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([2 * PREVIEW, PREVIEW])
        self._preview.hide()
        self.setLayout(column(splitter))
        for before, after in pairwise((self.search, self.source, self.platform, refresh, self.table)):
            QWidget.setTabOrder(before, after)
        self.setMinimumWidth(Size.PALETTE - 2 * Space.HUGE)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._look_for)
        self.search.left.connect(lambda: focus_rows(self.table))
        self.source.currentIndexChanged.connect(self._keep)
        self.platform.currentIndexChanged.connect(self._keep)
        self.table.chosen.connect(self._show_preview)
        self.table.taken.connect(self._take)
        self._preview.add.clicked.connect(self.add)
        self._again.clicked.connect(self.refresh)
        session = self._session
        session.connected.connect(self._connected)
        session.opened.connect(self._opened)
        session.drafted.connect(self._moved)
        session.dirty_changed.connect(self._saved)

    @Slot()
    def _connected(self) -> None:
        if self._asking is not None:
            self._asking.set()
            self._asking = None
        self._asked = False
        self._of_connection = ()
        self._texts.clear()
        self._fill()
        if self._seen:
            self._ask()

    @Slot()
    def _opened(self) -> None:
        self._follow_platform()
        self._moved()

    @Slot()
    def _moved(self) -> None:
        """Another folder has other documents."""
        if self._session.folder != self._folder and self._seen:
            self._scan()

    @Slot()
    def _saved(self) -> None:
        if self._seen:
            self._scan()

    def _follow_platform(self) -> None:
        """A recipe takes components of its own platform only."""
        self.platform.setCurrentIndex(max(0, self.platform.findText(self._session.canvas.platform)))

    def _ask(self) -> None:
        if self._asked or self._asking is not None:
            return
        builder = self._session.image_builder
        cancel = self._asking = Cancel()
        self._say(f"Reading the components of {self._session.where}…")

        def read() -> tuple[Shelved, ...]:
            from core.aws.stock import Stock

            return of_connection(Stock(builder(), cancel.check).components())

        self._session.ops.run(self, read, self._know_connection, self._fail, lane=LANE, cancel=cancel)

    def _scan(self) -> None:
        folder = self._session.folder
        if self._scanning is not None:
            self._scanning.set()
        self._folder = folder
        if folder is None:
            self._know_folder(())
            return
        self._scanning = self._session.ops.run(
            self, lambda: of_folder(components_beside(folder)), self._know_folder, lane=f"{LANE} folder"
        )

    def _know_connection(self, found: tuple[Shelved, ...]) -> None:
        self._asking = None
        self._asked = True
        self._of_connection = found
        self._say("")
        self._fill()

    def _know_folder(self, found: tuple[Shelved, ...]) -> None:
        self._scanning = None
        self._beside = found
        for each in found:
            self._texts.pop(each.reference, None)
        self._fill()

    def _fail(self, error: BakehouseError) -> None:
        self._asking = None
        self._say(f"{error.message} {error.hint}".strip(), failed=True)
        self._stand()

    def _say(self, text: str, *, failed: bool = False) -> None:
        self._state.setText(text)
        set_look(self._state, "bad" if failed else "muted")
        self._state.setVisible(bool(text))
        self._again.setVisible(failed)

    def _fill(self) -> None:
        rows = (*self._beside, *self._of_connection)
        if rows != self.table.rows.rows:
            self.table.rows.set_rows(rows)
        self._stand()

    @Slot(str)
    def _look_for(self, text: str) -> None:
        self.table.rows.look_for(text)
        self._stand()

    @Slot()
    def _keep(self) -> None:
        source, platform = self.source.currentText(), self.platform.currentText()
        anywhere, any_platform = self.source.currentIndex() == 0, self.platform.currentIndex() == 0
        self.table.rows.keep(
            lambda each: (
                (anywhere or each.shelf == source) and (any_platform or not each.platform or each.platform == platform)
            )
        )
        self._stand()

    def _stand(self) -> None:
        if self.table.rows.shown:
            self.stage.show_content()
        elif self.table.rows.rows:
            everything = ("Show everything", self.show_everything)
            self.stage.say(
                "search", "Nothing found", "No component has these letters, source and platform.", everything
            )
        elif self._asking is not None:
            self.stage.say("waiting", "Looking…", f"Asking {self._session.where}.")
        else:
            new = ("New component", lambda: self._desk.take("recipe.new-component"))
            self.stage.say("component", "No components", "Write one of your own; it is kept beside the recipe.", new)

    def show_everything(self) -> None:
        self.search.clear()
        self.source.setCurrentIndex(0)
        self.platform.setCurrentIndex(0)

    @Slot(object)
    def _take(self, chosen: Shelved) -> None:
        try:
            self._session.edit("Add component", self._session.draft.add_component(chosen.reference))
        except BakehouseError as error:
            self.banner.tell_error(error)
            return
        self.banner.hide()
        self.added.emit(chosen.reference)

    @Slot(object)
    def _show_preview(self, chosen: Shelved | None) -> None:
        if self._reading is not None:
            self._reading.set()
            self._reading = None
        self._preview.setVisible(chosen is not None)
        if chosen is None:
            return
        text = self._texts.get(chosen.reference)
        self._preview.show_component(chosen, "Reading…" if text is None else text)
        if text is None:
            self._read(chosen)

    def _read(self, chosen: Shelved) -> None:
        builder, file = self._session.image_builder, chosen.file
        opened = {path: document.text for path, document in self._session.components.items()}

        def read() -> str:
            if file is not None:
                return opened.get(file.resolve()) or read_text(file)
            from core.aws.stock import Stock

            return Stock(builder()).document(chosen.arn)

        def keep(text: str) -> None:
            self._texts[chosen.reference] = text or "The service keeps this document to itself."
            self._preview.show_component(chosen, self._texts[chosen.reference])

        def failed(error: BakehouseError) -> None:
            self._preview.show_component(chosen, f"{error.message}\n{error.hint}".strip())

        self._reading = self._session.ops.run(self, read, keep, failed, lane=f"{LANE} document")


class _Preview(QFrame):
    """The component that is chosen: what it says of itself, and its document."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._name = label("", weight=Type.BOLD, wraps=True)
        self._facts = label("", "muted", step=Type.SMALL, wraps=True)
        self._description = label("", step=Type.SMALL, wraps=True)
        self.text = Reading("Component document")
        self.add = button(theme, "Add to recipe", "", "add", tip="Put it at the end of the components (Enter)")
        layout = column(
            row(self._name, self.add),
            self._facts,
            self._description,
            self.text,
            gap=Space.HAIR,
            margin=Space.MEDIUM,
        )
        layout.setStretch(3, 1)
        self.setLayout(layout)

    def show_component(self, shown: Shelved, text: str) -> None:
        self._name.setText(shown.name)
        self._facts.setText(" · ".join(filter(None, (shown.shelf.value, shown.platform, shown.reference))))
        self._description.setText(shown.description)
        self._description.setVisible(bool(shown.description))
        self.text.read(text)


def _choice(name: str, options: tuple[str, ...]) -> QComboBox:
    made = QComboBox()
    made.addItems(list(options))
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setMinimumContentsLength(8)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return made
