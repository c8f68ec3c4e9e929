"""The design tokens: every colour, size and distance that is drawn anywhere, by its role and never by its value.

Both schemes keep at least 4.5:1 between text and what it stands on (`tests/qt/test_theme.py` computes it), so a widget
that takes its colours from here is readable in both.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme. `…_soft` are backgrounds that carry text of the same role; `on_accent` stands on `accent`."""

    window: str
    surface: str
    raised: str
    sunken: str
    border: str
    border_strong: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    selection: str
    focus: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    active: str
    active_soft: str
    quiet: str
    quiet_soft: str
    syntax_key: str
    syntax_text: str
    syntax_reference: str
    syntax_remark: str


LIGHT: Final = Colours(
    window="#f4f3f0",
    surface="#ffffff",
    raised="#fbfaf8",
    sunken="#eceae5",
    border="#dad6ce",
    border_strong="#857e71",
    text="#1f1d1a",
    muted="#5f594f",
    accent="#a8460b",
    accent_hover="#8c3907",
    accent_soft="#fbe9dc",
    on_accent="#ffffff",
    selection="#f6dfcd",
    focus="#0b62c4",
    good="#176b35",
    good_soft="#def3e4",
    warn="#7d5200",
    warn_soft="#fcefcf",
    bad="#b3241b",
    bad_soft="#fde5e2",
    active="#0b5cad",
    active_soft="#e0edfb",
    quiet="#5f594f",
    quiet_soft="#eceae5",
    syntax_key="#0b5cad",
    syntax_text="#176b35",
    syntax_reference="#8c3907",
    syntax_remark="#6a645a",
)

DARK: Final = Colours(
    window="#191816",
    surface="#22201d",
    raised="#2a2824",
    sunken="#141311",
    border="#3b3833",
    border_strong="#857e72",
    text="#f0ede7",
    muted="#b3ab9e",
    accent="#f0995a",
    accent_hover="#f7b384",
    accent_soft="#432c1c",
    on_accent="#231308",
    selection="#4d3524",
    focus="#7db9ff",
    good="#6fd08c",
    good_soft="#1c3525",
    warn="#e8bd5a",
    warn_soft="#3b2f14",
    bad="#ff9a8f",
    bad_soft="#452220",
    active="#7db9ff",
    active_soft="#1c3149",
    quiet="#b3ab9e",
    quiet_soft="#33302b",
    syntax_key="#7db9ff",
    syntax_text="#8fd6a4",
    syntax_reference="#f0995a",
    syntax_remark="#afa79a",
)


class Space:
    """Distances in logical pixels; everything is a multiple of four."""

    HAIR: Final = 4
    SMALL: Final = 8
    MEDIUM: Final = 12
    LARGE: Final = 16
    HUGE: Final = 24
    PAGE: Final = 32


class Size:
    """Heights, widths and radii in logical pixels."""

    CONTROL: Final = 30
    ICON: Final = 16
    RADIUS: Final = 6
    CARD_RADIUS: Final = 8
    SIDEBAR: Final = 168
    INSPECTOR: Final = 340
    PALETTE: Final = 280
    READING: Final = 560


class Type:
    """Sizes of text relative to the system's font, in points to add, and weights (QFont.Weight's values)."""

    TITLE: Final = 6
    HEADING: Final = 2
    BODY: Final = 0
    SMALL: Final = -1
    REGULAR: Final = 400
    MEDIUM: Final = 500
    BOLD: Final = 600
