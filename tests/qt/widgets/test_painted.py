"""The moment at which a widget is on the screen for the first time."""

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.painted import Painted


def test_it_is_told_once_and_when_the_widget_is_painted(qtbot: QtBot, qapp: QApplication) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    told: list[bool] = []
    painted = Painted(widget)
    painted.first.connect(lambda: told.append(True))
    qapp.processEvents()
    assert told == []
    with qtbot.waitSignal(painted.first):
        widget.show()
    assert painted.yet
    widget.repaint()
    qapp.processEvents()
    assert told == [True]
