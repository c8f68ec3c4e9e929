"""Two parts side by side, below each other where there is no room."""

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.beside import Beside
from gui.widgets.layout import row


@pytest.fixture
def beside(qtbot: QtBot) -> Beside:
    first, second = QWidget(), QPushButton("Second")
    first.setMinimumSize(180, 20)
    second.setMinimumWidth(150)
    made = Beside(first, row(second), 400)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_second_goes_below_where_the_width_ends_and_comes_back(beside: Beside) -> None:
    for width, stacked in ((600, False), (399, True), (400, False)):
        beside.resize(width, 200)
        assert beside.stacked is stacked


def test_it_asks_for_no_more_width_than_the_wider_part(beside: Beside) -> None:
    """Side by side it asked for the sum, so that a narrow window could never make it go below."""
    beside.resize(600, 200)
    assert beside.minimumSizeHint().width() == 180
