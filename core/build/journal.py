"""Runs on disk: one append-only file of JSON lines per run, written by one process and read by any number.

    <folder>/20260901T100004Z-web-server-3f2a9c41d0.jsonl
        {"bakehouse":"journal","version":1}          the header
        {"type":"run-opened", …}                     events as they were seen, one per line
        …
        {"type":"run-ended", …}

The name holds the time of opening, the image's name, and a hash of connection and ARN, so a build's journal is found
without opening others. A line counts once its line end is there: of a process killed in the middle of a write nothing
but that last line is lost, which readers pass over and the next writer removes. The writer holds a lock of the
operating system on the file, which ends with its process however that ends.
"""

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from core.build.events import (
    LOG_READ,
    SCHEMA_VERSION,
    Event,
    ImageChanged,
    LogText,
    RunEnded,
    RunOpened,
    from_json,
    to_json,
)
from core.build.passage import Passage, cut, parsed
from core.build.run import Run, replay
from core.build.source import ImageStatus
from core.errors import Conflict, HostFault, Invalid, NotFound

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_BLOCK: Final = 64 * 1024
_BUFFER: Final = 1024 * 1024
_TOGETHER: Final = 16
"""Reads of the log that are told in one."""
_STATES: Final = (b'{"type":"run-ended",', b'{"type":"image-changed",')


Read = TypeVar("Read")


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    bakehouse: str
    version: int


class Writer:
    """The one writer of a journal, a context manager. `create`, `attach` and `follow` give it with what was written."""

    def __init__(self, path: Path, file: BinaryIO, end: int) -> None:
        self.path = path
        self._file = file
        self._end = end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the journal free, once the disk has it."""
        with self._file:
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                raise _fault(self.path, error) from error

    def append(self, *events: Event) -> None:
        """Readers see the events when this returns. Raises HostFault (a full disk, say) with none of them written."""
        self._write(b"".join(to_json(event) + b"\n" for event in events))

    def begin(self, opened: RunOpened) -> Run:
        """Header and first event; whatever there was is gone."""
        self._end = 0
        self._file.truncate(0)
        header = _Header(bakehouse="journal", version=SCHEMA_VERSION).model_dump_json().encode()
        self._write(header + b"\n" + to_json(opened) + b"\n")
        return replay([opened])

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            self._file.seek(self._end)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._file.truncate(self._end)
            raise _fault(self.path, error) from error
        self._end += len(data)


def create(folder: Path, opened: RunOpened) -> tuple[Writer, Run]:
    """Begin the journal of a new build. Raises Conflict if there is one of this moment, HostFault if it can't be."""
    path = folder / file_name(opened)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise Conflict(f"There is a journal {path} already.", hint="Follow that build instead.") from error
    except OSError as error:
        raise _fault(path, error) from error
    with ExitStack() as stack:
        file = stack.enter_context(_locked(path))
        writer = Writer(path, file, 0)
        run = writer.begin(opened)
        stack.pop_all()
    return writer, run


def attach(path: Path) -> tuple[Writer, Run]:
    """Go on writing a journal, from the run that it tells so far; a torn last line is cut off.

    Raises Conflict if another process writes it, and what `events` raises.
    """
    with ExitStack() as stack:
        file = stack.enter_context(_locked(path))
        run = replay(event for event in told(path) if not isinstance(event, LogText))
        end = path.stat().st_size - len(next(_backwards(file)))
        file.truncate(end)
        stack.pop_all()
    return Writer(path, file, end), run


def follow(folder: Path, opened: RunOpened) -> tuple[Writer, Run]:
    """Go on with the journal of a build that was followed before, else begin it."""
    path = find(folder, opened.connection, opened.image_arn)
    if path is None:
        return create(folder, opened)
    writer, run = attach(path)
    return writer, run if run.opened else writer.begin(opened)


def file_name(opened: RunOpened) -> str:
    built = _build_hash(opened.connection, opened.image_arn)
    return f"{opened.at:%Y%m%dT%H%M%SZ}-{image_name(opened)}-{built}.jsonl"


