"""What signing in needs from outside: the time, and somebody to ask.

A browser page to confirm and a code of a second factor can only come from a person, so both are Protocols that the app
and the command line implement, each in its way.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from core.aws.flight import Cancellation
from core.errors import Denied


class Clock(Protocol):
    """The time, and waiting."""

    def now(self) -> datetime:
        """With a time zone."""
        ...

    def pause(self, seconds: float, cancellation: Cancellation) -> None:
        """Wait. Raises Cancelled when it was cancelled meanwhile."""
        ...


class SystemClock:
    """This machine's."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def pause(self, seconds: float, cancellation: Cancellation) -> None:
        cancellation.wait(seconds)
        cancellation.check()


@dataclass(frozen=True, slots=True)
class SignInPage:
    """A page to open in the browser: `url` has the code in it, `user_code` is shown there to compare."""

    connection: str
    start_url: str
    url: str
    user_code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MfaQuestion:
    """Which device's code is wanted, for which connection ("the account is asking" must be answerable)."""

    connection: str
    serial: str


class Asker(Protocol):
    """Whoever can be asked. Called off the GUI thread, one question at a time for a connection or portal."""

    def show_page(self, page: SignInPage) -> None:
        """Open the page, or show where it is; returns at once."""
        ...

    def page_done(self, page: SignInPage) -> None:
        """The page is confirmed, refused, or nobody waits for it any more."""
        ...

    def mfa_code(self, question: MfaQuestion, cancellation: Cancellation) -> str:
        """The six digits, waited for. Raises Cancelled when the user won't, or when `cancellation` is set."""
        ...


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody is there to ask: what would need a person is denied, and says where it works."""

    hint: str = field(default="Open Bakehouse and sign in there, or run: aws sso login")

    def show_page(self, page: SignInPage) -> None:
        raise Denied(f"The connection {page.connection!r} needs a sign-in in the browser.", hint=self.hint)

    def page_done(self, page: SignInPage) -> None:
        """Nothing is shown."""

    def mfa_code(self, question: MfaQuestion, cancellation: Cancellation) -> str:
        raise Denied(f"The connection {question.connection!r} needs a code of {question.serial}.", hint=self.hint)
