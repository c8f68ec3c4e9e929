"""How much was written to images: what EC2 keeps as snapshots of them, or would.

On AWS it is asked. A local image is a layer over the one it was made from, down to its base. A snapshot on AWS holds
all of it, so its size is that of all layers together, which is an upper bound: what a layer writes over counts twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from core.cost.ledger import GIB

if TYPE_CHECKING:
    from core.aws.lookups import Lookups
    from core.aws.machines import ImageFile, Machines


def measured(machines: "Machines") -> Mapping[str, Decimal]:
    """GiB by AMI id of all images on this machine. Asks the local service, and raises what that raises."""
    files = machines.image_files()
    return written(files, machines.health().disk.get("bases", 0)) if files else {}


def stored(lookups: "Lookups", ami_ids: Sequence[str]) -> Mapping[str, Decimal]:
    """GiB by AMI id of images in an account, as far as EC2 tells. Raises what EC2 raises."""
    sizes = lookups.written_bytes(ami_ids) if ami_ids else {}
    return {ami_id: Decimal(size) / GIB for ami_id, size in sizes.items()}


def written(files: "Iterable[ImageFile]", base_bytes: int) -> Mapping[str, Decimal]:
    """GiB by AMI id. `base_bytes` are those of all base images; an image whose layers are not all known has no size."""
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
