"""The line at the bottom: problems of the open recipe, running builds, the service, and what is under way."""

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QPushButton

from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import Dress, button, label, set_look
from gui.widgets.layout import STRETCH, row


class StatusLine(QFrame):
    """Signals: `problems_asked`, `runs_asked`, `service_asked` — an entry was pressed."""

    problems_asked = Signal()
    runs_asked = Signal()
    service_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        set_look(self, "bar")
        self.problems, self._problems_dress = self._entry(theme, self.problems_asked)
        self.runs, self._runs_dress = self._entry(theme, self.runs_asked)
        self.service, self._service_dress = self._entry(theme, self.service_asked)
        self.working = label("", "muted")
        margin = (Space.MEDIUM, 2, Space.MEDIUM, 2)
        parts = (self.problems, self.runs, STRETCH, self.working, self.service)
        self.setLayout(row(*parts, gap=Space.MEDIUM, margin=margin))
        self.show_problems(0, 0)
        self.show_runs(0)
        self.show_service("Service not asked yet", "quiet")
        self.show_working(0)

    def show_problems(self, errors: int, warnings: int) -> None:
        words = [_counted(errors, "error"), _counted(warnings, "warning")]
        said = ", ".join(word for number, word in zip((errors, warnings), words, strict=True) if number)
        role = "bad" if errors else "warn" if warnings else "good"
        self._say(self.problems, said or "No problems")
        self._problems_dress.wear(role, role)

    def show_runs(self, running: int) -> None:
        self._say(self.runs, f"{_counted(running, 'build')} running" if running else "No build running")
        self._runs_dress.wear("active" if running else "quiet", "active" if running else "quiet")

    def show_service(self, text: str, role: str) -> None:
        self._say(self.service, text)
        self._service_dress.wear(role, role)

    def show_working(self, requests: int) -> None:
        self.working.setText("Working…" if requests else "")

    def _entry(self, theme: Theme, asked: SignalInstance) -> tuple[QPushButton, Dress]:
        made = button(theme, "", "flat")
        made.clicked.connect(asked)
        return made, Dress(theme, made, "quiet", "quiet")

    @staticmethod
    def _say(entry: QPushButton, text: str) -> None:
        entry.setText(text.replace("&", "&&"))
        entry.setAccessibleName(text)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
