"""Dragging: component cards to another place or out as YAML text; components, YAML files and YAML text in.

While something is dragged over the canvas nothing is laid out and no card changes: one line is drawn over them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QScrollArea, QScrollBar, QWidget

from core.errors import BakehouseError
from gui.actions import COMPONENT_MIME
from gui.recipe.cards import Card
from gui.recipe.choosing import Choosing
from gui.recipe.editing import Editing
from gui.recipe.lanes import Lane
from gui.recipe.selection import Part
from gui.widgets.notice import Banner

MOVING_MIME: Final = "application/x-bakehouse-moving"
"""Says that cards of this very window are being moved."""

SUFFIXES: Final = (".yml", ".yaml", ".json")
EDGE: Final = 40
"""The distance from the edge at which dragging scrolls, in pixels."""

SCROLL_MS: Final = 16
_FASTEST: Final = 14


class TakesFiles(Protocol):
    def __call__(self, files: list[Path], gap: int) -> None: ...


def mime_of(editing: Editing, choosing: Choosing) -> QMimeData:
    """The chosen cards as text for others, and as what they are for this window."""
    data = QMimeData()
    data.setText(editing.yaml_of(choosing.selection))
    data.setData(MOVING_MIME, QByteArray(b"components"))
    return data


def files_of(data: QMimeData) -> list[Path]:
    """The documents among the files that are dragged."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in SUFFIXES]


def references_of(data: QMimeData) -> list[str]:
    """The components that are dragged from the library."""
    text = bytes(data.data(COMPONENT_MIME).data()).decode("utf-8", "replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def carried(drag: QDrag) -> None:
    """The toolkit knows no other way than to come back when it is over; events are handled meanwhile."""
    drag.exec(Qt.DropAction.MoveAction | Qt.DropAction.CopyAction, Qt.DropAction.MoveAction)


class Dragging(QObject):
    """Watches the column that holds the lanes, for what is dragged over it and dropped."""

    def __init__(
        self,
        column: QWidget,
        area: QScrollArea,
        lane: Lane,
        editing: Editing,
        choosing: Choosing,
        banner: Banner,
        takes_files: TakesFiles,
    ) -> None:
        super().__init__(column)
        self._column = column
        self._area = area
        self._lane = lane
        self._editing = editing
        self._choosing = choosing
        self._banner = banner
        self._takes_files = takes_files
        self._gap: int | None = None
        self._moving = False
        self._scroll = QTimer(self)
        self._scroll.setInterval(SCROLL_MS)
        self._scroll.timeout.connect(self._scroll_on)
        self._speed = 0
        self.carry: Callable[[QDrag], None] = carried
        """Carries a drag through to its drop; replaced where the platform has no drag and drop, as in tests."""
        column.setAcceptDrops(True)
        column.installEventFilter(self)

    @property
    def gap(self) -> int | None:
        """Where a drop would go now."""
        return self._gap

    def pull(self, card: Card) -> None:
        """Drag what is chosen, which the card is one of."""
        if card.part is not Part.COMPONENT or not card.chosen or not self._editing.readable:
            return
        try:
            data = mime_of(self._editing, self._choosing)
        except BakehouseError as error:
            self._banner.tell_error(error)
            return
        drag = QDrag(card)
        drag.setMimeData(data)
        picture = card.grab()
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(picture.deviceIndependentSize().toSize().width() // 8, 24))
        self._moving = True
        self.carry(drag)
        self._moving = False
        self._over(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        match event:
            case QDragEnterEvent() | QDragMoveEvent():
                self._offer(event)
                return True
            case QDropEvent():
                self._drop(event)
                return True
            case QEvent() if event.type() == QEvent.Type.DragLeave:
                self._over(None)
                return True
        return False

    def _offer(self, event: QDragMoveEvent) -> None:
        if self._use_of(event.mimeData()) is None or not self._editing.readable:
            event.ignore()
            self._over(None)
            return
        event.setDropAction(Qt.DropAction.MoveAction if self._is_move(event) else Qt.DropAction.CopyAction)
        event.accept()
        self._over(event.position().toPoint())

    def _drop(self, event: QDropEvent) -> None:
        use = self._use_of(event.mimeData())
        self._over(event.position().toPoint())
        gap = self._gap
        self._over(None)
        if use is None or gap is None or not self._editing.readable:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.MoveAction if self._is_move(event) else Qt.DropAction.CopyAction)
        event.accept()
        use(gap)

    def _is_move(self, event: QDropEvent) -> bool:
        return self._moving and event.mimeData().hasFormat(MOVING_MIME)

    def _use_of(self, data: QMimeData) -> Callable[[int], None] | None:
        """What dropping this means; None where it means nothing here."""
        if self._moving and data.hasFormat(MOVING_MIME):
            return self._editing.move_to
        if data.hasFormat(COMPONENT_MIME) and (references := references_of(data)):
            return lambda gap: self._editing.add(references, gap)
        if data.hasUrls():
            files = files_of(data)
            return (lambda gap: self._takes_files(files, gap)) if files else None
        if data.hasText() and (text := data.text()).strip():
            return lambda gap: self._editing.paste_text(text, gap)
        return None

    def _over(self, at: QPoint | None) -> None:
        """Draw the line for a place of the column, or none."""
        gap = None if at is None else self._lane.gap_at(self._lane.mapFrom(self._column, at).y())
        if gap != self._gap:
            self._gap = gap
            self._lane.show_gap(gap)
        self._speed = 0 if at is None else self._speed_at(at)
        if self._speed and not self._scroll.isActive():
            self._scroll.start()
        elif not self._speed:
            self._scroll.stop()

    def _speed_at(self, at: QPoint) -> int:
        """Faster the nearer the edge; negative is up."""
        y = self._column.mapTo(self._area.viewport(), at).y()
        below = y - (self._area.viewport().height() - EDGE)
        if y < EDGE:
            return -min(_FASTEST, 2 + (EDGE - y) // 4)
        return min(_FASTEST, 2 + below // 4) if below > 0 else 0

    @Slot()
    def _scroll_on(self) -> None:
        bar: QScrollBar = self._area.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + self._speed)
        if bar.value() == before:
            self._scroll.stop()
