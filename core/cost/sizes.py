"""How much was written to images: what EC2 keeps as snapshots of them, or would.

A local image is a layer over the one it was made from, down to its base. A snapshot on AWS holds all of it, so its size
is that of all layers together, which is an upper bound: what a layer writes over counts twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from core.cost.ledger import GIB
from core.errors import BakehouseError

if TYPE_CHECKING:
    from core.aws.connection import Connection
    from core.aws.local_service import BaseImage
    from core.aws.machines import ImageFile, Machines


@dataclass(frozen=True)
class Library:
    """The images of this machine as they were measured `on` a day, and why some of them could not be."""

    bases: "tuple[BaseImage, ...]" = ()
    files: "tuple[ImageFile, ...]" = ()
    on: date = date.min
    problem: BakehouseError | None = field(default=None, compare=False)

    @cached_property
    def sizes(self) -> Mapping[str, Decimal]:
        """GiB by AMI id, all layers together."""
        return written(self.files, max((base.written_bytes for base in self.bases), default=0))

    @property
    def left_out(self) -> str:
        """What is to be said where something could not be measured."""
        if self.problem is None:
            return ""
        return f"Sizes of images built on this machine were left out: {self.problem.message}"


def library(at: "Connection", today: date) -> Library:
    """What lies on this machine. Base images are told by their files, the others by the local service as long as it
    runs; where it fails they are left out, because a cost has to be told without it as well."""
    from core.aws.local_service import at_hand, base_images

    return measured(base_images(at), lambda: at_hand(at), today)


def measured(bases: "tuple[BaseImage, ...]", find: "Callable[[], Machines | None]", today: date) -> Library:
    """These bases, and the images of the service that `find` gives, if it does and if it answers."""
    try:
        machines = find()
        return Library(bases, machines.image_files() if machines is not None else (), today)
    except BakehouseError as error:
        return Library(bases, (), today, error)


def written(files: "Iterable[ImageFile]", base_bytes: int) -> Mapping[str, Decimal]:
    """GiB by AMI id. `base_bytes` are those of the base image; an image whose layers are not all known has no size."""
    layers = {file.ami_id: file for file in files}
    sizes = ((ami_id, _bytes(ami_id, layers, base_bytes)) for ami_id in layers)
    return {ami_id: Decimal(size) / GIB for ami_id, size in sizes if size is not None}


def _bytes(ami_id: str, layers: "Mapping[str, ImageFile]", base_bytes: int) -> int | None:
    total, seen = 0, set[str]()
    while (layer := layers.get(ami_id)) is not None and ami_id not in seen:
        seen.add(ami_id)
        total += layer.written_bytes
        ami_id = layer.parent_ami_id
    if not ami_id:
        return total or None
    return total + base_bytes if base_bytes and ami_id not in seen else None
