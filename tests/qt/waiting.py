"""Waiting in GUI tests for what happens off the GUI thread, and pressing keys."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    """Let the app go on until the condition holds."""
    qtbot.waitUntil(lambda: bool(condition()), timeout=10_000)


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)
