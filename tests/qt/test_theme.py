"""The theme: it follows the system, can be set, and every text in it can be read."""

from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.theme.icons import GLYPHS, icon
from gui.theme.status import SEVERITIES, STATUSES, presentation
from gui.theme.style_sheet import STATUS_ROLES
from gui.theme.theme import Scheme, Theme
from gui.theme.tokens import DARK, LIGHT, Colours
from gui.widgets.entry import Option, SearchEntry
from gui.widgets.layout import column

READABLE = 4.5
"""The contrast that WCAG 2.2 asks of text (success criterion 1.4.3)."""

VISIBLE = 3.0
"""What it asks of the outlines of controls and of focus (1.4.11)."""

GROUNDS = ("window", "surface", "raised", "sunken")
TEXTS = ("text", "muted", "accent", *STATUS_ROLES)
SYNTAX = ("syntax_key", "syntax_text", "syntax_reference", "syntax_remark")

PAIRS = (
    *product(TEXTS, GROUNDS),
    *product(SYNTAX, ("surface", "raised")),
    *((text, "selection") for text in ("text", "muted", *SYNTAX)),
    *((role, f"{role}_soft") for role in STATUS_ROLES),
    *(("text", f"{role}_soft") for role in STATUS_ROLES),
    ("accent", "accent_soft"),
    ("text", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
)
OUTLINES = tuple(product(("border_strong", "focus"), GROUNDS))


def luminance(colour: str) -> float:
    """WCAG's relative luminance of ``#rrggbb``."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_what_it_stands_on(colours: Colours) -> None:
    found = {pair: contrast(getattr(colours, pair[0]), getattr(colours, pair[1])) for pair in PAIRS}
    poor = {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < READABLE}
    assert not poor


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_outlines_and_focus_can_be_seen(colours: Colours) -> None:
    found = {pair: contrast(getattr(colours, pair[0]), getattr(colours, pair[1])) for pair in OUTLINES}
    poor = {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < VISIBLE}
    assert not poor


def test_every_status_has_an_icon_a_word_and_a_colour(theme: Theme, qtbot: QtBot) -> None:
    for shown in (*STATUSES.values(), *SEVERITIES.values(), presentation("SOMETHING_NEW")):
        assert shown.word
        assert shown.role in STATUS_ROLES
        assert not icon(shown.icon, theme.colours, shown.role).isNull()


def test_every_icon_exists(theme: Theme, qtbot: QtBot) -> None:
    assert all(not icon(name, theme.colours).pixmap(16, 16).isNull() for name in GLYPHS)


def test_the_scheme_of_the_system_is_followed_until_one_is_set(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    hints = qapp.styleHints()
    theme.set_scheme(Scheme.SYSTEM)
    assert theme.dark == (hints.colorScheme() == Qt.ColorScheme.Dark)
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitSignal(theme.changed):
        theme.set_scheme(Scheme.DARK)
    assert theme.colours is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    assert DARK.surface in window.styleSheet()
    theme.set_scheme(Scheme.LIGHT)
    assert theme.colours is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.window


def test_the_list_of_a_completer_has_the_look_of_its_field(theme: Theme, qtbot: QtBot) -> None:
    """Qt makes it a window without a parent, so it would have the toolkit's look."""
    window, entry = QWidget(), SearchEntry("", [Option("a"), Option("b")])
    window.setLayout(column(entry))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    entry.setFocus()
    qtbot.waitUntil(entry.hasFocus)
    completer = entry.completer()
    popup = completer.popup() if completer is not None else None
    assert popup is not None
    assert popup.styleSheet() == window.styleSheet() != ""
