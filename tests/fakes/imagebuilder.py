"""An Image Builder in memory: what publishing and the command line see of one, with the service's own rules.

It keeps the rules that decide publishing: identical components and taken recipe versions are refused, Update
replaces everything, and Get fills in defaults that Create was not given. Every writing call is recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.aws.imagebuilder import OPERATIONS, ImageVersion, Kind, Members, Resource
from core.errors import Conflict
from core.recipe.names import Arn, Version, newest_match, slug

ACCOUNT = "123456789012"
REGION = "eu-central-1"


def managed(name: str, version: str = "1.0.0", os_version: str = "Debian 12") -> ImageVersion:
    arn = f"arn:aws:imagebuilder:{REGION}:aws:image/{name}/{version}"
    return ImageVersion(arn, name, version, "Amazon", "Linux", os_version, "AMI")


class FakeImageBuilder:
    """`calls` holds (operation, name or ARN) of everything that changed something."""

    def __init__(self, images: Sequence[ImageVersion] = (managed("debian-12-x86"),)) -> None:
        self.resources: dict[str, Resource] = {}
        self.calls: list[tuple[str, str]] = []
        self._images = tuple(images)

    def seed(self, kind: Kind, arn: str, **members: Any) -> Resource:
        resource = Resource(kind, arn, {"arn": arn, **members})
        self.resources[arn] = resource
        return resource

    def arn(self, kind: Kind, name: str, version: str = "", *, owner: str = "", stage: str = "") -> str:
        found = Arn("aws", REGION, owner or ACCOUNT, kind.value, slug(name), version or None)
        return str(replace(found, workflow_type=stage or None))

    def find(self, kind: Kind, arn: str) -> Resource | None:
        wanted = Arn.parse(arn)
        if wanted.version is None or wanted.build is not None:
            return self.resources.get(arn)
        matches = [
            (Version.parse(there.version or ""), there.build or 0, resource)
            for there, resource in ((Arn.parse(key), value) for key, value in self.resources.items())
            if there.without_version() == wanted.without_version()
        ]
        newest = newest_match(wanted.version, [version for version, _, _ in matches])
        found = [(build, resource) for version, build, resource in matches if version == newest]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def images(self, owner: str, name: str = "") -> tuple[ImageVersion, ...]:
        mine = (each for each in self._images if (each.owner == "Amazon") == (owner == "Amazon"))
        return tuple(each for each in mine if not name or each.name == name)

    def create(self, kind: Kind, members: Members) -> str:
        name = str(members["name"])
        self.calls.append((f"Create{OPERATIONS[kind].noun}", name))
        stage = str(members["type"]).lower() if kind is Kind.WORKFLOW else ""
        arn = Arn.parse(self.arn(kind, name, str(members.get("semanticVersion", "")), stage=stage))
        if kind in (Kind.COMPONENT, Kind.WORKFLOW):
            newest = self.find(kind, str(arn))
            if newest and newest.members["data"] == members["data"]:
                raise Conflict(f"The following resource '{OPERATIONS[kind].noun}' already exists: '{newest.arn}'.")
            arn = arn.with_build((Arn.parse(newest.arn).build or 0) + 1 if newest else 1)
        elif str(arn) in self.resources:
            raise Conflict(f"The following resource '{OPERATIONS[kind].noun}' already exists: '{arn}'.")
        self._store(kind, str(arn), members)
        return str(arn)

    def update(self, kind: Kind, arn: str, members: Members) -> str:
        self.calls.append((f"Update{OPERATIONS[kind].noun}", arn))
        kept = {key: self.resources[arn].members.get(key) for key in ("name", "tags")}
        self._store(kind, arn, {**{key: value for key, value in kept.items() if value}, **members})
        return arn

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        self.calls.append(("TagResource", arn))
        resource = self.resources[arn]
        self.resources[arn] = Resource(resource.kind, arn, {**resource.members, "tags": {**resource.tags, **tags}})

    def untag(self, arn: str, keys: Sequence[str]) -> None:
        self.calls.append(("UntagResource", arn))
        resource = self.resources[arn]
        left = {key: value for key, value in resource.tags.items() if key not in keys}
        self.resources[arn] = Resource(resource.kind, arn, {**resource.members, "tags": left})

    def _store(self, kind: Kind, arn: str, members: Members) -> None:
        stored: dict[str, Any] = {**_defaults(kind), **members, "arn": arn, "dateCreated": "2026-01-01T00:00:00.000Z"}
        self.resources[arn] = Resource(kind, arn, stored)


def _defaults(kind: Kind) -> Mapping[str, Any]:
    """What the service adds to what it was given."""
    match kind:
        case Kind.IMAGE_RECIPE:
            return {"workingDirectory": "/tmp", "tags": {}, "owner": ACCOUNT}
        case Kind.INFRASTRUCTURE:
            return {"terminateInstanceOnFailure": True, "tags": {}, "resourceTags": {}}
        case Kind.DISTRIBUTION:
            return {"timeoutMinutes": 720, "tags": {}}
        case Kind.PIPELINE:
            return {
                "status": "ENABLED",
                "enhancedImageMetadataEnabled": True,
                "imageTestsConfiguration": {"imageTestsEnabled": True, "timeoutMinutes": 720},
                "consecutiveFailures": 0,
                "tags": {},
            }
        case _:
            return {"tags": {}, "encrypted": True}


@dataclass(frozen=True, slots=True)
class FakeConnection:
    """A connection as planning sees it."""

    name: str = "local"
    region: str = REGION
    account: str = ACCOUNT
    instance_profile: str = "Local"
