"""A connection as forms ask it: images and components in memory, and look-ups of an account."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal

from core.aws.connection import ONLY_ON_AWS, Capability
from core.aws.imagebuilder import ImageVersion, Kind
from core.errors import BakehouseError
from tests.fakes.imagebuilder import ACCOUNT, REGION, FakeImageBuilder, managed


def own(name: str, version: str) -> ImageVersion:
    arn = f"arn:aws:imagebuilder:{REGION}:{ACCOUNT}:image/{name}/{version}"
    return ImageVersion(arn, name, version, "Self", "Linux", "Debian 12", "AMI")


IMAGES = (
    managed("debian-12-x86"),
    managed("debian-12-x86", "1.2.0"),
    managed("ubuntu-server-24-lts-x86", "2026.9.1", "Ubuntu 24.04"),
    own("hardened-base", "1.0.3"),
)


class FakeLookups:
    """An account with a little of everything; `refuse` is raised by every call."""

    def __init__(self, refuse: BakehouseError | None = None) -> None:
        self._refuse = refuse

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*_arguments: object) -> Any:
            if self._refuse is not None:
                raise self._refuse
            return _ACCOUNT[name]

        return call


_ACCOUNT: dict[str, Any] = {
    "subnets": (SimpleNamespace(id="subnet-0a1b2c3d", name="build", zone="eu-central-1a", cidr="10.0.1.0/24"),),
    "security_groups": (SimpleNamespace(id="sg-0a1b2c3d", name="egress only", vpc_id="vpc-1"),),
    "instance_profiles": (SimpleNamespace(name="EC2InstanceProfileForImageBuilder", roles=("builder",)),),
    "key_pairs": (SimpleNamespace(name="baker"),),
    "launch_templates": (SimpleNamespace(id="lt-0123456789abcdef0", name="web"),),
    "parameter": SimpleNamespace(name="/debian", value="ami-0123456789abcdef0"),
    "image": SimpleNamespace(name="debian-12-amd64-20260901", architecture="x86_64", created="2026-09-01T00:00:00Z"),
}


@dataclass(frozen=True, eq=False)
class LookingConnection:
    """Answers at once; `asked` counts the Image Builder faces given out."""

    builder: FakeImageBuilder = field(default_factory=lambda: FakeImageBuilder(IMAGES))
    looks: FakeLookups = field(default_factory=FakeLookups)
    name: str = "prod-eu"
    kind: Literal["local", "aws"] = "aws"
    region: str = REGION
    partition: str = "aws"
    account: str = ACCOUNT
    instance_profile: str = ""
    capabilities: frozenset[Capability] = ONLY_ON_AWS

    def image_builder(self) -> FakeImageBuilder:
        return self.builder

    def lookups(self) -> FakeLookups:
        return self.looks

    def seed_component(self, name: str, document: str, version: str = "1.0.0") -> str:
        """Let the account have a component; its ARN."""
        arn = f"arn:aws:imagebuilder:{REGION}:aws:component/{name}/{version}/1"
        self.builder.seed(Kind.COMPONENT, arn, data=document, version=version, platform="Linux")
        return arn
