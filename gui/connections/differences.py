"""What Local does differently from AWS: the service's own table, to be searched."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from core.aws.connection import LOCAL
from core.errors import BakehouseError
from gui.connections.roster import Roster
from gui.connections.words import counted
from gui.session import lane_of
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import heading, label, tool_button
from gui.widgets.fuzzy import score
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.notice import Banner
from gui.widgets.search import SearchField

if TYPE_CHECKING:  # it loads botocore, which the window must not wait for
    from core.aws.machines import Difference

_EDGES: Final = 2 * Space.SMALL
_TALLEST: Final = 10_000
_COLUMNS: Final = ("Topic", "AWS", "Local")


class Differences(QWidget):
    """Signals: `left` — the user goes back."""

    left = Signal()

    def __init__(self, theme: Theme, roster: Roster) -> None:
        super().__init__()
        self._roster = roster
        self._found: Sequence[Difference] = ()
        self._banner = Banner(theme)
        self.table = self._table()
        self.back = tool_button(theme, "back", "Back to Local")
        self.back.clicked.connect(self.left)
        self.search = SearchField(theme, "Search the differences")
        self.search.left.connect(self.table.setFocus)
        self.search.setFixedWidth(Size.PALETTE)
        self.search.textChanged.connect(self._filter)
        self._count = label("", "muted", step=Type.SMALL)
        intro = label(
            "The local Image Builder speaks the same API and runs the same documents. This is where it is not AWS.",
            "muted", wraps=True,
        )  # fmt: skip
        top = row(self.back, heading("How Local differs from AWS"), STRETCH, self._count, self.search, gap=Space.SMALL)
        layout = column(top, intro, self._banner, self.table, gap=Space.MEDIUM, margin=Space.HUGE)
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.search)
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.timeout.connect(self._fit)

    def read(self) -> None:
        """Ask the service, once."""
        if self._found:
            return
        self._count.setText("Asking the service…")
        work = self._roster.sources.service.differences
        self._roster.session.ops.run(self, work, self._tell, self._fail, lane=lane_of(LOCAL))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fitting.start(0)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._fitting.start(0)

    def _tell(self, found: "Sequence[Difference]") -> None:
        self._banner.hide()
        self._found = tuple(found)
        self.table.setRowCount(len(found))
        for number, each in enumerate(found):
            for place, text in enumerate((each.topic, each.aws, each.local)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                self.table.setItem(number, place, item)
        self._filter()
        self._fitting.start(0)

    def _fail(self, error: BakehouseError) -> None:
        self._count.setText("")
        self._banner.tell(error.message, error.hint, (("Try again", self.read),))

    @Slot()
    def _filter(self) -> None:
        typed = self.search.text()
        shown = 0
        for number, each in enumerate(self._found):
            fits = score(typed, f"{each.topic} {each.aws} {each.local}") is not None if typed.strip() else True
            self.table.setRowHidden(number, not fits)
            shown += fits
        self._count.setText(counted(shown, "difference") if not typed.strip() else f"{shown} of {len(self._found)}")

    @Slot()
    def _fit(self) -> None:
        """Rows as tall as their longest text. The view's own way leaves out the style sheet's padding and cuts."""
        metrics, table = self.table.fontMetrics(), self.table
        for number, each in enumerate(self._found):
            heights = [
                metrics.boundingRect(
                    0, 0, table.columnWidth(place) - _EDGES, _TALLEST, Qt.TextFlag.TextWordWrap, text
                ).height()
                for place, text in enumerate((each.topic, each.aws, each.local))
            ]
            table.setRowHeight(number, max(heights) + 2 * Space.SMALL)

    @staticmethod
    def _table() -> QTableWidget:
        table = QTableWidget(0, len(_COLUMNS))
        table.setHorizontalHeaderLabels(list(_COLUMNS))
        table.setAccessibleName("Differences between Local and AWS")
        table.verticalHeader().hide()
        table.setWordWrap(True)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, Size.SIDEBAR)
        return table
