"""Which images nothing needs, so that making room never takes away what something rests on."""

import os
from collections.abc import Sequence
from pathlib import Path

from core.local.image.shelf import Kept


def unneeded(kept: Sequence[Kept], in_use: frozenset[str], home: Path) -> tuple[Kept, ...]:
    """The images that are neither in use nor below an image that stays."""
    below = {os.path.relpath(image.ami.path, home): image for image in kept}
    needed: set[str] = set()
    pending = [image for image in kept if image.ami.ami_id in in_use]
    while pending:
        image = pending.pop()
        if image.ami.ami_id not in needed:
            needed.add(image.ami.ami_id)
            if (parent := below.get(image.backing)) is not None:
                pending.append(parent)
    return tuple(image for image in kept if image.ami.ami_id not in needed)
