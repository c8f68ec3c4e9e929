"""The regions of AWS by code: their names, and whether EC2 Image Builder is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.catalog.table import Table


@dataclass(frozen=True, slots=True)
class Region:
    """`image_builder` is None where no source says whether the service is there."""

    code: str
    name: str
    partition: str
    opt_in: bool
    image_builder: bool | None


def _region(row: list[str]) -> Region:
    code, name, partition, opt_in, image_builder = row
    return Region(code, name, partition, opt_in == "yes", {"yes": True, "no": False}.get(image_builder))


REGIONS: Final[Mapping[str, Region]] = Table("regions.csv", _region)
