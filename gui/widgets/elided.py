"""Text in one line that gives way: what has no room ends in an ellipsis and is told in full by the tool tip."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStylePainter,
)

from gui.theme.theme import font
from gui.theme.tokens import Type

_LEAST = 3
"""How many letters stay in the narrowest place."""


class Elided(QLabel):
    """`mode` says which end goes: paths are known by their last part, names by their first."""

    def __init__(
        self,
        text: str = "",
        look: str = "",
        step: int = Type.BODY,
        weight: int = Type.REGULAR,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(text)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        if step != Type.BODY or weight != Type.REGULAR:
            self.setFont(font(step, weight))
        if look:
            self.setProperty("look", look)

    @property
    def shown(self) -> str:
        """What there is room for."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = self.fontMetrics()
        least = metrics.horizontalAdvance(self.text()[:_LEAST] + "…") + 2
        return QSize(min(least, self.sizeHint().width()), metrics.height() + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        # Plain words only: a tool tip that looks like HTML would be drawn as such.
        self.setToolTip("" if self.shown == self.text() else self.text().replace("<", "‹"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        where = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(self.contentsRect(), where, self.shown)


class ElidedButton(QPushButton):
    """A button whose text gives way in the same manner. It has no icon."""

    def __init__(self, text: str, look: str = "") -> None:
        super().__init__(text)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        if look:
            self.setProperty("look", look)

    @property
    def shown(self) -> str:
        """What there is room for."""
        room = self.width() - (self.sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text()))
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        whole, metrics = self.sizeHint(), self.fontMetrics()
        given_up = metrics.horizontalAdvance(self.text()) - metrics.horizontalAdvance(self.text()[:_LEAST] + "…")
        return QSize(whole.width() - max(0, given_up), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.setToolTip("" if self.shown == self.text() else self.text().replace("<", "‹"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.shown
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)


class ElidedChoice(QComboBox):
    """A field of choices whose text gives way in the same manner."""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        self.setToolTip("" if option.currentText == self.currentText() else self.currentText().replace("<", "‹"))
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
