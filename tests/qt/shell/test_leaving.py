"""An app that has ended leaves nothing: no object of ours outlives it, however often one is started."""

import gc
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gui.actions import Page
from tests.qt.conftest import settle
from tests.qt.shell.conftest import Started, idle


def alive() -> dict[int, str]:
    """The objects of the app that Qt still has."""
    gc.collect()
    ours = (each for each in gc.get_objects() if isinstance(each, QObject) and type(each).__module__.startswith("gui."))
    return {id(each): type(each).__name__ for each in ours if isValid(each)}


def test_three_apps_one_after_the_other_leave_no_object(
    starts: Started, file: Path, qapp: QApplication, qtbot: QtBot
) -> None:
    before = alive()
    for _ in range(3):
        app = starts.start(file)
        for page in Page:
            app.window.show_page(page)
            qapp.processEvents()
        qtbot.waitUntil(lambda app=app: idle(app))  # type: ignore[misc]
        starts.end()
        del app
    settle(qapp)
    left = [name for number, name in alive().items() if number not in before]
    assert left == []
