"""The list of builds: those that are followed and those of earlier days, the newest first, each once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from core.build.events import RunOpened
from core.build.journal import Entry
from core.build.source import ImageStatus
from core.recipe.names import Arn
from gui.following import Followed
from gui.theme.icons import icon
from gui.theme.status import presentation
from gui.theme.theme import Theme
from gui.theme.tokens import Size
from gui.widgets.two_lines import TwoLines

Key = tuple[str, str]
"""Connection and image ARN."""

INTERRUPTED: Final = "Not followed to its end"


@dataclass(frozen=True, slots=True)
class Row:
    """One build: what is followed, or the journal that is left of it."""

    title: str
    status: ImageStatus
    at: datetime
    key: Key
    source: Followed | Entry

    @property
    def open(self) -> bool:
        """Whether it had not ended when it was last looked at, and nobody looks now."""
        match self.source:
            case Followed():
                return self.source.over and not self.source.run.status.terminal
            case Entry():
                return self.source.ended is None and not self.status.terminal


def rows(runs: Sequence[Followed], entries: Sequence[Entry]) -> tuple[Row, ...]:
    """All builds, the newest first; of one that is followed the journal is left out."""
    live = [Row(title_of(run), run.run.status, run.opened.at, key_of(run.opened), run) for run in runs]
    known = {row.key for row in live}
    told = [
        Row(_title(entry.opened), entry.status, entry.opened.at, key_of(entry.opened), entry)
        for entry in entries
        if key_of(entry.opened) not in known
    ]
    return tuple(sorted((*live, *told), key=lambda row: row.at, reverse=True))


def key_of(opened: RunOpened) -> Key:
    return opened.connection, opened.image_arn


def title_of(followed: Followed) -> str:
    """The image's name and version, or what is known of them."""
    if followed.run.image is not None:
        return f"{followed.run.image.name} {followed.run.image.version}"
    return _title(followed.opened)


def _title(opened: RunOpened) -> str:
    try:
        arn = Arn.parse(opened.image_arn)
    except ValueError:
        return opened.recipe_name
    return f"{opened.recipe_name or arn.name} {arn.version or ''}" + (f"/{arn.build}" if arn.build else "")


def moment_text(moment: datetime, today: date) -> str:
    """When, as people say it: the time of today and yesterday, the date of what is longer ago."""
    local = moment.astimezone()
    match today - local.date():
        case timedelta(days=0):
            return f"{local:%H:%M}"
        case timedelta(days=1):
            return f"yesterday {local:%H:%M}"
        case _:
            return f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local.day} {local:%b %Y}"


class RunList(QListWidget):
    """Signals: `chosen` — the Row that is selected now."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[Row, ...] = ()
        self._painted: list[tuple[str, str, bool]] = []
        self.setAccessibleName("Builds, the newest first")
        self.setProperty("look", "plain")
        self.setMinimumWidth(Size.SIDEBAR)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(TwoLines(theme, self))
        self.currentRowChanged.connect(self._choose)
        theme.changed.connect(self._repaint)

    @property
    def current(self) -> Row | None:
        number = self.currentRow()
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def show_rows(self, shown: tuple[Row, ...], *, prefer: Key | None = None) -> None:
        """Other rows; what was selected stays so, `prefer` or else the newest is where nothing was."""
        before = self.current
        wanted = prefer or (before.key if before is not None else None)
        rebuilt = [row.key for row in shown] != [row.key for row in self._rows]
        self._rows = shown
        if rebuilt:
            self.blockSignals(True)
            self.clear()
            for _ in shown:
                self.addItem(QListWidgetItem())
            self._painted = [("", "", False)] * len(shown)
            self.blockSignals(False)
        self._paint()
        keys = [row.key for row in shown]
        number = keys.index(wanted) if wanted in keys else 0
        # What was read from its journal may be followed from now on.
        other = not shown or before is None or shown[number].source is not before.source
        if rebuilt or other or number != self.currentRow():
            self.blockSignals(True)
            self.setCurrentRow(number)
            self.blockSignals(False)
            self._choose(number)

    def _paint(self) -> None:
        today = datetime.now().astimezone().date()
        for number, row in enumerate(self._rows):
            shown = presentation(row.status.value)
            if row.open:
                shown = replace(presentation("PENDING"), word=INTERRUPTED)
            text = f"{row.title}\n{shown.word} · {moment_text(row.at, today)}"
            if self._painted[number] != (text, shown.icon, self._theme.dark):
                self._painted[number] = (text, shown.icon, self._theme.dark)
                item = self.item(number)
                item.setText(text)
                item.setIcon(icon(shown.icon, self._theme.colours, shown.role))
                item.setToolTip(row.key[1])

    def _repaint(self) -> None:
        self._paint()

    def _choose(self, number: int) -> None:
        if 0 <= number < len(self._rows):
            self.chosen.emit(self._rows[number])