def image_name(opened: RunOpened) -> str:
    """The image's name as names of journals hold it."""
    parts = opened.image_arn.split("/")
    return _spelt(parts[1] if len(parts) > 1 else opened.recipe_name)


def _spelt(name: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", name.lower())[:60].strip("-") or "image"


def find(folder: Path, connection: str, image_arn: str) -> Path | None:
    """The newest journal of a build, if it was followed before."""
    return max(folder.glob(f"*-{_build_hash(connection, image_arn)}.jsonl"), default=None)


def events(path: Path, *, log: bool = True) -> Iterator[Event]:
    """All whole events of a journal, without its log (most of what it holds) if that is not wanted. Raises NotFound,
    and Invalid if a newer Bakehouse wrote it or it is damaged."""
    with Tail(path) as tail:
        yield from tail.read(log=log)


def told(path: Path) -> Iterator[Event | LogText]:
    """What `events` gives, but the log's text apart from it, and of each few LogReads that follow each other the newest
    only, with its last record: several times as fast, and the same to a Run."""
    with Tail(path, buffer=_BUFFER) as tail:
        yield from tail.read_briefly()


class Tail:
    """A reader that goes on where it stopped: each `read` gives the events that came since. A context manager."""

    def __init__(self, path: Path, buffer: int = -1) -> None:
        self.path = path
        self._file = _open(path, "rb", buffer)
        self._line = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def read(self, *, log: bool = True) -> Iterator[Event]:
        for number, line in self._whole():
            if log or not line.startswith(LOG_READ):
                yield _read(self.path, number, from_json, line)

    def read_briefly(self) -> Iterator[Event | LogText]:
        """See `told`."""
        held: list[bytes] = []
        for number, line in self._whole():
            of_log = line.startswith(LOG_READ)
            if held and not (of_log and len(held) < _TOGETHER):
                yield from _log(self.path, number - len(held), held)
                held = []
            if of_log:
                held.append(line)
            else:
                yield _read(self.path, number, from_json, line)
        yield from _log(self.path, self._line + 1 - len(held), held)

    def _whole(self) -> Iterator[tuple[int, bytes]]:
        """Lines that are whole, with their number, without the header."""
        while True:
            start = self._file.tell()
            line = self._file.readline()
            if not line.endswith(b"\n"):
                self._file.seek(start)
                return
            self._line += 1
            if self._line == 1:
                _check_header(self.path, line)
            else:
                yield self._line, line


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal in a listing. `ended` is None for a run that may be followed on; `size` is in bytes."""

    path: Path
    opened: RunOpened
    status: ImageStatus
    ended: datetime | None
    size: int


def entry(path: Path) -> Entry | None:
    """From the first lines and the end of the file only. None for a journal whose writer was stopped before its first
    event. Raises what `events` raises."""
    with Tail(path) as tail, _open(path, "rb") as file:
        opened = next(tail.read(), None)
        if not isinstance(opened, RunOpened):
            return None
        whole = _backwards(file)
        next(whole)
        said = next((line for line in whole if line.startswith(_STATES)), None)
        size = file.seek(0, os.SEEK_END)
    last = from_json(said) if said else None
    match last:
        case RunEnded():
            return Entry(path, opened, last.status, last.at, size)
        case ImageChanged():
            return Entry(path, opened, last.image.state.status, None, size)
        case _:
            return Entry(path, opened, ImageStatus.PENDING, None, size)


def listing(folder: Path) -> tuple[Path, ...]:
    """The journals of a folder, newest run first, to be looked into with `entry`."""
    return tuple(sorted(folder.glob("*.jsonl"), reverse=True))


def of_image(folder: Path, name: str) -> tuple[Path, ...]:
    """Those of builds of an image by the name in its ARN, newest run first; others may be among them whose names end
    alike."""
    return tuple(sorted(folder.glob(f"*-{_spelt(name)}-*.jsonl"), reverse=True))


def entries(folder: Path) -> Iterator[Entry]:
    """What can be read of a folder's journals, newest run first."""
    for path in listing(folder):
        with suppress(NotFound, Invalid):
            if found := entry(path):
                yield found


def is_written(path: Path) -> bool:
    """Whether a process writes the journal now."""
    try:
        _locked(path).close()
    except Conflict:
        return True
    return False


def remove(path: Path) -> bool:
    """Remove a journal, unless somebody writes it: whether it is gone."""
    try:
        file = _locked(path)
    except NotFound:
        return True
    except Conflict:
        return False
    with file:
        if sys.platform != "win32":
            path.unlink()
    path.unlink(missing_ok=True)
    return True


def _build_hash(connection: str, image_arn: str) -> str:
    return hashlib.sha256(f"{connection}\n{image_arn}".encode()).hexdigest()[:10]


def _backwards(file: BinaryIO) -> Iterator[bytes]:
    """The file's lines from the last to the first, without line ends; the first given is what follows the last end."""
    position = file.seek(0, os.SEEK_END)
    rest = b""
    while position:
        size = min(_BLOCK, position)
        position -= size
        file.seek(position)
        rest, *lines = (file.read(size) + rest).split(b"\n")
        yield from reversed(lines)
    yield rest


def _check_header(path: Path, line: bytes) -> None:
    try:
        header = _Header.model_validate_json(line)
    except ValidationError as error:
        raise Invalid(f"{path} is not a journal of a run.") from error
    if header.version > SCHEMA_VERSION:
        raise Invalid(
            f"{path} was written by a newer Bakehouse (journal version {header.version}; this one reads up to"
            f" {SCHEMA_VERSION}).",
            hint="Update Bakehouse to open this run.",
        )


def _log(path: Path, number: int, lines: Sequence[bytes]) -> Iterator[Event | LogText]:
    """The text of LogReads, the first of which is the line with this number, and the event of the last; of those before
    one that doesn't follow on them as well."""
    for last, passage in _passages(path, number, lines):
        yield passage.text
        yield _read(path, last, from_json, passage.rest)


def _passages(path: Path, number: int, lines: Sequence[bytes]) -> Iterator[tuple[int, Passage]]:
    """LogReads that follow each other, with the number of the last one's line."""
    if whole := cut(lines):
        yield number + len(lines) - 1, whole
        return
    held: Passage | None = None
    for at, line in enumerate(lines, number):
        passage = _read(path, at, parsed, line)
        if held and held.text.end != passage.text.first:
            yield at - 1, held
            held = None
        held = held.followed_by(passage) if held else passage
    if held:
        yield number + len(lines) - 1, held


def _read(path: Path, number: int, read: Callable[[bytes], Read], line: bytes) -> Read:
    """What a line of a journal tells. Raises Invalid with its number."""
    try:
        return read(line)
    except Invalid as error:
        raise Invalid(
            f"{path} is damaged at line {number}: {error.message}",
            hint="Restore the file, or cut it off before this line to keep what came first.",
            context={"reason": error.hint},
        ) from error


def _open(path: Path, mode: str, buffer: int = -1) -> BinaryIO:
    """Unbuffered for writing: what was written is there, and a failure shows at once."""
    try:
        return cast(BinaryIO, path.open(mode, buffering=buffer if mode == "rb" else 0))
    except FileNotFoundError as error:
        raise NotFound(f"There is no journal {path}.") from error
    except OSError as error:
        raise _fault(path, error) from error


def _locked(path: Path) -> BinaryIO:
    """The journal opened for its one writer."""
    file = _open(path, "r+b")
    try:
        _lock(file)
    except OSError as error:
        file.close()
        raise Conflict(
            f"Another Bakehouse follows this build already ({path.name}).",
            hint="Its events can be read while it writes them.",
        ) from error
    return file


def _lock(file: BinaryIO) -> None:
    """Raises OSError if someone else holds it. On Windows a lock keeps others from reading what it covers, so it covers
    a byte that no journal reaches."""
    if sys.platform == "win32":
        file.seek(2**40)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _fault(path: Path, error: OSError) -> HostFault:
    return HostFault(
        f"The journal {path} can't be used: {error.strerror or error}.",
        hint="Check the free space and the permissions of its folder.",
    )
