"""Removing the records of old builds: what would go is shown before anything does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QSpinBox, QWidget

from core.build.pruning import Candidate, Plan, carry_out, plan
from core.errors import BakehouseError
from gui.build.rows import title_of
from gui.ops import Cancel
from gui.session import Session
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space
from gui.widgets.amounts import bytes_text
from gui.widgets.dress import button, heading, label
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.notice import Banner
from gui.widgets.table import Column, Table

LANE: Final = "history"
DAYS: Final = 90
MEBIBYTES: Final = 1024


def _named(each: Candidate) -> str:
    return title_of(each.opened) if each.opened is not None else each.path.name


COLUMNS: Final[tuple[Column[Candidate], ...]] = (
    Column("Build", _named, share=3),
    Column("Connection", lambda each: each.opened.connection if each.opened else "", share=2, muted=True),
    Column("Last written", lambda each: f"{each.last.astimezone():%Y-%m-%d}", width=110, muted=True),
    Column("Size", lambda each: bytes_text(each.size), width=90, order=lambda each: each.size, muted=True),
    Column("Why", lambda each: each.reason.value.capitalize(), share=3, muted=True),
)


class PruneDialog(QDialog):
    """Signals: `pruned` — records are gone."""

    pruned = Signal()

    def __init__(self, theme: Theme, session: Session, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder
        self._asking: Cancel | None = None
        self.plan: Plan | None = None
        self.setWindowTitle("Prune kept builds")
        self.setModal(True)
        self.resize(2 * Size.INSPECTOR + Size.SIDEBAR, 2 * Size.PALETTE)
        self.by_age, self.days = self._limit("Records older than", DAYS, " days", 3650)
        self.by_size, self.most = self._limit("The oldest, until all have at most", MEBIBYTES, " MiB", 1024**2)
        self.by_age.setChecked(True)
        self.table = Table(theme, "Records that would be removed", COLUMNS, lambda each: str(each.path), _named)
        self.summary = label("", wraps=True)
        self.banner = Banner(theme)
        self.go = button(theme, "Remove", "danger", "delete")
        self.go.clicked.connect(self._remove)
        close = button(theme, "Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        said = "The images themselves stay: only what Bakehouse kept of their builds goes, timeline and log."
        parts = (
            heading("Prune kept builds"), label(said, "muted", wraps=True), row(self.by_age, self.days, STRETCH),
            row(self.by_size, self.most, STRETCH), self.table, self.summary, self.banner, row(STRETCH, close, self.go),
        )  # fmt: skip
        self.setLayout(column(*parts, gap=Space.MEDIUM, margin=Space.HUGE))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for box, number in ((self.by_age, self.days), (self.by_size, self.most)):
            box.toggled.connect(self._look)
            number.valueChanged.connect(self._look)
        self._look()

    def _limit(self, text: str, value: int, unit: str, most: int) -> tuple[QCheckBox, QSpinBox]:
        box, number = QCheckBox(text), QSpinBox()
        number.setRange(1, most)
        number.setValue(value)
        number.setSuffix(unit)
        number.setAccessibleName(f"{text}, in{unit}")
        box.setAccessibleName(text)
        number.setEnabled(False)
        box.toggled.connect(number.setEnabled)
        return box, number

    @Slot()
    def _look(self) -> None:
        """Find out what would go."""
        if self._asking is not None:
            self._asking.set()
        folder = self._folder
        age = timedelta(days=self.days.value()) if self.by_age.isChecked() else None
        size = self.most.value() * 2**20 if self.by_size.isChecked() else None
        self.go.setEnabled(False)
        self.summary.setText("Looking…")
        self._asking = self._session.ops.run(
            self, lambda: plan(folder, datetime.now(UTC), older_than=age, at_most=size), self._show,
            self.banner.tell_error, lane=LANE,
        )  # fmt: skip

    def _show(self, found: Plan) -> None:
        self._asking = None
        self.plan = found
        self.table.rows.set_rows(found.remove)
        count = len(found.remove)
        self.go.setEnabled(bool(count))
        self.go.setText(f"Remove {counted(count)}" if count else "Remove")
        kept = f"{counted(found.kept)} of {bytes_text(found.kept_size)} would stay."
        spared = f" {counted(len(found.protected))} stay because they run or can't be read." if found.protected else ""
        gone = f"{counted(count)} would go and free {bytes_text(found.freed)}. " if count else "Nothing would go. "
        self.summary.setText(f"{gone}{kept}{spared}")

    def _remove(self) -> None:
        planned = self.plan
        if planned is None:
            return
        self.go.setEnabled(False)
        self._session.ops.run(self, lambda: carry_out(planned), self._removed, self._failed, lane=LANE)

    def _removed(self, _gone: object) -> None:
        self.pruned.emit()
        self.accept()

    def _failed(self, error: BakehouseError) -> None:
        self.banner.tell_error(error)
        self.pruned.emit()
        self._look()


def counted(number: int) -> str:
    return f"{number:,} record{'' if number == 1 else 's'}"
