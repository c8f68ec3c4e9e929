"""What holds for every test of the app: no warning of Qt, no thread, timer or window left behind.

The application object is one for the whole run, as Qt wants it; everything else a test makes has to be gone, or owned
by something that is, when the test ends.
"""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.aws.connection import LocalConnection
from core.local.endpoint import Home
from gui.actions import Desk
from gui.ops import Ops
from gui.session import Session
from gui.theme.theme import Scheme, Theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

KEPT_THREADS = ("MainThread", "asyncio_", "AnyIO worker", "pytest", "QDBus", "Dummy-")


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    """The theme of the application; tests that change its scheme put it back (`scheme`)."""
    return Theme(qapp)


class DressingBot(QtBot):
    """Shows widgets in the look of the app's window."""

    def __init__(self, request: pytest.FixtureRequest, theme: Theme) -> None:
        super().__init__(request)
        self._theme = theme

    def addWidget(  # noqa: N802 - pytest-qt's name
        self, widget: QWidget, *, before_close_func: Callable[[QWidget], None] | None = None
    ) -> None:
        self._theme.dress(widget)
        super().addWidget(widget, before_close_func=before_close_func)


@pytest.fixture
def qtbot(qapp: QApplication, theme: Theme, request: pytest.FixtureRequest) -> QtBot:
    return DressingBot(request, theme)


@pytest.fixture(params=[Scheme.LIGHT, Scheme.DARK])
def scheme(theme: Theme, request: pytest.FixtureRequest) -> Iterator[Scheme]:
    """Once light and once dark."""
    theme.set_scheme(request.param)
    yield request.param
    theme.set_scheme(Scheme.LIGHT)


@pytest.fixture(autouse=True)
def nothing_is_left(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a window, a running timer or a thread behind."""
    threads, windows = set(threading.enumerate()), set(map(id, qapp.topLevelWidgets()))
    yield
    settle(qapp)
    left = [each for each in qapp.topLevelWidgets() if id(each) not in windows]
    assert not left, f"windows left: {[f'{type(each).__name__} {each.objectName()}' for each in left]}"
    alive = [each.name for each in set(threading.enumerate()) - threads if not each.name.startswith(KEPT_THREADS)]
    assert not alive, f"threads left: {alive}"
    running = [timer for timer in timers(qapp) if timer.isActive()]
    assert not running, f"timers left: {[f'{type(one.parent()).__name__} {one.interval()} ms' for one in running]}"


def settle(qapp: QApplication) -> None:
    """Let everything that was to be deleted go."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()


def timers(root: QObject) -> list[QTimer]:
    """The timers that belong to the application object or to what it owns."""
    return root.findChildren(QTimer)


@pytest.fixture
def ops(qapp: QApplication) -> Iterator[Ops]:
    made = Ops()
    bugs: list[str] = []
    made.bug.connect(bugs.append)
    yield made
    made.close()
    assert not bugs, bugs[0]
    made.deleteLater()


@pytest.fixture
def session(ops: Ops, tmp_path: Path) -> Iterator[Session]:
    """A session on a local connection that nobody asks anything."""
    made = Session(ops, LocalConnection("eu-central-1", Home(tmp_path / "home")))
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    made = Desk()
    yield made
    made.deleteLater()
