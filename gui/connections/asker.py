"""Whoever signs in is asked here: threads that wait for a browser page or a code meet the person at the window.

A question is a value; it is shown (`gui.connections.questions`) by whoever listens, in the GUI thread. Every page is
opened once, by this module and nobody else. A question's end, whoever brings it about, is told the same way.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock

from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot

from core.aws.asking import MfaQuestion, SignInPage
from core.aws.flight import Cancellation, current
from core.errors import Cancelled

Opener = Callable[[str], object]


@dataclass(eq=False)
class PageShown:
    """A sign-in that waits for the browser; `stop` gives it up for all who wait."""

    page: SignInPage
    stop: Cancellation


@dataclass(eq=False)
class CodeWanted:
    """A code that a thread waits for."""

    question: MfaQuestion
    answered: Event = field(default_factory=Event)
    code: str | None = field(default=None, repr=False)


Question = PageShown | CodeWanted


def in_browser(url: str) -> object:
    """Open a page in the user's browser."""
    from PySide6.QtGui import QDesktopServices

    return QDesktopServices.openUrl(QUrl(url))


class GuiAsker(QObject):
    """The `core.aws.asking.Asker` of the app; its calls come from any thread but this one's.

    Signals: `asked` — a Question is open; `ended` — it is no more.
    """

    asked = Signal(object)
    ended = Signal(object)
    _came = Signal(object)
    _went = Signal(object)

    def __init__(self, opener: Opener = in_browser, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opener = opener
        self._lock = Lock()
        self._waiting: list[Question] = []
        self._closed = False
        self.open: list[Question] = []
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._went.connect(self._drop, Qt.ConnectionType.QueuedConnection)

    # From the threads that wait

    def show_page(self, page: SignInPage) -> None:
        self._come(PageShown(page, current()))

    def page_done(self, page: SignInPage) -> None:
        for question in tuple(self._waiting):
            if isinstance(question, PageShown) and question.page == page:
                self._go(question)

    def mfa_code(self, question: MfaQuestion, cancellation: Cancellation) -> str:
        wanted = CodeWanted(question)
        self._come(wanted)
        try:
            with cancellation.telling(wanted.answered.set):
                wanted.answered.wait()
        finally:
            self._go(wanted)
        cancellation.check()
        code, wanted.code = wanted.code, None
        if code is None:
            raise Cancelled("No code was given.")
        return code

    # From the window

    def answer(self, wanted: CodeWanted, code: str) -> None:
        wanted.code = code
        wanted.answered.set()

    def give_up(self, question: Question) -> None:
        """The person won't: whoever waits is told so."""
        match question:
            case PageShown(stop=stop):
                stop.cancel()
            case CodeWanted(answered=answered):
                answered.set()

    def open_again(self, shown: PageShown) -> None:
        """The person has lost the page."""
        self._opener(shown.page.url)

    def close(self) -> None:
        """Give up all questions, and refuse those to come; before the threads that ask are waited for."""
        with self._lock:
            self._closed = True
            waiting = tuple(self._waiting)
        for question in waiting:
            self.give_up(question)

    def _come(self, question: Question) -> None:
        with self._lock:
            if self._closed:
                raise Cancelled("Bakehouse is ending.")
            self._waiting.append(question)
        self._came.emit(question)

    def _go(self, question: Question) -> None:
        with self._lock:
            self._waiting.remove(question)
        self._went.emit(question)

    @Slot(object)
    def _take(self, question: Question) -> None:
        self.open.append(question)
        if isinstance(question, PageShown) and not question.stop.cancelled:
            self._opener(question.page.url)
        self.asked.emit(question)

    @Slot(object)
    def _drop(self, question: Question) -> None:
        self.open.remove(question)
        self.ended.emit(question)
