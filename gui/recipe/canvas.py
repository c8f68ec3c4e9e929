"""The canvas of the recipe editor: the pipeline from top to bottom, to be chosen from, reordered and added to.

Here the parts are put together: `pipeline` shows, `choosing` chooses, `editing` edits, `dragging` drags.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from core.errors import BakehouseError, Severity
from core.recipe.canvas import ComponentCard
from gui.actions import Desk
from gui.recipe.arrivals import Arrivals
from gui.recipe.card_menu import card_menu
from gui.recipe.cards import Card
from gui.recipe.choosing import Choosing
from gui.recipe.cost_chip import CostChip
from gui.recipe.dragging import Dragging
from gui.recipe.editing import Editing
from gui.recipe.faces import home_of
from gui.recipe.pipeline import Pipeline
from gui.recipe.regions import RegionPicker
from gui.recipe.selection import Part, Selection
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.layout import STRETCH, column, row, scrolled
from gui.widgets.notice import Banner

Durations = Callable[[ComponentCard], str]


class CanvasView(QWidget):
    """Signals: `selected` — a Selection, when it is another; `edit_asked` — a Selection, by Enter or a double click.

    `durations` gives the usual duration of a component in words, "" where nobody knows.
    """

    selected = Signal(object)
    edit_asked = Signal(object)

    def __init__(self, theme: Theme, desk: Desk, session: Session, durations: Durations = lambda _card: "") -> None:
        super().__init__()
        self._theme = theme
        self._desk = desk
        self._session = session
        self._durations = durations
        self.setAccessibleName("Canvas")
        self.unreadable = Banner(theme)
        self.banner = Banner(theme)
        self.pipeline = Pipeline(theme)
        self.area = scrolled(self.pipeline)
        self.choosing = Choosing(self)
        self.editing = Editing(desk, session, self.choosing, self.banner, self)
        self._arrivals = Arrivals(desk, session, self.editing, self.banner, self)
        self.dragging = Dragging(
            self.pipeline,
            self.area,
            self.pipeline.build,
            self.editing,
            self.choosing,
            self.banner,
            self._arrivals.take,
        )
        self.regions = RegionPicker(self)
        self.cost = CostChip(theme)
        head = row(STRETCH, self.cost)
        self.setLayout(column(self.unreadable, self.banner, head, self.area, gap=Space.HAIR))
        self._connect()
        self._draft()
        self._check()

    def _connect(self) -> None:
        self.choosing.selected.connect(self.selected)
        self.choosing.edit_asked.connect(self.edit_asked)
        self.choosing.arrived.connect(self._reveal)
        self.pipeline.made.connect(self._listen)
        self.pipeline.installEventFilter(self)
        for card in self.pipeline.fixed_cards():
            self._listen(card)
        for lane, action in (
            (self.pipeline.build, "recipe.add-component"),
            (self.pipeline.distribution, "recipe.add-region"),
        ):
            if lane.adds is not None:
                lane.adds.clicked.connect(lambda _checked=False, action=action: self._desk.take(action))
                lane.adds.installEventFilter(self)
        self.regions.picked.connect(self._add_region)
        self._desk.bind("recipe.add-region", self._ask_region)
        self._desk.changed.connect(self._allow)
        self._session.opened.connect(self._open)
        self._session.drafted.connect(self._draft)
        self._session.checked.connect(self._check)
        self._session.connected.connect(self._draft)

    # For the page

    @property
    def selection(self) -> Selection:
        return self.choosing.selection

    def select(self, selection: Selection) -> None:
        """Choose cards and show the first of them."""
        self.choosing.select(selection)

    def show_address(self, address: str, file: str = "") -> None:
        """Choose the card of a place in the recipe file, or of the document `file`, show it and give it focus."""
        cards = self.pipeline.addresses()
        place = home_of(address, cards)
        if file and file != self._session.draft.file:
            documents = {str(card.path): card.address for card in self._session.canvas.components if card.path}
            place = documents.get(file, documents.get(str(Path(file).resolve()), place))
        card = cards[place]
        self.choosing.select(Selection(card.part, () if card.index is None else (card.index,)), focus=True)

    def add(self, references: Sequence[str], gap: int | None = None) -> None:
        """Add components by reference, below the one that is chosen or at a gap."""
        self.editing.add(references, gap)

    # The file

    @Slot()
    def _open(self) -> None:
        self.banner.hide()
        self.choosing.select(Selection())

    @Slot()
    def redraw(self) -> None:
        """Draw again what is known of the cards besides the recipe."""
        self._draft()
        self._check()

    @Slot()
    def _draft(self) -> None:
        self._tell_unreadable()
        if self._session.draft.source.root is not None or not self.pipeline.recipe.face.title:
            # While the text is no YAML at all, the last canvas says more than an empty one.
            self.pipeline.show_canvas(self._session.canvas, self._session.connection, self._durations)
            self.choosing.show_stops(self.pipeline.stops(), self.pipeline.stand_ins())
        self.editing.judge()
        self._allow("recipe.add-component")
        self._allow("recipe.add-region")

    @Slot()
    def _check(self) -> None:
        self.pipeline.show_problems(self._session.problems, self._session.draft.file)

    def _tell_unreadable(self) -> None:
        errors = [each for each in self._session.draft.source.problems if each.severity is Severity.ERROR]
        self._desk.allow("recipe.add-region", not errors, "The recipe file can't be read as YAML.")
        if not errors:
            self.unreadable.hide()
            return
        first = errors[0]
        offers = [("Show as text", lambda: self._desk.take("recipe.text"))]
        hint = f"{first.hint.rstrip('.')}. " if first.hint else ""
        self.unreadable.tell(
            f"Line {first.line}: {first.message.rstrip('.')}.",
            f"{hint}Until then the canvas shows what could be read last, and can't be edited.",
            offers if self._desk.possible("recipe.text") else (),
        )

    # Regions

    def _ask_region(self) -> None:
        beside = self.pipeline.distribution.adds or self.pipeline.distribution
        self.area.ensureWidgetVisible(beside)
        self.regions.ask([card.region for card in self._session.canvas.regions], beside)

    @Slot(str)
    def _add_region(self, code: str) -> None:
        before = len(self._session.canvas.regions)
        try:
            draft = self._session.draft.add_region(code)
        except BakehouseError as error:
            self.banner.tell_error(error)
            return
        self._session.edit("Add region", draft)
        self.choosing.select(Selection(Part.REGION, (before,)), focus=True)

    @Slot(str)
    def _allow(self, action_id: str) -> None:
        lanes = {"recipe.add-component": self.pipeline.build, "recipe.add-region": self.pipeline.distribution}
        if action_id in lanes and (adds := lanes[action_id].adds) is not None:
            adds.setEnabled(self._desk.possible(action_id))
            adds.setToolTip(self._desk.why_not(action_id))

    # Cards

    @Slot(object)
    def _listen(self, card: Card) -> None:
        card.pressed.connect(lambda modifiers: self.choosing.press(card, modifiers))
        card.released.connect(lambda modifiers: self.choosing.release(card, modifiers))
        card.pulled.connect(lambda: self.dragging.pull(card))
        card.opened.connect(lambda: self.edit_asked.emit(self.choosing.selection))

    @Slot(object)
    def _reveal(self, stop: QWidget) -> None:
        # Where it is known only when what an edit has changed is laid out.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self.area.ensureWidgetVisible(stop, 0, Space.HUGE)
        self.pipeline.setFocusProxy(stop)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keys and context menus, which come up here from the cards."""
        match event:
            case QKeyEvent() if event.type() == QEvent.Type.KeyPress:
                return self.choosing.take_key(event)
            case QContextMenuEvent():
                part = self.choosing.selection.part
                card_menu(self._theme, self._desk, part, self).popup(event.globalPos())
                return True
        return False
