"""What a connection has: components, pipelines, recipes and images, as lists to look through.

Entries hold what the List operations answer; text and parts that only a Get operation tells are asked for one by one,
when somebody looks. Dates stay the service's own texts (ISO 8601), which sort as they are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Protocol

from core.aws.imagebuilder import Kind, Resource
from core.build.source import Ami, Image
from core.errors import NotFound

LATEST: Final = "x.x.x"


class Owner(StrEnum):
    """Whose a resource is, as the List operations ask for it."""

    SELF = "Self"
    SHARED = "Shared"
    AMAZON = "Amazon"

    @property
    def word(self) -> str:
        return "Own" if self is Owner.SELF else self.value


@dataclass(frozen=True, slots=True)
class StockComponent:
    """A component version (ListComponents); `arn` has no build number. `newest` is the highest version of its name."""

    arn: str
    name: str
    version: str
    owner: Owner
    platform: str = ""
    type: str = ""
    description: str = ""
    created: str = ""
    status: str = ""
    os_versions: tuple[str, ...] = ()
    newest: bool = True

    @property
    def reference(self) -> str:
        """As a recipe file names it. Amazon's newest is followed, as its own samples do; everything else is pinned."""
        slug = self.arn.rpartition(":component/")[2].split("/")[0]
        match self.owner:
            case Owner.AMAZON:
                return f"aws/{slug}/{LATEST if self.newest else self.version}"
            case Owner.SELF:
                return f"self/{slug}/{self.version}"
            case Owner.SHARED:
                return self.arn


@dataclass(frozen=True, slots=True)
class StockPipeline:
    """A pipeline (ListImagePipelines). `schedule` is the expression, empty for one that runs only when told to;
    `last_status` and `next_run` are empty where the service says nothing of them."""

    arn: str
    name: str
    description: str = ""
    platform: str = ""
    status: str = ""
    schedule: str = ""
    timezone: str = ""
    recipe_arn: str = ""
    infrastructure_arn: str = ""
    distribution_arn: str = ""
    created: str = ""
    updated: str = ""
    last_run: str = ""
    last_status: str = ""
    next_run: str = ""
    failures: int = 0


@dataclass(frozen=True, slots=True)
class StockRecipe:
    """An image recipe or container recipe version (ListImageRecipes, ListContainerRecipes)."""

    kind: Kind
    arn: str
    name: str
    version: str
    owner: Owner
    platform: str = ""
    parent_image: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class StockImage:
    """An own image build with its status and AMIs, or the version of an image of others, which has neither."""

    arn: str
    name: str
    version: str
    owner: Owner
    type: str = ""
    platform: str = ""
    os_version: str = ""
    created: str = ""
    status: str = ""
    reason: str = ""
    pipeline: str = ""
    pipeline_arn: str = ""
    amis: tuple[Ami, ...] = ()
    containers: tuple[str, ...] = ()


class Lister(Protocol):
    """What reading the stock asks of a connection (`core.aws.imagebuilder.ImageBuilder` is one)."""

    def listed(self, operation: str, member: str, **arguments: Any) -> Iterator[Mapping[str, Any]]: ...

    def find(self, kind: Kind, arn: str) -> Resource | None: ...


