"""What is made when it is first looked at."""

from PySide6.QtWidgets import QLabel, QStackedWidget
from pytestqt.qtbot import QtBot

from gui.widgets.later import Later


def test_it_is_made_once_when_it_is_first_shown(qtbot: QtBot) -> None:
    made: list[QLabel] = []

    def make() -> QLabel:
        made.append(QLabel("here"))
        return made[-1]

    stack = QStackedWidget()
    qtbot.addWidget(stack)
    later = Later(make)
    later.setAccessibleName("Library")
    stack.addWidget(QLabel("first"))
    stack.addWidget(later)
    stack.show()
    assert not made
    stack.setCurrentWidget(later)
    assert len(made) == 1
    assert made[0].isVisible()
    assert later.widget is made[0]
    assert later.widget.accessibleName() == "Library"
    stack.setCurrentIndex(0)
    stack.setCurrentWidget(later)
    assert len(made) == 1


def test_it_is_made_when_it_is_asked_for(qtbot: QtBot) -> None:
    later = Later(lambda: QLabel("here"))
    qtbot.addWidget(later)
    assert later.widget.text() == "here"
