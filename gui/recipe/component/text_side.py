"""The text of a component document: typed, completed, its problems underlined, and how full it is."""

import re
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from core.catalog.limits import INLINE_DOCUMENT_CHARACTERS
from core.errors import Problem, Severity
from core.recipe.completion import complete_component
from gui.theme.status import SEVERITIES
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.code_editor import CodeEditor
from gui.widgets.code_text import Mark
from gui.widgets.completion_list import Candidate, Completion
from gui.widgets.dress import Dress, frame, label, set_look
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.shown_text import change_between

NEARLY: Final = 0.9
"""Of the limit; from here on the meter warns."""
COMPLETED: Final = 256 * 1024
"""Characters in a text above which nothing is completed."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_KEY: Final = re.compile(r"[\w.-]+(?=\s*:(?:\s|$))")
_REMARK: Final = re.compile(r"\s+#.*$")
_EAGER: Final = re.compile(r"\{\{[^{}]*$|^\s*(?:- +)?action:\s+\w*$")


def marks_of(text: str, problems: Iterable[Problem]) -> tuple[Mark, ...]:
    """Where problems are in a text: a key, or from their column to the end of their line."""
    starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
    return tuple(_mark(text, starts, problem) for problem in problems)


def offset_of(text: str, line: int, column: int) -> int:
    """The offset of a line and column, both from 1."""
    starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
    begin = starts[min(max(line, 1), len(starts)) - 1]
    return min(begin + max(column, 1) - 1, len(text))


def _mark(text: str, starts: list[int], problem: Problem) -> Mark:
    number = min(max(problem.line, 1), len(starts)) - 1
    begin = starts[number]
    end = starts[number + 1] if number + 1 < len(starts) else len(text)
    line = text[begin:end].rstrip("\r\n")
    column = min(max(problem.column, 1) - 1, len(line))
    rest = line[column:]
    key = _KEY.match(rest)
    length = key.end() if key is not None else len(_REMARK.sub("", rest).rstrip())
    if not length:  # at the end of a line there is nothing to underline, so what stands before it is
        word = line.rstrip()
        column, length = max(0, len(word) - 1), 1
    tip = "\n".join(part for part in (problem.message, problem.hint) if part)
    return Mark(begin + column, min(begin + column + length, len(text)), SEVERITIES[problem.severity].role, tip)


class Runs:
    """Which keystrokes are undone together: those that go on where the last one ended, up to the end of the line."""

    def __init__(self) -> None:
        self._number = 0
        self._end = -1

    def of(self, before: str, after: str) -> str:
        """The name of the run that an edit belongs to."""
        change = change_between(before, after)
        adjacent = change.start <= self._end <= change.start + max(change.removed, 0)
        single = len(change.inserted) <= 1 and change.removed <= 1
        if not (adjacent and single) or "\n" in change.inserted:
            self._number += 1
        self._end = change.start + len(change.inserted)
        return f"typing {self._number}"


class Meter(QWidget):
    """How many characters a document has, of those that can be sent within a request."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = QProgressBar()
        self._bar.setRange(0, INLINE_DOCUMENT_CHARACTERS)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(72, 6)
        self._words = label("", "muted", step=Type.SMALL)
        self.setLayout(row(self._bar, self._words, gap=Space.SMALL))

    def show_length(self, length: int) -> None:
        limit = INLINE_DOCUMENT_CHARACTERS
        self._bar.setValue(min(length, limit))
        role = "bad" if length > limit else "warn" if length > NEARLY * limit else "muted"
        over = f" · {length - limit:,} too many to be sent inline" if length > limit else ""
        words = f"{length:,} of {limit:,} characters{over}"
        self._words.setText(words)
        set_look(self._words, role)
        set_look(self._bar, role)
        self.setToolTip("A longer document has to be taken from S3." if over else "What a request to AWS takes inline.")
        self.setAccessibleName(words)


class TextSide(QWidget):
    """Signals: `edited` — the text, and the run of edits it belongs to; `stood` — the offset the cursor is at."""

    edited = Signal(str, str)
    stood = Signal(int)

    def __init__(self, theme: Theme, platform: str | None) -> None:
        super().__init__()
        self._platform = platform
        self._runs = Runs()
        self._before = ""
        self.editor = CodeEditor(theme, "Text of the component document")
        self.editor.complete_with(self._complete, lambda line: _EAGER.search(line) is not None)
        self._picture = QLabel()
        self._dress = Dress(theme, self._picture, "bad", "bad")
        self.problem = Elided()
        self._where = label("", "muted", step=Type.SMALL)
        self.meter = Meter()
        self._problem_line = QWidget()
        telling = row(self._picture, self.problem, gap=Space.HAIR)
        telling.setStretch(1, 1)
        self._problem_line.setLayout(telling)
        foot = frame("bar")
        lines = column(self._problem_line, row(self._where, STRETCH, self.meter), gap=Space.HAIR, margin=Space.HAIR)
        foot.setLayout(lines)
        layout = column(self.editor, foot, gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.editor)
        self.editor.view.edited.connect(self._typed)
        self.editor.view.stood.connect(self._stand)

    def show_text(self, text: str) -> None:
        self._before = text
        self.editor.show_text(text)
        self.meter.show_length(len(text))

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Underline what is wrong with the text that is shown."""
        self.editor.mark(marks_of(self.editor.text, problems))
        self._tell(self.editor.view.offset)

    @Slot(str)
    def _typed(self, text: str) -> None:
        run = self._runs.of(self._before, text)
        self._before = text
        self.meter.show_length(len(text))
        self.edited.emit(text, run)

    @Slot(int)
    def _stand(self, offset: int) -> None:
        cursor = self.editor.view.textCursor()
        self._where.setText(f"Line {cursor.blockNumber() + 1}, column {cursor.positionInBlock() + 1}")
        self._tell(offset)
        self.stood.emit(offset)

    def _tell(self, offset: int) -> None:
        """Say the problem at the cursor in words: a tool tip is out of the keyboard's reach."""
        mark = self.editor.view.mark_at(offset)
        self._problem_line.setVisible(mark is not None)
        if mark is not None:
            severity = Severity.ERROR if mark.role == "bad" else Severity.WARNING
            shown = SEVERITIES[severity]
            self._dress.wear(shown.icon, shown.role)
            set_look(self.problem, shown.role)
            words = mark.tip.replace("\n", " · ")
            self.problem.setText(words)
            self._problem_line.setAccessibleName(f"{shown.word}: {words}")

    def _complete(self, text: str, offset: int) -> Completion:
        if len(text) > COMPLETED:
            return Completion(offset, offset, ())
        found = complete_component(text, offset, platform=self._platform)
        candidates = tuple(Candidate(each.label, each.insert, each.detail) for each in found.candidates)
        return Completion(found.start, found.end, candidates)
