"""Two builds side by side: what took longer, which steps came or went, which packages changed, size and cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QTabWidget, QWidget

from core.build.comparison import Comparison, PackageChange, Presence, Side, compare
from core.build.comparison import Row as Aligned
from core.build.usual import spoken
from core.errors import BakehouseError
from gui.build.rows import Key, Row, moment_text
from gui.build.timeline.look import title_of
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.amounts import bytes_text
from gui.widgets.dress import button, label, title, tool_button
from gui.widgets.elided import ElidedChoice
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.stage import Stage
from gui.widgets.table import Column, Mark, Table

Sides = Callable[[Row, Row, Callable[[Side, Side], None], Callable[[BakehouseError], None]], None]
"""Finds out what there is to compare of two builds, off the GUI thread."""

NOTICEABLE: Final = 1.0
"""Seconds from which on a step is said to be slower or faster."""

UNKNOWN: Final = "not known"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the summary: what, before, after, and the change in words; `role` colours that."""

    name: str
    before: str
    after: str
    change: str = ""
    role: str = "muted"


def figures(found: Comparison, costs: tuple[str, str]) -> tuple[Figure, ...]:
    """What the two builds are as wholes."""
    seconds = found.seconds_after - found.seconds_before
    before, after = found.size
    grown = after - before if before is not None and after is not None else None
    packages = UNKNOWN if found.packages is None else f"{len(found.packages):,} changed"
    return (
        Figure("Duration", spoken(found.seconds_before), spoken(found.seconds_after), *_changed(seconds)),
        Figure("Image size", _size(before), _size(after), _grown(grown)),
        Figure("Cost", costs[0] or UNKNOWN, costs[1] or UNKNOWN),
        Figure("Packages", "", "", packages),
    )


def _changed(seconds: float | None) -> tuple[str, str]:
    if seconds is None:
        return "", "muted"
    if abs(seconds) < NOTICEABLE:
        return "the same", "muted"
    return f"{spoken(abs(seconds))} {'slower' if seconds > 0 else 'faster'}", "bad" if seconds > 0 else "good"


def _size(size: int | None) -> str:
    return UNKNOWN if size is None else bytes_text(size)


def _grown(size: int | None) -> str:
    if size is None:
        return ""
    return f"{bytes_text(abs(size))} {'larger' if size > 0 else 'smaller'}" if size else "the same"


def _step_change(each: Aligned) -> str:
    match each.presence:
        case Presence.ADDED:
            return "added"
        case Presence.GONE:
            return "gone"
        case Presence.BOTH:
            return _changed(each.change)[0]


def _step_mark(each: Aligned) -> Mark | None:
    match each.presence:
        case Presence.ADDED:
            return "add", "active"
        case Presence.GONE:
            return "remove", "warn"
        case Presence.BOTH:
            seconds = each.change or 0.0
            if abs(seconds) < NOTICEABLE:
                return None
            return ("up", "bad") if seconds > 0 else ("down", "good")


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else spoken(seconds)


def _indented(each: Aligned) -> str:
    return f"{'    ' * each.bar.depth}{title_of(each.bar)}"


STEPS: Final[tuple[Column[Aligned], ...]] = (
    Column("Step", _indented, share=3, tip=lambda each: " › ".join(each.path), order=lambda each: each.path),
    Column("Before", lambda each: _seconds(each.seconds_before), width=88,
                    order=lambda each: each.seconds_before or 0.0),
    Column("After", lambda each: _seconds(each.seconds_after), width=88,
                    order=lambda each: each.seconds_after or 0.0),
    Column("Change", _step_change, share=2, mark=_step_mark, marked_text=True,
                    order=lambda each: each.change or 0.0),
)  # fmt: skip


def _package_mark(each: PackageChange) -> Mark:
    if each.before is None:
        return "add", "active"
    return ("remove", "warn") if each.after is None else ("refresh", "muted")


PACKAGES: Final[tuple[Column[PackageChange], ...]] = (
    Column("Package", lambda each: each.name, share=2, mark=_package_mark),
    Column("Before", lambda each: each.before or "not there"),
    Column("After", lambda each: each.after or "not there"),
)
FACTS: Final[tuple[Column[tuple[str, str, str]], ...]] = (
    Column("Fact", lambda each: each[0]),
    Column("Before", lambda each: each[1] or UNKNOWN, share=2),
    Column("After", lambda each: each[2] or UNKNOWN, share=2),
)


