"""Cards for what wants a person: steps that wait for an action, and machines that were kept and go on costing."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QWidget

from core.build.events import StepChanged
from core.build.source import StepExecution
from gui.build.rows import span_text
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space, Type
from gui.widgets.beside import Beside
from gui.widgets.dress import button, dress, label, set_look, tool_button
from gui.widgets.layout import STRETCH, clear, column, row

if TYPE_CHECKING:
    from core.aws.machines import Machine

ROOM: Final = Size.READING
"""Pixels from which what is said and what can be done about it stand in one line."""


class WaitingCard(QFrame):
    """The steps that wait, each with a reason to give and the two answers.

    Signals: `answered` — the StepExecution, whether it goes on, the reason.
    """

    answered = Signal(object, bool, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[str, ...] = ()
        self._since: dict[str, QLabel] = {}
        set_look(self, "warn")
        self.setAccessibleName("Steps that wait for an action")
        self._rows = column(gap=Space.SMALL, margin=(Space.MEDIUM, Space.SMALL, Space.SMALL, Space.SMALL))
        self.setLayout(self._rows)
        self.hide()

    def show_steps(self, waiting: Sequence[StepChanged], now: datetime) -> None:
        """What is being typed as a reason stays as long as its step waits."""
        ids = tuple(each.step.step_execution_id for each in waiting)
        if ids != self._shown:
            self._shown = ids
            self._since = {}
            clear(self._rows)
            for each in waiting:
                self._rows.addWidget(self._row(each.step))
            self.setVisible(bool(ids))
        for each in waiting:
            start = each.step.start_time
            spent = span_text(round((now - start).total_seconds())) if start else ""
            self._since[each.step.step_execution_id].setText(f"for {spent}" if spent else "")

    def _row(self, step: StepExecution) -> QWidget:
        picture = QLabel()
        dress(self._theme, picture, "waiting", "warn")
        name = label(f"{step.name} waits for an action", weight=Type.MEDIUM)
        since = self._since[step.step_execution_id] = label("")
        reason = QLineEdit()
        reason.setPlaceholderText("Reason, which later steps can read")
        reason.setAccessibleName(f"Reason for the answer to {step.name}")
        reason.setMaxLength(1024)
        go_on = button(self._theme, "Resume", "primary", "start", name=f"Resume {step.name}")
        stop = button(self._theme, "Stop", "danger", "stop", name=f"Stop {step.name}")
        go_on.clicked.connect(lambda: self.answered.emit(step, True, reason.text()))
        reason.returnPressed.connect(lambda: self.answered.emit(step, True, reason.text()))
        stop.clicked.connect(lambda: self.answered.emit(step, False, reason.text()))
        answer = row(reason, go_on, stop, gap=Space.SMALL)
        answer.setStretch(0, 1)
        made = Beside(row(picture, name, since, STRETCH, gap=Space.SMALL), answer, ROOM, shares=(0, 1))
        made.setToolTip(step.description)
        return made


class MachineCard(QFrame):
    """The machines that are left of a build. Signals: `terminated` — the id of the one that is to go."""

    terminated = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        set_look(self, "warn")
        self.setAccessibleName("Machines that were kept")
        self._rows = column(gap=Space.SMALL, margin=(Space.MEDIUM, Space.SMALL, Space.SMALL, Space.SMALL))
        self.setLayout(self._rows)
        self.machines: tuple[Machine, ...] = ()
        self.hide()

    def show_machines(self, machines: "Sequence[Machine]") -> None:
        if tuple(machines) == self.machines:
            return
        self.machines = tuple(machines)
        clear(self._rows)
        for each in self.machines:
            self._rows.addWidget(self._row(each))
        self.setVisible(bool(self.machines))

    def _row(self, machine: "Machine") -> QWidget:
        picture = QLabel()
        dress(self._theme, picture, "machine", "warn")
        said = f"The {machine.role} machine was kept" if machine.role else "A machine was kept"
        size = f"{machine.vcpus} vCPU, {machine.memory_mib / 1024:.3g} GiB, {machine.state}"
        name = label(said, weight=Type.MEDIUM)
        facts = label(f"{machine.instance_id}  ·  {size}", "ink")
        copy = tool_button(self._theme, "copy", f"Copy {machine.instance_id}")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(machine.instance_id))
        keep = button(self._theme, "Keep", name=f"Keep {machine.instance_id}")
        keep.clicked.connect(lambda: self.show_machines([one for one in self.machines if one != machine]))
        go = button(self._theme, "Terminate", "danger", "delete", name=f"Terminate {machine.instance_id}")
        go.clicked.connect(lambda: self.terminated.emit(machine.instance_id))
        words = row(picture, name, facts, copy, STRETCH, gap=Space.SMALL)
        return Beside(words, row(STRETCH, keep, go, gap=Space.SMALL), ROOM)
