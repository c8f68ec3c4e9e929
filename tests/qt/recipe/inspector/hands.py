"""What a user does with the inspector: finds a field by its name, types, chooses, presses, reads."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from gui.recipe.forms.bound import Bound, TextField
from gui.recipe.inspector import Inspector
from gui.recipe.selection import Part, Selection
from gui.widgets.entry import Choice, focus_proxy
from gui.widgets.paragraph import Paragraph


def field(inspector: Inspector, name: str) -> Bound:
    assert inspector.form is not None
    (found,) = [bound for bound in inspector.form.bounds() if bound.name == name]
    return found


def text_field(inspector: Inspector, name: str) -> TextField:
    found = field(inspector, name)
    assert isinstance(found, TextField)
    return found


def typed(qtbot: QtBot, inspector: Inspector, name: str, text: str) -> None:
    """Put a text in place of what a field has, as a user does."""
    control = focus_proxy(text_field(inspector, name).control)
    assert isinstance(control, QLineEdit | QPlainTextEdit)
    control.selectAll()
    QTest.keyClicks(control, text) if text else QTest.keyClick(control, Qt.Key.Key_Delete)


def chosen(inspector: Inspector, name: str, value: str) -> None:
    control = text_field(inspector, name).control
    assert isinstance(control, Choice)
    control.setCurrentIndex(control.findData(value))
    control.activated.emit(control.currentIndex())


def said(inspector: Inspector) -> str:
    """Everything the form says in words now."""
    assert inspector.form is not None
    words = [each.said if isinstance(each, Paragraph) else each.text() for each in inspector.form.findChildren(QLabel)]
    return "\n".join(filter(None, words))


def names(inspector: Inspector) -> list[str]:
    assert inspector.form is not None
    return [each.accessibleName() for each in inspector.form.findChildren(QAbstractButton)]


def press(inspector: Inspector, name: str) -> None:
    assert inspector.form is not None
    (found,) = [each for each in inspector.form.findChildren(QAbstractButton) if each.accessibleName() == name]
    found.click()


def show(inspector: Inspector, part: Part, *indexes: int) -> None:
    inspector.show_selection(Selection(part, indexes))
