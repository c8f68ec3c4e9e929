"""Writes a log into a file, with the times of its lines or without, off the GUI thread and whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import NamedTemporaryFile

from core.build.lines import Chunk, Lines
from core.errors import HostFault
from gui.build.log.clock import stamp


def saved(lines: Lines, path: Path, *, times: bool) -> Iterator[float]:
    """Write what there is of a log; gives how much of it is written, from 0 to 1. Raises HostFault."""
    chunks = tuple(lines.chunks)
    try:
        with ExitStack() as stack:
            file = stack.enter_context(NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False))
            stack.callback(Path(file.name).unlink, missing_ok=True)
            for number, chunk in enumerate(chunks, 1):
                file.write(b"".join(_stamped(chunk)) if times else chunk.text)
                yield number / len(chunks)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
    except OSError as error:
        raise HostFault(
            f"The log could not be saved to {path}: {error.strerror or error}.",
            hint="Choose another folder, or free some space.",
        ) from error


def _stamped(chunk: Chunk) -> Iterator[bytes]:
    for index in range(len(chunk)):
        yield f"{stamp(chunk.times[index])} ".encode()
        yield chunk.text[chunk.begin(index) : chunk.end(index) + 1]
