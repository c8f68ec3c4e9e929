"""Icons by what they mean. The glyphs are Material Design Icons, of the font that qtawesome brings along.

The font is drawn with here and qtawesome itself is not imported: it loads a dozen fonts and every name of Qt, a quarter
of a second before the window can be there. An icon keeps the colours it was made with, so whoever shows one makes it
anew on `Theme.changed` (`gui.widgets.dress` does that for buttons and actions).
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from gui.theme.tokens import Colours

FONT: Final = "materialdesignicons6-webfont-*"
SCALE: Final = 0.875
"""Of the room of an icon that its glyph takes."""

GLYPHS: Final = {
    "recipe": "file-document-outline",
    "timeline": "chart-gantt",
    "cost": "cash-multiple",
    "favourite": "star-outline",
    "apply": "check",
    "library": "bookshelf",
    "connections": "lan-connect",
    "bake": "stove",
    "stop": "stop",
    "new": "file-plus-outline",
    "open": "folder-open-outline",
    "save": "content-save-outline",
    "undo": "undo",
    "redo": "redo",
    "cut": "content-cut",
    "copy": "content-copy",
    "paste": "content-paste",
    "duplicate": "content-duplicate",
    "delete": "trash-can-outline",
    "add": "plus",
    "remove": "minus",
    "up": "arrow-up",
    "down": "arrow-down",
    "search": "magnify",
    "settings": "cog-outline",
    "more": "dots-horizontal",
    "close": "close",
    "local": "laptop",
    "aws": "cloud-outline",
    "production": "shield-alert-outline",
    "image": "harddisk",
    "component": "puzzle-outline",
    "test": "flask-outline",
    "region": "map-marker-outline",
    "schedule": "calendar-clock-outline",
    "container": "cube-outline",
    "pipeline": "pipe",
    "workflow": "sitemap-outline",
    "parent": "layers-outline",
    "machine": "server",
    "plan": "clipboard-list-outline",
    "text": "code-braces",
    "theme": "theme-light-dark",
    "keyboard": "keyboard-outline",
    "help": "help-circle-outline",
    "disable": "eye-off-outline",
    "enable": "eye-outline",
    "refresh": "refresh",
    "good": "check-circle",
    "warn": "alert",
    "bad": "alert-circle",
    "active": "progress-clock",
    "quiet": "circle-outline",
    "cancelled": "cancel",
    "skipped": "debug-step-over",
    "waiting": "timer-sand",
    "chevron": "chevron-right",
    "back": "arrow-left",
    "start": "play",
    "edit": "pencil-outline",
    "browser": "open-in-new",
    "profile": "card-account-details-outline",
    "left": "chevron-left",
    "expanded": "chevron-down",
    "tests": "flask-outline",
    "infrastructure": "server",
    "user": "account-outline",
    "lock": "lock-outline",
    "compare": "compare",
    "replay": "replay",
    "bell": "bell-outline",
    "fold": "unfold-less-horizontal",
    "unfold": "unfold-more-horizontal",
    "wrap": "wrap",
    "clock": "clock-outline",
    "expression": "regex",
    "case": "format-letter-case",
    "newest": "arrow-collapse-down",
    "line": "format-list-numbered",
    "part": "filter-outline",
    "reboot": "restart",
    "slow": "clock-alert-outline",
    "fit": "fit-to-page-outline",
    "path": "vector-polyline",
    "curves": "chart-line",
    "zoom-in": "magnify-plus-outline",
    "zoom-out": "magnify-minus-outline",
}


def icon(name: str, colours: Colours, role: str = "text") -> QIcon:
    """The icon for a meaning of `GLYPHS`, in the colour of a role of the tokens, paler where it is disabled."""
    letter = chr(int(_codes()[GLYPHS[name]], 16))
    return QIcon(_Glyph(letter, QColor(getattr(colours, role)), QColor(colours.border_strong)))


class _Glyph(QIconEngine):
    """Draws one letter of the font at whatever size it is asked for."""

    def __init__(self, letter: str, colour: QColor, disabled: QColor) -> None:
        super().__init__()
        self._letter = letter
        self._colour = colour
        self._disabled = disabled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.save()
        font = QFont(_family())
        font.setPixelSize(max(1, round(rect.height() * SCALE)))
        painter.setFont(font)
        painter.setPen(self._disabled if mode == QIcon.Mode.Disabled else self._colour)
        painter.drawText(QRectF(rect), Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return _Glyph(self._letter, self._colour, self._disabled)


def _fonts() -> Path:
    found = find_spec("qtawesome")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("No module named 'qtawesome'", name="qtawesome")
    return Path(found.submodule_search_locations[0]) / "fonts"


@cache
def _codes() -> dict[str, str]:
    """The font's letters by name, in hexadecimal."""
    (table,) = _fonts().glob(f"{FONT}.json")
    codes: dict[str, str] = json.loads(table.read_text(encoding="utf-8"))
    return codes


@cache
def _family() -> str:
    (font,) = _fonts().glob(f"{FONT}.ttf")
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(font)))[0]
