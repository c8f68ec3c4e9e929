"""What the shelf offers for a recipe: components of the connection and documents beside its file, as one list."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.recipe.beside import Beside

if TYPE_CHECKING:  # it loads botocore, which the window must not wait for
    from core.aws.stock import StockComponent


class Shelf(StrEnum):
    """Where a component comes from, in the order of the list."""

    BESIDE = "Beside this file"
    OWN = "Own"
    SHARED = "Shared"
    AMAZON = "Amazon"


ICONS: Final = {Shelf.BESIDE: "recipe", Shelf.OWN: "component", Shelf.SHARED: "connections", Shelf.AMAZON: "aws"}
_OF_OWNER: Final = {"Self": Shelf.OWN, "Shared": Shelf.SHARED, "Amazon": Shelf.AMAZON}


@dataclass(frozen=True, slots=True)
class Shelved:
    """`reference` is how a recipe file names it; `arn` or `file` says where its document is. A document beside the
    file has no version, and no platform but the recipe's."""

    reference: str
    name: str
    shelf: Shelf
    version: str = ""
    platform: str = ""
    description: str = ""
    arn: str = ""
    file: Path | None = None

    @property
    def searched(self) -> str:
        return f"{self.name} {self.reference} {self.shelf} {self.platform} {self.description}"


def of_connection(components: "Iterable[StockComponent]") -> tuple[Shelved, ...]:
    """The newest version of each."""
    found = [
        Shelved(
            each.reference,
            each.name,
            _OF_OWNER[each.owner],
            each.version,
            each.platform,
            each.description,
            arn=each.arn,
        )
        for each in components
        if each.newest
    ]
    order = list(Shelf)
    return tuple(sorted(found, key=lambda each: order.index(each.shelf)))


def of_folder(found: Iterable[Beside]) -> tuple[Shelved, ...]:
    return tuple(
        Shelved(each.path, each.name, Shelf.BESIDE, description=each.description, file=each.file) for each in found
    )