class CompareView(QWidget):
    """Signals: `closed` — the user has seen enough."""

    closed = Signal()

    def __init__(self, theme: Theme, sides: Sides) -> None:
        super().__init__()
        self._sides = sides
        self._rows: tuple[Row, ...] = ()
        self._asked: tuple[Key, Key] | None = None
        self.found: Comparison | None = None
        self.before, self.after = self._chooser("Build before"), self._chooser("Build after")
        swap = tool_button(theme, "compare", "Swap the two builds", "")
        swap.clicked.connect(self._swap)
        self.close_button = button(theme, "Back to the build", "", "left", tip="Back to the build (Esc)")
        self.close_button.clicked.connect(self.closed)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.HUGE)
        self._grid.setVerticalSpacing(Space.HAIR)
        self._cells: dict[tuple[int, int], QLabel] = {}
        self.steps = Table(theme, "Steps of both builds", STEPS, _path_key, _indented)
        self.packages = Table(theme, "Packages that differ", PACKAGES, lambda each: each.name, lambda each: each.name)
        self.facts = Table(theme, "Facts that differ", FACTS, lambda each: each[0], " ".join)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("What is compared")
        for table, name in ((self.steps, "Steps"), (self.packages, "Packages"), (self.facts, "Environment")):
            self.tabs.addTab(table, name)
        inner = QWidget()
        within = column(row(self._grid, STRETCH), self.tabs, gap=Space.LARGE)
        within.setStretch(1, 1)
        inner.setLayout(within)
        self.stage = Stage(theme, inner)
        head = row(title("Compare builds"), STRETCH, self.close_button, gap=Space.MEDIUM)
        choice = row(self.before, swap, self.after, gap=Space.SMALL)
        choice.setStretch(0, 1)
        choice.setStretch(2, 1)
        layout = column(head, choice, self.stage, gap=Space.MEDIUM, margin=Space.LARGE)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def show_rows(self, choice: Sequence[Row], before: Key, after: Key) -> None:
        """Compare two of these builds."""
        self._rows = tuple(choice)
        today = date.today()
        for box, chosen in ((self.before, before), (self.after, after)):
            box.blockSignals(True)
            box.clear()
            for each in choice:
                box.addItem(f"{each.title}  ·  {moment_text(each.at, today)}  ·  {each.connection}")
            box.setCurrentIndex(next((n for n, each in enumerate(choice) if each.key == chosen), 0))
            box.blockSignals(False)
        self._ask()
        self.before.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _chooser(self, name: str) -> QComboBox:
        box = ElidedChoice()
        box.setAccessibleName(name)
        box.setMinimumContentsLength(12)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.currentIndexChanged.connect(self._ask)
        return box

    @Slot()
    def _swap(self) -> None:
        before, after = self.before.currentIndex(), self.after.currentIndex()
        self.before.blockSignals(True)
        self.before.setCurrentIndex(after)
        self.before.blockSignals(False)
        self.after.setCurrentIndex(before)

    @Slot()
    def _ask(self) -> None:
        numbers = self.before.currentIndex(), self.after.currentIndex()
        if min(numbers) < 0:
            return
        before, after = (self._rows[number] for number in numbers)
        if before.key == after.key:
            self.stage.say("compare", "The same build twice", "Choose two builds to compare.")
            return
        asked = self._asked = (before.key, after.key)
        self.stage.say("waiting", "Reading both builds…", "Their journals, and what the connection knows of them.")

        def show(one: Side, other: Side) -> None:
            if self._asked == asked:
                self._show(compare(one, other))

        def fail(error: BakehouseError) -> None:
            if self._asked == asked:
                self.stage.say_error("The builds can't be compared", error, self._ask)

        self._sides(before, after, show, fail)

    def know(self, rows: Sequence[Row]) -> None:
        """These are the builds as they are known now: what one cost is reckoned a while after its end."""
        known = {each.key: each for each in rows}
        self._rows = tuple(known.get(each.key, each) for each in self._rows)
        if self.found is not None:
            self._show_figures(self.found)

    def _show(self, found: Comparison) -> None:
        self.found = found
        self._show_figures(found)
        self.steps.rows.set_rows(found.rows)
        self.packages.rows.set_rows(found.packages or ())
        self.facts.rows.set_rows(found.environment)
        count = "" if found.packages is None else f"  {len(found.packages):,}"
        self.tabs.setTabText(1, f"Packages{count}")
        self.tabs.setTabText(2, f"Environment  {len(found.environment)}")
        self.tabs.setTabEnabled(1, found.packages is not None)
        self.tabs.setTabToolTip(1, "" if found.packages is not None else "The packages of one build are not known.")
        self.stage.show_content()

    def _show_figures(self, found: Comparison) -> None:
        before, after = (self._rows[box.currentIndex()].cost for box in (self.before, self.after))
        for line, figure in enumerate(figures(found, (before, after))):
            words = (figure.name, figure.before, figure.after, figure.change)
            looks = ("muted", "", "", figure.role)
            for place, (text, look) in enumerate(zip(words, looks, strict=True)):
                self._cell(line, place, text, look)

    def _cell(self, line: int, place: int, text: str, look: str) -> None:
        if (line, place) not in self._cells:
            made = label("", look, weight=Type.MEDIUM if place in (1, 2) else Type.REGULAR)
            self._cells[line, place] = made
            self._grid.addWidget(made, line, place)
        cell = self._cells[line, place]
        cell.setText(text)
        if cell.property("look") != look:
            cell.setProperty("look", look)
            cell.style().unpolish(cell)
            cell.style().polish(cell)


def _path_key(each: Any) -> str:
    return "\n".join(each.path)
