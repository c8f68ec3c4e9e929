"""The navigation: a component held over Recipe opens that page, so that it can be dropped on the canvas."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from gui.actions import COMPONENT_MIME, Page
from gui.shell.navigation import NAMES, Navigation
from gui.theme.theme import Theme
from gui.widgets.table import mime_of


@pytest.mark.parametrize(
    ("held", "over", "opened"),
    [
        (COMPONENT_MIME, Page.RECIPE, [Page.RECIPE]),
        (COMPONENT_MIME, Page.COST, []),
        ("application/x-other", Page.RECIPE, []),
    ],
)
def test_what_is_held_over_an_entry(held: str, over: Page, opened: list[Page], theme: Theme, qtbot: QtBot) -> None:
    navigation = Navigation(theme)
    qtbot.addWidget(navigation)
    chosen: list[Page] = []
    navigation.chosen.connect(chosen.append)
    (entry,) = [each for each in navigation.findChildren(QToolButton) if each.accessibleName() == NAMES[over]]
    data = mime_of(held, "aws/update-linux/x.x.x")
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDragEnterEvent(QPoint(5, 5), action, data, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(entry, event)
    assert chosen == opened
