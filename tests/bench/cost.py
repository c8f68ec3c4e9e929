"""How long it takes to price a bake: once, after a what-if, in every region, and with every instance type everywhere.

Run alone as ``python -m tests.bench.cost``.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from rich.console import Console

from core.cost.bake import Shape, Target, Volume
from core.cost.comparison import across, cheaper, compare
from core.cost.cost import Range
from core.cost.estimate import estimate
from core.cost.prices import prices

ROUNDS = 15
SHAPE = Shape(
    region="eu-central-1",
    instance_types=("m5.large",),
    build=Range.of(900, 2700),
    test=(Range.of(300, 900),),
    volumes=(Volume("gp3", 30),),
    stored=Range.of("9.2"),
    targets=(Target("us-east-1"), Target("ap-southeast-1")),
    log=Range.of("0.005"),
    versions=5,
)
EVERYWHERE = replace(SHAPE, volumes=(), targets=())
"""Without what has no price in new regions, so that as many as there are count."""
T = TypeVar("T")
out = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Priced:
    """Milliseconds, medians; `pairs` is how many instance types of how many regions have a figure in the end."""

    estimate: float
    what_if: float
    regions: float
    first: float
    everywhere: float
    cheaper: float
    pairs: str


def measure() -> Priced:
    known = prices()
    types = iter(range(10**6))
    first, grid = _once(lambda: across(EVERYWHERE, known))
    counts = [len(row) for row in grid.values() if row]
    return Priced(
        estimate=_timed(lambda: estimate(SHAPE, known)),
        what_if=_timed(lambda: estimate(replace(SHAPE, volumes=(Volume("gp3", 30 + next(types)),)), known).month),
        regions=_timed(lambda: compare(SHAPE, known)),
        first=first,
        everywhere=_timed(lambda: across(EVERYWHERE, known)),
        cheaper=_timed(lambda: cheaper(SHAPE, known)),
        pairs=f"{sum(counts):,} of {len(counts)} regions x {len(known.instance_types)} types",
    )


def _once(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    done = work()
    return (time.perf_counter() - start) * 1000, done


def _timed(work: Callable[[], object]) -> float:
    return statistics.median(_once(work)[0] for _ in range(ROUNDS))


def report_cost() -> None:
    found = measure()
    out.print("the cost of a recipe")
    out.print(f"  estimated                    {found.estimate:7.2f} ms")
    out.print(f"  a what-if                    {found.what_if:7.2f} ms")
    out.print(f"  in all regions               {found.regions:7.1f} ms")
    out.print(
        f"  with all types everywhere    {found.everywhere:7.1f} ms   (first time {found.first:.1f}; {found.pairs})"
    )
    out.print(f"  cheaper types                {found.cheaper:7.1f} ms")


if __name__ == "__main__":
    report_cost()
