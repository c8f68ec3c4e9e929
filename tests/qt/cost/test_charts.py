"""Charts: what they say to pointer, keys and screen readers, what they give away, and that their colours tell apart."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.cost.amount import Amount
from core.cost.price import Unknown
from gui.cost.drawing import Axis, Bar, Drawing, csv_text, scale
from gui.cost.plot import Plot
from gui.cost.spending import monthly
from gui.cost.stacked import Stack, stacked
from gui.cost.words import Change
from gui.theme.series import DARK_SERIES, LIGHT_SERIES, colour_of
from gui.theme.theme import Scheme, Theme
from gui.theme.tokens import DARK, LIGHT
from tests.qt.test_theme import VISIBLE, contrast

STACKS = (
    Stack("One run", {"Instances": Amount(Decimal(1), Decimal(1)), "Copies": Amount(Decimal(2), Decimal(4))}),
    Stack("Standing", {"Snapshots": Amount(Decimal(1), None, (Unknown("a price"),))}),
)


@pytest.fixture
def plot(theme: Theme, qtbot: QtBot) -> Plot:
    made = Plot(theme, "What it is made of")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.draw(stacked(STACKS))
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_a_bar_is_as_long_as_the_middle_of_its_bounds_and_what_is_unknown_says_at_least() -> None:
    drawing = stacked(STACKS)
    lengths = {bar.says.splitlines()[1].partition(":")[0]: bar.right - bar.left for bar in drawing.bars}
    assert lengths == {"Instances": 1, "Copies": 3, "Snapshots": 1}
    assert tuple(words for _, words in drawing.y.marks) == ("One run\n$3.00 to $5.00", "Standing\nat least $1.00")
    assert [words for _, words in drawing.key] == ["Instances", "Copies", "Snapshots"]


def test_a_bar_with_something_unknown_is_as_long_as_what_it_says() -> None:
    """It said "at least $1" and was drawn with the middle of its known parts, beyond the end of the axis."""
    missing = Amount(Decimal(1), None, (Unknown("the price of it"),))
    drawing = stacked([Stack("One run", {"Copies": Amount(Decimal(2), Decimal(40)), "Volumes": missing})])
    assert [bar.right for bar in drawing.bars] == [2, 3]
    assert drawing.y.marks[0][1].endswith("at least $3.00")
    assert drawing.x.high >= 3


def test_months_that_know_only_a_bound_say_so_once() -> None:
    """Twelve times "at least" stood one over the other."""
    known, bounded = Amount(Decimal(1), Decimal(1)), Amount(Decimal(1), None, (Unknown("the price of it"),))
    ahead = [Stack(f"2027-{month:02}", {"Runs, to come": bounded}) for month in range(1, 13)]
    (word,) = monthly({"2026-11": known}, ahead).words
    assert (word.text, word.x) == ("at least", 6.5)
    nothing = Amount(Decimal(0), None, bounded.unknown)
    (word,) = monthly(
        {}, [Stack("2027-01", {"Runs, to come": Amount(Decimal(0), Decimal(9)), "Kept images, to come": nothing})]
    ).words
    assert word.text == "unknown"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("0.016", "0.048", "+$0.016–0.048"),
        ("-0.0483", "-0.0161", "−$0.016–0.048"),
        ("0.0041", "0.0041", "+$0.0041"),
        ("-1", "2", "−$1.00 to +$2.00"),
        (None, None, "change unknown"),
        ("0", "0", "no change"),
    ],
)
def test_a_change_in_a_table_fits_its_column(low: str | None, high: str | None, said: str) -> None:
    """It ended in "+…"."""
    bounds = [None if each is None else Decimal(each) for each in (low, high)]
    assert Change(*bounds).brief == said


def test_the_pointer_is_told_what_it_is_over(plot: Plot) -> None:
    found = {plot.mark_at(QPoint(x, y)) for x in range(0, 400, 4) for y in range(0, 300, 4)}
    assert found == {-1, 0, 1, 2}


def test_the_arrow_keys_go_from_one_mark_to_the_next(plot: Plot) -> None:
    plot.setFocus()
    said = []
    for _ in range(3):
        QTest.keyClick(plot, Qt.Key.Key_Right)
        said.append(plot.said)
    assert said == [
        "One run\nInstances: $1.00",
        "One run\nCopies: $2.00 to $4.00",
        "Standing\nSnapshots: at least $1.00",
    ]
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.said == said[1]
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.said == ""


def test_a_screen_reader_is_told_every_figure(plot: Plot) -> None:
    assert plot.accessibleName() == "What it is made of"
    assert "One run, Copies: $2.00 to $4.00" in plot.accessibleDescription()


def test_return_takes_the_mark_that_has_a_key(theme: Theme, qtbot: QtBot) -> None:
    plot = Plot(theme, "Regions")
    qtbot.addWidget(plot)
    plot.draw(Drawing(Axis(0, 2), Axis(0, 1), (Bar(0, 0, 1, 1, "accent", "here", "eu-central-1"),)))
    plot.point_at(0)
    with qtbot.waitSignal(plot.taken) as taken:
        QTest.keyClick(plot, Qt.Key.Key_Return)
    assert taken.args == ["eu-central-1"]


def test_a_chart_is_drawn_in_the_colours_of_the_scheme(plot: Plot, scheme: Scheme, theme: Theme) -> None:
    image = plot.image()
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert theme.colours.surface in colours
    assert colour_of("series 0", theme.colours) in colours


def test_a_chart_gives_itself_away_as_a_picture_as_vectors_and_as_figures(plot: Plot) -> None:
    assert plot.png().startswith(b"\x89PNG")
    svg = plot.svg()
    assert b"<svg" in svg
    assert b"One run" in svg or b"<path" in svg
    rows = csv_text(plot.drawing.rows).splitlines()
    assert rows[0] == "What,Part,From (USD),To (USD)"
    assert rows[2] == "One run,Copies,2,4"
    assert rows[3] == "Standing,Snapshots,1,"


def test_a_cell_that_would_be_a_formula_is_written_as_text() -> None:
    """A recipe's name may be anything, and a spreadsheet would run it."""
    assert csv_text([["=1+1", "+2", "@x", "-1", "web"]]) == "'=1+1,'+2,'@x,-1,web\r\n"


@pytest.mark.parametrize(("highest", "last"), [(0, 1), (0.0012, 0.00125), (3, 3), (7, 8), (99, 100)])
def test_an_axis_ends_at_a_round_figure(highest: float, last: float) -> None:
    marks = scale(highest)
    assert marks[0] == 0
    assert marks[-1] == pytest.approx(last)
    assert 2 <= len(marks) <= 7


@pytest.mark.parametrize(("colours", "series"), [(LIGHT, LIGHT_SERIES), (DARK, DARK_SERIES)], ids=["light", "dark"])
def test_the_colours_of_parts_can_be_seen_on_what_they_stand_on(colours: object, series: tuple[str, ...]) -> None:
    poor = {each: round(contrast(each, getattr(colours, "surface")), 2) for each in series}  # noqa: B009
    assert all(ratio >= VISIBLE for ratio in poor.values()), poor
    assert len(set(series)) == len(series)
