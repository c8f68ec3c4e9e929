"""A build in the list, painted: icon and name, how it is in the colour of its status, the rest in muted text."""

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.build.rows import Row
from gui.theme.icons import icon
from gui.theme.status import Presentation, presentation
from gui.theme.theme import Theme, font
from gui.theme.tokens import Size, Space, Type

ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
"""A Row, or the text of a heading."""

Index = QModelIndex | QPersistentModelIndex


class RowPainter(QStyledItemDelegate):
    """Selection and focus are the style's."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pictures: dict[tuple[str, str], QPixmap] = {}
        self._measure()
        theme.changed.connect(self._pictures.clear)

    def _measure(self) -> None:
        self._named, self._plain, self._small = font(weight=Type.BOLD), font(Type.SMALL), font(Type.SMALL, Type.BOLD)
        self._lines = (QFontMetrics(self._named).height(), QFontMetrics(self._plain).height())
        self._size = QSize(Size.PALETTE, self._lines[0] + 2 * self._lines[1] + 2 * Space.SMALL)
        self._heading = QSize(Size.PALETTE, self._lines[1] + Space.MEDIUM)

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        return self._size if isinstance(index.data(ROW_ROLE), Row) else self._heading

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        painter.save()
        if isinstance(row, Row):
            shown = QStyleOptionViewItem(option)
            self.initStyleOption(shown, index)
            shown.text = ""
            style = shown.widget.style()
            style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
            self._paint_row(painter, option.rect, row, str(index.data(Qt.ItemDataRole.DisplayRole)).split("\n"))
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(QColor(self._theme.colours.focus))
                painter.drawRect(option.rect.adjusted(1, 1, -2, -2))
        else:
            self._write(painter, option.rect.adjusted(Space.MEDIUM, Space.SMALL, 0, 0), str(row), self._small, "muted")
        painter.restore()

    def _paint_row(self, painter: QPainter, rect: QRect, row: Row, lines: list[str]) -> None:
        shown = presentation(row.status)
        inner = rect.adjusted(Space.MEDIUM, Space.SMALL, -Space.SMALL, -Space.SMALL)
        top = inner.top() + max(0, self._lines[0] - Size.ICON) // 2
        painter.drawPixmap(inner.left(), top, self._picture(shown, painter.device().devicePixelRatioF()))
        inner.setLeft(inner.left() + Size.ICON + Space.SMALL)
        head, tall = self._lines
        places = (
            (inner.top(), head, self._named, "text"),
            (inner.top() + head, tall, self._plain, shown.role),
            (inner.top() + head + tall, tall, self._plain, "muted"),
        )
        for line, (start, height, face, role) in zip(lines, places, strict=False):
            self._write(painter, QRect(inner.left(), start, inner.width(), height), line, face, role)

    def _write(self, painter: QPainter, rect: QRect, text: str, face: QFont, role: str) -> None:
        painter.setFont(face)
        painter.setPen(QColor(getattr(self._theme.colours, role)))
        elided = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), elided)

    def _picture(self, shown: Presentation, ratio: float) -> QPixmap:
        """Drawn once: the icon font draws its letters anew each time otherwise."""
        mark = (shown.icon, shown.role)
        if mark not in self._pictures:
            drawn = icon(shown.icon, self._theme.colours, shown.role)
            self._pictures[mark] = drawn.pixmap(QSize(Size.ICON, Size.ICON), ratio)
        return self._pictures[mark]
