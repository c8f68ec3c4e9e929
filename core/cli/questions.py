"""What a sign-in asks on the terminal: a page to open in a browser, a code of a second factor.

Questions go to standard error, so that `--json` and pipes stay clean. Where no terminal is, a code can't be asked for.
"""

import sys
from getpass import getpass

from core.aws.asking import MfaQuestion, SignInPage
from core.aws.flight import Cancellation
from core.cli.text import harmless
from core.errors import Denied


class Terminal:
    """A `core.aws.asking.Asker`."""

    def show_page(self, page: SignInPage) -> None:
        print(  # noqa: T201 - a question to the person at the terminal
            f"{page.connection!r} needs a sign-in. Open {harmless(page.url)}\n"
            f"and confirm the code {harmless(page.user_code)}. Waiting …",
            file=sys.stderr,
        )

    def page_done(self, page: SignInPage) -> None:
        """The command goes on, which says enough."""

    def mfa_code(self, question: MfaQuestion, cancellation: Cancellation) -> str:
        if not sys.stdin.isatty():
            raise Denied(
                f"The connection {question.connection!r} needs a code of {question.serial}, and this is no terminal.",
                hint="Run the command in a terminal.",
            )
        return getpass(f"Code of {question.serial} for {question.connection!r}: ")
