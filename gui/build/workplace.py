"""What the parts of the timeline page are given: the app's own objects, and seams that `gui.app` fills."""

from collections.abc import Callable
from dataclasses import dataclass, field

from core.aws.connection import Connection
from gui.actions import Desk
from gui.build.baking import Baking
from gui.build.history import History
from gui.build.rows import Costs, Key
from gui.session import Session
from gui.settings import Settings
from gui.theme.theme import Theme

AskFirst = Callable[[Connection, str, str, Callable[[], None]], None]
"""Before something is changed on a connection: what is about to happen (a sentence), the words to go on, what then."""


def _go_on(_at: Connection, _what: str, _go_text: str, then: Callable[[], None]) -> None:
    then()


@dataclass(frozen=True, slots=True)
class Workplace:
    """`costs` says what a build costs (`gui.build.rows.Costs`); whoever finds out more emits `history.changed`."""

    theme: Theme
    desk: Desk
    session: Session
    history: History
    baking: Baking
    settings: Settings | None = None
    ask_first: AskFirst = field(default=_go_on)
    costs: Costs | None = None

    def cost(self, key: Key) -> str:
        """Of a build, in words."""
        return self.costs(key) if self.costs else ""
