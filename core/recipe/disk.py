"""A recipe file or document on disk: read with care, written whole, recognised when another program has changed it."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.errors import HostFault
from core.recipe.documents import read_text


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a file on disk is recognised as unchanged."""

    modified_ns: int
    size: int
    digest: str


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of a file as it is now, None where there is none. Raises HostFault when it can't be read."""
    try:
        content = path.read_bytes()
        status = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HostFault(f"{path} cannot be read: {error.strerror}") from error
    return Stamp(status.st_mtime_ns, status.st_size, hashlib.sha256(content).hexdigest())


def read_recipe_text(path: Path) -> str:
    """The text of a file, its byte order mark and line ends included. Raises NotFound, Invalid, HostFault."""
    return read_text(path)


def write_text(path: Path, text: str) -> None:
    """Put a text in place of a file by one rename; its mode stays. Raises HostFault, and the file is as it was."""
    target = path.resolve()
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        temporary = Path(name)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
        temporary.rename(target)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        hint = "Save it under another name, or make the folder writable."
        raise HostFault(f"{path} could not be saved: {error.strerror}.", hint=hint) from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
