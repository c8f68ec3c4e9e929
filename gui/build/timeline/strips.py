"""The pixels of all bars: for each row one line of colours, which is then drawn as high as a bar.

A bar wide enough is a box with an outline and a gap before the next; narrow ones are filled alternately stronger and
paler, so that many of them look like many.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from gui.build.timeline.columns import Columns, Flags
from gui.build.timeline.look import LOOKS, URGENT, Look
from gui.build.timeline.raster import Raster
from gui.theme.tokens import Colours

Pixels = NDArray[np.uint32]

WIDE: Final = 5
"""Columns that an outline with something in it needs."""

_ONE: Final = np.uint8(1)
_COUNT: Final = np.uint8(len(LOOKS))
_VARIANTS: Final = np.uint8(3)  # wide, narrow, and the narrow one beside it
_THIN: Final = np.array([look.thin for look in LOOKS])
_CRITICAL: Final = 4
"""Pixels at the bottom of bars of the critical path that tell so."""
_DIM: Final = 0.72
"""How much of the background is in what was not searched for."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a bar's body, its outline, and the body of a thin one, by look, variant, and whether it is dimmed."""

    body: Pixels
    outline: Pixels
    thin: Pixels
    critical: int

    @classmethod
    def of(cls, colours: Colours) -> "Palette":
        bodies, outlines, thins = [], [], []
        for dim in (0.0, _DIM):
            for variant in range(int(_VARIANTS)):
                for look in LOOKS:
                    body, outline = _colours(look, variant, colours)
                    bodies.append(0 if look.thin else _mixed(body, colours.surface, dim))
                    outlines.append(0 if look.thin else _mixed(outline, colours.surface, dim))
                    thins.append(_mixed(body, colours.surface, dim) if look.thin else 0)
        inner, outer, thin_inner = (np.array(each, np.uint32) for each in (bodies, outlines, thins))
        return cls(inner, outer, thin_inner, _mixed(colours.accent, "", 0))


def _colours(look: Look, variant: int, colours: Colours) -> tuple[str, str]:
    """Of the body and the outline."""
    strong, soft = getattr(colours, look.role), getattr(colours, f"{look.role}_soft")
    if variant == 0 and not look.solid:
        return soft, strong
    if variant == 2:
        return _between(strong, soft), _between(strong, soft)
    return strong, strong


def _between(strong: str, soft: str) -> str:
    return QColor(_mixed(strong, soft, 0.4)).name()


def _mixed(colour: str, other: str, share: float) -> int:
    """A colour with as much of another in it."""
    one, two = QColor(colour), QColor(other or colour)
    parts = (
        round(a * (1 - share) + b * share)
        for a, b in ((one.red(), two.red()), (one.green(), two.green()), (one.blue(), two.blue()))
    )
    return int.from_bytes((255, *parts))


class Strips:
    """The bars of one frame, `height` pixels high. `row` draws one row of them.

    The pixels of a row are made where those of the row before were: memory that the processor has at hand is filled and
    read in half the time that a picture of all rows takes.
    """

    def __init__(
        self,
        columns: Columns,
        drawn: Raster,
        palette: Palette,
        found: Flags | None,
        critical: Flags | None,
        height: int,
    ) -> None:
        wide = drawn.right - drawn.left >= WIDE
        codes = columns.codes[drawn.bars]
        spread, thin = drawn.stretches.spread, _THIN[codes].any()
        paler = (drawn.bars & 1).astype(np.uint8) & (codes < URGENT)
        codes += ~wide * (paler + _ONE) * _COUNT
        if found is not None:
            codes += ~found[drawn.bars] * (_COUNT * _VARIANTS)
        self._body, self._outline = spread(palette.body.take(codes), 0), spread(palette.outline.take(codes), 0)
        _outlined(self._body, self._outline, drawn, np.flatnonzero(wide))
        self._middle = self._body | spread(palette.thin.take(codes), 0) if thin else self._body
        self._path = None
        if critical is not None and critical.any():
            self._path = spread(critical[drawn.bars], False) & (self._body != 0)
            self._critical = palette.critical
        width = drawn.seen.shape[1]
        self._pixels = np.empty((height, width), np.uint32)
        form = QImage.Format.Format_ARGB32_Premultiplied
        self._picture = QImage(self._pixels.data, width, height, width * 4, form)

    def row(self, painter: QPainter, place: int, top: float, height: float, width: float) -> None:
        """Draw a row's bars `width` wide and `height` high."""
        pixels, edge = self._pixels, len(self._pixels) // 4
        pixels[0] = pixels[-1] = self._outline[place]
        pixels[1:edge] = pixels[-edge:-1] = self._body[place]
        pixels[edge:-edge] = self._middle[place]
        if self._path is not None:
            np.copyto(pixels[-_CRITICAL:], self._critical, where=self._path[place])
        painter.drawImage(QRectF(0, top, width, height), self._picture)


def _outlined(body: Pixels, outline: Pixels, drawn: Raster, wide: NDArray[np.intp]) -> None:
    """The upright lines of boxes, and the gap after each."""
    width = body.shape[1]
    bars, rows = drawn.bars[wide], drawn.rows[wide]
    left, right = drawn.left[wide], drawn.right[wide]
    for column in (left, right - 2):
        there = np.flatnonzero((column >= 0) & (column < width))
        there = there[drawn.seen[rows[there], column[there]] == bars[there]]
        body[rows[there], column[there]] = outline[rows[there], column[there]]
    last = right - 1
    there = np.flatnonzero((last >= 0) & (last < width))
    there = there[drawn.seen[rows[there], last[there]] == bars[there]]
    body[rows[there], last[there]] = 0
    outline[rows[there], last[there]] = 0
