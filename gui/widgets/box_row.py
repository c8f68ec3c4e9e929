"""Boxes in one row, as tall as the tallest of them; where there are more than fit, the row is scrolled across."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from gui.theme.tokens import Space


class BoxRow(QScrollArea):
    """Holds what it is filled with. What has the focus is scrolled to."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[QWidget] = []
        self._inner = QWidget()
        self._inner.setProperty("look", "page")
        self._boxes = QHBoxLayout(self._inner)
        self._boxes.setContentsMargins(0, 0, 0, 0)
        self._boxes.setSpacing(Space.SMALL)
        self._boxes.addStretch(1)
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._inner.installEventFilter(self)

    @property
    def held(self) -> tuple[QWidget, ...]:
        return tuple(self._held)

    def fill(self, widgets: Sequence[QWidget]) -> None:
        """Hold these; those that were held before and aren't among them are let go."""
        for old in (each for each in self._held if each not in widgets):
            self._boxes.removeWidget(old)
            old.hide()
            old.setParent(None)
            old.deleteLater()
        for place, each in enumerate(widgets):
            self._boxes.insertWidget(place, each)
        self._held = list(widgets)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        bar = self.horizontalScrollBar().sizeHint().height()
        return QSize(self._inner.sizeHint().width(), self._inner.sizeHint().height() + bar)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(1, self.sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is self._inner and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
