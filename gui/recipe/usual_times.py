"""How long the components of the open recipe usually take, from the journals of earlier builds on this connection."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.recipe.canvas import ComponentCard
from gui.session import Session

LANE = "usual times"


class UsualTimes(QObject):
    """Signals: `changed` — other times are known.

    They are read off the GUI thread from `runs`, the folder of journals, when a recipe is opened, the connection is
    another, or a build has come or gone.
    """

    changed = Signal()

    def __init__(self, session: Session, runs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runs = runs
        self._words: Mapping[str, str] = {}
        for news in (session.checked, session.connected, session.runs_changed):
            news.connect(self._look)
        self._asked = ("", "", 0)

    def of(self, card: ComponentCard) -> str:
        """``usually 1 min 20 s``; empty where no build has told."""
        return self._words.get(card.name, "")

    @Slot()
    def _look(self) -> None:
        at = self._session.connection
        asked = (self._session.canvas.name, at.name, len(self._session.running))
        if asked != self._asked and asked[0]:
            self._asked = asked
            read = partial(times, self._runs, asked[0], asked[1])
            self._session.ops.run(self, read, self._take, lane=LANE, quiet=True)

    def _take(self, found: Mapping[str, str]) -> None:
        if found != self._words:
            self._words = found
            self.changed.emit()


def times(runs: Path, recipe: str, connection: str) -> Mapping[str, str]:
    """By the component's name: all its documents in one build together, in the median."""
    from core.build import journal
    from core.build.chart import Kind
    from core.build.past import past
    from core.build.usual import spoken, usual

    told = tuple(journal.entries(runs))
    mine = (each.opened for each in told if (each.opened.recipe_name, each.opened.connection) == (recipe, connection))
    newest = next(mine, None)
    if newest is None:
        return {}
    charts = past(told, newest.model_copy(update={"at": datetime.now(UTC)}))
    known = usual(charts)
    documents = {bar.path: bar.name for drawn in charts for bar in drawn.bars if bar.kind is Kind.DOCUMENT}
    seconds: dict[str, float] = defaultdict(float)
    for path, name in documents.items():
        if path in known:
            seconds[name.partition(" ")[0]] += known[path].median
    return {name: f"usually {spoken(took)}" for name, took in seconds.items()}
