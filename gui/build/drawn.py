"""What is computed of one build to show it: its chart, what is usual, the critical path, the cause of its failure.

Views ask for all of it many times a second while something happens; what can't be another is not computed again.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.build.cause import Cause, cause
from core.build.chart import Chart, Charter, Path
from core.build.source import ImageStatus
from core.build.usual import Usual, critical_path, usual
from core.recipe.component import ComponentDocument
from gui.build.estimate import left_text
from gui.following import Followed


class Drawn:
    """Of `followed`; a new one for every build that is shown."""

    def __init__(self, followed: Followed) -> None:
        self.followed = followed
        self.usual: Mapping[Path, Usual] = {}
        self._past: tuple[Chart, ...] = ()
        self._charter = Charter()
        self._chart_of: object = None
        self._path_of: object = None
        self._path: frozenset[str] = frozenset()
        self._cause_of: tuple[int, ...] = ()
        self._cause: Cause | None = None
        self.chart = self._charter.chart(followed.run, followed.clock())

    def know_past(self, charts: tuple[Chart, ...]) -> None:
        """These are the builds before it."""
        self._past, self.usual = charts, usual(charts)

    def renew(self, now: datetime) -> Chart:
        """The chart as it is now; of a build that is over and was drawn, the same one."""
        run, over = self.followed.run, self.followed.over
        if not over or self._chart_of is not run:
            self._chart_of = run if over else None
            self.chart = self._made(now)
        return self.chart

    def _made(self, now: datetime) -> Chart:
        run = self.followed.run
        if run.ended is not None:
            return self._charter.chart(run, run.ended.at)
        if not self.followed.over:
            return self._charter.chart(run, now)
        # Nobody followed it to its end: what was going on then is drawn as far as it is known, and grows no more.
        known = self._charter.chart(run, self.followed.opened.at)
        return known if not known.running else replace(known, status=ImageStatus.CANCELLED)

    @property
    def critical(self) -> frozenset[str]:
        """The keys of the critical path of a build that is over: before, nobody knows what its length is made of."""
        if self.chart.running:
            return frozenset()
        if self._path_of is not self.chart.bars:
            self._path_of, self._path = self.chart.bars, frozenset(critical_path(self.chart))
        return self._path

    def left(self, now: datetime) -> str:
        """How long it will go on, in words; empty for a build that is over, or that waits for somebody."""
        goes_on = self.followed.running and not self.followed.run.waiting
        return left_text(self.chart, self.usual, now) if goes_on else ""

    def cause(self, documents: Mapping[str, ComponentDocument]) -> Cause | None:
        """Why it failed; None where it did not."""
        run = self.followed.run
        if run.status is not ImageStatus.FAILED:
            return None
        known = (id(run), id(self._past), len(documents))
        if known != self._cause_of:
            self._cause_of, self._cause = known, cause(run, documents, self._past)
        return self._cause
