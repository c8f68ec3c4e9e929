"""What a screen reader would have to say about a window: every control in it has a name."""

from collections.abc import Iterator

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QProgressBar,
    QTextEdit,
    QWidget,
)

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTextEdit,
)

QT_OWN = ("qt_", "_q_")
"""How Qt calls the parts of its own controls, which speak with the control they belong to."""


def controls(root: QWidget) -> Iterator[QWidget]:
    """Everything below a widget that a person can use, hidden or not; not the insides of Qt's own controls."""
    for each in root.findChildren(QWidget):
        if isinstance(each, CONTROLS) and not isinstance(each, QHeaderView) and not _inside(each):
            yield each


def nameless(root: QWidget) -> list[str]:
    """The controls below a widget that nobody can call by name; empty is as it should be."""
    return [_described(each) for each in controls(root) if not _name(each)]


def _name(control: QWidget) -> str:
    said = control.accessibleName()
    if not said and isinstance(control, QAbstractButton):
        said = control.text()
    return said.replace("&", "").strip()


def _inside(control: QWidget) -> bool:
    if control.objectName().startswith(QT_OWN):
        return True
    around = control.parentWidget()
    while around is not None:
        if isinstance(around, QComboBox | QAbstractSpinBox | QAbstractItemView) and not isinstance(control, QListView):
            return True
        if isinstance(around, QComboBox | QLineEdit):
            return True
        around = around.parentWidget()
    return False


def _described(control: QWidget) -> str:
    path = []
    widget: QWidget | None = control
    while widget is not None:
        path.append(widget.objectName() or type(widget).__name__)
        widget = widget.parentWidget()
    return " in ".join(path[:5])
