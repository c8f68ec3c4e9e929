"""How fast the timeline is: its first picture, a frame while panning and zooming, and what following a busy run takes.

Every figure is the time of the GUI thread until the pixels are there. Others may use the machine at the same time, so
processor time is told beside it, and of repeated work the best as well as the middle.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from rich.console import Console

from core.build.chart import Bar, Chart
from gui.build.timeline.view import TimelineView
from gui.build.timeline.window import Window
from gui.theme.theme import Theme
from tests.fakes.charts import after, bar, curves, many

FIRST_SPANS: Final = 10_000
SPANS, LANES = 100_000, 60
EVENTS_A_SECOND: Final = 1_000
BATCHES_A_SECOND: Final = 30
ROUNDS: Final = 3
CURVES: Final = 4 * 3600
"""Seconds that the machine's curves are long, with a sample each."""
FOLLOWED: Final = 3
"""Seconds that a busy run is followed for."""

out = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds: by the clock and of the processor."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Speed:
    """`first` are first pictures, `frames` those of panning and zooming, `tall` the same with all lanes on the screen;
    `busy` is the share of the GUI thread that following takes, of the clock and of the processor."""

    first: tuple[Spent, ...]
    frames: tuple[Spent, ...]
    tall: tuple[Spent, ...]
    with_curves: tuple[Spent, ...]
    busy: Spent


def measure(application: QApplication, theme: Theme) -> Speed:
    small, large = many(FIRST_SPANS, LANES), many(SPANS, LANES)
    first = tuple(_first(application, theme, small) for _ in range(7))
    return Speed(
        first,
        _frames(application, theme, large, 1080),
        _frames(application, theme, large, 1950),
        _frames(application, theme, large, 1080, drawn=True),
        _busy(application, theme),
    )


def _first(application: QApplication, theme: Theme, chart: Chart) -> Spent:
    """From the chart to its bars on the screen, the widgets made as well."""
    made: list[TimelineView] = []

    def show() -> None:
        view = TimelineView(theme)
        made.append(view)
        view.resize(1920, 1080)
        view.show_chart(chart, {})
        view.show()
        application.processEvents()

    spent = _spent(show)
    _close(application, made[0])
    return spent


def _frames(
    application: QApplication, theme: Theme, chart: Chart, height: int, *, drawn: bool = False
) -> tuple[Spent, ...]:
    """Each frame is drawn three times on different rounds, and its quickest is counted: the machine is others' too."""
    view = TimelineView(theme)
    view.resize(1920, height)
    view.show_chart(chart, {})
    if drawn:
        view.show_curves(curves(CURVES, chart.begin))
    view.show()
    application.processEvents()
    windows = tuple(_windows(view.scene.whole))
    rounds = [tuple(_panned(application, view, windows)) for _ in range(ROUNDS)]
    _close(application, view)
    return tuple(
        Spent(min(each.wall for each in same), min(each.cpu for each in same)) for same in zip(*rounds, strict=True)
    )


def _panned(application: QApplication, view: TimelineView, windows: Sequence[Window]) -> Iterator[Spent]:
    for window in windows:
        view.scene.look(window)
        yield _spent(application.processEvents)


def _windows(whole: Window) -> Iterator[Window]:
    """All of it, nearer and nearer to two minutes of a day, panning at every step, and out again."""
    middle = (whole.begin + whole.end) / 2
    levels = [whole.length * 0.87**step for step in range(1, 48)]
    for length in (*levels, *reversed(levels)):
        for step in range(3):
            begin = middle - length / 2 + step * length * 0.02
            yield Window(begin, begin + length)


def _busy(application: QApplication, theme: Theme) -> Spent:
    """A run of ten thousand spans, of which a thousand a second begin, go on or end, told thirty times a second."""
    view = TimelineView(theme)
    view.resize(1920, 1080)
    chart = many(FIRST_SPANS, LANES, running=True)
    view.show_chart(chart, {})
    view.show()
    application.processEvents()
    wall = cpu = 0.0
    count = FOLLOWED * BATCHES_A_SECOND
    began = time.perf_counter()
    for batch in range(count):
        chart = _grown(chart, batch, EVENTS_A_SECOND // BATCHES_A_SECOND)
        spent = _spent(partial(_told_and_drawn, application, view, chart))
        wall, cpu = wall + spent.wall, cpu + spent.cpu
        while time.perf_counter() < began + (batch + 1) / BATCHES_A_SECOND:
            time.sleep(0.001)
    _close(application, view)
    passed = count / BATCHES_A_SECOND * 1000
    return Spent(wall / passed, cpu / passed)


def _told_and_drawn(application: QApplication, view: TimelineView, chart: Chart) -> None:
    view.show_chart(chart, {})
    application.processEvents()


def _grown(chart: Chart, batch: int, events: int) -> Chart:
    """The chart after so many more events: steps that went on in some lanes end, and others begin there."""
    lanes: dict[int, list[Bar]] = {}
    for each in chart.bars:
        lanes.setdefault(each.lane, []).append(each)
    end = 86_400 + batch / BATCHES_A_SECOND
    for number in range(events // 2):
        lane = lanes[(batch * events // 2 + number) % LANES]
        lane[-1] = replace(lane[-1], end=max(after(end), lane[-1].start), status="COMPLETED")
        lane.append(bar(f"Live{batch}-{number}", lane[-1].lane, end, None, status="RUNNING"))
    bars = tuple(each for lane in lanes.values() for each in lane)
    return replace(chart, bars=bars, end=after(end))


def _spent(work: Callable[[], object]) -> Spent:
    cpu, wall = time.thread_time(), time.perf_counter()
    work()
    return Spent((time.perf_counter() - wall) * 1000, (time.thread_time() - cpu) * 1000)


def _close(application: QApplication, view: TimelineView) -> None:
    view.close()
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    application.processEvents()


def _told(spent: Sequence[Spent]) -> str:
    """Middle, 99 of 100, best; by the clock, and the middle and 99 of 100 by the processor."""
    wall, cpu = sorted(each.wall for each in spent), sorted(each.cpu for each in spent)
    last = min(len(wall) - 1, len(wall) * 99 // 100)
    return (
        f"{statistics.median(wall):6.1f} ms, 99 % {wall[last]:.1f}, best {wall[0]:.1f}"
        f"  (processor {statistics.median(cpu):.1f}, 99 % {cpu[last]:.1f})"
    )


def report_timeline() -> None:
    """Call it from `tests.bench.__main__`; on a screen of its own by `xvfb-run -a python -m tests.bench.timeline`."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    speed = measure(application, Theme(application))
    out.print(f"the timeline ({application.platformName()}, 1920 × 1080)")
    out.print(f"  first picture, 10,000 spans  {_told(speed.first)}")
    out.print(f"  a frame, 100,000 spans       {_told(speed.frames)}")
    out.print(f"  on 1920 × 1950, all 60 lanes {_told(speed.tall)}")
    out.print(f"  1920 × 1080, and four curves {_told(speed.with_curves)}")
    out.print(
        f"  1,000 events a second        {speed.busy.wall:6.0%} of the GUI thread (processor {speed.busy.cpu:.0%})"
    )


if __name__ == "__main__":
    if "DISPLAY" not in os.environ and sys.platform == "linux":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    report_timeline()
