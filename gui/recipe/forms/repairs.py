"""Quick fixes of the problems that a form shows, as buttons below them.

A fix is tried before it is offered, which means checking the file again for each: so they are looked for off the GUI
thread, and made anew for the file as it is when one is taken.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from core.errors import Problem
from core.recipe.draft import Draft
from gui.ops import Cancel
from gui.recipe.forms.workplace import Workplace
from gui.widgets.field import Offer

LANE: Final = "fixes"
MOST: Final = 12
"""Problems of a form that fixes are looked for; a form with more has another trouble."""

Labels = Mapping[tuple[str, str], tuple[str, ...]]


class Repairs(QObject):
    """Signals: `found` — there are other fixes now."""

    found = Signal()

    def __init__(self, at: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._at = at
        self._labels: Labels = {}
        self._for: tuple[str, tuple[Problem, ...]] = ("", ())
        self._looking: Cancel | None = None

    def look_for(self, problems: Sequence[Problem]) -> None:
        """Find the fixes of these problems of the file as it is."""
        draft, wanted = self._at.session.draft, tuple(problems[:MOST])
        if (draft.text, wanted) == self._for:
            return
        self._for = (draft.text, wanted)
        self.stop()
        if wanted:
            self._looking = self._at.session.ops.run(
                self._at.answers, lambda: _labels(draft, wanted), self._know, lane=LANE
            )

    def stop(self) -> None:
        """Whatever is found by now, nobody wants it any more."""
        if self._looking is not None:
            self._looking.set()
            self._looking = None

    def offers(self, problem: Problem) -> tuple[Offer, ...]:
        """The fixes found for a problem."""
        labels = self._labels.get(_key(problem), ())
        return tuple(Offer(label, partial(self._take, problem, label)) for label in labels)

    def _know(self, labels: Labels) -> None:
        if labels != self._labels:
            self._labels = labels
            self.found.emit()

    def _take(self, problem: Problem, label: str) -> None:
        from core.recipe.fixes import fixes

        session = self._at.session
        for fix in fixes(session.draft, problem):
            if fix.label == label:
                session.edit(label, fix.draft)


def _labels(draft: Draft, problems: tuple[Problem, ...]) -> Labels:
    from core.recipe.fixes import fixes

    return {_key(problem): tuple(fix.label for fix in fixes(draft, problem)) for problem in problems}


def _key(problem: Problem) -> tuple[str, str]:
    return problem.address, problem.message
