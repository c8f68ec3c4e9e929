"""Two runs side by side."""

from dataclasses import replace
from decimal import Decimal

from core.build.bars import Chart
from core.build.chart import chart
from core.build.comparison import PackageChange, Presence, Side, compare, slowest
from core.build.run import replay
from tests.fakes.builds import good_build
from tests.fakes.source import at
from tests.unit.build.following import followed
from tests.unit.build.test_usual import bar, run

GOOD = chart(replay(followed(good_build())), at(1000))


def rows(before: Chart, after: Chart) -> list[tuple[str, Presence, float | None]]:
    return [(row.bar.name, row.presence, row.change) for row in compare(Side(before), Side(after)).rows]


def test_a_run_compared_with_itself_has_no_change() -> None:
    found = compare(Side(GOOD), Side(GOOD))
    assert len(found.rows) == len(GOOD.bars)
    assert all((row.presence, row.change) == (Presence.BOTH, 0) for row in found.rows)
    assert found.seconds_before == found.seconds_after


def test_what_came_and_what_went_stand_where_they_ran() -> None:
    before = run(bar("A", 0, 10), bar("Gone", 10, 20), bar("B", 20, 50))
    after = run(bar("A", 0, 12), bar("B", 12, 32), bar("New", 32, 40))
    assert rows(before, after) == [
        ("A", Presence.BOTH, 2),
        ("Gone", Presence.GONE, None),
        ("B", Presence.BOTH, -10),
        ("New", Presence.ADDED, None),
    ]


def test_steps_that_changed_places_are_compared_all_the_same() -> None:
    before = run(bar("A", 0, 10), bar("B", 10, 30))
    after = run(bar("B", 0, 25), bar("A", 25, 30))
    assert rows(before, after) == [("B", Presence.BOTH, 5), ("A", Presence.BOTH, -5)]


def test_a_step_that_still_runs_is_compared_by_what_it_took_so_far() -> None:
    before = run(bar("A", 0, 10))
    assert rows(before, run(bar("A", 0, None), end=40)) == [("A", Presence.BOTH, 30)]


def test_packages_that_differ_are_named_and_unknown_ones_are_not_called_equal() -> None:
    old = Side(GOOD, packages={"nginx": "1.22", "curl": "7", "old": "1"})
    new = Side(GOOD, packages={"nginx": "1.24", "curl": "7", "new": "2"})
    assert compare(old, new).packages == (
        PackageChange("new", None, "2"),
        PackageChange("nginx", "1.22", "1.24"),
        PackageChange("old", "1", None),
    )
    assert compare(old, replace(new, packages=None)).packages is None


def test_size_cost_and_what_differs_in_the_environment_are_beside_each_other() -> None:
    old = Side(GOOD, size=10, cost=Decimal("0.10"), environment={"cpus": "2", "kvm": "no"})
    new = Side(GOOD, size=None, cost=Decimal("0.20"), environment={"cpus": "4", "kvm": "no", "new": "x"})
    found = compare(old, new)
    assert (found.size, found.cost) == ((10, None), (Decimal("0.10"), Decimal("0.20")))
    assert found.environment == (("cpus", "2", "4"), ("new", "", "x"))


def test_the_innermost_steps_that_grew_most_come_first() -> None:
    before = run(bar("A", 0, 10), bar("b", 0, 5, parent="A", path=("A", "b")), bar("C", 10, 20))
    after = run(bar("A", 0, 40), bar("b", 0, 25, parent="A", path=("A", "b")), bar("C", 40, 55))
    assert [row.bar.name for row in slowest(compare(Side(before), Side(after)).rows, 5)] == ["b", "C"]
