"""The runner's own log: console lines in the TOE's form, and debug lines beside them.

One call is one line, whatever it quotes: line ends inside a message are written as ``\\n``, so nothing a document
contains can pass for a line of the runner.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol


class Journal(Protocol):
    """Where lines are kept with their time; `debug` lines are of interest to application.log only."""

    def write(self, line: str, *, debug: bool) -> None: ...


class Console:
    """Console lines to a listener and to a journal. `disableLogging` silences whole scopes, however nested."""

    def __init__(self, listener: Callable[[str], None], journal: Journal | None = None) -> None:
        self._listener = listener
        self._journal = journal
        self._muted = 0
        self._secrets: set[str] = set()

    @property
    def muted(self) -> bool:
        return self._muted > 0

    @contextmanager
    def silence(self, silent: bool) -> Iterator[None]:
        """Drop everything said inside, if `silent`."""
        self._muted += silent
        try:
            yield
        finally:
            self._muted -= silent

    def keep_secret(self, value: str) -> None:
        """Write the value as asterisks in what the runner itself says from now on."""
        if value:
            self._secrets.add(value)

    def masked(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "********")
        return text

    def line(self, text: str) -> None:
        """A line of console.log."""
        if not self.muted:
            self._write(self.masked(text))

    def heading(self, text: str) -> None:
        """A line that says where the run is: said in silenced scopes too."""
        self._write(text)

    def printed(self, text: str) -> None:
        """A line the document's own commands printed: nothing in it is masked, as in AWSTOE."""
        if not self.muted:
            self._write(text)

    def debug(self, text: str) -> None:
        if self._journal is not None and not self.muted:
            self._journal.write(f"Debug {_one_line(self.masked(text))}", debug=True)

    def _write(self, text: str) -> None:
        line = _one_line(text)
        if self._journal is not None:
            self._journal.write(line, debug=False)
        self._listener(line)


def writable(text: str) -> str:
    """The text as it can be written anywhere: half a character (an unpaired surrogate) shows as its escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _one_line(text: str) -> str:
    return writable(text).replace("\r\n", "\\n").replace("\n", "\\n")
