"""What the connection was asked for the forms, kept until another connection is chosen.

A question is asked once, off the GUI thread; forms that come and go get the kept answer at once. An error is not kept:
whoever asks again, asks the connection again.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject

from core.errors import BakehouseError
from gui.session import Session

T = TypeVar("T")

LANE: Final = "look-ups"


class Answers(QObject):
    """The answers of the session's connection."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kept: dict[tuple[object, ...], Any] = {}
        session.connected.connect(self._kept.clear)

    def ask(
        self,
        owner: QObject,
        question: tuple[object, ...],
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[BakehouseError], None],
    ) -> None:
        """Call `done` with the answer while `owner` lives: at once where it is known, else when `work` gave it."""
        if question in self._kept:
            done(self._kept[question])
            return
        connection = self._session.connection

        def keep(answer: T) -> None:
            if self._session.connection is connection:
                self._kept[question] = answer
                done(answer)

        self._session.ops.run(owner, work, keep, failed, lane=LANE)
