"""The base images that come with Bakehouse, as definitions in `resources/bases`.

A definition is a list of Debian packages and two scripts. The made image is cached under an id that hashes all of it,
so a changed definition makes a new image and images built from the old one keep theirs.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from ruamel.yaml import YAML

from core.local.machine.seed import GUEST

RESOURCES = GUEST.parent
# Raised when the steps in core.local.base.make change what they write to the disk.
MAKER_REVISION = "2"


@dataclass(frozen=True, slots=True)
class BaseDefinition:
    """One base image: its Debian suite and packages, the size of its volume in GiB, the folder of its scripts."""

    name: str
    version: str
    os_version: str
    platform: str
    architecture: str
    suite: str
    volume_gib: int
    packages: tuple[str, ...]
    scripts: Path

    @property
    def id(self) -> str:
        """The name of its cache folder: name, version and a hash of everything that goes into it."""
        return _content_id(self)

    def ami_id(self, region: str) -> str:
        """The AMI id of this base in a region: the same on every machine, and another one for other content."""
        return "ami-" + hashlib.sha256(f"{self.id}/{region}".encode()).hexdigest()[:17]


@cache
def _content_id(definition: BaseDefinition) -> str:
    """Hashed once: a running service keeps the base it started with, though an update replaces files under it."""
    digest = hashlib.sha256(
        f"{MAKER_REVISION}\n{definition.suite}\n{definition.volume_gib}\n{definition.packages}".encode()
    )
    for folder in (definition.scripts, GUEST / "files"):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{definition.name}-{definition.version}-{digest.hexdigest()[:12]}"


@cache
def definitions() -> tuple[BaseDefinition, ...]:
    """All shipped base images, by name."""
    return tuple(_load(path) for path in sorted((RESOURCES / "bases").glob("*.yml")))


def _load(path: Path) -> BaseDefinition:
    raw = cast(dict[str, object], YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    return BaseDefinition(
        name=str(raw["name"]),
        version=str(raw["version"]),
        os_version=str(raw["osVersion"]),
        platform=str(raw["platform"]),
        architecture=str(raw["architecture"]),
        suite=str(raw["suite"]),
        volume_gib=int(str(raw["volumeGiB"])),
        packages=tuple(str(package) for package in cast(list[object], raw["packages"])),
        scripts=path.with_suffix(""),
    )
