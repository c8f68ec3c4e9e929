"""What mouse and keys do in a log: move the caret, select, fold, choose a line."""

from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QMenu

from core.build.lines import Place
from gui.build.log import caret
from gui.build.log.canvas import LogCanvas
from gui.theme.theme import Theme

DRAG_MS: Final = 40
"""Between two steps of scrolling while a selection is drawn out of the view."""

_Key = QKeySequence.StandardKey


class ReadLog(LogCanvas):
    """A log that can be read with mouse and keys.

    Signals: `line_chosen` — a line was clicked, or Enter pressed on it; `fold_asked` — fold or unfold what begins with
    a line; `times_asked` — the times were clicked; `copy_asked`; `line_asked` — to go to a line of some number.
    """

    line_chosen = Signal(int)
    fold_asked = Signal(int)
    times_asked = Signal()
    copy_asked = Signal()
    line_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._dragging = False
        self._wanted_cell: int | None = None
        self._triple = QPoint(-1, -1)
        self._since = 0
        self._drag = QTimer(self)
        self._drag.setInterval(DRAG_MS)
        self._drag.timeout.connect(self._drag_on)

    # Keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._own(event):
            event.accept()
            return True
        return super().event(event)

    def _own(self, event: QKeyEvent) -> bool:
        return event.matches(_Key.Copy) or event.matches(_Key.SelectAll)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if not self.rows.total:
            super().keyPressEvent(event)
        elif event.matches(_Key.Copy):
            self.copy_asked.emit()
        elif event.matches(_Key.SelectAll):
            self._select_all()
        elif (place := self._place_after(event)) is not None:
            self.move_to(place, selecting=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif not self._act(event):
            super().keyPressEvent(event)

    def _act(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.line_chosen.emit(self.caret[0])
            case Qt.Key.Key_Space:
                fold = self.folds.around(self.caret[0])
                if fold is not None:
                    self.fold_asked.emit(fold)
            case Qt.Key.Key_Escape if self.selection is not None:
                self.select(self.caret, self.caret)
            case _:
                return False
        return True

    def _place_after(self, event: QKeyEvent) -> Place | None:
        """Where a key takes the caret."""
        words = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        line = self.caret[0]
        wanted, self._wanted_cell = self._wanted_cell, None
        shown = self.all_shown
        match event.key():
            case Qt.Key.Key_Left:
                return (caret.word_before if words else caret.before)(self.lines, self.caret)
            case Qt.Key.Key_Right:
                return (caret.word_after if words else caret.after)(self.lines, self.caret)
            case Qt.Key.Key_Home:
                return shown[0] if words and shown else (line, 0)
            case Qt.Key.Key_End:
                return shown[1] if words and shown else (line, self.lines.length(line))
            case Qt.Key.Key_Up:
                return self._rows_on(-1, wanted)
            case Qt.Key.Key_Down:
                return self._rows_on(1, wanted)
            case Qt.Key.Key_PageUp:
                return self._rows_on(1 - self.row_count, wanted)
            case Qt.Key.Key_PageDown:
                return self._rows_on(self.row_count - 1, wanted)
            case _:
                self._wanted_cell = wanted
                return None

    def _rows_on(self, count: int, wanted: int | None) -> Place:
        """So many rows down, in the cell that the caret came from."""
        row, cell = self.cell_of(self.caret)
        self._wanted_cell = cell if wanted is None else wanted
        return self.place_in(max(0, min(row + count, self.rows.total - 1)), self._wanted_cell)

    def _select_all(self) -> None:
        if (shown := self.all_shown) is not None:
            self.select(*shown)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        line = self.line_at(point.y())
        if line is not None and self.on_times(point.x()):
            self.times_asked.emit()
        elif line is not None and self.in_gutter(point.x()) and line in self.folds.by_line:
            self.fold_asked.emit(line)
        elif self.rows.total:
            self._press(event, point)

    def _press(self, event: QMouseEvent, point: QPoint) -> None:
        self._wanted_cell = None
        place = self.place_at(point)
        soon = event.timestamp() - self._since < QGuiApplication.styleHints().mouseDoubleClickInterval()
        if soon and (point - self._triple).manhattanLength() < QGuiApplication.styleHints().startDragDistance():
            self.select((place[0], 0), (place[0], self.lines.length(place[0])))
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.select(self.anchor if shift else place, place)
        self._dragging = True

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        point = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self.rows.total and not self.in_gutter(point.x()):
            self.select(*caret.word(self.lines, self.place_at(point)))
            self._triple, self._since = point, event.timestamp()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        point = event.position().toPoint()
        if self._dragging:
            self._select_to(point)
            if self.viewport().rect().contains(point):
                self._drag.stop()
            elif not self._drag.isActive():
                self._drag.start()
        else:
            over = self.in_gutter(point.x())
            shape = Qt.CursorShape.ArrowCursor if over else Qt.CursorShape.IBeamCursor
            self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._drag.stop()
        if self._dragging and self.selection is None:
            self.line_chosen.emit(self.caret[0])
        self._dragging = False

    @Slot()
    def _drag_on(self) -> None:
        """The mouse is held outside: the view goes on in its direction."""
        point = self.viewport().mapFromGlobal(self.cursor().pos())
        bar = self.verticalScrollBar()
        if point.y() < 0 or point.y() >= self.viewport().height():
            bar.setValue(bar.value() + (-1 if point.y() < 0 else 1) * bar.singleStep())
        self._select_to(point)

    def _select_to(self, point: QPoint) -> None:
        place = self.place_at(point)
        if place != self.caret:
            self.stay()
            self.select(self.anchor, place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy without times", QKeySequence(_Key.Copy), self.copy_asked.emit)
        menu.addAction("Select all", QKeySequence(_Key.SelectAll), self._select_all)
        menu.addAction("Go to line…", QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_G), self.line_asked.emit)
        fold = self.folds.around(self.caret[0])
        if fold is not None:
            folded = fold in self.folds.folded
            menu.addAction(f"{'Unfold' if folded else 'Fold'} this step", lambda: self.fold_asked.emit(fold))
        menu.popup(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self._drag.stop()
        self.viewport().update()
