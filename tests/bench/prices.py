"""How long the prices take to load, how big they are, and how long it takes to have every figure at hand.

Run alone as ``python -m tests.bench.prices``.
"""

import statistics
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from rich.console import Console

from core.cost.pack import FILE
from core.cost.prices import load

ROUNDS = 10
out = Console(highlight=False, soft_wrap=True)


def report_prices() -> None:
    shipped = files("resources") / "prices" / FILE
    seconds = _median(lambda: load(shipped.read_bytes, Path("/nowhere")))
    out.print(f"price pack                     {len(shipped.read_bytes()) / 1000:7.0f} kB")
    out.print(f"  read                         {seconds * 1000:7.1f} ms")
    prices = load(shipped.read_bytes, Path("/nowhere"))
    begun = time.perf_counter()
    count = sum(len(prices.instances(region, system)) for region in prices.regions for system in ("Linux", "Windows"))
    out.print(f"  {count:,} instance prices       {(time.perf_counter() - begun) * 1000:7.1f} ms")


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


if __name__ == "__main__":
    report_prices()
