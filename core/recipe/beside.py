"""The component documents that lie beside a recipe file, in its folder and below, found without reading them all.

A folder may be a whole checkout, so the search is bounded in depth, in files looked at and in what is read of each.
Whether a file is a component document is told by its keys; whether it is a good one is for the checks.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import BakehouseError
from core.recipe.documents import read_text

MOST_FOLDERS: Final = 400
MOST_FILES: Final = 500
DEEPEST: Final = 5
SKIPPED: Final = frozenset({"node_modules", "__pycache__", "venv"})

_PHASES = re.compile(r"^phases:", re.MULTILINE)
_VERSION = re.compile(r"^schemaVersion:", re.MULTILINE)
_DESCRIPTION = re.compile(r"^description:[ \t]*(?P<text>[^\s|>].*?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Beside:
    """A component document; `path` is relative to the recipe file, as it names it, `file` is where it is."""

    path: str
    file: Path
    description: str = ""

    @property
    def name(self) -> str:
        return self.file.stem


def components_beside(base: Path) -> tuple[Beside, ...]:
    """Those in the folder `base` and below, by path. What can't be read is left out: it can't be used either."""
    return tuple(sorted(_components(base), key=lambda found: found.path))


def _components(base: Path) -> Iterator[Beside]:
    for _, file in zip(range(MOST_FILES), _files(base), strict=False):
        try:
            text = read_text(file)
        except BakehouseError:
            continue
        if _PHASES.search(text) and _VERSION.search(text):
            said = _DESCRIPTION.search(text)
            yield Beside(file.relative_to(base).as_posix(), file, said["text"].strip("\"'") if said else "")


def _files(base: Path) -> Iterator[Path]:
    for count, (folder, below, names) in enumerate(os.walk(base)):
        depth = len(Path(folder).relative_to(base).parts)
        if count == MOST_FOLDERS:
            return
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in SKIPPED)
        if depth + 1 >= DEEPEST:
            below.clear()
        yield from (Path(folder, name) for name in sorted(names) if name.endswith((".yml", ".yaml")))
