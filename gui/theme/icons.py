"""Icons by what they mean. The glyphs are Material Design Icons, through qtawesome, coloured by the scheme in force.

An icon keeps the colours it was made with, so whoever shows one makes it anew on `Theme.changed`
(`gui.widgets.dressed` does that for buttons and actions).
"""

import os
from typing import Final

from PySide6.QtGui import QIcon

from gui.theme.tokens import Colours

os.environ.setdefault("QT_API", "pyside6")  # qtawesome asks qtpy, which would look for other bindings first

GLYPHS: Final = {
    "recipe": "file-document-outline",
    "timeline": "chart-gantt",
    "cost": "cash-multiple",
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
}


def icon(name: str, colours: Colours, role: str = "text") -> QIcon:
    """The icon for a meaning of `GLYPHS`, in the colour of a role of the tokens, paler where it is disabled."""
    import qtawesome

    made: QIcon = qtawesome.icon(
        f"mdi6.{GLYPHS[name]}",
        color=getattr(colours, role),
        color_disabled=colours.border_strong,
    )
    return made
