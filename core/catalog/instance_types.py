"""EC2 instance types by name: vCPUs, memory and architecture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from core.catalog.table import Table

Architecture = Literal["x86_64", "arm64"]


@dataclass(frozen=True, slots=True)
class InstanceType:
    name: str
    vcpus: int
    memory_mib: int
    architecture: Architecture


def _instance_type(row: list[str]) -> InstanceType:
    name, vcpus, memory, architecture = row
    return InstanceType(name, int(vcpus), int(memory), "arm64" if architecture == "arm64" else "x86_64")


INSTANCE_TYPES: Final[Mapping[str, InstanceType]] = Table("instance-types.csv", _instance_type)
