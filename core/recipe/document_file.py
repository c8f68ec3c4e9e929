"""A document on disk as an editor needs it: read as it is, saved whole or not at all, never over someone's changes.

Text is kept byte for byte: line ends, a byte order mark, no line break at the end. What is wrong with the text itself
(tabs, conflict marks) is for the checks to say; here is only what keeps it from being text.
"""

import errno
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.errors import Conflict, HostFault, Invalid, NotFound
from core.recipe.documents import read_text


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file was like when we last read or wrote it."""

    mtime_ns: int
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file as it was read; `read_only` files can only be saved elsewhere."""

    path: Path
    text: str
    fingerprint: Fingerprint
    read_only: bool


class Change(StrEnum):
    """Who changed a document since both had the same text."""

    NOBODY = "nobody"
    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Versions:
    """The three texts of the question that a file changed on disk raises: the last common one, the editor's, the disk's
    (None: the file is gone)."""

    base: str
    mine: str
    theirs: str | None

    @property
    def change(self) -> Change:
        """BOTH asks the user; THEIRS is taken over without a question."""
        match self.mine != self.base, self.theirs != self.base:
            case False, False:
                return Change.NOBODY
            case True, False:
                return Change.MINE
            case False, True:
                return Change.THEIRS
            case _:
                return Change.MINE if self.mine == self.theirs else Change.BOTH


def open_file(path: Path) -> OpenedFile:
    """Read a document of at most 1 MiB.

    Raises:
        NotFound: there is no such file. Invalid: it is no regular file, too large, or not UTF-8.
        HostFault: it cannot be read.
    """
    before = _stat(path)
    text = read_text(path)
    digest = _digest(text)
    fingerprint = Fingerprint(before.st_mtime_ns, before.st_size, digest)
    return OpenedFile(path, text, fingerprint, _read_only(path, before))


def changed(path: Path, fingerprint: Fingerprint) -> bool:
    """Whether a file's content is another one than it was, or the file is gone. Cheap while nothing happens.

    Raises:
        HostFault: it cannot be read.
    """
    try:
        now = _stat(path)
        if (now.st_mtime_ns, now.st_size) == (fingerprint.mtime_ns, fingerprint.size):
            return False
        return _digest(read_text(path)) != fingerprint.digest
    except (NotFound, Invalid):
        return True


def save_file(path: Path, text: str, *, expected: Fingerprint | None = None) -> Fingerprint:
    """Write a document so that the file is either the old one or the new one, whatever happens, with its mode kept.

    With `expected`, only if the file still is what it was then.

    Raises:
        Conflict: the file changed or vanished meanwhile. Invalid: the text cannot be written as UTF-8.
        HostFault: the disk or its permissions do not allow it.
    """
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise Invalid(f"Line {line} holds half a character, which no file can hold", hint="Remove it") from None
    target = path.resolve()
    if expected is not None and changed(target, expected):
        raise Conflict(f"{path} was changed by another program", hint="Compare both versions before you save")
    try:
        mode = _mode(target)
        _replace(target, content, mode)
        now = target.stat()
    except OSError as error:
        hint = "Save it under another name or in another folder"
        raise HostFault(f"{path} cannot be saved: {error.strerror}", hint=hint) from error
    return Fingerprint(now.st_mtime_ns, now.st_size, _digest(text))


def _mode(target: Path) -> int | None:
    """The permissions of a file that is to be replaced, None for a new one.

    Raises:
        PermissionError: the file is read-only; replacing it would get around that.
    """
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if _read_only(target, status):
        raise PermissionError(errno.EACCES, "It is read-only")
    return stat.S_IMODE(status.st_mode)


def _read_only(path: Path, status: os.stat_result) -> bool:
    """Whether a file is not meant to be written: by us, or (whatever root may do) by anybody."""
    return not status.st_mode & 0o222 or not os.access(path, os.W_OK)


def _replace(target: Path, content: bytes, mode: int | None) -> None:
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"There is no file {path}") from None
    except OSError as error:
        raise HostFault(f"{path} cannot be read: {error.strerror}") from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
