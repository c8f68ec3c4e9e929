"""Reading the documents that stand beside a recipe file, and nothing else of the host.

A path comes from the recipe file, so from whoever wrote it: it must lead to a regular file in the recipe file's folder
or below it, also after following symbolic links, and to no more of it than a document may have.
"""

import io
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from core.errors import HostFault, Invalid, NotFound

MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Folder:
    """A recipe file's folder. A document that is open in an editor (by its resolved path) has the text it has there.

    `root` is where the folder really is.
    """

    base: Path
    opened: Mapping[Path, str] = field(default_factory=dict)
    root: Path = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", self.base.resolve())

    def target(self, path: str) -> Path:
        """Where the document at `path` (POSIX, relative) is.

        Raises:
            Invalid: the path leads out of the folder.
        """
        target = real_path(self.root / path, named=path)
        if not target.is_relative_to(self.root):
            raise Invalid(f"{path} leads out of the recipe file's folder", hint="Documents stand beside or below it")
        return target

    def read(self, path: str) -> str:
        """The text of the document at `path`.

        Raises:
            NotFound: there is no such file.
            Invalid: the path leads elsewhere, to no regular file, to one above 1 MiB, or to one that is not UTF-8.
            HostFault: the file cannot be read.
        """
        return self.text(self.target(path), named=path)

    def text(self, target: Path, *, named: str) -> str:
        """The text of the document that is at `target`, and is called `named`; raises as `read`."""
        text = self.opened.get(target)
        return read_text(target, named=named) if text is None else text


def real_path(path: Path, *, named: str = "") -> Path:
    """Where a path leads. Raises Invalid for links that lead in a circle; `named` is how the message calls it."""
    try:
        return path.resolve()
    except RuntimeError:
        raise Invalid(f"{named or path} is a link that leads in a circle") from None


def path_problem(path: str) -> tuple[str, str] | None:
    """Why a text can't be the path of a document beside or below a recipe file, as sentence and hint; None when it
    can, in POSIX form."""
    parts = PurePosixPath(path)
    if not path.strip() or "\x00" in path:
        return "The path of a document is empty or holds a NUL character", ""
    if parts.is_absolute() or ".." in parts.parts or "\\" in path or re.match(r"[A-Za-z]:", path) or path[0] == "~":
        hint = "Write it relative to the recipe file, with '/', and without '..'"
        return f"{path!r} leads away from the recipe file", hint
    return None


def read_document(base: Path, path: str) -> str:
    """The text of the document at `path` (POSIX, relative) below the folder `base`; raises as `Folder.read`."""
    return Folder(base).read(path)


def read_text(target: Path, *, named: str = "") -> str:
    """The text of a UTF-8 file of at most 1 MiB; `named` is how messages call it.

    Raises:
        NotFound, Invalid, HostFault: as `read_document`.
    """
    name = named or str(target)
    try:
        with io.BufferedReader(io.FileIO(target, opener=_opened)) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Invalid(f"{name} is not a regular file")
            content = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"There is no file {name}", hint="Paths are relative to the recipe file") from None
    except IsADirectoryError:
        raise Invalid(f"{name} is a folder, not a file") from None
    except OSError as error:
        raise HostFault(f"{name} cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise Invalid(f"{name} is larger than {MAX_BYTES // 1024:,} KiB and cannot be a document")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Invalid(f"{name} is not UTF-8 (line {line})", hint="Save it as UTF-8") from None


def _opened(file: str, flags: int) -> int:
    """Non-blocking where the host knows that, so that a FIFO of that name cannot hang us before it is refused."""
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))
