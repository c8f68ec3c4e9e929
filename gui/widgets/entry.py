"""The controls of forms: one line, several lines, a choice, a choice that takes other text as well, yes or no.

All have one face, so that a form binds them alike: `edited` carries what the user made of the value, `present` shows a
value and leaves cursor and selection alone as far as it can. Values are texts; "" is: nothing given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    SignalInstance,
    Slot,
)
from PySide6.QtGui import (
    QFocusEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from gui.theme.theme import dress_popup, fixed_font
from gui.theme.tokens import Space

_VALUE: Final = Qt.ItemDataRole.UserRole
_SHOWN_CHOICES: Final = 12
_STAYS: Final = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""Focus that comes back: to a list of options or another window it is only lent."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose, and the words it is shown by (the value itself, if none)."""

    value: str
    words: str = ""

    @property
    def shown(self) -> str:
        return self.words or self.value


class Entry(Protocol):
    """What a form binds; every entry is a QWidget besides."""

    edited: SignalInstance

    def present(self, value: str) -> None: ...


class TextEntry(QLineEdit):
    """One line. Signals: `edited` — the text, at every keystroke; `left` — the focus went elsewhere."""

    edited = Signal(str)
    left = Signal()

    def __init__(self, placeholder: str = "", *, fixed: bool = False) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        if fixed:
            self.setFont(fixed_font())
        self.textEdited.connect(self.edited)

    def present(self, value: str) -> None:
        if value != self.text():
            position = self.cursorPosition()
            self.setText(value)
            self.setCursorPosition(min(position, len(value)) if self.hasFocus() else 0)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        if event.reason() not in _STAYS:
            self.left.emit()


class TextArea(QPlainTextEdit):
    """Several lines; Tab goes on to the next control. Signals: `edited` — the text, at every keystroke."""

    edited = Signal(str)

    def __init__(self, placeholder: str = "", *, lines: int = 3, fixed: bool = False) -> None:
        super().__init__()
        self._presenting = False
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(Space.SMALL - 2)
        if fixed:
            self.setFont(fixed_font())
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        height = self.fontMetrics().lineSpacing() * lines + 2 * Space.SMALL + Space.HAIR
        self.setMinimumHeight(height)
        self.setMaximumHeight(height)
        self.textChanged.connect(self._tell)

    def present(self, value: str) -> None:
        if value != self.toPlainText():
            position = self.textCursor().position()
            self._presenting = True
            self.setPlainText(value)
            self._presenting = False
            cursor = self.textCursor()
            cursor.setPosition(min(position, len(value)))
            self.setTextCursor(cursor)

    @Slot()
    def _tell(self) -> None:
        if not self._presenting:
            self.edited.emit(self.toPlainText())


class Choice(QComboBox):
    """One of a few values. A value that is none of them is shown as it is, so that nothing wrong is hidden.

    Signals: `edited` — the value chosen.
    """

    edited = Signal(str)

    def __init__(self, options: Sequence[Option]) -> None:
        super().__init__()
        self._known = len(options)
        for option in options:
            self.addItem(option.shown, option.value)
        _narrow(self)
        self.activated.connect(self._tell)

    def present(self, value: str) -> None:
        while self.count() > self._known:
            self.removeItem(self.count() - 1)
        index = self.findData(value)
        if index < 0:
            self.addItem(value, value)
            index = self.count() - 1
        self.setCurrentIndex(index)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()  # scrolling a form must not change what it says

    @Slot(int)
    def _tell(self, index: int) -> None:
        self.edited.emit(str(self.itemData(index)))


