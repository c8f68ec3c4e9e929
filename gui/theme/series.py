"""Colours that tell the parts of a chart apart: an order of hues that stay apart for colour-blind eyes as well.

Each has at least 3:1 to what charts stand on, in both schemes (`tests/qt/cost/test_charts.py` computes it); next to a
colour there is always a word. Neighbours in the order differ in lightness, too.
"""

from typing import Final

from gui.theme.tokens import DARK, Colours

LIGHT_SERIES: Final = ("#1f6fb2", "#b8560f", "#0b7a6a", "#7a4fa3", "#87690a", "#b23a68", "#4a6472", "#5d7a1f")
DARK_SERIES: Final = ("#6cb0ee", "#f0995a", "#4cc2a8", "#bb9ce8", "#dbbb4d", "#f08fb2", "#9db5c2", "#a9c766")


def colour_of(role: str, colours: Colours) -> str:
    """The colour of a token's name, or of a place in the order: ``series 0`` …, which begins anew at its end."""
    if role.startswith("series "):
        series = DARK_SERIES if colours is DARK else LIGHT_SERIES
        return series[int(role.removeprefix("series ")) % len(series)]
    return str(getattr(colours, role))


def series(place: int) -> str:
    """The role of a place in the order."""
    return f"series {place}"
