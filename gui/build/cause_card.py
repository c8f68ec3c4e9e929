"""Why a build failed: the one line that matters first, then what it means, what to do, what was run and what it said.

What can be done about it stands below: edit the step that failed, see its part of the log, try again.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QTextOption
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit

from core.build.cause import Cause
from core.build.failure import Failure
from core.build.failure import label as called
from core.recipe.canvas import Canvas
from core.recipe.component import ComponentDocument
from core.recipe.names import Arn, slug
from gui.actions import EditComponent
from gui.theme.theme import Theme, fixed_font
from gui.theme.tokens import Size, Space, Type
from gui.widgets.beside import Beside
from gui.widgets.dress import button, dress, label, set_look, tool_button
from gui.widgets.facts import Facts
from gui.widgets.layout import STRETCH, column, row

ROOM: Final = Size.READING
"""Pixels from which what is known and what was printed stand side by side."""

PRINTED_LINES: Final = 7
"""That are in sight; the rest is scrolled to."""


class CauseCard(QFrame):
    """Signals: `edit_asked` — an EditComponent; `log_asked` — the failed part of the log is wanted; `bar_asked` — the
    key of the bar that failed."""

    edit_asked = Signal(object)
    log_asked = Signal()
    bar_asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        set_look(self, "bad")
        self.setAccessibleName("Why the build failed")
        self.cause: Cause | None = None
        self._edit: EditComponent | None = None
        picture = QLabel()
        dress(theme, picture, "bad", "bad")
        self.headline = label("", step=Type.HEADING, weight=Type.BOLD, wraps=True)
        self.headline.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = Facts(look="ink")
        self.printed = QPlainTextEdit()
        self.printed.setReadOnly(True)
        self.printed.setTabChangesFocus(True)
        self.printed.setMinimumWidth(Size.SIDEBAR)
        self.printed.setFont(fixed_font(Type.SMALL))
        self.printed.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.printed.setAccessibleName("The command and the last of what it said")
        bar = self.printed.verticalScrollBar()
        bar.rangeChanged.connect(lambda _low, high: bar.setValue(high))  # the end of what it said counts most
        self.edit_button = button(theme, "Edit step", "", "edit", tip="Edit the step that failed")
        self.edit_button.clicked.connect(self._ask_edit)
        self.log_button = button(theme, "Log", "", "text", name="Log of the failed step", tip="Log of the failed step")
        self.log_button.clicked.connect(self.log_asked)
        self.bar_button = button(
            theme, "Timeline", "", "timeline", name="Timeline of the failed step", tip="Show it on the timeline"
        )
        self.bar_button.clicked.connect(self._ask_bar)
        self.copy_button = tool_button(theme, "copy", "Copy why the build failed", "")
        self.copy_button.clicked.connect(self._copy)
        buttons = row(STRETCH, self.edit_button, self.log_button, self.bar_button, self.copy_button, gap=Space.SMALL)
        said = row(picture, self.headline, gap=Space.SMALL)
        said.setStretch(1, 1)
        said.setAlignment(picture, Qt.AlignmentFlag.AlignVCenter)
        top = Beside(said, buttons, ROOM)
        known = column(self.facts, STRETCH, gap=0)
        middle = Beside(known, self.printed, ROOM, shares=(1, 1), gap=Space.MEDIUM)
        self.setLayout(column(top, middle, gap=Space.SMALL, margin=Space.MEDIUM))
        self.hide()

    def show_cause(self, cause: Cause | None, edit: EditComponent | None) -> None:
        """`edit` is where the step that failed can be edited, None where it can't."""
        if cause == self.cause and edit == self._edit:
            return
        self.cause, self._edit = cause, edit
        self.setVisible(cause is not None)
        if cause is None:
            return
        self.headline.setText(cause.headline)
        self.facts.show_facts(facts(cause))
        printed = printed_text(cause.failure)
        self.printed.setPlainText(printed)
        self.printed.setVisible(bool(printed))
        lines = min(PRINTED_LINES, max(2, printed.count("\n") + 1))
        self.printed.setFixedHeight(lines * self.printed.fontMetrics().lineSpacing() + 2 * Space.SMALL + 2)
        self.edit_button.setVisible(edit is not None)
        self.log_button.setVisible(bool(cause.key))
        self.bar_button.setVisible(bool(cause.key))

    def _ask_edit(self) -> None:
        if self._edit is not None:
            self.edit_asked.emit(self._edit)

    def _ask_bar(self) -> None:
        if self.cause is not None and self.cause.key:
            self.bar_asked.emit(self.cause.key)

    def _copy(self) -> None:
        if self.cause is not None:
            QGuiApplication.clipboard().setText(cause_text(self.cause))


def facts(cause: Cause) -> tuple[tuple[str, str], ...]:
    """What is known besides the headline, nothing twice."""
    failure, known = cause.failure, cause.known
    where = " › ".join(filter(None, (called(failure.document), failure.phase, failure.step)))
    workflow = " › ".join(filter(None, (failure.workflow, failure.workflow_step)))
    said = (
        ("What it means", f"{known.title}. {known.means}" if known else ""),
        ("What to do", cause.hint),
        ("Where", where or workflow),
        ("Exit code", "" if failure.exit_code is None else str(failure.exit_code)),
        ("Earlier runs", cause.earlier.text if cause.earlier else ""),
        ("Message", "" if failure.stderr else failure.error_message),
        ("Reason", "" if failure.document else failure.reason),
    )
    return tuple((name, value) for name, value in said if value and value not in cause.headline)


def printed_text(failure: Failure) -> str:
    """The command as it was run, and the last lines of what it said."""
    command = [f"$ {line}" if line.strip() else "" for line in failure.command.rstrip().splitlines()]
    return "\n".join((*command, *failure.stderr))


def cause_text(cause: Cause) -> str:
    """The card as plain text, for a mail or an issue."""
    lines = [cause.headline, *(f"{name}: {value}" for name, value in facts(cause))]
    printed = printed_text(cause.failure)
    if printed:
        lines += ["Command and output:", *(f"  {line}" for line in printed.splitlines())]
    return "\n".join(lines) + "\n"


def step_to_edit(canvas: Canvas, failure: Failure, documents: Mapping[str, ComponentDocument]) -> EditComponent | None:
    """Where the failed step is in the open recipe: its component is beside it under the name that failed."""
    wanted = _component(failure.document)
    for card in canvas.components:
        if wanted and isinstance(card.path, Path) and slug(card.name) == wanted:
            document = card.document or documents.get(failure.document)
            return EditComponent(card.path, _place(document, failure) if document else None)
    return None


def _component(document: str) -> str:
    try:
        return slug(Arn.parse(document).name)
    except ValueError:
        return slug(Path(document).stem) if document else ""


def _place(document: ComponentDocument, failure: Failure) -> tuple[int, int] | None:
    for number, phase in enumerate(document.phases):
        for position, step in enumerate(phase.steps):
            if (phase.name, step.name) == (failure.phase, failure.step):
                return number, position
    return None
