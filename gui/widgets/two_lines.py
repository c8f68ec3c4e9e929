"""Entries of a list in two ranks: the first line of an item's text is its name, what follows is said in muted text."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.theme.theme import Theme, font
from gui.theme.tokens import Type


class TwoLines(QStyledItemDelegate):
    """Draws what a list of plain items has; selection, icon and room are the style's."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        style = shown.widget.style()
        room: QRect = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, shown, shown.widget)
        shown.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        name, _, rest = str(index.data(Qt.ItemDataRole.DisplayRole)).partition("\n")
        named, plain = QFontMetrics(font(weight=Type.BOLD)), QFontMetrics(font())
        wraps = 0
        if shown.features & QStyleOptionViewItem.ViewItemFeature.WrapText:
            wraps = Qt.TextFlag.TextWordWrap.value
        else:
            rest = plain.elidedText(rest, Qt.TextElideMode.ElideRight, room.width())
        height = plain.boundingRect(QRect(0, 0, room.width(), room.height()), wraps, rest).height()
        top = room.top() + max(0, room.height() - named.height() - height) // 2
        painter.save()
        painter.setFont(font(weight=Type.BOLD))
        painter.setPen(self._theme.colour(lambda colours: colours.text))
        elided = named.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(QRect(room.left(), top, room.width(), named.height()), 0, elided)
        painter.setFont(font())
        painter.setPen(self._theme.colour(lambda colours: colours.muted))
        painter.drawText(QRect(room.left(), top + named.height(), room.width(), height), wraps, rest)
        painter.restore()
