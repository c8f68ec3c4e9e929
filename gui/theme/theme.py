"""The theme in force: light or dark, as the system says or as the user has set it.

Widgets take the palette from the application and the style sheet from the window they are in; what paints itself asks
`theme.colours` while it paints and repaints on `changed`. Qt tells of the system's scheme, and a set one goes to Qt, so
that native parts agree.

The sheet is the window's and not the application's, because under a sheet of the application Qt dresses whatever is put
into a layout anew, with all that is in it, before it has come to any window: pages took four times as long to make.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from gui.theme.style_sheet import style_sheet
from gui.theme.tokens import DARK, LIGHT, Colours, Type


class Scheme(StrEnum):
    """What the user has chosen."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_TO_QT: Final = {
    Scheme.SYSTEM: Qt.ColorScheme.Unknown,
    Scheme.LIGHT: Qt.ColorScheme.Light,
    Scheme.DARK: Qt.ColorScheme.Dark,
}


class Theme(QObject):
    """Signals: `changed` — the colours are others now."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._hints = application.styleHints()
        self._wanted = Scheme.SYSTEM
        self._shown: Colours | None = None
        application.setStyle("Fusion")
        self._hints.colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def scheme(self) -> Scheme:
        return self._wanted

    @property
    def dark(self) -> bool:
        match self._wanted:
            case Scheme.SYSTEM:
                return self._hints.colorScheme() == Qt.ColorScheme.Dark
            case Scheme.LIGHT:
                return False
            case Scheme.DARK:
                return True

    @property
    def colours(self) -> Colours:
        return DARK if self.dark else LIGHT

    @property
    def sheet(self) -> str:
        """The style sheet of the scheme."""
        return style_sheet(self.colours)

    def dress(self, window: QWidget) -> None:
        """Give a window, and everything that is in it or comes into it, its look; for as long as it lives.

        Widgets made apart are to be put into it before they are shown: what is shown without its look keeps the sizes
        it had then.
        """
        _Dressed(self, window)

    def set_scheme(self, scheme: Scheme) -> None:
        self._wanted = scheme
        self._hints.setColorScheme(_TO_QT[scheme])
        self._apply()

    def colour(self, pick: Callable[[Colours], str]) -> QColor:
        """`theme.colour(lambda c: c.accent)`."""
        return QColor(pick(self.colours))

    @Slot()
    def _apply(self) -> None:
        """The system tells of changes that were asked for as well, and Qt dresses all widgets anew for no change."""
        colours = self.colours
        if colours is not self._shown:
            self._shown = colours
            self._application.setPalette(palette(colours))
            self.changed.emit()


class _Dressed(QObject):
    """Keeps the style sheet of a window that of the scheme; a child of that window, so it goes with it."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        theme.changed.connect(self._apply)
        self._apply()

    @Slot()
    def _apply(self) -> None:
        self._window.setStyleSheet(self._theme.sheet)


def dress_popup(field: QComboBox) -> None:
    """Give the list of a field's completer, which Qt makes a window of its own without a parent, the field's look."""
    completer, sheet = field.completer(), field.window().styleSheet()
    popup = completer.popup() if completer is not None else None
    if popup is not None and popup.styleSheet() != sheet:
        popup.setStyleSheet(sheet)


def palette(colours: Colours) -> QPalette:
    """The palette that Fusion draws with."""
    role = QPalette.ColorRole
    made = QPalette()
    for which, value in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.raised,
        role.Text: colours.text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.BrightText: colours.bad,
        role.Highlight: colours.selection,
        role.HighlightedText: colours.text,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Link: colours.active,
        role.LinkVisited: colours.active,
        role.Accent: colours.accent,
        role.Light: colours.raised,
        role.Midlight: colours.border,
        role.Mid: colours.border,
        role.Dark: colours.border_strong,
        role.Shadow: colours.border_strong,
    }.items():
        made.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.border_strong))
    return made


def font(step: int = Type.BODY, weight: int = Type.REGULAR) -> QFont:
    """The system's font, `step` points larger (Type.TITLE …), of a weight of Type."""
    made = QFont(QApplication.font())
    made.setPointSizeF(made.pointSizeF() + step)
    made.setWeight(QFont.Weight(weight))
    return made


def fixed_font(step: int = Type.BODY) -> QFont:
    """The system's font for code, in the size of the text around it."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    made.setPointSizeF(QApplication.font().pointSizeF() + step)
    return made
