"""A text of code that is edited: line numbers, the current line, underlined problems, completion, keys for indentation.

It keeps no undo of its own: what is typed goes out as the file's whole text, and whoever owns the file puts texts in
with `show_text`, which changes only what differs, so that cursor and scroll position stay.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip

from gui.theme.theme import Theme, fixed_font
from gui.widgets import code_lines
from gui.widgets.code_gutter import CodeGutter, Line
from gui.widgets.code_lines import LineEdit
from gui.widgets.completion_list import Candidate, Complete, CompletionList
from gui.widgets.shown_text import ShownText, change_between, characters, units
from gui.widgets.yaml_highlighter import YamlHighlighter

WAVE_STEP: Final = 3
WAVE_WIDTH: Final = 1.2
"""Of the line below what is wrong, in pixels."""

_CTRL: Final = Qt.KeyboardModifier.ControlModifier
_OWN_KEYS: Final = (Qt.Key.Key_Space, Qt.Key.Key_Slash)


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the file's text that something is to be said about; `role` is bad or warn."""

    start: int
    end: int
    role: str
    tip: str


class CodeText(QPlainTextEdit):
    """Signals: `edited` — the file's text after the user changed it; `stood` — the offset in it the cursor is at now;
    `undo_wanted`, `redo_wanted` — the keys for that, where the window has no action for them.

    `complete` says what could be typed; `eager` whether to ask it without being told to, given the line up to the
    cursor.
    """

    edited = Signal(str)
    stood = Signal(int)
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._source = ShownText()
        self._showing = False
        self._marks: list[tuple[QTextCursor, Mark]] = []
        self._finds: list[QTextCursor] = []
        self.complete: Complete | None = None
        self.eager: Callable[[str], bool] = lambda _line: False
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(fixed_font())
        self.setTabStopDistance(code_lines.STEP * self.fontMetrics().horizontalAdvance(" "))
        self._gutter = CodeGutter(theme, self, self._lines_in_sight)
        self._highlighter = YamlHighlighter(theme, self.document())
        self._list = CompletionList(self)
        self._list.taken.connect(self._insert)
        self.document().contentsChanged.connect(self._typed)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._follow)
        self.cursorPositionChanged.connect(self._stand)
        theme.changed.connect(self._draw_extras)
        self._make_room()
        self._stand()

    # The file's text

    @property
    def text(self) -> str:
        """The file's text, with its own line ends."""
        return self._source.source

    def show_text(self, text: str) -> None:
        """Take the file's text; what stays the same stays in place."""
        if text == self._source.source:
            return
        after = ShownText(text)
        change = change_between(self._source.shown, after.shown)
        before, self._source = self._source.shown, after
        if not change.removed and not change.inserted:
            return
        bar = self.horizontalScrollBar(), self.verticalScrollBar()
        across, down = (each.value() for each in bar)
        top = QTextCursor(self.firstVisibleBlock())
        mine = self.textCursor()
        stays = mine.position() if not mine.hasSelection() else None
        self._showing = True
        cursor = QTextCursor(self.document())
        cursor.setPosition(units(before, change.start))
        cursor.setPosition(units(before, change.start + change.removed), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(change.inserted)
        if stays == units(before, change.start) and not change.removed:
            mine.setPosition(stays)  # Qt takes a cursor along with what is put in at its place
            self.setTextCursor(mine)
        self._showing = False
        bar[0].setValue(across)
        bar[1].setValue(top.blockNumber() if cursor.position() < top.position() else down)
        self._list.hide()
        self._stand()

    @property
    def offset(self) -> int:
        """Where the cursor is in the file's text."""
        return self._source.source_offset(characters(self._source.shown, self.textCursor().position()))

    def go_to(self, start: int, end: int | None = None) -> None:
        """Put the cursor at an offset of the file's text, or select up to `end`, and show it."""
        cursor = self._cursor(start, start if end is None else end)
        self.setTextCursor(cursor)
        self.centerCursor()

    def mark(self, marks: Sequence[Mark]) -> None:
        """Underline these stretches of the file's text, and no others."""
        self._marks = [(self._cursor(mark.start, mark.end), mark) for mark in marks]
        signs: dict[int, str] = {}
        for cursor, mark in self._marks:
            line = self.document().findBlock(cursor.selectionStart()).blockNumber() + 1
            if signs.get(line) != "bad":
                signs[line] = mark.role
        self._gutter.mark(signs)
        self.viewport().update()

    def mark_at(self, offset: int) -> Mark | None:
        """The problem at an offset of the file's text, the worst first."""
        position = self._cursor(offset, offset).position()
        here = [mark for cursor, mark in self._marks if cursor.selectionStart() <= position <= cursor.selectionEnd()]
        return min(here, key=lambda mark: mark.role != "bad", default=None)

    def show_found(self, found: Sequence[tuple[int, int]]) -> None:
        """Light up the places where a searched text is, as offsets of the shown text."""
        self._finds = [self._cursor_shown(start, end) for start, end in found]
        self._draw_extras()

    def select_shown(self, start: int, end: int) -> None:
        """Select what is shown from one offset to another."""
        self.setTextCursor(self._cursor_shown(start, end))
        self.centerCursor()

    @property
    def shown(self) -> str:
        """The text as it is shown."""
        return self._source.shown

    @property
    def shown_offset(self) -> int:
        """Where the selection of the shown text begins."""
        return characters(self._source.shown, self.textCursor().selectionStart())

    def _cursor(self, start: int, end: int) -> QTextCursor:
        return self._cursor_shown(self._source.shown_offset(start), self._source.shown_offset(end))

    def _cursor_shown(self, start: int, end: int) -> QTextCursor:
        last = self.document().characterCount() - 1
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(units(self._source.shown, start), last))
        cursor.setPosition(min(units(self._source.shown, end), last), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    @Slot()
    def _typed(self) -> None:
        if self._showing:
            return
        shown = self.document().toRawText().replace("\u2029", "\n")
        if shown == self._source.shown:
            return
        self._source = self._source.typed(shown)
        self.edited.emit(self._source.source)

    # Keys

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window; keep Ctrl+Space, Ctrl+/ and Tab from it."""
        match event.type():
            case QEvent.Type.ShortcutOverride if isinstance(event, QKeyEvent):
                if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                    event.ignore()
                    return False
                own = event.modifiers() == _CTRL and event.key() in _OWN_KEYS
                if own or (self._list.isVisible() and event.key() == Qt.Key.Key_Escape):
                    event.accept()
                    return True
            case QEvent.Type.ToolTip:
                help_event = cast("QHelpEvent", event)
                self._tell_tip(help_event)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_wanted.emit()
        elif not (self._list_key(event) or (not self.isReadOnly() and self._edit_key(event))):
            super().keyPressEvent(event)
            self._complete_eagerly(event)

    def _list_key(self, event: QKeyEvent) -> bool:
        """Keys that belong to the list of completions while it is open."""
        if not self._list.isVisible():
            return False
        match event.key():
            case Qt.Key.Key_Down:
                self._list.step(1)
            case Qt.Key.Key_Up:
                self._list.step(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab:
                self._list.take()
            case Qt.Key.Key_Escape:
                self._list.hide()
            case _:
                return False
        return True

    def _edit_key(self, event: QKeyEvent) -> bool:
        control = event.modifiers() == _CTRL
        match event.key():
            case Qt.Key.Key_Space if control:
                self.offer()
            case Qt.Key.Key_Slash if control:
                self._edit_lines(code_lines.commented)
            case Qt.Key.Key_Tab if not event.modifiers():
                self._tab()
            case Qt.Key.Key_Backtab:
                self._edit_lines(code_lines.outdented)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers():
                self.textCursor().insertText("\n" + code_lines.indentation_after(self._line_before()))
                self.ensureCursorVisible()
            case Qt.Key.Key_Backspace if not event.modifiers() and self._in_indentation():
                cursor = self.textCursor()
                back = (cursor.positionInBlock() - 1) % code_lines.STEP + 1
                cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, back)
                cursor.removeSelectedText()
            case _:
                return False
        return True

    def _line_before(self) -> str:
        cursor = self.textCursor()
        return cursor.block().text()[: cursor.positionInBlock()]

    def _in_indentation(self) -> bool:
        before = self._line_before()
        return bool(before) and not before.strip(" ") and not self.textCursor().hasSelection()

    def _tab(self) -> None:
        cursor = self.textCursor()
        if cursor.hasSelection() and "\u2029" in cursor.selectedText():
            self._edit_lines(code_lines.indented)
        else:
            gap = code_lines.STEP - cursor.positionInBlock() % code_lines.STEP
            cursor.insertText(" " * gap)

    def _edit_lines(self, edit: LineEdit) -> None:
        """Put other lines in place of those that the selection touches, which stay selected."""
        chosen = self.textCursor()
        first = self.document().findBlock(chosen.selectionStart())
        last = self.document().findBlock(chosen.selectionEnd())
        if last.blockNumber() > first.blockNumber() and chosen.selectionEnd() == last.position():
            last = last.previous()
        lines = [block.text() for block in _blocks(first, last)]
        after = edit(lines)
        if list(after) == lines:
            return
        start = first.position()
        shift = len(after[0]) - len(lines[0])
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        column = max(0, chosen.positionInBlock() + shift)
        had = chosen.hasSelection()
        cursor.insertText("\n".join(after))
        if had:
            end = cursor.position()
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        else:
            cursor.setPosition(start + min(column, cursor.position() - start))
        self.setTextCursor(cursor)

    # Completion

    def offer(self) -> None:
        """Show what could be typed here."""
        if self.complete is None or self.isReadOnly():
            return
        offset = characters(self._source.shown, self.textCursor().position())
        completion = self.complete(self._source.shown, offset)
        place = self.cursorRect()
        place.translate(self.viewport().geometry().topLeft())
        self._list.offer(completion, place)

    @property
    def offered(self) -> tuple[str, ...]:
        """The labels of the candidates in sight, if any."""
        candidates = self._list.completion.candidates if self._list.isVisible() else ()
        return tuple(candidate.label for candidate in candidates)

    def _complete_eagerly(self, event: QKeyEvent) -> None:
        typed = bool(event.text()) and event.text().isprintable()
        if self._list.isVisible():
            if typed or event.key() == Qt.Key.Key_Backspace:
                self.offer()
            elif event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
                self._list.hide()
        elif typed and self.eager(self._line_before()):
            self.offer()

    @Slot(object)
    def _insert(self, candidate: Candidate) -> None:
        completion = self._list.completion
        cursor = self._cursor_shown(completion.start, completion.end)
        cursor.insertText(candidate.insert)
        self.setTextCursor(cursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        self._list.hide()
        super().focusOutEvent(event)

    # What is drawn besides the text

    def _lines_in_sight(self) -> Iterator[Line]:
        block = self.firstVisibleBlock()
        place = self.blockBoundingGeometry(block).translated(self.contentOffset())
        while block.isValid() and place.top() <= self.viewport().height():
            yield block.blockNumber() + 1, place.toAlignedRect()
            block = block.next()
            place = self.blockBoundingGeometry(block).translated(self.contentOffset())

    @Slot()
    def _make_room(self) -> None:
        self.setViewportMargins(self._gutter.room(self.blockCount()), 0, 0, 0)
        self._lay_gutter()

    def _lay_gutter(self) -> None:
        inside = self.viewport().geometry()
        width = self._gutter.room(self.blockCount())
        self._gutter.setGeometry(inside.left() - width, inside.top(), width, inside.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._lay_gutter()

    @Slot(QRect, int)
    def _follow(self, place: QRect, scrolled: int) -> None:
        if scrolled:
            self._gutter.scroll(0, scrolled)
        else:
            self._gutter.update(0, place.top(), self._gutter.width(), place.height())

    @Slot()
    def _stand(self) -> None:
        self._gutter.stand_at(self.textCursor().blockNumber() + 1)
        self._draw_extras()
        if not self._showing:
            self.stood.emit(self.offset)

    @Slot()
    def _draw_extras(self) -> None:
        colours = self._theme.colours
        line = QTextCharFormat()
        line.setBackground(QColor(colours.raised))
        line.setProperty(QTextFormat.Property.FullWidthSelection, True)
        current = self.textCursor()
        current.clearSelection()
        found = QTextCharFormat()
        found.setBackground(QColor(colours.warn_soft))
        extras = [_extra(current, line), *(_extra(cursor, found) for cursor in self._finds)]
        self.setExtraSelections(extras)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The text, and below what is wrong a wavy line of our own: Qt's is a row of dots at this size."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for cursor, mark in self._marks:
            block = self.blockBoundingGeometry(cursor.block()).translated(self.contentOffset())
            if cursor.hasSelection() and block.toAlignedRect().intersects(event.rect()):
                painter.setPen(QPen(QColor(getattr(self._theme.colours, mark.role)), WAVE_WIDTH))
                painter.drawPolyline(self._wave(cursor))
        painter.end()

    def _wave(self, cursor: QTextCursor) -> QPolygonF:
        """A wave below the first line of a selection."""
        first, last = QTextCursor(cursor), QTextCursor(cursor)
        first.setPosition(cursor.selectionStart())
        last.setPosition(cursor.selectionEnd())
        begin, end = self.cursorRect(first), self.cursorRect(last)
        right = end.left() if end.top() == begin.top() else begin.right() + WAVE_STEP
        bottom = begin.bottom() - 0.5
        steps = max(2, (right - begin.left()) // WAVE_STEP)
        return QPolygonF([QPointF(begin.left() + WAVE_STEP * n, bottom - 2 * (n % 2)) for n in range(steps + 1)])

    def _tell_tip(self, event: QHelpEvent) -> None:
        inside = event.pos() - QPoint(self.viewport().x(), self.viewport().y())
        cursor = self.cursorForPosition(inside)
        offset = self._source.source_offset(characters(self._source.shown, cursor.position()))
        mark = self.mark_at(offset)
        if mark is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPos(), mark.tip, self)


def _blocks(first: QTextBlock, last: QTextBlock) -> Iterator[QTextBlock]:
    block = first
    while block.isValid():
        yield block
        if block == last:
            return
        block = block.next()


def _extra(cursor: QTextCursor, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
    made = QTextEdit.ExtraSelection()
    made.cursor = cursor
    made.format = look
    return made
