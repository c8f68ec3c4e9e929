"""`bakehouse` as it is started by its users, with a window for a test to look through: names and places, nothing more.

Each line on standard input is a question, each line on standard output its answer. Nothing here acts on the app.
"""

import gc
import json
import sys
import threading
from typing import Any, cast

from PySide6.QtCore import QAbstractItemModel, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from gui.__main__ import main
from gui.app import App
from gui.shell.window import MainWindow

Answer = dict[str, Any] | list[str] | None


class Watch(QObject):
    """Answers on the GUI thread what another thread was asked."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._app: App | None = None
        self.asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._listen, daemon=True, name="watch").start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.asked.emit(line)

    def _busy(self) -> bool:
        """Whether something that was asked, or edited, has yet to show: things may move when it does."""
        if self._app is None:
            self._app = running_app()
        return self._app is None or bool(self._app.ops.waiting) or self._app.session.checking

    @Slot(str)
    def _answer(self, line: str) -> None:
        asked = json.loads(line)
        answers: dict[str, Answer] = {}
        match asked["question"]:
            case "front":
                answers["it"] = front()
            case "focus":
                answers["it"] = focus()
            case "place":
                answers["it"] = None if self._busy() else place(asked["name"])
            case "names":
                answers["it"] = sorted({name_of(each) for each in shown()} - {""})
            case "bars":
                answers["it"] = bars()
        print(json.dumps(answers["it"]), flush=True)  # noqa: T201 - what the test waits for


def front_window() -> QWidget | None:
    modal = QApplication.activeModalWidget()
    windows = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each.windowTitle()]
    return modal or QApplication.activeWindow() or (windows[0] if windows else None)


def front() -> Answer:
    window = front_window()
    handle = window.windowHandle() if window is not None else None
    exposed = handle is not None and handle.isExposed()
    popup = QApplication.activePopupWidget() is not None
    active = popup or (window is not None and window.isActiveWindow())
    return {"window": int(handle.winId()) if handle is not None and exposed else 0, "active": active}


def focus() -> Answer:
    widget = QApplication.focusWidget()
    match widget:
        case QLineEdit():
            text = widget.text()
        case QComboBox():
            text = widget.currentText()
        case QPlainTextEdit():
            text = widget.toPlainText()
        case _:
            text = ""
    around = widget.parentWidget() if widget is not None else None
    named = around if isinstance(around, QComboBox) else widget
    return {"name": name_of(named) if named is not None else "", "text": text}


def shown() -> list[QWidget]:
    return [each for each in QApplication.allWidgets() if each.isVisible()]


def name_of(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    own = widget.accessibleName() or (str(text()) if callable(text) and not isinstance(widget, QLineEdit) else "")
    return own.replace("&", "").strip()


def bars() -> Answer:
    """What the timelines that are shown have bars for: kind, name and status of each, and its reboots."""
    from gui.build.timeline.facts import reboots_of
    from gui.build.timeline.look import title_of, word_of
    from gui.build.timeline.view import TimelineView

    charts = [each.scene.chart for each in shown() if isinstance(each, TimelineView)]
    return [
        " ".join(filter(None, (bar.kind, title_of(bar), word_of(bar), reboots_of(bar))))
        for chart in charts
        for bar in chart.nested()
    ]


def place(name: str) -> Answer:
    """The middle of the thing of a name: an entry of a menu or a list, or a control; labels only where nothing else
    has the name. A card is found by the beginning of what it says."""
    for widget in reversed(shown()):
        match widget:
            case QMenu() | QMenuBar():
                if (action := action_of(widget, name)) is not None:
                    return middle(widget, widget.actionGeometry(action))
            case QAbstractItemView():
                if (found := item_of(widget, name)) is not None:
                    return middle(widget.viewport(), found)
    named = [each for each in shown() if name_of(each) == name] or [
        each for each in shown() if type(each).__name__ == "Card" and name_of(each).startswith(name)
    ]
    named.sort(key=lambda each: (isinstance(each, QLabel), each.window() is not front_window()))
    return seen(named[0]) if named else None


def running_app() -> App | None:
    """The app of the window that is shown. Looking at every object there is would break tuples that other threads are
    just making."""
    windows = (each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    gc.unfreeze()  # what is there from the start is looked through for no garbage, nor otherwise
    holders = (holder for window in windows for holder in gc.get_referrers(window) if isinstance(holder, dict))
    return next((app for holder in holders for app in gc.get_referrers(holder) if isinstance(app, App)), None)


def action_of(menu: QMenu | QMenuBar, name: str) -> QAction | None:
    texts = {each.text().replace("&", ""): each for each in menu.actions() if each.isVisible()}
    return texts.get(name)


def item_of(view: QAbstractItemView, name: str) -> QRect | None:
    """Where the item is whose first line is this."""
    model = cast("QAbstractItemModel | None", view.model())
    if model is None:
        return None
    for row in range(min(model.rowCount(), 500)):
        index = model.index(row, 0)
        if str(index.data()).split("\n")[0] == name and (there := view.visualRect(index)).isValid():
            return there if view.viewport().rect().contains(there.center()) else None
    return None


def seen(widget: QWidget) -> Answer:
    """Its middle, or which way to scroll what it is in."""
    around = widget.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    if isinstance(around, QScrollArea):
        room = around.viewport()
        at = widget.mapTo(room, widget.rect().center()).y()
        if not 0 < at < room.height():
            over = room.mapToGlobal(QPoint(4, room.height() // 2))
            return {"scroll": "down" if at > 0 else "up", "over": [over.x(), over.y()]}
    return middle(widget, widget.rect())


def middle(widget: QWidget, within: QRect) -> Answer:
    at = widget.mapToGlobal(within.center())
    return {"x": at.x(), "y": at.y()}


if __name__ == "__main__":
    watch = Watch()
    assert QGuiApplication.instance() is None
    main()
