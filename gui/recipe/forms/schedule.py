"""When the pipeline runs by itself: weekly, daily, or as a cron text says; with its next runs to prove it."""

from datetime import UTC, datetime, time
from typing import Final
from zoneinfo import available_timezones

from PySide6.QtCore import QTime, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QPushButton, QTimeEdit, QWidget

from core.recipe.calendar import WEEKDAYS, Daily, Every, Weekly, next_runs, pattern_of
from core.recipe.draft import Draft
from core.recipe.schedule import timezone_problem
from gui.recipe.abilities import why_no_schedule
from gui.recipe.forms.bound import Bound, TextField, choice, number, text_at
from gui.recipe.forms.form import INFORMATION, Form, Varying
from gui.recipe.forms.workplace import Workplace
from gui.theme.theme import font
from gui.theme.tokens import Space, Type
from gui.widgets.dress import label
from gui.widgets.entry import Choice, Option, OptionModel, SearchEntry, TextEntry
from gui.widgets.field import Field, Note
from gui.widgets.layout import column, row
from gui.widgets.paragraph import Paragraph

PLACE: Final = ("schedule",)
EXPRESSION: Final = (*PLACE, "scheduleExpression")
OFF, WEEKLY, DAILY, TEXT = "off", "weekly", "daily", "text"
_DAY_NAMES: Final = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
_FIRST: Final = Weekly(("sun",), time(2))
_DEPENDENCY: Final = "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE"
_CONDITIONS: Final = (
    Option("EXPRESSION_MATCH_ONLY", "Always"),
    Option(_DEPENDENCY, "Only if something it builds on is newer"),
)


class ScheduleForm(Form):
    def __init__(self, at: Workplace) -> None:
        super().__init__(at, "schedule", "Schedule", places=(PLACE,))
        self._kinds = Choice(
            [
                Option(OFF, "Off: only when told"),
                Option(WEEKLY, "Weekly"),
                Option(DAILY, "Daily"),
                Option(TEXT, "Cron text"),
            ]
        )
        self._as_text = False
        self._kinds.edited.connect(self._turn_to)
        self._zones = OptionModel([Option(zone) for zone in sorted(available_timezones())], self)
        self.add(Field(at.theme, "Runs", self._kinds), Varying(self._kind, self._fields))
        self._follow()

    def refresh(self) -> None:
        super().refresh()
        self._follow()

    def own_notes(self) -> list[Note]:
        words = why_no_schedule(self.at.session.connection)
        return [Note(INFORMATION, words)] if words and self._kind() != OFF else []

    def _follow(self) -> None:
        self._kinds.present(self._kind())
        off = "It runs only when it is told to: by Bake, by the command line, or by whoever calls the pipeline."
        on = "It runs by itself as well as when it is told to."
        self.sentence.say(off if self._kind() == OFF else on)

    def _kind(self) -> str:
        if self.at.session.draft.source.node(PLACE) is None:
            return OFF
        match pattern_of(text_at(self.at.session.draft, EXPRESSION)):
            case Weekly() if not self._as_text:
                return WEEKLY
            case Daily() if not self._as_text:
                return DAILY
            case _:
                return TEXT

    def _turn_to(self, kind: str) -> None:
        self._as_text = kind == TEXT
        before = pattern_of(text_at(self.at.session.draft, EXPRESSION))
        at = before.at if isinstance(before, Daily | Weekly) else _FIRST.at

        def turned(draft: Draft) -> Draft:
            match kind:
                case "off":
                    return draft.clear(PLACE)
                case "weekly":
                    return draft.put(EXPRESSION, Weekly(_FIRST.days, at).expression)
                case "daily":
                    return draft.put(EXPRESSION, Daily(at).expression)
                case _:
                    return draft.put(EXPRESSION, text_at(draft, EXPRESSION) or _FIRST.expression)

        self.change("Change schedule", turned)
        self.refresh()

    def _fields(self) -> list[QWidget]:
        at, kind = self.at, self._kind()
        if kind == OFF:
            return []
        pattern = _text_field(at) if kind == TEXT else _PatternField(at, weekly=kind == WEEKLY)
        zone = TextField(
            at,
            (*PLACE, "timezone"),
            "Time zone",
            SearchEntry("UTC", self._zones),
            "An IANA name such as Europe/Berlin. Runs follow its summer time.",
        )
        condition = TextField(
            at, (*PLACE, "pipelineExecutionStartCondition"), "At that time it starts",
            choice("Default: if a source is newer", *_CONDITIONS),
            "Newer is a new version of the parent image, or of a component named with x. "
            "A changed recipe alone does not count.",
        )  # fmt: skip
        stop = TextField(
            at,
            (*PLACE, "autoDisablePolicy", "failureCount"),
            "Stop after failures in a row",
            TextEntry("5"),
            "From 1 to 10. Then the pipeline is disabled, until you enable it again.",
            write=number,
        )
        parts: list[QWidget] = [pattern, zone, _NextRuns(at), condition, stop]
        return parts


