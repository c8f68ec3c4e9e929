"""A run as one file that a colleague opens offline: journal (timeline and log), recipe, packages, cost, environment.

    web-server-1.0.0-1.bakehouse-run     a zip archive of exactly three members
        manifest.json                    format and version, sizes and checksums of the others
        journal.jsonl                    the run's journal as it was written
        contents.json                    what is not in the journal (see Contents)

An imported run is a journal among the others, with `Contents` in a file beside it, and belongs to no connection: the
name of the one it comes from is kept behind the word *imported*, so that it is never taken for a build of one's own
whose ARN, on Local, may be the same.

A file from elsewhere is believed in nothing. Names in the archive are compared and never used as paths; sizes are
counted while unpacking, whatever the archive says; and the journal is read to its end before it appears in the folder.
"""

import hashlib
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from core.build import journal
from core.build.events import IMPORTED, RunOpened, to_json
from core.build.source import UtcTime
from core.errors import Conflict, HostFault, Invalid

VERSION: Final = 1
SUFFIX: Final = ".bakehouse-run"

LARGEST_FILE: Final = 512 * 2**20
"""Bytes of the archive, and of the journal in it."""

LARGEST_CONTENTS: Final = 32 * 2**20

_MANIFEST, _JOURNAL, _CONTENTS = "manifest.json", "journal.jsonl", "contents.json"
LIMITS: Final[Mapping[str, int]] = {_MANIFEST: 64 * 1024, _JOURNAL: LARGEST_FILE, _CONTENTS: LARGEST_CONTENTS}
_BLOCK: Final = 256 * 1024
_END_RECORD: Final = struct.Struct("<4s4H2LH")
_LONGEST_DIRECTORY: Final = 4096
_ENCRYPTED: Final = 1


def _inside(name: str) -> str:
    """A path below the recipe's folder, on every system."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or any(mark in name for mark in "\\:\0"):
        raise ValueError(f"{name!r} is no file below the recipe's folder")
    return name


RecipePath = Annotated[str, AfterValidator(_inside)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Package(_Part):
    name: str
    version: str = ""


class Contents(_Part):
    """What is known of a run besides its journal. `recipe`: the recipe file's text and that of the documents beside it,
    by relative path, `recipe_file` the first among them. `size` in bytes, `cost` as it was shown, `environment` facts
    about the machine and the programs that made it, by name."""

    recipe_file: str = ""
    recipe: Mapping[RecipePath, str] = Field(default_factory=dict)
    packages: tuple[Package, ...] | None = None
    size: int | None = None
    cost: str = ""
    environment: Mapping[str, str] = Field(default_factory=dict)


class _Member(_Part):
    size: int
    sha256: str


class _Manifest(_Part):
    bakehouse: str
    version: int
    created: UtcTime
    members: Mapping[str, _Member]


class _Format(_Part):
    """As much of a manifest as every version has."""

    bakehouse: str
    version: int


def export(path: Path, journal_path: Path, contents: Contents) -> None:
    """Write the run's record to `path`, whole or not at all. The journal may still be written; what is there counts.

    Raises Invalid for a journal that can't be read or is too large, HostFault where the file can't be written.
    """
    _opened(journal_path)
    told = contents.model_dump_json().encode()
    try:
        with ExitStack() as stack:
            source = stack.enter_context(_whole_lines(journal_path))
            digest, size = _digest(source)
            if size > LARGEST_FILE or len(told) > LARGEST_CONTENTS:
                raise Invalid(
                    f"The run {journal_path.name} is too large for one file ({size // 2**20} MiB).",
                    hint=f"A record holds at most {LARGEST_FILE // 2**20} MiB of journal.",
                )
            members = {
                _JOURNAL: _Member(size=size, sha256=digest),
                _CONTENTS: _Member(size=len(told), sha256=hashlib.sha256(told).hexdigest()),
            }
            manifest = _Manifest(bakehouse="run", version=VERSION, created=datetime.now(UTC), members=members)
            target = stack.enter_context(_written_beside(path))
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(_MANIFEST, manifest.model_dump_json())
                with archive.open(_JOURNAL, "w") as member:
                    while block := source.read(_BLOCK):
                        member.write(block)
                archive.writestr(_CONTENTS, told)
    except OSError as error:
        raise HostFault(
            f"{path} could not be written: {error.strerror or error}.",
            hint="Choose another folder, or free some space.",
        ) from error


def import_run(path: Path, folder: Path, *, limits: Mapping[str, int] = LIMITS) -> Path:
    """Put an exported run among the journals of `folder`, and give its journal. Importing it again gives the same.
    `limits` are the bytes that members may unpack to.

    Raises Invalid for a file that is damaged, hostile, no exported run, or of a newer version; Conflict if another run
    of that name is there; HostFault where files can't be read or written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as stack:
            record = stack.enter_context(_Record.open(path, limits))
            contents = record.contents()
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder, prefix=".import-")))
            unpacked = place / _JOURNAL
            with unpacked.open("wb") as file:
                file.writelines(record.member(_JOURNAL))
            return _put(unpacked, _read_through(path, unpacked), folder, contents)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error) as error:
        raise _damaged(path, str(error)) from error
    except OSError as error:
        raise HostFault(
            f"{path} could not be imported: {error.strerror or error}.",
            hint="Check the file, and the free space and permissions of the folder for runs.",
        ) from error


