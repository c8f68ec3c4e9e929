"""The library: what the connection has of pipelines, recipes, components and images, to look at and to take from.

Nothing is asked before the page is shown; then each list is read once, off the GUI thread, and again when the user says
so or the connection is another.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QWidget

from core.aws.connection import Connection
from core.aws.stock import StockPipeline
from core.errors import BakehouseError
from core.publish.adopt import Adopted, adopt
from gui.actions import Desk, Page, ShowPage, ShowRun
from gui.library.details import Details
from gui.library.section_view import LANE, SectionView
from gui.library.sections import COMPONENTS, IMAGES, PIPELINES, SECTIONS, Section, section_of
from gui.ops import Cancel
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space
from gui.widgets.dress import label, title, tool_button
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.notice import Banner, EmptyState
from gui.widgets.search import SearchField
from gui.widgets.stage import Offer
from gui.widgets.table import focus_rows

DETAILS_WIDTH: Final = 380


class LibraryPage(QWidget):
    """Signals: `run_started` — the ARN of the image that a pipeline began to build, and the Connection; `adopted` —
    the text of a recipe file, and its documents by their paths."""

    run_started = Signal(str, object)
    adopted = Signal(str, object)

    def __init__(self, theme: Theme, desk: Desk, session: Session) -> None:
        super().__init__()
        self._desk = desk
        self._session = session
        self._reading: Cancel | None = None
        self._texts: dict[str, str] = {}
        self._where = label("", "muted")
        self.search = SearchField(theme, "Search pipelines")
        self.search.setFixedWidth(Size.INSPECTOR)
        refresh = tool_button(theme, "refresh", "Refresh the library (F5)")
        refresh.setShortcut("F5")
        self.banner = Banner(theme)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Lists of the library")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.details = Details(theme)
        self._views = QStackedWidget()
        self.sections: dict[str, SectionView] = {}
        for section in SECTIONS:
            view = SectionView(theme, desk, session, section)
            self.sections[section.id] = view
            self._views.addWidget(view)
            self.tabs.addTab(section.title)
            view.told.connect(self._count)
            view.table.chosen.connect(self._show_details)
            view.table.taken.connect(lambda _row: self.details.focus_actions())
        nothing = EmptyState(theme, "library", "Nothing chosen", "Choose an entry to see everything about it.")
        self._side = QStackedWidget()
        self._side.addWidget(nothing)
        self._side.addWidget(self.details)
        self._lay_out(refresh)
        refresh.clicked.connect(self.refresh)
        self.tabs.currentChanged.connect(self._turn)
        self.search.textChanged.connect(self._look_for)
        self.search.left.connect(lambda: focus_rows(self.view.table))
        session.connected.connect(self._connect)
        self._connect()

    @property
    def view(self) -> SectionView:
        """The list that is shown."""
        return self.sections[SECTIONS[self.tabs.currentIndex()].id]

    @Slot()
    def refresh(self) -> None:
        """Ask the connection again; what was read before stays until the answer is there."""
        self._texts.clear()
        for view in self.sections.values():
            view.forget()
        self.view.load()

    def show_resource(self, arn: str) -> None:
        """Turn to a resource, now or as soon as its list is read."""
        section = section_of(arn)
        if section is None:
            self.banner.tell("The library does not list this kind of resource.", arn)
            return
        self.search.clear()
        self.tabs.setCurrentIndex(SECTIONS.index(section))
        self.view.choose(arn)
        if self.isVisible():
            self.view.load()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.view.load()

    def _lay_out(self, refresh: QWidget) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self._views)
        splitter.addWidget(self._side)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([3 * DETAILS_WIDTH, DETAILS_WIDTH])
        self._side.setMinimumWidth(Size.INSPECTOR)
        head = row(title("Library"), self._where, STRETCH, self.search, refresh, gap=Space.MEDIUM)
        layout = column(
            head,
            self.banner,
            self.tabs,
            splitter,
            gap=Space.MEDIUM,
            margin=(Space.HUGE, Space.LARGE, Space.HUGE, Space.LARGE),
        )
        layout.setStretch(3, 1)
        self.setLayout(layout)
        QWidget.setTabOrder(self.search, refresh)

    @Slot()
    def _connect(self) -> None:
        self._where.setText(f"of {self._session.where}")
        self._texts.clear()
        self.banner.hide()
        for view in self.sections.values():
            view.empty()
        if self.isVisible():
            self.view.load()

    @Slot(int)
    def _turn(self, position: int) -> None:
        section = SECTIONS[position]
        self._views.setCurrentIndex(position)
        name = f"Search {section.title.lower()}"
        self.search.setPlaceholderText(name)
        self.search.setAccessibleName(name)
        self.view.look_for(self.search.text())
        self._show_details(self.view.table.row)
        if self.isVisible():
            self.view.load()

    @Slot(str)
    def _look_for(self, text: str) -> None:
        self.view.look_for(text)

    @Slot()
    def _count(self) -> None:
        for position, section in enumerate(SECTIONS):
            count = self.sections[section.id].count
            self.tabs.setTabText(position, section.title if count is None else f"{section.title}  {count:,}")
        self._show_details(self.view.table.row)

    @property
    def _pipelines(self) -> Sequence[StockPipeline]:
        return self.sections[PIPELINES.id].table.rows.rows

    @Slot(object)
    def _show_details(self, chosen: Any) -> None:
        if self._reading is not None:
            self._reading.set()
            self._reading = None
        self._side.setVisible(chosen is not None or not self.view.stage.said)
        self._side.setCurrentIndex(0 if chosen is None else 1)
        if chosen is None:
            return
        section = self.view.section
        facts = section.facts(chosen, self._pipelines)
        self.details.show_resource(chosen.name, section.status(chosen), facts, self._offers(section, chosen))
        self._show_text(section, chosen)

    def _show_text(self, section: Section, chosen: Any) -> None:
        text_of = section.text
        if text_of is None:
            self.details.show_text("", None)
            return
        if chosen.arn in self._texts:
            self._tell_text(section, self._texts[chosen.arn])
            return
        self.details.show_text(f"{section.text_name}: reading…", "")
        stock = self.view.stock

        def keep(text: str) -> None:
            self._texts[chosen.arn] = text
            self._tell_text(section, text)

        def failed(error: BakehouseError) -> None:
            self.details.show_text(f"{section.text_name} can't be read: {error.message}", "")

        self._reading = self._session.ops.run(self, lambda: text_of(stock(), chosen), keep, failed, lane=f"{LANE} text")

    def _tell_text(self, section: Section, text: str) -> None:
        name = section.text_name if text else f"{section.text_name}: the service keeps it to itself"
        self.details.show_text(name, text)

    def _offers(self, section: Section, chosen: Any) -> list[Offer]:
        copy: Offer = ("Copy ARN", lambda: QGuiApplication.clipboard().setText(chosen.arn))
        if section is PIPELINES:
            return [
                ("Run pipeline", lambda: self._run(chosen)),
                ("Adopt as recipe file", lambda: self._adopt(chosen)),
                copy,
            ]
        if section is COMPONENTS:
            return [("Add to recipe", lambda: self._add(chosen.reference)), copy]
        if section is IMAGES and chosen.status:
            return [("Show on the timeline", lambda: self._desk.intend(ShowRun(chosen.arn))), copy]
        return [copy]

    def _add(self, reference: str) -> None:
        def add() -> None:
            self._session.edit("Add component", self._session.draft.add_component(reference))
            self._desk.intend(ShowPage(Page.RECIPE))

        self._trying(add)

    def _trying(self, does: Callable[[], None]) -> None:
        try:
            does()
        except BakehouseError as error:
            self.banner.tell_error(error)

    def _run(self, pipeline: StockPipeline) -> None:
        """Where it is production, the user is asked first."""
        if not self._session.connection.production:
            self._start(pipeline)
            return
        self.banner.tell(
            f"{self._session.where} is marked production. Run {pipeline.name} there?",
            "It builds a new image and distributes it as the pipeline says.",
            (("Run pipeline", lambda: self._start(pipeline)),),
        )

    def _start(self, pipeline: StockPipeline) -> None:
        at = self._session.connection

        def started(arn: str) -> None:
            self.run_started.emit(arn, at)
            self._desk.intend(ShowRun(arn))

        self._ask(lambda at: at.image_builder().start(pipeline.arn), started)

    def _adopt(self, pipeline: StockPipeline) -> None:
        def done(found: Adopted) -> None:
            self.adopted.emit(found.text, dict(found.documents))

        self._ask(lambda at: adopt(pipeline.arn, at, at.image_builder()), done)

    def _ask(self, work: Callable[[Connection], Any], done: Callable[[Any], None]) -> None:
        """Ask the connection something that the user has taken; errors are said above the lists."""
        connection = self._session.connection
        self.banner.hide()
        self.details.setEnabled(False)

        def settled(answer: Any) -> None:
            self.details.setEnabled(True)
            done(answer)

        def failed(error: BakehouseError) -> None:
            self.details.setEnabled(True)
            self.banner.tell_error(error)

        self._session.ops.run(self, lambda: work(connection), settled, failed, lane=LANE)
