"""What is seen in which pixel: compared with asking every bar for every pixel, and nothing urgent is overlooked."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import numpy as np
import pytest

from core.build.usual import Usual
from gui.build.timeline.columns import Columns
from gui.build.timeline.look import FAILED, FAILED_WITHIN, LOOKS, look_of
from gui.build.timeline.raster import raster
from gui.build.timeline.window import Window
from tests.fakes.charts import BEGIN, USUAL, after, bar, chart_of, every_look, lane, many

WIDTH = 400


def columns_of(*bars: object, end: float = 100, **members: object) -> Columns:
    columns = Columns()
    columns.show(chart_of((lane("one"), lane("two")), *bars, end=end, **members), {})  # type: ignore[arg-type]
    return columns


@pytest.mark.parametrize("seed", range(6))
def test_a_pixel_shows_the_last_bar_that_began_before_it_and_has_not_ended(seed: int) -> None:
    chance = Random(seed)
    columns = Columns()
    columns.show(many(600, 6), {})
    columns.codes[:] = 0
    begin = BEGIN.timestamp() + chance.uniform(-5_000, 80_000)
    window = Window(begin, begin + chance.uniform(1_000, 100_000))
    seen = raster(columns, (4, 1), window, WIDTH).seen
    for row, shown in enumerate((4, 1)):
        low, high = columns.in_lane(shown)
        left = np.trunc(np.clip([window.x(each, WIDTH) for each in columns.starts[low:high]], -1, WIDTH + 1))
        right = np.trunc(np.clip([window.x(each, WIDTH) for each in columns.ends[low:high]], -1, WIDTH + 1))
        for column in range(WIDTH):
            begun = [at for at in range(high - low) if left[at] <= column and columns.ends[low + at] >= window.begin]
            last = begun[-1] if begun else -1
            covered = last >= 0 and max(right[last], left[last] + 2) > column
            assert seen[row, column] == (low + last if covered else -1)


def test_a_bar_that_outlives_the_one_after_it_is_seen_to_its_end() -> None:
    """With clocks that differ, bars of a lane overlap; such a bar was gone where the one after it had ended."""
    columns = columns_of(bar("Long", 0, 0, 90), bar("Short", 0, 10, 20), bar("Later", 0, 95, 99))
    begin = BEGIN.timestamp()
    seen = raster(columns, (0,), Window(begin + 50, begin + 80), WIDTH).seen
    assert (seen == 0).all()
    assert columns.bars[0].name == "Long"


def test_one_failure_among_thousands_is_seen_from_afar() -> None:
    chart = many(50_000, 1)
    bars = [replace(each, status="COMPLETED", skipped=False) for each in chart.bars]
    bars[31_234] = replace(bars[31_234], status="FAILED")
    columns = Columns()
    columns.show(replace(chart, bars=tuple(bars)), {})
    seen = raster(columns, (0,), Window(BEGIN.timestamp(), BEGIN.timestamp() + 86_400), WIDTH).seen
    assert (seen == 31_234).sum() >= 2


def test_only_the_failure_itself_looks_like_the_cause() -> None:
    outer = bar("ApplyBuildComponents", 0, 0, 50, status="FAILED")
    inner = bar("Install", 1, 10, 50, status="FAILED", parent=outer.key)
    columns = columns_of(outer, inner)
    assert [LOOKS[code] for code in columns.codes] == [FAILED_WITHIN, FAILED]


def test_a_bar_that_goes_on_reaches_up_to_now() -> None:
    columns = columns_of(bar("Done", 0, 0, 10), bar("Running", 0, 10, None, status="RUNNING"), end=40)
    assert columns.ends[1] == after(40).timestamp()
    columns.upto(after(60).timestamp())
    assert columns.ends.tolist() == [after(10).timestamp(), after(60).timestamp()]


def test_bars_that_have_not_changed_keep_their_numbers_and_others_get_new_ones() -> None:
    chart = many(300, 3)
    columns, afresh = Columns(), Columns()
    columns.show(chart, {})
    bars = list(chart.bars)
    bars[40] = replace(bars[40], end=bars[40].start + timedelta(seconds=1), status="FAILED")
    bars.insert(100, bar("New", bars[99].lane, 40_000, None, status="RUNNING"))
    grown = replace(chart, bars=tuple(bars))
    for usual in ({}, {bars[7].path: Usual(10.0, 20.0, 3)}):
        columns.show(grown, usual)
        afresh.show(replace(grown, bars=tuple(replace(each) for each in bars)), usual)
        for name in ("starts", "ends", "codes", "medians", "p90s", "first", "open"):
            np.testing.assert_array_equal(getattr(columns, name), getattr(afresh, name))


def test_what_is_usual_stands_behind_its_bar_only() -> None:
    columns = Columns()
    columns.show(every_look(), USUAL)
    known = {columns.bars[at].name: columns.medians[at] for at in np.flatnonzero(~np.isnan(columns.medians)).tolist()}
    assert known == {"Done": 20.0, "Failed": 24.0, "Restarted": 18.0, "Launch": 70.0}


def test_looks_differ_without_their_colours() -> None:
    """They did not: a bar that waits and one that was ignored were both just amber."""
    shapes = [(look.icon, look.pattern, look.solid, look.thin) for look in LOOKS]
    assert len(set(shapes)) == len(LOOKS) - 1  # What is done and what nobody knows are both plain.
    shown = {look_of(each) for each in every_look().bars}
    assert len(shown) == 9
