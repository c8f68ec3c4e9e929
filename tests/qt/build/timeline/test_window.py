"""The stretch of time that is shown, and the ruler's marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.build.timeline.window import Window, clock_text, ticks

times = st.floats(-1e6, 2e9, allow_nan=False)
lengths = st.floats(0.002, 1e6)


@given(times, lengths, st.floats(0.1, 10), st.floats(0, 1))
def test_zooming_keeps_the_moment_under_the_pointer_where_it_is(
    begin: float, length: float, factor: float, share: float
) -> None:
    window = Window(begin, begin + length)
    at = window.time(share * 1000, 1000)
    zoomed = window.zoomed(factor, at)
    assert zoomed.x(at, 1000) == pytest.approx(share * 1000, abs=1)


@given(times, lengths, times, lengths)
def test_wherever_one_goes_something_of_the_run_stays_in_sight(
    begin: float, length: float, to: float, more: float
) -> None:
    whole = Window(begin, begin + length)
    shown = Window(to, to + more).within(whole)
    assert shown.length <= whole.length * 1.001
    assert shown.end > whole.begin
    assert shown.begin < whole.end


@given(lengths, st.floats(0, 1e5), st.integers(1, 40))
def test_the_ruler_has_marks_at_round_times_and_no_more_than_there_is_room_for(
    length: float, into: float, most: int
) -> None:
    origin = 1_700_000_000.25
    window = Window(origin + into, origin + into + length)
    marks = ticks(window, origin, most)
    assert len(marks) <= most + 1
    assert len({mark.text for mark in marks}) == len(marks)
    assert all(window.begin - 1e-3 <= mark.time <= window.end + 1e-3 for mark in marks)


def test_times_on_the_ruler_read_as_on_a_clock() -> None:
    assert clock_text(7) == "0:07"
    assert clock_text(3599.6) == "1:00:00"
    assert clock_text(0.25, 2) == "0:00.25"
    assert clock_text(-61) == "−1:01"
    assert [mark.text for mark in ticks(Window(0, 100), 0, 4)] == ["0:00", "0:30", "1:00", "1:30"]


def test_a_bar_out_of_sight_is_brought_in_without_changing_the_scale() -> None:
    window = Window(0, 100)
    assert window.showing(10, 20) == window
    later = window.showing(150, 160)
    assert later.length == 100
    assert later.begin < 150 < 160 < later.end
    assert window.showing(-500, 900).begin == -505
