"""What is worth a notification in the builds that are followed: a start, a success, a failure, a step that waits.

Which of them are told is the user's choice, kept in the settings. Told is what happens while the app follows; a build
that was over before anybody looked is no news.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from core.build.failure import explain
from core.build.source import ImageStatus
from gui.build.rows import name_of
from gui.following import Followed
from gui.settings import Settings

BAKEHOUSE: Final = "Bakehouse"


class News(StrEnum):
    """What may be told; the value is its key in the settings."""

    START = "notify-start"
    SUCCESS = "notify-success"
    FAILURE = "notify-failure"
    WAITING = "notify-waiting"


CHOICES: Final = {
    News.START: "When a build starts",
    News.SUCCESS: "When a build succeeds",
    News.FAILURE: "When a build fails",
    News.WAITING: "When a step waits for action",
}
_BY_DEFAULT: Final = frozenset(News) - {News.START}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification; who takes it wants to see the build of `arn`."""

    news: News
    title: str
    text: str
    arn: str

    @property
    def urgent(self) -> bool:
        return self.news in (News.FAILURE, News.WAITING)


def wanted(settings: Settings, news: News) -> bool:
    return settings.text(news.value, "yes" if news in _BY_DEFAULT else "no") == "yes"


def want(settings: Settings, news: News, wants: bool) -> None:
    settings.set_text(news.value, "yes" if wants else "no")


class Newsroom(QObject):
    """Signals: `told` — a Notice that the user wants."""

    told = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def watch(self, followed: Followed) -> None:
        """Tell of a build that begins to be followed."""
        watching = _Watching(followed, self)
        watching.happened.connect(self._tell)

    @Slot(object)
    def _tell(self, notice: Notice) -> None:
        if wanted(self._settings, notice.news):
            self.told.emit(notice)


class _Watching(QObject):
    """One build: what was told of it already. It goes with the build."""

    happened = Signal(object)

    def __init__(self, followed: Followed, newsroom: Newsroom) -> None:
        super().__init__(followed)
        self._followed = followed
        self._seen_running = self._begun = followed.opened.started_by == BAKEHOUSE
        self._waited: set[str] = set()
        self._over = False
        followed.changed.connect(self._look)
        followed.ended.connect(self._end)
        if self._begun:
            followed.changed.connect(self._start)

    def _notice(self, news: News, said: str, text: str = "") -> None:
        opened = self._followed.opened
        where = f"{opened.recipe_name} on {opened.connection}".strip()
        self.happened.emit(Notice(news, f"{name_of(self._followed)} {said}", text or where, opened.image_arn))

    @Slot()
    def _start(self) -> None:
        if self._followed.run.image is not None:
            self._followed.changed.disconnect(self._start)
            if self._followed.running:
                self._notice(News.START, "has started")

    @Slot()
    def _look(self) -> None:
        run = self._followed.run
        if run.status.terminal or run.image is None:
            return
        self._seen_running = True
        for each in run.waiting:
            if each.step.step_execution_id not in self._waited:
                self._waited.add(each.step.step_execution_id)
                self._notice(
                    News.WAITING, "waits for action", f"The step {each.step.name} goes on when it is answered."
                )

    @Slot(object)
    def _end(self, _error: object) -> None:
        """What went wrong with following is said where the build is shown."""
        run = self._followed.run
        if not run.status.terminal or not self._seen_running:
            return
        match run.status:
            case ImageStatus.FAILED:
                failure = explain(run)
                self._notice(News.FAILURE, "failed", failure.headline if failure else "")
            case ImageStatus.CANCELLED:
                self._notice(News.FAILURE, "was cancelled")
            case _:
                self._notice(News.SUCCESS, "is available")
