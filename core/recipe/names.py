"""Names, slugs, versions and ARNs of Image Builder resources.

Sources: EC2 Image Builder API reference (ResourceName, VersionNumber, WildcardVersionNumber, the ARN patterns) and the
user guide's pages on semantic versioning. A wildcard is the letter ``x`` in a run of last nodes: ``x.x.x``, ``1.x.x``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

RESOURCE_NAME = re.compile(r"[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]")
MAX_NODE = 2**30 - 1

_PATTERN = re.compile(r"(?:0|[1-9]\d{0,9}|x)(?:\.(?:0|[1-9]\d{0,9}|x)){2}", re.ASCII)
_TYPES = (
    "component",
    "image-recipe",
    "container-recipe",
    "infrastructure-configuration",
    "distribution-configuration",
    "image-pipeline",
    "image",
    "workflow",
    "lifecycle-policy",
)
_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):imagebuilder:(?P<region>[a-z0-9-]+):(?P<owner>\d{12}|aws|aws-marketplace|third-party)"
    rf":(?P<type>{'|'.join(_TYPES)})(?:(?<=:workflow)/(?P<workflow_type>build|test|distribution))?/(?P<name>[a-z0-9_-]+)"
    r"(?:/(?P<version>[0-9x]+\.[0-9x]+\.[0-9x]+)(?:/(?P<build>[1-9]\d{0,9}))?)?",
    re.ASCII,
)


def slug(name: str) -> str:
    """A resource's name as its ARN spells it: lower case, every space and underscore a hyphen, none collapsed."""
    return name.lower().replace(" ", "-").replace("_", "-")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A semantic version; nodes range from 0 to 2^30-1 and compare numerically."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> "Version":
        """The version `text` names.

        Raises:
            ValueError: the text is not three whole numbers below 2^30 joined by dots.
        """
        nodes = text.split(".")
        if len(nodes) != 3 or not all(node.isascii() and node.isdigit() and len(node) <= 10 for node in nodes):
            raise ValueError(f"{text!r} is not a version such as 1.2.3")
        major, minor, patch = (int(node) for node in nodes)
        version = cls(major, minor, patch)
        if max(version.nodes) > MAX_NODE:
            raise ValueError(f"{text!r} has a node above {MAX_NODE}")
        return version

    @property
    def nodes(self) -> tuple[int, int, int]:
        return (self.major, self.minor, self.patch)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def is_wildcard(text: str) -> bool:
    """Whether a version has an ``x`` among its nodes (it may be misplaced: see `wildcard_ok`)."""
    return "x" in text.split(".")


def wildcard_ok(text: str) -> bool:
    """Whether the text is a version whose wildcards, if any, are its last nodes: ``1.2.3``, ``1.2.x``, ``x.x.x``."""
    if not _PATTERN.fullmatch(text):
        return False
    nodes = text.split(".")
    first = nodes.index("x") if "x" in nodes else len(nodes)
    return all(node == "x" for node in nodes[first:]) and all(int(node) <= MAX_NODE for node in nodes[:first])


def newest_match(pattern: str, versions: Iterable[Version]) -> Version | None:
    """The highest version under a pattern (``1.x.x``) or equal to it, None when there is none.

    Raises:
        ValueError: the pattern is no version with wildcards at its end.
    """
    prefix = _prefix(pattern)
    return max((version for version in versions if version.nodes[: len(prefix)] == prefix), default=None)


def next_version(pattern: str, versions: Iterable[Version]) -> Version:
    """The version to create for a pattern: the left-most wildcard node counts up by one, those after it are zero.

    An empty series starts at its lowest value, ``x.x.x`` at 0.0.1. A pattern without wildcard is that version.
    AWS documents ``1.0.x`` only; wider wildcards are our reading (service reference 1.4).

    Raises:
        ValueError: the pattern is no version with wildcards at its end, or its series is used up.
    """
    prefix = _prefix(pattern)
    if len(prefix) == 3:
        return Version.parse(pattern)
    newest = newest_match(pattern, versions)
    if newest is None and not prefix:
        return Version(0, 0, 1)
    node = 0 if newest is None else newest.nodes[len(prefix)] + 1
    if node > MAX_NODE:
        raise ValueError(f"no version is left under {pattern!r}")
    major, minor, patch = (*prefix, node, 0, 0)[:3]
    return Version(major, minor, patch)


def _prefix(pattern: str) -> tuple[int, ...]:
    if not wildcard_ok(pattern):
        raise ValueError(f"{pattern!r} is not a version such as 1.2.3, 1.2.x, 1.x.x or x.x.x")
    return tuple(int(node) for node in pattern.split(".") if node != "x")


@dataclass(frozen=True, slots=True)
class Arn:
    """An Image Builder ARN: ``arn:aws:imagebuilder:<region>:<owner>:<type>/<slug>[/<version>[/<build>]]``.

    `owner` is an account id, ``aws``, ``aws-marketplace`` or ``third-party``; `version` may hold wildcards;
    `workflow_type` (build, test, distribution) is set for workflows alone.
    """

    partition: str
    region: str
    owner: str
    type: str
    name: str
    version: str | None = None
    build: int | None = None
    workflow_type: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Arn":
        """The ARN `text` names.

        Raises:
            ValueError: the text is no Image Builder ARN, or its version has a misplaced wildcard.
        """
        match = _ARN.fullmatch(text)
        if match is None or (match["type"] == "workflow") != (match["workflow_type"] is not None):
            raise ValueError(f"{text!r} is not an EC2 Image Builder ARN")
        version, build = match["version"], match["build"]
        if version is not None and (not wildcard_ok(version) or (build is not None and is_wildcard(version))):
            raise ValueError(f"{text!r} has a version with wildcards in the wrong place")
        return cls(
            match["partition"],
            match["region"],
            match["owner"],
            match["type"],
            match["name"],
            version,
            int(build) if build else None,
            match["workflow_type"],
        )

    def __str__(self) -> str:
        kind = f"{self.type}/{self.workflow_type}" if self.workflow_type else self.type
        tail = "".join(f"/{part}" for part in (self.version, self.build) if part is not None)
        return f"arn:{self.partition}:imagebuilder:{self.region}:{self.owner}:{kind}/{self.name}{tail}"

    def with_version(self, version: Version | str, build: int | None = None) -> "Arn":
        return replace(self, version=str(version), build=build)

    def with_build(self, build: int) -> "Arn":
        return replace(self, build=build)

    def without_build(self) -> "Arn":
        return replace(self, build=None)

    def without_version(self) -> "Arn":
        return replace(self, version=None, build=None)
