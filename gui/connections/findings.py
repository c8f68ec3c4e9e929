"""The findings of a connection's test, each as it comes: icon, sentence, what to do."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from core.aws.flight import Cancellation, cancelling
from core.errors import BakehouseError
from gui.connections.roster import Entry, Roster
from gui.session import lane_of
from gui.theme.status import Presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import Dress, dress, heading, label
from gui.widgets.layout import STRETCH, clear, column, row
from gui.widgets.notice import Banner

if TYPE_CHECKING:  # it loads botocore, which the window must not wait for
    from core.aws.checkup import Finding

OK, WARNING, FAILED = "ok", "warning", "failed"
LOOKS: Final = {
    OK: Presentation("good", "OK", "good"),
    WARNING: Presentation("warn", "Warning", "warn"),
    FAILED: Presentation("bad", "Failed", "bad"),
}


class Findings(QWidget):
    """One test at a time; another one, or another connection, gives the first up.

    Signals: `ended` — the test is over.
    """

    ended = Signal()
    _came = Signal(object, object)

    def __init__(self, theme: Theme, roster: Roster) -> None:
        super().__init__()
        self._theme = theme
        self._roster = roster
        self._cancellation = Cancellation()
        self.shown: tuple[Finding, ...] = ()
        self.running = False
        picture = QLabel()
        self._dress = Dress(theme, picture, "active", "active")
        self._summary = label("", weight=Type.MEDIUM)
        self._lines = column(gap=Space.MEDIUM)
        self._banner = Banner(theme)
        top = row(heading("Test"), Space.SMALL, picture, self._summary, STRETCH, gap=Space.HAIR)
        self.setLayout(column(top, self._lines, self._banner, gap=Space.MEDIUM))
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.hide()

    def begin(self, entry: Entry) -> None:
        self.forget()
        cancellation = self._cancellation
        self.running = True
        self._sum_up()
        self.show()

        def work() -> None:
            from core.aws.checkup import findings

            with cancelling(cancellation):
                connection = self._roster.connection(entry)
                for finding in findings(connection, self._roster.sources.book.secrets):
                    cancellation.check()
                    self._came.emit(cancellation, finding)

        def done(_: None) -> None:
            if cancellation is self._cancellation:
                self._end()

        def failed(error: BakehouseError) -> None:
            if cancellation is self._cancellation:
                self._banner.tell_error(error)
                self._end()

        self._roster.session.ops.run(self, work, done, failed, lane=lane_of(entry.name))

    def forget(self) -> None:
        """Show nothing, and give a running test up."""
        self._cancellation.cancel()
        self._cancellation = Cancellation()
        self.running = False
        self.shown = ()
        self._banner.hide()
        clear(self._lines)
        self.hide()

    @Slot(object, object)
    def _take(self, cancellation: Cancellation, finding: "Finding") -> None:
        if cancellation is not self._cancellation:
            return
        self.shown = (*self.shown, finding)
        self._lines.addWidget(_Line(self._theme, finding))
        self._sum_up()

    def _end(self) -> None:
        self.running = False
        self._sum_up()
        self.ended.emit()

    def _sum_up(self) -> None:
        failed = sum(each.state == FAILED for each in self.shown)
        warned = sum(each.state == WARNING for each in self.shown)
        if self.running:
            words, icon, role = "Testing…", "active", "active"
        elif failed:
            words, icon, role = f"{failed} of {len(self.shown)} checks failed", "bad", "bad"
        elif warned:
            words, icon, role = "Usable, with warnings", "warn", "warn"
        else:
            words, icon, role = "Everything works", "good", "good"
        self._dress.wear(icon, role)
        self._summary.setText(words)
        self.setAccessibleName(f"Test: {words}")


class _Line(QWidget):
    """One finding."""

    def __init__(self, theme: Theme, finding: "Finding") -> None:
        super().__init__()
        shown = LOOKS[finding.state]
        picture = QLabel()
        dress(theme, picture, shown.icon, shown.role)
        word = label(shown.word, "muted", step=Type.SMALL)
        top = row(label(finding.name, weight=Type.BOLD), word, STRETCH, gap=Space.SMALL)
        message = label(finding.message, wraps=True)
        words = column(top, message, gap=2)
        said = [message]
        if finding.hint:
            said.append(label(finding.hint, "muted", wraps=True))
            words.addWidget(said[-1])
        for each in said:
            each.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = row(column(2, picture, STRETCH, gap=0), words, gap=Space.SMALL)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setAccessibleName(
            " ".join(filter(None, (f"{finding.name}: {shown.word}.", finding.message, finding.hint)))
        )
