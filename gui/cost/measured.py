"""How large images turned out that were built on this machine, where the service that keeps them runs already.

It is not started for this: what an image weighs is worth a look, and no minute of waiting.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.build import journal
from core.errors import Invalid, NotFound

if TYPE_CHECKING:
    from core.aws.machines import Machines

GIB: Final = 2**30
MOST: Final = 40


def sizes(machines: "Machines", folder: Path, connection: str) -> Mapping[str, Decimal]:
    """GiB written, by the ARN of the build, of the newest runs on a connection. Raises what the service raises."""
    return {arn: size for arn in islice(_arns(folder, connection), MOST) if (size := _size(machines.image_files, arn))}


def _size(files: Callable[..., object], arn: str) -> Decimal | None:
    found = files(arn)
    written = [each.written_bytes for each in found] if isinstance(found, tuple) else []
    return Decimal(max(written)) / GIB if written else None


def _arns(folder: Path, connection: str) -> Iterator[str]:
    for path in journal.listing(folder):
        try:
            entry = journal.entry(path)
        except (Invalid, NotFound):
            continue
        if entry is not None and entry.opened.connection == connection and entry.ended is not None:
            yield entry.opened.image_arn
