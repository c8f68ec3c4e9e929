"""The regions of AWS by code: their names, where they are, and whether EC2 Image Builder is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.catalog.table import Table


@dataclass(frozen=True, slots=True)
class Region:
    """`image_builder` is None where no source says whether the service is there. `latitude` and `longitude` are those
    of `city`, in degrees, north and east positive. `price_list_name` is what the AWS Price List calls it, empty where
    it has no prices there."""

    code: str
    name: str
    partition: str
    opt_in: bool
    image_builder: bool | None
    city: str
    latitude: float
    longitude: float
    price_list_name: str


def _region(row: list[str]) -> Region:
    code, name, partition, opt_in, image_builder, city, latitude, longitude, price_list_name = row
    return Region(
        code,
        name,
        partition,
        opt_in == "yes",
        {"yes": True, "no": False}.get(image_builder),
        city,
        float(latitude),
        float(longitude),
        price_list_name,
    )


REGIONS: Final[Mapping[str, Region]] = Table("regions.csv", _region)
