"""Which rows a log takes: wrapped, folded, and how stretches of a line, its caret and its times come about."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.build.escapes import Hue
from core.build.lines import Lines
from gui.build.log import caret, clock
from gui.build.log.clock import NOWHEN, Times
from gui.build.log.folds import Fold, Folds
from gui.build.log.rows import Rows, joined
from gui.build.log.stretches import stretches


def log(*messages: str) -> Lines:
    lines = Lines()
    lines.take(0, messages, [0] * len(messages))
    return lines


RANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5)


@given(st.lists(st.integers(0, 25), max_size=30), st.sampled_from([0, 1, 7, 80]), RANGES)
def test_every_row_is_one_of_a_line_and_back(lengths: list[int], columns: int, hidden: list[tuple[int, int]]) -> None:
    rows = Rows(log(*("x" * length for length in lengths)))
    rows.wrap(columns)
    rows.hide(hidden)
    gone = {line for first, last in hidden for line in range(first, last + 1)}
    expected = [
        (line, nth)
        for line, length in enumerate(lengths)
        if line not in gone
        for nth in range(max(-(-length // columns), 1) if columns else 1)
    ]
    assert [rows.at(row) for row in range(rows.total)] == expected
    assert [rows.row(line, nth) for line, nth in expected] == list(range(len(expected)))


def test_rows_of_a_log_that_grows_are_counted_on() -> None:
    lines = Lines()
    rows = Rows(lines)
    rows.wrap(10)
    for first in range(0, 20_000, 500):
        lines.take(first, ["x" * 15] * 500, [0] * 500)
        rows.count()
    assert rows.total == 40_000
    assert rows.at(39_999) == (19_999, 1)


def test_a_hidden_line_is_at_the_row_of_what_hides_it() -> None:
    rows = Rows(log("a", "b", "c", "d"))
    rows.hide([(1, 2)])
    assert [rows.row(line) for line in range(4)] == [0, 0, 0, 1]


@given(RANGES)
def test_joined_ranges_hold_the_same_lines(ranges: list[tuple[int, int]]) -> None:
    made = joined(ranges)
    lines = {line for first, last in ranges for line in range(first, last + 1)}
    assert {line for first, last in made for line in range(first, last + 1)} == lines
    assert all(before[1] + 1 < after[0] for before, after in pairwise(made))


def test_what_is_folded_stays_so_while_steps_grow() -> None:
    folds = Folds()
    assert folds.set([Fold(2, None, "Install")])
    folds.toggle(2)
    assert list(folds.hidden(10)) == [(3, 9)]
    folds.set([Fold(2, 7, "Install"), Fold(8, 9, "Next")])
    assert list(folds.hidden(20)) == [(3, 7)]
    assert folds.unfold_around(5)
    assert list(folds.hidden(20)) == []
    assert not folds.set([Fold(2, 7, "Install"), Fold(8, 9, "Next")])


def test_of_folds_that_begin_together_the_longest_counts() -> None:
    folds = Folds()
    folds.set([Fold(2, 9, "outer"), Fold(2, 5, "inner"), Fold(4, 4, "a single line")])
    assert folds.by_line == {2: Fold(2, 9, "outer")}


def cut(text: str, *, fits: bool = True) -> list[tuple[str, int]]:
    lines = log(text)
    parts = stretches(lines.piece(0, 0, 200), lines.styles(0), lambda _: fits)
    return [(part.text, part.cell) for part in parts]


def test_letters_of_another_width_stand_at_their_own_cells() -> None:
    """Drawn in one go, what follows would drift off the grid, and the caret with it."""
    assert cut("ab漢字cd") == [("ab", 0), ("漢", 2), ("字", 4), ("cd", 6)]
    assert cut("a─b", fits=False) == [("a", 0), ("─", 1), ("b", 2)]
    assert cut("a─b") == [("a─b", 0)]
    assert cut("a\tb") == [("a", 0), (" " * 7, 1), ("b", 8)]
    assert cut("e\u0301x") == [("e\u0301x", 0)]


def test_a_script_from_right_to_left_stays_together() -> None:
    assert cut("a שלום b", fits=False) == [("a ", 0), ("שלום", 2), (" b", 6)]


def test_styles_cut_a_line() -> None:
    lines = log("a\x1b[31mä漢b\x1b[0mc")
    parts = list(stretches(lines.piece(0, 0, 99), lines.styles(0), lambda _: True))
    assert [(part.text, part.style.ink) for part in parts] == [
        ("a", Hue.NONE), ("ä", Hue.RED), ("漢", Hue.RED), ("b", Hue.RED), ("c", Hue.NONE),
    ]  # fmt: skip


@given(st.text(alphabet="aä漢 .\t", max_size=20), st.text(alphabet="aä漢 ", max_size=20))
def test_a_caret_goes_letter_by_letter_there_and_back(one: str, other: str) -> None:
    lines = log(f"{one}x", f"{other}y")
    places = [(0, 0)]
    while (following := caret.after(lines, places[-1])) != places[-1]:
        places.append(following)
    assert len(places) == len(lines.text(0)) + len(lines.text(1)) + 2
    for before, here in pairwise(places):
        assert caret.before(lines, here) == before


def test_words_are_what_people_copy() -> None:
    lines = log("see /var/log/nginx.log, ok")
    assert caret.word(lines, (0, 6)) == ((0, 4), (0, 22))
    assert caret.word(lines, (0, 3)) == ((0, 3), (0, 4))
    assert caret.word_after(lines, (0, 0)) == (0, 4)
    assert caret.word_before(lines, (0, 22)) == (0, 4)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "00:00.000"), (61_005, "01:01.005"), (3_661_000, "1:01:01.000"), (-1_500, "-00:01.500"), (2**62, NOWHEN)],
)
def test_elapsed_time_reads_as_a_clock_does(milliseconds: int, text: str) -> None:
    """A clock that is set back shows as a time before the beginning."""
    assert clock.elapsed(milliseconds) == text


@pytest.mark.parametrize("moment", [-1, 2**62, -(2**63)])
def test_a_time_that_no_calendar_has_is_shown_as_none(moment: int) -> None:
    """It came from a service; a ValueError while painting would leave the log blank."""
    assert clock.shown(Times.ABSOLUTE, moment, 0) == clock.in_full(moment) == clock.stamp(moment) == NOWHEN