def imported(opened: RunOpened) -> bool:
    """Whether the run came out of a file: nobody can ask its connection for more."""
    return opened.connection.startswith(IMPORTED)


def keep(journal_path: Path, contents: Contents) -> None:
    """Write what is known of a run beside its journal."""
    try:
        with _written_beside(contents_path(journal_path)) as file:
            file.write(contents.model_dump_json().encode())
    except OSError as error:
        raise HostFault(
            f"What is known of {journal_path.name} could not be kept: {error.strerror or error}.",
            hint="Check the free space and the permissions of the folder for runs.",
        ) from error


def kept(journal_path: Path) -> Contents:
    """What is known of a run besides its journal: nothing, where nothing was kept. Raises Invalid if it is damaged."""
    path = contents_path(journal_path)
    try:
        return Contents.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Contents()
    except ValidationError as error:
        raise Invalid(
            f"{path} is damaged.", hint="Remove the file; the run's journal is not touched by that."
        ) from error
    except OSError as error:
        raise HostFault(f"{path} can't be read: {error.strerror or error}.") from error


def contents_path(journal_path: Path) -> Path:
    return journal_path.with_suffix(".contents.json")


def _opened(path: Path) -> RunOpened:
    with journal.Tail(path) as tail:
        first = next(tail.read(), None)
    if not isinstance(first, RunOpened):
        raise Invalid(f"{path} holds no run yet.", hint="Wait until the build has begun.")
    return first


@contextmanager
def _whole_lines(path: Path) -> Iterator[IO[bytes]]:
    """The journal's whole lines as they are now, in a file of their own: its writer may go on meanwhile."""
    with tempfile.TemporaryFile() as copy, path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                copy.write(line)
        copy.seek(0)
        yield copy