def _never() -> None:
    """Nobody stops the reading."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Reads what a connection has; each call raises what the connection raises.

    `check` is called before every page and may raise to stop: an account can have hundreds of them.
    """

    lister: Lister
    check: Callable[[], None] = _never

    def components(self) -> tuple[StockComponent, ...]:
        """Own, shared and Amazon's, by name and version, newest first."""
        found = [
            _component(owner, members)
            for owner in Owner
            for members in self._listed("ListComponents", "componentVersionList", owner=owner.value)
        ]
        newest: dict[str, StockComponent] = {}
        for each in found:
            family = _family(each.arn)
            if family not in newest or _nodes(each.version) > _nodes(newest[family].version):
                newest[family] = each
        marked = [replace(each, newest=newest[_family(each.arn)] is each) for each in found]
        return tuple(sorted(marked, key=lambda each: (each.name.casefold(), _reversed(each.version), each.arn)))

    def pipelines(self) -> tuple[StockPipeline, ...]:
        found = self._listed("ListImagePipelines", "imagePipelineList")
        return tuple(sorted(map(_pipeline, found), key=lambda each: (each.name.casefold(), each.arn)))

    def recipes(self) -> tuple[StockRecipe, ...]:
        """One's own and shared image and container recipes, by name and version, newest first."""
        found = [
            _recipe(kind, owner, members)
            for kind, noun in ((Kind.IMAGE_RECIPE, "ImageRecipe"), (Kind.CONTAINER_RECIPE, "ContainerRecipe"))
            for owner in (Owner.SELF, Owner.SHARED)
            for members in self._listed(f"List{noun}s", f"{noun[0].lower()}{noun[1:]}SummaryList", owner=owner.value)
        ]
        return tuple(sorted(found, key=lambda each: (each.name.casefold(), _reversed(each.version), each.arn)))

    def images(self) -> tuple[StockImage, ...]:
        """All own builds, the newest first, then the image versions of others by name."""
        builds = [_build(members) for members in self._listed("ListImageBuildVersions", "imageSummaryList")]
        builds.sort(key=lambda each: (each.created, each.arn), reverse=True)
        others = [
            _foreign(owner, members)
            for owner in (Owner.SHARED, Owner.AMAZON)
            for members in self._listed("ListImages", "imageVersionList", owner=owner.value)
        ]
        others.sort(key=lambda each: (each.name.casefold(), _reversed(each.version), each.arn))
        return (*builds, *others)

    def document(self, arn: str) -> str:
        """The document of a component; empty where the service keeps it to itself (encrypted for another, or sold)."""
        return str(self.resource(Kind.COMPONENT, arn).members.get("data") or "")

    def resource(self, kind: Kind, arn: str) -> Resource:
        """All of a resource. Raises NotFound when it is gone."""
        found = self.lister.find(kind, arn)
        if found is None:
            raise NotFound(f"The {kind.words} {arn} is gone.", hint="Refresh the list; somebody may have deleted it.")
        return found

    def _listed(self, operation: str, member: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        self.check()
        for each in self.lister.listed(operation, member, **arguments):
            self.check()
            yield each


def _component(owner: Owner, members: Mapping[str, Any]) -> StockComponent:
    return StockComponent(
        arn=str(members["arn"]),
        name=str(members["name"]),
        version=str(members["version"]),
        owner=owner,
        platform=str(members.get("platform", "")),
        type=str(members.get("type", "")),
        description=str(members.get("description", "")),
        created=str(members.get("dateCreated", "")),
        status=str(members.get("status", "")),
        os_versions=tuple(map(str, members.get("supportedOsVersions", ()))),
    )


def _pipeline(members: Mapping[str, Any]) -> StockPipeline:
    schedule: Mapping[str, Any] = members.get("schedule") or {}
    return StockPipeline(
        arn=str(members["arn"]),
        name=str(members.get("name", "")),
        description=str(members.get("description", "")),
        platform=str(members.get("platform", "")),
        status=str(members.get("status", "")),
        schedule=str(schedule.get("scheduleExpression", "")),
        timezone=str(schedule.get("timezone", "")),
        recipe_arn=str(members.get("imageRecipeArn") or members.get("containerRecipeArn") or ""),
        infrastructure_arn=str(members.get("infrastructureConfigurationArn", "")),
        distribution_arn=str(members.get("distributionConfigurationArn", "")),
        created=str(members.get("dateCreated", "")),
        updated=str(members.get("dateUpdated", "")),
        last_run=str(members.get("dateLastRun", "")),
        last_status=str(members.get("lastRunStatus", "")),
        next_run=str(members.get("dateNextRun", "")),
        failures=int(members.get("consecutiveFailures", 0)),
    )


def _recipe(kind: Kind, owner: Owner, members: Mapping[str, Any]) -> StockRecipe:
    arn = str(members["arn"])
    return StockRecipe(
        kind=kind,
        arn=arn,
        name=str(members.get("name", "")),
        version=arn.rpartition("/")[2],
        owner=owner,
        platform=str(members.get("platform", "")),
        parent_image=str(members.get("parentImage", "")),
        created=str(members.get("dateCreated", "")),
    )


def _build(members: Mapping[str, Any]) -> StockImage:
    image = Image.model_validate(members)
    return StockImage(
        arn=image.arn,
        name=image.name,
        version="/".join(image.arn.split("/")[-2:]),
        owner=Owner.SELF,
        type=image.type,
        platform=image.platform,
        os_version=image.os_version,
        created=str(members.get("dateCreated", "")),
        status=image.state.status.value,
        reason=image.state.reason,
        pipeline=image.source_pipeline_name,
        pipeline_arn=image.source_pipeline_arn,
        amis=image.output_resources.amis,
        containers=tuple(uri for each in image.output_resources.containers for uri in each.image_uris),
    )


def _foreign(owner: Owner, members: Mapping[str, Any]) -> StockImage:
    return StockImage(
        arn=str(members["arn"]),
        name=str(members["name"]),
        version=str(members["version"]),
        owner=owner,
        type=str(members.get("type", "")),
        platform=str(members.get("platform", "")),
        os_version=str(members.get("osVersion", "")),
        created=str(members.get("dateCreated", "")),
    )


def _family(arn: str) -> str:
    """The ARN without its version."""
    return arn.rpartition("/")[0]


def _nodes(version: str) -> tuple[int, ...]:
    """For comparing; a node that is no number says nothing."""
    return tuple(int(node) for node in version.split("/")[0].split(".") if node.isdecimal())


def _reversed(version: str) -> tuple[int, ...]:
    return tuple(-node for node in _nodes(version))
