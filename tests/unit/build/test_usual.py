"""What is usual, what is not, and how long a run will go on."""

from datetime import datetime

import pytest

from core.build.bars import Bar, Chart, Kind, Lane, Path
from core.build.source import ImageStatus
from core.build.usual import WHOLE, Deviation, Range, Usual, critical_path, deviation, remaining, spoken, usual
from tests.fakes.source import at

LANE = Lane("steps", "Steps", 0, None, Kind.WORKFLOW_STEP)


def bar(
    name: str,
    start: float,
    end: float | None,
    *,
    status: str = "COMPLETED",
    parent: str | None = None,
    path: Path = (),
    what: str = "",
    waiting: bool = False,
) -> Bar:
    return Bar(
        key=name,
        lane=0,
        kind=Kind.WORKFLOW_STEP,
        name=name,
        what=what,
        status=status,
        start=at(start),
        end=None if end is None else at(end),
        parent=parent,
        depth=0,
        path=path or (name,),
        waiting=waiting,
    )


def run(*bars: Bar, end: float = 100, status: ImageStatus = ImageStatus.AVAILABLE, begin: float = 0) -> Chart:
    return Chart((LANE,), bars, (), at(begin), at(end), status)


def earlier(*seconds: float) -> list[Chart]:
    """Runs of two steps: a Build that took so long, then ten seconds of Test."""
    return [run(bar("Build", 0, each), bar("Test", each, each + 10), end=each + 10) for each in seconds]


def text(took: float, *before: float) -> str:
    known = usual(earlier(*before))[("Build",)]
    found = deviation(bar("Build", 0, took), known, at(9999))
    return found.text if found else ""


def test_the_median_and_the_ninth_of_ten_are_taken_over_all_runs() -> None:
    known = usual(earlier(*range(10, 111, 10)))[("Build",)]
    assert (known.median, known.p90, known.count, known.least) == (60, 100, 11, 10)
    assert usual(earlier(10, 20))[WHOLE].median == 25


def test_what_failed_was_skipped_or_waited_for_people_says_nothing_of_the_usual() -> None:
    broken = run(bar("Build", 0, 1, status="FAILED"), bar("Approve", 1, 9, what="WaitForAction"), end=9)
    assert usual([broken]).keys() == {WHOLE}
    assert usual([run(bar("Build", 0, 1), status=ImageStatus.FAILED)]).keys() == {("Build",)}


@pytest.mark.parametrize(
    ("took", "said"),
    [
        (50, ""),
        (59, ""),
        (75, "25 s longer than usual (usually 50 s)"),
        (150, "3 times as long as usual (usually 50 s)"),
        (20, "30 s shorter than usual (usually 50 s)"),
    ],
)
def test_a_deviation_is_said_in_words_and_only_where_it_is_one(took: float, said: str) -> None:
    assert text(took, 48, 49, 50, 51, 52) == said


def test_a_step_of_no_time_is_not_called_many_times_slower_for_a_second() -> None:
    assert text(1, 0.1, 0.1, 0.1) == ""


def test_what_goes_on_can_be_slow_already_and_not_yet_quick() -> None:
    known = usual(earlier(50, 50, 50))[("Build",)]
    assert deviation(bar("Build", 0, None), known, at(1)) is None
    found = deviation(bar("Build", 0, None), known, at(120))
    assert isinstance(found, Deviation)
    assert found.slow
    assert deviation(bar("Build", 0, None), None, at(120)) is None


def under_way(*bars: Bar, end: float) -> Chart:
    return run(*bars, end=end, status=ImageStatus.BUILDING)


def test_without_history_there_is_no_estimate() -> None:
    assert remaining(under_way(bar("Build", 0, None), end=5), {}, at(5)) is None


def test_the_rest_is_that_of_the_step_and_of_all_that_came_after_it() -> None:
    known = usual(earlier(50, 50, 50, 50, 60))
    found = remaining(under_way(bar("Build", 0, None), end=20), known, at(20))
    assert found is not None
    assert found.low == 40
    assert found.high == pytest.approx(46)
    testing = under_way(bar("Build", 0, 50), bar("Test", 50, None), end=52)
    assert remaining(testing, known, at(52)) == Range(8, 8)


def test_few_runs_give_a_wider_range() -> None:
    one = remaining(under_way(bar("Build", 0, None), end=0), usual(earlier(50)), at(0))
    many = remaining(under_way(bar("Build", 0, None), end=0), usual(earlier(*[50] * 5)), at(0))
    assert one is not None
    assert many == Range(60, 60)
    assert one.low < 60
    assert (one.high or 0) > 60


def test_a_step_that_takes_longer_than_ever_says_only_how_long_at_least() -> None:
    """The estimate would have stood at nothing left for as long as it hung."""
    known = usual(earlier(50, 50, 50, 50, 50))
    assert remaining(under_way(bar("Build", 0, None), end=500), known, at(500)) == Range(10, None)


def test_of_steps_that_run_side_by_side_the_longer_counts() -> None:
    known: dict[Path, Usual] = {("A",): Usual(10, 10, 9, 10, Range(5, 5)), ("B",): Usual(90, 90, 9, 90, Range(5, 5))}
    found = remaining(under_way(bar("A", 0, None), bar("B", 0, None), end=4), known, at(4))
    assert found == Range(91, 91)


def test_the_finest_step_that_is_known_counts_and_not_what_it_is_part_of() -> None:
    known: dict[Path, Usual] = {
        ("A",): Usual(100, 100, 9, 100, Range(0, 0)),
        ("A", "b"): Usual(10, 10, 9, 10, Range(20, 20)),
    }
    inner = bar("b", 60, None, parent="A", path=("A", "b"))
    found = remaining(under_way(bar("A", 0, None), inner, end=64), known, at(64))
    assert found == Range(26, 26)


def test_nobody_knows_how_long_people_take_and_a_run_that_is_over_has_no_rest() -> None:
    known = usual(earlier(50, 50, 50))
    approve = bar("Approve", 0, None, waiting=True)
    assert remaining(under_way(bar("Build", 0, None), approve, end=9), known, at(9)) is None
    assert remaining(run(bar("Build", 0, 50)), known, at(60)) is None


def test_before_anything_is_known_of_the_steps_the_whole_run_is_taken() -> None:
    known = usual(earlier(50, 50, 50, 50, 50))
    assert remaining(under_way(bar("Other", 0, None), end=20), known, at(20)) == Range(40, 40)


def test_the_critical_path_leads_through_what_ended_last() -> None:
    parts = (
        bar("Build", 0, 40),
        bar("Fetch", 0, 30, parent="Build"),
        bar("Unpack", 30, 40, parent="Build"),
        bar("Quick", 40, 50),
        bar("Slow", 40, 95),
        bar("Copy", 95, 100),
    )
    assert critical_path(run(*parts)) == ("Build", "Fetch", "Unpack", "Slow", "Copy")
    assert critical_path(run()) == ()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (0.42, "0.4 s"), (9.96, "10 s"), (59.6, "1 min"), (185, "3 min 5 s"), (7800, "2 h 10 min")],
)
def test_durations_read_as_people_say_them(seconds: float, said: str) -> None:
    assert spoken(seconds) == said


def test_times_are_aware() -> None:
    assert isinstance(run().begin, datetime)