class OptionModel(QAbstractListModel):
    """Options for any number of `SearchEntry`s: shown words, and the value behind them.

    Signals: `offering` — there are about to be others; `offered` — there are now.
    """

    offering = Signal()
    offered = Signal()

    def __init__(self, options: Sequence[Option] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.options = tuple(options)

    def offer(self, options: Sequence[Option]) -> None:
        self.offering.emit()
        self.beginResetModel()
        self.options = tuple(options)
        self.endResetModel()
        self.offered.emit()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        return 0 if parent is not None and parent.isValid() else len(self.options)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.options[index.row()].shown
        # An editable combo puts the text of this role in its line.
        return self.options[index.row()].value if role in (Qt.ItemDataRole.EditRole, _VALUE) else None


class _ValueCompleter(QCompleter):
    """Finds options by any part of their words, and puts the value in."""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:  # noqa: N802 - Qt's name
        return str(index.data(_VALUE) or "")


class SearchEntry(QComboBox):
    """Free text, with options found by any part of their words. Signals: as `TextEntry`.

    It takes the options when it is first used: a combo that moves in a layout looks at each of them.
    """

    edited = Signal(str)
    left = Signal()

    def __init__(self, placeholder: str = "", options: "Sequence[Option] | OptionModel" = ()) -> None:
        super().__init__()
        self._options = options if isinstance(options, OptionModel) else OptionModel(options, self)
        self._text = ""
        self._cursor = 0
        self._awake = False
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._line = QLineEdit()
        self._line.setPlaceholderText(placeholder)
        self.setLineEdit(self._line)
        self.setMaxVisibleItems(_SHOWN_CHOICES)
        _narrow(self)
        self._options.offering.connect(self._keep_cursor)
        self._options.offered.connect(self._keep_text)
        self._line.textEdited.connect(self._type)
        self.activated.connect(self._take)

    def offer(self, options: Sequence[Option]) -> None:
        """Other options from now on; the text stays."""
        self._options.offer(options)

    @property
    def options(self) -> tuple[Option, ...]:
        return self._options.options

    def text(self) -> str:
        return self._text

    def present(self, value: str) -> None:
        line = self._line
        if value != line.text():
            position = line.cursorPosition()
            self._put(value)
            line.setCursorPosition(min(position, len(value)) if line.hasFocus() else 0)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()  # scrolling a form must not change what it says

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        self._wake()
        dress_popup(self)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        if event.reason() not in _STAYS:
            self.left.emit()

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        self._wake()
        super().showPopup()

    def _put(self, text: str) -> None:
        self._text = text
        self.setCurrentIndex(-1)
        self.setEditText(text)

    def _wake(self) -> None:
        if self._awake:
            return
        self._awake = True
        self._keep_cursor()
        self.setModel(self._options)
        completer = _ValueCompleter(self._options, self)
        completer.setCompletionRole(Qt.ItemDataRole.DisplayRole)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(_SHOWN_CHOICES)
        completer.activated.connect(self._complete)
        self.setCompleter(completer)
        self._keep_text()

    @Slot(str)
    def _type(self, text: str) -> None:
        self._text = text
        self.edited.emit(text)

    @Slot()
    def _keep_text(self) -> None:
        """A combo takes the first option for its text; an option is not taken before somebody does."""
        self._put(self._text)
        self._line.setCursorPosition(self._cursor)

    @Slot()
    def _keep_cursor(self) -> None:
        self._cursor = self._line.cursorPosition()

    @Slot(int)
    def _take(self, index: int) -> None:
        self._complete(str(self._options.index(index, 0).data(_VALUE) or ""))

    @Slot(str)
    def _complete(self, value: str) -> None:
        self._put(value)
        self.edited.emit(value)


class Tick(QCheckBox):
    """Yes or no, "true" or "false". Signals: `edited` — the value."""

    edited = Signal(str)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.clicked.connect(lambda on: self.edited.emit("true" if on else "false"))

    def present(self, value: str) -> None:
        self.setChecked(value.lower() in ("true", "yes", "on", "y"))


def focus_proxy(widget: QWidget) -> QWidget:
    """Where the cursor goes when the widget is asked for."""
    line = widget.lineEdit() if isinstance(widget, QComboBox) else None
    return line if isinstance(line, QLineEdit) else widget


def _narrow(combo: QComboBox) -> None:
    """As wide as its column, whatever it has to offer; long options are shown whole in the list."""
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(4)
    combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
