"""The log folder of a run, named and filled as AWSTOE's: ``TOE_<date>_<time>_UTC-0_<executionId>``.

console.log and application.log with RFC 3339 times to the nanosecond, detailedoutput.json and chaining.json rewritten
whole after every change, and a copy of each document. Kept on the host, out of the documents' reach.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Self

from core.errors import HostFault
from core.local.toe.request import Json

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_COMPONENT = re.compile(r"arn:[^:]*:imagebuilder:[^:]*:[^:]*:component/")


class LogFolder:
    """The open folder of one run; `path` is it. Made by `open`.

    A line that cannot be written (the host's disk is full) does not break into the command that printed it; the fault
    is raised by the next `rewrite`.
    """

    def __init__(self, path: Path, console: FileIO, application: FileIO) -> None:
        self.path = path
        self._console = console
        self._application = application
        self._fault: OSError | None = None

    @classmethod
    @contextmanager
    def open(cls, parent: Path, execution_id: str) -> Iterator[Self]:
        """Make a new folder below `parent`.

        Raises:
            HostFault: it cannot be made.
        """
        at = datetime.now(UTC).strftime("%Y-%m-%d_%H-%M-%S")
        path = parent / f"TOE_{at}_UTC-0_{_UNSAFE.sub('_', execution_id)}"
        with ExitStack() as stack:
            try:
                path.mkdir(parents=True, exist_ok=True)
                console, application = (
                    # Unbuffered: what a full disk refuses must not be tried again, and fail again, at closing.
                    stack.enter_context((path / name).open("ab", buffering=0))
                    for name in ("console.log", "application.log")
                )
            except OSError as error:
                raise HostFault(f"The log folder {path} cannot be made: {error.strerror}") from error
            yield cls(path, console, application)

    def write(self, line: str, *, debug: bool) -> None:
        if self._fault is not None:
            return
        stamped = f"{timestamp(time.time_ns())} {line}\n".encode()
        try:
            _write_all(self._application, stamped)
            if not debug:
                _write_all(self._console, stamped)
        except OSError as error:
            self._fault = error

    def keep_document(self, index: int, path: str, text: str) -> None:
        """Copy a document in as ``D<index>__<name>``."""
        name = _UNSAFE.sub("_", _COMPONENT.sub("", path) if path.startswith("arn:") else path.rsplit("/", 1)[-1])
        self._put(f"D{index}__{name}", text)

    def rewrite(self, detailed_output: Json, chaining: list[Json]) -> None:
        """Replace both JSON files, each at once.

        Raises:
            HostFault: this, or a log line before it, could not be written.
        """
        self._put("detailedoutput.json", json.dumps(detailed_output, ensure_ascii=False, indent=1))
        self._put("chaining.json", json.dumps(chaining, ensure_ascii=False, indent=1))
        if self._fault is not None:
            raise self._unwritable(self._fault)

    def _put(self, name: str, text: str) -> None:
        unfinished = self.path / f".{name}.unfinished"
        try:
            unfinished.write_text(text, encoding="utf-8", errors="backslashreplace")
            unfinished.replace(self.path / name)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> HostFault:
        return HostFault(f"The log in {self.path} cannot be written: {error.strerror}", hint="Is the disk full?")


def _write_all(file: FileIO, data: bytes) -> None:
    while data:
        data = data[file.write(data) :]


def timestamp(nanoseconds: int) -> str:
    """RFC 3339 in UTC with nanoseconds, of a time since 1970."""
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:09d}Z"
