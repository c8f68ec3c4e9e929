"""How fast the canvas is with the longest recipe the service allows: 20 components of 16,000 characters each."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent
from PySide6.QtWidgets import QApplication

from core.aws.connection import LocalConnection
from core.local.endpoint import Home
from gui.actions import COMPONENT_MIME, Desk
from gui.ahead import import_ahead, import_first
from gui.document import Document
from gui.garbage import only_young
from gui.ops import Ops
from gui.recipe.canvas import CanvasView
from gui.recipe.selection import Part, Selection
from gui.session import Session, warmed
from gui.theme.theme import Theme

COMPONENTS = 20
CHARACTERS = 16_000
_HEAD = "name: {}\nschemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n"
_STEP = (
    "      - name: Step{}\n        action: ExecuteBash\n        inputs:\n          commands:\n            - echo {}\n"
)


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds: to open the recipe, documents read cold and drawn; the median and the slowest of the edits to the
    screen; the slowest frame while dragging over the whole canvas."""

    open: float
    edit: float
    slowest_edit: float
    slowest_frame: float


def write_longest(folder: Path) -> Path:
    """A recipe file with 20 components of nearly 16,000 characters beside it."""
    (folder / "components").mkdir()
    entries = []
    for number in range(COMPONENTS):
        name = f"component-{number:02}"
        text = _HEAD.format(name)
        steps = 0
        while len(text) + 250 < CHARACTERS:
            text += _STEP.format(steps, "x" * 100)
            steps += 1
        (folder / f"components/{name}.yml").write_text(text, encoding="utf-8")
        entries.append(f'    - document: components/{name}.yml\n      parameters:\n        Port: "{number}"\n')
    recipe = folder / "longest.yml"
    lines = "schemaVersion: 1\nname: longest\nimageRecipe:\n  semanticVersion: 1.0.x\n  parentImage: debian-12-x86\n"
    recipe.write_text(f"{lines}  components:\n{''.join(entries)}", encoding="utf-8")
    return recipe


def measure(application: QApplication, theme: Theme, folder: Path) -> Speed:
    """Open, edit and drag in a window of 700 × 900 pixels, with the folder's recipe written by `write_longest`."""
    import_first()
    import_ahead()
    only_young()
    ops, desk = Ops(), Desk()
    session = Session(ops, LocalConnection("eu-central-1", Home(folder / "home")))
    view = CanvasView(theme, desk, session)
    theme.dress(view)
    view.resize(700, 900)
    view.show()
    application.processEvents()
    try:
        opened = _milliseconds(application, lambda: _open(session, folder / "longest.yml"))
        session.close()  # Checks come after a pause and run beside this thread: they are another measurement.
        edits = sorted(_edits(application, view, session, desk))
        frames = list(_frames(application, view))
    finally:
        view.close()
        view.deleteLater()
        session.close()
        ops.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return Speed(opened, edits[len(edits) // 2], edits[-1], max(frames))


def _open(session: Session, path: Path) -> None:
    document = Document.read(path)
    session.open(document)
    warmed(session.draft)


def _edits(application: QApplication, view: CanvasView, session: Session, desk: Desk) -> Iterator[float]:
    for index in range(COMPONENTS):
        view.select(Selection(Part.COMPONENT, (index,)))
        application.processEvents()
        for action in ("recipe.disable", "edit.duplicate", "edit.delete", "recipe.move-up", "recipe.move-down"):
            yield _milliseconds(application, lambda action=action: desk.take(action))  # type: ignore[misc]
            session.close()
        path = (*session.draft.components, 3, "parameters", "Port")
        value = str(index)
        yield _milliseconds(application, lambda: session.edit("Type", session.draft.put(path, value)))  # noqa: B023
        session.close()


def _frames(application: QApplication, view: CanvasView) -> Iterator[float]:
    data = QMimeData()
    data.setData(COMPONENT_MIME, QByteArray(b"components/more.yml"))
    with _dragging(view, data) as moved:
        for y in range(0, view.pipeline.height(), 24):
            yield _milliseconds(application, lambda: moved(QPoint(200, y)))  # noqa: B023


@contextmanager
def _dragging(view: CanvasView, data: QMimeData) -> Iterator[Callable[[QPoint], None]]:
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    column = view.pipeline
    QCoreApplication.sendEvent(column, QDragEnterEvent(QPoint(200, 0), copy, data, left, none))
    yield lambda at: _send(column, QDragMoveEvent(QPointF(at).toPoint(), copy, data, left, none))
    QCoreApplication.sendEvent(column, QDragLeaveEvent())


def _send(column: object, event: QDragMoveEvent) -> None:
    QCoreApplication.sendEvent(column, event)  # type: ignore[arg-type]


def _milliseconds(application: QApplication, work: Callable[[], None]) -> float:
    """The time of some work until its result is on the screen."""
    began = time.perf_counter()
    work()
    application.processEvents()
    return (time.perf_counter() - began) * 1000
