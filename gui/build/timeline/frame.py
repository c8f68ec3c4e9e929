"""One picture of the lanes: which rows are in it and what is where, for drawing on it and for pointing at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QRectF

from core.build.chart import Bar
from gui.build.timeline.facts import Context
from gui.build.timeline.lanes import Row
from gui.build.timeline.raster import Raster
from gui.build.timeline.scene import Scene

BAR_TOP: Final = 5
"""Pixels below the top of a row."""
BAR: Final = 18
"""Pixels that a bar is high."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`rows` with their tops on the screen, `drawn` in device pixels, of which there are `scale` to a pixel. `bars` are
    those of the chart when it was drawn."""

    bars: Sequence[Bar]
    rows: tuple[Row, ...]
    drawn: Raster
    scale: float

    @property
    def columns(self) -> int:
        return int(self.drawn.seen.shape[1])

    def at(self, x: float, y: float, reach: int) -> Bar | None:
        """The bar at a point, else the nearest within `reach` pixels left or right."""
        place = next((at for at, row in enumerate(self.rows) if row.top <= y < row.bottom), -1)
        if place < 0:
            return None
        line = self.drawn.seen[place]
        column = int(x * self.scale)
        for beside in range(round(reach * self.scale) + 1):
            for each in (column - beside, column + beside):
                if 0 <= each < len(line) and line[each] >= 0:
                    return self.bars[int(line[each])]
        return None

    def shown(self, at: int) -> tuple[float, float]:
        """Where the part of a drawn bar begins and ends that is in the picture, in pixels."""
        left, right = max(int(self.drawn.left[at]), 0), min(int(self.drawn.right[at]), self.columns)
        return left / self.scale, right / self.scale


def context_of(scene: Scene) -> Context:
    """What bars are read against, now."""
    return Context(scene.chart, scene.usual, scene.critical, datetime.fromtimestamp(scene.end, UTC))


def box_of(scene: Scene, frame: Frame, key: str, width: int) -> QRectF | None:
    """Where a bar is in the picture, if it is."""
    at = scene.columns.place(key) if key else -1
    row = next((row for row in frame.rows if at >= 0 and row.lane == scene.columns.lane(at)), None)
    if row is None:
        return None
    left = scene.window.x(float(scene.columns.starts[at]), width)
    right = max(scene.window.x(float(scene.columns.ends[at]), width), left + 3)
    if right < -2 or left > width + 2:
        return None
    return QRectF(max(left, -4), row.top + BAR_TOP, min(right, width + 4) - max(left, -4), BAR)
