"""The app as a process: its application object, where its files are, what happens to signals, errors and garbage."""

import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from PySide6.QtWidgets import QApplication

from core.aws.connection import Connection, local
from gui.app import REGION, App
from gui.garbage import Garbage
from gui.shell.places import Places
from gui.shell.rehearsal import rehearsed


def run(arguments: Sequence[str], file: Path | None, rehearse: float | None = None) -> int:
    """The app until its window is closed; the exit status. With `rehearse`, recorded runs are played that many times
    as fast as they were, on a connection and in folders of their own."""
    # Ctrl+C in the terminal ends the app at once, as Qt would not let Python see it; what is not saved was kept.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = QApplication([sys.argv[0], *arguments])
    application.setApplicationName("bakehouse")
    application.setApplicationDisplayName("Bakehouse")
    application.setDesktopFileName("bakehouse")
    with ExitStack() as stack:
        connection: Connection
        if rehearse is None:
            connection, places = local(REGION), Places.of_user()
        else:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="bakehouse-rehearsal.")))
            connection, example = rehearsed(folder, rehearse)
            places, file = Places.within(folder), file or example
        app = App(application, connection, places, stack)
        sys.excepthook = lambda kind, error, trace: app.ops.bug.emit(_traced(kind, error, trace))
        _collect_garbage(app)
        app.begin(file)
        return application.exec()


def _collect_garbage(app: App) -> None:
    garbage = Garbage(app)
    app.window.appeared.connect(garbage.begin)
    for lasting in (app.ready, app.session.opened):
        lasting.connect(garbage.keep)
    app.session.drafted.connect(garbage.postpone)
    for news in (app.session.runs_changed, app.ops.busy, app.window.page_shown):
        news.connect(garbage.stir)


def _traced(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    return "".join(traceback.format_exception(kind, error, trace))
