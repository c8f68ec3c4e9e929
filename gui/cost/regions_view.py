"""All regions side by side: a table to sort, bars and a map, of what the recipe costs when built there or copied there.

Partitions stay apart, since nothing is copied from one into another. Favourites are kept with the app's settings.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTabWidget, QWidget

from core.cost.amount import Amount
from gui.cost.chart_card import ChartCard
from gui.cost.drawing import csv_text
from gui.cost.region_rows import (
    COLUMNS,
    FAVOURITES,
    PARTITIONS,
    RegionRow,
    View,
    bars,
    cheapest_sentence,
    chosen,
    dearest_sentence,
    earth,
    known,
    table,
)
from gui.cost.saving import save
from gui.cost.words import brief, region_words
from gui.ops import Ops
from gui.settings import Settings
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, label
from gui.widgets.entry import Choice, Option
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.paragraph import Paragraph
from gui.widgets.split import beside
from gui.widgets.table import Column, Mark, Table

KEY: Final = "cost.favourites"
FIGURE_WIDTH: Final = 132
CODE_WIDTH: Final = 128


def _order(amount: Amount) -> tuple[bool, Any]:
    """Unknown ones come last."""
    return (not amount.known, amount.middle or amount.low)


def _mark(each: RegionRow) -> Mark | None:
    if each.favourite:
        return ("favourite", "warn")
    return ("region", "accent") if each.home else ("region", "muted") if each.target else None


def _figure(place: int) -> Column[RegionRow]:
    title, amount = COLUMNS[place]
    return Column(
        title,
        lambda each: brief(amount(each)),
        FIGURE_WIDTH,
        optional=place > 1,
        order=lambda each: _order(amount(each)),
        tip=lambda each: f"{region_words(each.code)}\n{title}: {amount(each).text}",
    )


def _columns() -> tuple[Column[RegionRow], ...]:
    return (
        Column("Region", lambda each: each.code, CODE_WIDTH, mark=_mark, tip=lambda each: region_words(each.code)),
        Column("Where", lambda each: each.region.city, muted=True, tip=lambda each: region_words(each.code)),
        *map(_figure, range(len(COLUMNS))),
        Column("Remark", lambda each: each.remark, share=2, muted=True, optional=True),
    )


class RegionsView(QWidget):
    def __init__(self, theme: Theme, ops: Ops, settings: Settings) -> None:
        super().__init__()
        self._ops = ops
        self._settings = settings
        self._rows: tuple[RegionRow, ...] = ()
        self._partition = "aws"
        self.cheapest = label("", step=Type.HEADING, weight=Type.BOLD, wraps=True)
        self.dearest = Paragraph("", "muted")
        self.compared = Choice([Option(each.value) for each in View])
        self.compared.setAccessibleName("What is compared")
        self.compared.present(View.BUILD.value)
        self.group = Choice(
            [Option(code, name) for code, name in PARTITIONS.items()] + [Option(FAVOURITES, "Favourites")]
        )
        self.group.setAccessibleName("Which regions")
        self.group.present("aws")
        self.favour = button(
            theme, "Favourite", "flat", "favourite", name="Make the chosen region a favourite, or none"
        )
        self.favour.setEnabled(False)
        self.table = Table(
            theme, "Regions", _columns(), lambda each: each.code, lambda each: f"{each.code} {each.name}"
        )
        self.bars = ChartCard(theme, ops, "Regions, the cheapest first", "regions", least=(260, 200))
        self.map = ChartCard(theme, ops, "Where they are", "map", least=(260, 160))
        self.charts = QTabWidget()
        self.charts.setAccessibleName("Charts of the regions")
        self.charts.tabBar().setAccessibleName("Charts of the regions")
        self._lay_out(theme)
        self.compared.edited.connect(self._show)
        self.group.edited.connect(self._show)
        self.favour.clicked.connect(self._favour)
        self.table.chosen.connect(self._choose)
        for chart in (self.bars, self.map):
            chart.taken.connect(self.table.choose)

    def _lay_out(self, theme: Theme) -> None:
        copies = button(theme, "Copy as CSV", "flat", "copy", name="Copy the regions as CSV")
        copies.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.csv()))
        saves = button(theme, "Save as CSV…", "flat", "save", name="Save the regions as CSV…")
        saves.clicked.connect(lambda: save(self._ops, self, "regions", "csv", self.csv().encode()))
        self.compared.setMinimumContentsLength(30)
        self.group.setMinimumContentsLength(18)
        controls = row(self.compared, self.group, STRETCH, self.favour, copies, saves, gap=Space.SMALL)
        self.charts.addTab(self.map, "Map")
        self.charts.addTab(self.bars, "Bars")
        splitter = beside((self.table, 640), (self.charts, 420))
        layout = column(self.cheapest, self.dearest, controls, splitter, gap=Space.SMALL)
        layout.setStretch(3, 1)
        self.setLayout(layout)

    @property
    def view(self) -> View:
        return View(self.compared.currentData())

    @property
    def shown(self) -> list[RegionRow]:
        """The rows of the partition, or the favourites, that are compared now."""
        return chosen(self._rows, str(self.group.currentData()))

    def show_rows(self, rows: Sequence[RegionRow]) -> None:
        """Compare these regions; which are favourites is known here."""
        partition = next((each.region.partition for each in rows if each.home), self._partition)
        if partition != self._partition:
            self._partition = partition
            self.group.present(partition)
        favourites = set(self._settings.texts(KEY))
        self._rows = tuple(replace(each, favourite=each.code in favourites) for each in rows)
        self._show()

    def csv(self) -> str:
        return csv_text(table(self.shown))

    @Slot()
    def _show(self) -> None:
        rows, view = self.shown, self.view
        if not rows and self.group.currentData() == FAVOURITES:
            self.cheapest.setText("No region is a favourite yet.")
            self.dearest.say("Choose one in another list and press “Favourite”.")
        else:
            self.cheapest.setText(cheapest_sentence(rows, view))
            self.dearest.say(dearest_sentence(rows, view))
        first = known(rows, view)
        self.table.rows.set_rows((*first, *(row for row in rows if row not in first)))
        self.bars.draw(bars(rows, view))
        self.map.draw(earth(rows, view))

    @Slot(object)
    def _choose(self, each: RegionRow | None) -> None:
        self.favour.setEnabled(each is not None)
        self.favour.setText("No favourite" if each is not None and each.favourite else "Favourite")

    @Slot()
    def _favour(self) -> None:
        each = self.table.row
        if each is None:
            return
        listed = [code for code in self._settings.texts(KEY) if code != each.code]
        self._settings.set_texts(KEY, listed if each.favourite else [*listed, each.code])
        self.show_rows(self._rows)
