"""Looks and icons on widgets: the style sheet's `look` property, and icons that follow the theme."""

from PySide6.QtCore import QObject, QSize, Qt, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QPushButton, QToolButton, QWidget

from gui.theme.icons import icon
from gui.theme.theme import Theme, font
from gui.theme.tokens import Size, Type


class Dress(QObject):
    """Keeps the icon of one object in the colours of the scheme; a child of that object, so it goes with it."""

    def __init__(self, theme: Theme, target: QObject, name: str, role: str) -> None:
        super().__init__(target)
        self._theme = theme
        self._name = name
        self._role = role
        theme.changed.connect(self.apply)
        self.apply()

    def wear(self, name: str, role: str) -> None:
        """Another icon from now on."""
        if (name, role) != (self._name, self._role):
            self._name, self._role = name, role
            self.apply()

    @Slot()
    def apply(self) -> None:
        target = self.parent()
        made = icon(self._name, self._theme.colours, self._role) if self._name else QIcon()
        match target:
            case QLabel():
                target.setPixmap(made.pixmap(QSize(Size.ICON, Size.ICON)))
            case QAction() | QAbstractButton():
                target.setIcon(made)


def dress(theme: Theme, target: QObject, name: str, role: str = "text") -> Dress:
    """Give a QAction, a button or a label the icon of this name, for as long as it lives."""
    return Dress(theme, target, name, role)


def set_look(widget: QWidget, look: str) -> None:
    """Let the style sheet draw the widget in another look."""
    if widget.property("look") != look:
        widget.setProperty("look", look)
        for each in (widget, *widget.findChildren(QWidget)):
            # What is within may be drawn in the look of what it is in; what was never shown is polished when it is.
            if each.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
                each.style().unpolish(each)
                each.style().polish(each)
                each.update()


def label(
    text: str, look: str = "", step: int = Type.BODY, weight: int = Type.REGULAR, *, wraps: bool = False
) -> QLabel:
    """A label of plain text: what users and services give is never read as HTML."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    if step != Type.BODY or weight != Type.REGULAR:
        made.setFont(font(step, weight))
    if look:
        made.setProperty("look", look)
    return made


def title(text: str) -> QLabel:
    """The name of a page."""
    return label(text, step=Type.TITLE, weight=Type.BOLD)


def heading(text: str) -> QLabel:
    """The name of a part of a page."""
    return label(text, step=Type.HEADING, weight=Type.BOLD)


def button(
    theme: Theme, text: str, look: str = "", icon_name: str = "", *, name: str = "", tip: str = ""
) -> QPushButton:
    """`name` is for screen readers where the text does not suffice."""
    made = QPushButton(text)
    if look:
        made.setProperty("look", look)
    if icon_name:
        dress(theme, made, icon_name, "on_accent" if look == "primary" else "bad" if look == "danger" else "text")
    made.setAccessibleName(name or text)
    if tip:
        made.setToolTip(tip)
    return made


def tool_button(theme: Theme, icon_name: str, name: str, look: str = "flat") -> QToolButton:
    """A button of an icon only; `name` is its tool tip and what screen readers say."""
    made = QToolButton()
    made.setProperty("look", look)
    made.setAccessibleName(name)
    made.setToolTip(name)
    dress(theme, made, icon_name)
    return made


def frame(look: str) -> QFrame:
    made = QFrame()
    made.setProperty("look", look)
    return made


def line() -> QFrame:
    """A hair line across."""
    return frame("line")