def _digest(file: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        digest.update(block)
        size += len(block)
    file.seek(0)
    return digest.hexdigest(), size


@contextmanager
def _written_beside(path: Path) -> Iterator[IO[bytes]]:
    """A new file that takes its place when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    with ExitStack() as stack:
        stack.callback(Path(name).unlink, missing_ok=True)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        stack.pop_all()


class _Record:
    """An exported run that is being read, and believed in nothing."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, limits: Mapping[str, int]) -> None:
        self.path = path
        self._archive = archive
        self._limits = limits
        self._members: Mapping[str, _Member] = {}
        self._members = self._manifest().members

    @classmethod
    @contextmanager
    def open(cls, path: Path, limits: Mapping[str, int]) -> Iterator["_Record"]:
        """The file, if it is an archive of exactly our members, each once."""
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if size > LARGEST_FILE:
                raise _refused(path, f"it has {size // 2**20} MiB, more than any run's")
            if size < _END_RECORD.size:
                raise _damaged(path, "it is too short")
            file.seek(-_END_RECORD.size, os.SEEK_END)
            mark, *_, directory, _, comment = _END_RECORD.unpack(file.read(_END_RECORD.size))
            if mark != b"PK\5\6" or comment:
                raise _damaged(path, "its end is missing")
            if directory > _LONGEST_DIRECTORY:
                raise _refused(path, "it holds more than a run")
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                if sorted(member.filename for member in members) != sorted(limits):
                    raise _refused(path, "it holds other files than a run's")
                if any(member.flag_bits & _ENCRYPTED for member in members):
                    raise _refused(path, "it is encrypted")
                yield cls(path, archive, limits)

    def contents(self) -> Contents:
        text = b"".join(self.member(_CONTENTS))
        try:
            return Contents.model_validate_json(text)
        except ValidationError as error:
            raise _refused(self.path, str(error.errors()[0]["msg"])) from error

    def member(self, name: str) -> Iterator[bytes]:
        """A member's bytes: never more than it may have, and all of those that the manifest promises."""
        digest, size = hashlib.sha256(), 0
        for block in self._unpacked(name):
            digest.update(block)
            size += len(block)
            yield block
        promised = self._members.get(name)
        if promised is None or (promised.size, promised.sha256) != (size, digest.hexdigest()):
            raise _damaged(self.path, f"{name} is not what was exported")

    def _unpacked(self, name: str) -> Iterator[bytes]:
        limit, size = self._limits[name], 0
        with self._archive.open(name) as member:
            while block := member.read(_BLOCK):
                size += len(block)
                if size > limit:
                    raise _refused(self.path, f"{name} unpacks to more than {limit // 1024:,} KiB")
                yield block

    def _manifest(self) -> _Manifest:
        text = b"".join(self._unpacked(_MANIFEST))
        try:
            found = _Format.model_validate_json(text)
            if found.bakehouse != "run":
                raise _refused(self.path, "it is no run of Bakehouse")
            if found.version > VERSION:
                raise Invalid(
                    f"{self.path} was exported by a newer Bakehouse (format {found.version}; this one reads up to"
                    f" {VERSION}).",
                    hint="Update Bakehouse to open this run.",
                )
            return _Manifest.model_validate_json(text)
        except ValidationError as error:
            raise _damaged(self.path, "its manifest can't be read") from error


def _put(unpacked: Path, opened: RunOpened, folder: Path, contents: Contents) -> Path:
    """The unpacked journal as one of the folder's, belonging to no connection."""
    if not imported(opened):
        opened = opened.model_copy(update={"connection": f"{IMPORTED}{opened.connection}"})
    target = folder / journal.file_name(opened)
    made = unpacked.with_name(target.name)
    made.touch(mode=0o600)
    with made.open("wb") as file, unpacked.open("rb") as source:
        file.write(source.readline())
        source.readline()
        file.write(to_json(opened) + b"\n")
        shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        if not _same(target, made):
            raise Conflict(f"There is another run {target.name} already.", hint="Remove that one first.")
        return target
    keep(target, contents)
    made.replace(target)
    return target


def _read_through(path: Path, unpacked: Path) -> RunOpened:
    """Every event of a journal is looked at before anybody else does; its first."""
    try:
        events = journal.events(unpacked)
        opened = next(events, None)
        if not isinstance(opened, RunOpened):
            raise _refused(path, "its journal does not begin with a run")
        for _ in events:
            pass
    except Invalid as error:
        message = error.message.replace(str(unpacked), f"The journal in {path}")
        raise Invalid(message, hint=error.hint or "Ask for the file again.", context=error.context) from error
    return opened


def _same(one: Path, other: Path) -> bool:
    with one.open("rb") as first, other.open("rb") as second:
        return _digest(first) == _digest(second)


def _damaged(path: Path, reason: str) -> Invalid:
    return Invalid(
        f"{path} is damaged, or no exported run: {reason}.", hint="Ask for the file again; it may be cut off."
    )


def _refused(path: Path, reason: str) -> Invalid:
    return Invalid(f"{path} was not opened: {reason}.", hint="Open only files that `bakehouse runs export` made.")
