"""What every form is given: theme, desk, session, and what was looked up in the connection."""

from dataclasses import dataclass

from gui.actions import Desk
from gui.recipe.answers import Answers
from gui.session import Session
from gui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class Workplace:
    theme: Theme
    desk: Desk
    session: Session
    answers: Answers