def _text_field(at: Workplace) -> TextField:
    return TextField(
        at,
        EXPRESSION,
        "Cron text",
        TextEntry("cron(0 2 ? * sun *)", fixed=True),
        "Minute, hour, day of month, month, day of week, year; one of the days is ?. Or a rate: rate(12 hours).",
    )


class _PatternControl(QWidget):
    """Days to press, and a time of day. Signals: `edited` — the expression."""

    edited = Signal(str)

    def __init__(self, weekly: bool) -> None:
        super().__init__()
        self._weekly = weekly
        self._buttons = {day: _DayButton(day) for day in WEEKDAYS}
        self._time = _Time()
        self._time.setAccessibleName("Time of day")
        self._time.timeChanged.connect(self._tell)
        for each in self._buttons.values():
            each.clicked.connect(self._tell)
        clock = row(label("at"), self._time, gap=Space.SMALL)
        clock.addStretch(1)
        parts = [row(*self._buttons.values(), gap=2)] if weekly else []
        self.setLayout(column(*parts, clock, gap=Space.SMALL))
        self.setFocusProxy(self._buttons["mon"] if weekly else self._time)

    def present(self, pattern: Daily | Weekly) -> None:
        if isinstance(pattern, Weekly):
            for day, each in self._buttons.items():
                each.setChecked(day in pattern.days)
        shown = QTime(pattern.at.hour, pattern.at.minute)
        if self._time.time() != shown:
            self._time.blockSignals(True)
            self._time.setTime(shown)
            self._time.blockSignals(False)

    @Slot()
    def _tell(self) -> None:
        at = time(self._time.time().hour(), self._time.time().minute())
        days = tuple(day for day, each in self._buttons.items() if each.isChecked())
        pattern = Weekly(days, at) if self._weekly else Daily(at)
        self.edited.emit(pattern.expression if days or not self._weekly else "")


class _DayButton(QPushButton):
    """A day, pressed or not."""

    def __init__(self, day: str) -> None:
        super().__init__(_DAY_NAMES[day][:2])
        self.setCheckable(True)
        self.setProperty("look", "day")
        self.setFont(font(Type.SMALL))
        self.setAccessibleName(_DAY_NAMES[day])
        self.setToolTip(_DAY_NAMES[day])


class _Time(QTimeEdit):
    """A time of day that scrolling leaves alone."""

    def __init__(self) -> None:
        super().__init__()
        self.setDisplayFormat("HH:mm")
        self.lineEdit().setTextMargins(Space.SMALL, 0, 0, 0)  # which the style sheet can't give to what is within

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()


class _PatternField(Bound):
    """Days and time. The last day stays pressed: a week without a day would be no schedule."""

    def __init__(self, at: Workplace, *, weekly: bool) -> None:
        self._control = _PatternControl(weekly)
        super().__init__(at, EXPRESSION, "Days and time" if weekly else "Time", self._control)
        self._control.edited.connect(self._edit)
        self.refresh()

    def refresh(self) -> None:
        pattern = pattern_of(text_at(self.at.session.draft, EXPRESSION))
        if isinstance(pattern, Daily | Weekly):
            self._control.present(pattern)

    def _edit(self, expression: str) -> None:
        if expression:
            self.edit(lambda draft: draft.put(EXPRESSION, expression))
        else:
            self.refresh()


class _NextRuns(QWidget):
    """The next five runs, in the local time of this machine and in UTC."""

    def __init__(self, at: Workplace) -> None:
        super().__init__()
        self._at = at
        self._words = Paragraph("", step=Type.SMALL)
        self.setLayout(column(label("Next runs", weight=Type.MEDIUM), self._words, gap=Space.HAIR))
        at.session.drafted.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        draft = self._at.session.draft
        expression, zone = text_at(draft, EXPRESSION), text_at(draft, (*PLACE, "timezone"))
        pattern = pattern_of(expression)
        if isinstance(pattern, Every):
            self._words.say(f"{pattern.words}, counted from when the pipeline is published.")
        elif zone and timezone_problem(zone):
            self._words.say("None: correct the time zone first.")
        else:
            runs = next_runs(expression, zone, datetime.now(UTC))
            self._words.say("\n".join(_line(run) for run in runs) or "None: correct the schedule first.")


def _line(run: datetime) -> str:
    local, utc = run.astimezone(), run.astimezone(UTC)
    return f"{local:%a %d %b %Y, %H:%M} here · {utc:%a %H:%M} UTC"
