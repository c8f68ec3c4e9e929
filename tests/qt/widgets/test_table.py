"""The table: searched, sorted, narrow or wide, and with the chosen row staying chosen."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QMimeData, Qt
from pytestqt.qtbot import QtBot

from gui.theme.theme import Scheme, Theme
from gui.widgets.table import Column, Table, focus_rows, mime_of


@dataclass(frozen=True, slots=True)
class Loaf:
    name: str
    weight: int

    @property
    def good(self) -> bool:
        return self.weight > 500


COLUMNS: tuple[Column[Loaf], ...] = (
    Column("Name", lambda loaf: loaf.name, share=2),
    Column("Weight", lambda loaf: f"{loaf.weight} g", 90, order=lambda loaf: loaf.weight),
    Column(
        "State",
        lambda loaf: "Good" if loaf.good else "Small",
        90,
        mark=lambda loaf: ("good", "good") if loaf.good else ("warn", "warn"),
        marked_text=True,
    ),
    Column("Remark", lambda loaf: f"About {loaf.name}", share=2, optional=True, muted=True),
)
LOAVES = (Loaf("Rye", 1000), Loaf("Baguette", 250), Loaf("Spelt", 750))


def mime(loaf: Loaf) -> QMimeData:
    return mime_of("application/x-loaf", loaf.name)


@pytest.fixture
def table(theme: Theme, qtbot: QtBot) -> Table:
    made = Table(theme, "Loaves", COLUMNS, lambda loaf: loaf.name, lambda loaf: f"{loaf.name} {loaf.weight}", mime)
    qtbot.addWidget(made)
    made.rows.set_rows(LOAVES)
    made.resize(640, 300)
    made.show()
    return made


def names(table: Table) -> list[str]:
    return [loaf.name for loaf in table.rows.shown]


def test_rows_come_as_they_are_given_until_a_column_sorts_them(table: Table) -> None:
    assert names(table) == ["Rye", "Baguette", "Spelt"]
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert names(table) == ["Baguette", "Spelt", "Rye"]
    table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert names(table) == ["Rye", "Baguette", "Spelt"]


def test_every_word_has_to_be_somewhere_in_any_case(table: Table) -> None:
    table.rows.look_for("50 SPELT")
    assert names(table) == ["Spelt"]
    table.rows.look_for("50")
    assert names(table) == ["Baguette", "Spelt"]


def test_a_search_and_a_filter_hold_together(table: Table) -> None:
    table.rows.keep(lambda loaf: loaf.good)
    table.rows.look_for("e")
    assert names(table) == ["Rye", "Spelt"]


def test_the_chosen_row_stays_chosen_through_sorting_searching_and_new_rows(table: Table, qtbot: QtBot) -> None:
    table.choose("Spelt")
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert table.row == LOAVES[2]
    table.rows.set_rows((Loaf("Ciabatta", 400), Loaf("Spelt", 800)))
    assert table.row == Loaf("Spelt", 800)
    with qtbot.waitSignal(table.chosen) as chosen:
        table.rows.look_for("ciabatta")
    assert chosen.args == [None]
    table.rows.look_for("")
    assert table.row == Loaf("Spelt", 800)


def test_a_row_can_be_chosen_before_it_is_there(table: Table) -> None:
    assert not table.choose("Ciabatta")
    table.rows.set_rows((*LOAVES, Loaf("Ciabatta", 400)))
    assert table.row.name == "Ciabatta"


@pytest.mark.parametrize(("width", "hidden"), [(640, []), (320, [3]), (260, [2, 3]), (160, [1, 2, 3])])
def test_no_column_is_cut_at_the_edge(table: Table, width: int, hidden: list[int]) -> None:
    """The last one of the library's was, in a window of 960 pixels."""
    table.resize(width, 300)
    assert [column for column in range(4) if table.isColumnHidden(column)] == hidden
    shown = [column for column in range(4) if column not in hidden]
    assert sum(map(table.columnWidth, shown)) <= table.viewport().width()


def test_an_optional_column_goes_when_there_is_no_room(table: Table, qtbot: QtBot) -> None:
    assert not table.isColumnHidden(3)
    table.resize(300, 300)
    assert table.isColumnHidden(3)
    assert table.columnWidth(0) >= 80
    table.resize(640, 300)
    assert not table.isColumnHidden(3)


def test_a_status_is_icon_word_and_colour_in_both_schemes(table: Table, theme: Theme, scheme: Scheme) -> None:
    cell = table.rows.index(0, 2)
    assert cell.data() == "Good"
    assert not cell.data(Qt.ItemDataRole.DecorationRole).isNull()
    assert cell.data(Qt.ItemDataRole.ForegroundRole).name() == theme.colours.good
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "State Good"


def test_a_row_is_dragged_as_its_mime(table: Table) -> None:
    data = table.rows.mimeData([table.rows.index(1, 0)])
    assert (data.text(), bytes(data.data("application/x-loaf").data())) == ("Baguette", b"Baguette")


def test_going_to_the_rows_chooses_the_first(table: Table) -> None:
    focus_rows(table)
    assert table.row == LOAVES[0]
