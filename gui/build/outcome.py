"""How a build goes and ends, in cards: what takes long now, which images it made."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from core.build.run import Run
from core.build.source import Progress
from gui.theme.theme import Theme, fixed_font
from gui.theme.tokens import Size, Space, Type
from gui.widgets.dress import label, set_look, tool_button
from gui.widgets.elided import Elided
from gui.widgets.layout import clear, column

UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")
BYTES: Final = "bytes"
STEPS: Final = 1000


class ResultCard(QFrame):
    """The images a build has made, one a row, each with its id to copy."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        set_look(self, "card")
        self.setAccessibleName("Images of the build")
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(Space.LARGE)
        self._rows.setVerticalSpacing(0)
        self._rows.setColumnStretch(2, 1)
        self.shown: tuple[tuple[str, str, str], ...] = ()
        self.setLayout(column(self._rows, gap=0, margin=(Space.MEDIUM, Space.HAIR, Space.SMALL, Space.HAIR)))
        self.hide()

    def show_run(self, run: Run) -> None:
        images = results(run) if run.status.terminal else ()
        self.setVisible(bool(images))
        if images == self.shown:
            return
        self.shown = images
        clear(self._rows)
        for number, (region, made, name) in enumerate(images):
            image = _selectable(label(made))
            image.setFont(fixed_font())
            copy = tool_button(self._theme, "copy", f"Copy {made}", "inline")
            copy.clicked.connect(lambda _checked=False, made=made: QGuiApplication.clipboard().setText(made))
            named = Elided(name, "muted")
            named.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            shown = (label(region, weight=Type.MEDIUM), image, named, copy)
            for place, part in enumerate(shown):
                self._rows.addWidget(part, number, place)


class ProgressRows(QWidget):
    """The long tasks going on: downloads, making the base image, capturing, copying."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Progress, ...] = ()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.MEDIUM)
        self._grid.setVerticalSpacing(Space.HAIR)
        self._grid.setColumnStretch(3, 1)
        self.setLayout(self._grid)
        self.bars: list[QProgressBar] = []
        self._words: list[QLabel] = []
        self.hide()

    def show_tasks(self, tasks: Sequence[Progress]) -> None:
        shown = tuple(tasks)
        self.setVisible(bool(shown))
        if [one.label for one in shown] != [one.label for one in self._shown]:
            self._rebuild(shown)
        self._shown = shown
        for task, bar, words in zip(shown, self.bars, self._words, strict=True):
            # A bar that knows no end would stand still in the middle and look half done.
            bar.setVisible(bool(task.total))
            bar.setValue(round(STEPS * min(task.done / task.total, 1)) if task.total else 0)
            words.setText(amount(task) or "…")

    def _rebuild(self, tasks: tuple[Progress, ...]) -> None:
        clear(self._grid)
        self.bars, self._words = [], []
        for number, task in enumerate(tasks):
            bar = QProgressBar()
            bar.setTextVisible(False)
            bar.setRange(0, STEPS)
            bar.setFixedSize(Size.PALETTE, Space.SMALL)
            bar.setAccessibleName(task.label)
            words = label("", "muted")
            self.bars.append(bar)
            self._words.append(words)
            for place, part in enumerate((label(task.label), bar, words)):
                self._grid.addWidget(part, number, place)


def results(run: Run) -> tuple[tuple[str, str, str], ...]:
    """Region, image and name of everything the run has made."""
    containers = run.image.output_resources.containers if run.image else ()
    return (
        *((ami.region, ami.image, ami.name) for ami in run.amis),
        *((each.region, uri, "") for each in containers for uri in each.image_uris),
    )


def going_on(tasks: Sequence[Progress]) -> tuple[Progress, ...]:
    """The tasks that are not over. One without a measure only tells that it began, which the log says too: nobody says
    when it ends."""
    return tuple(each for each in tasks if each.done < each.total)


def amount(task: Progress) -> str:
    """``13.5 of 280.0 MiB``, ``3 of 5 packages``; empty for a task that can't tell."""
    if not task.total:
        return ""
    if task.unit != BYTES:
        return f"{task.done} of {task.total} {task.unit}".rstrip()
    step = next(n for n, _ in enumerate(UNITS) if task.total < 1024 ** (n + 1) or n == len(UNITS) - 1)
    return f"{task.done / 1024**step:.1f} of {task.total / 1024**step:.1f} {UNITS[step]}"


def _selectable(made: QLabel) -> QLabel:
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
