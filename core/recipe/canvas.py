"""What a canvas shows of a recipe file: the pipeline as it runs, one card for each thing, from top to bottom.

Cards are read leniently from the source, since a file is wrong most of the time while it is written: what can't be read
is empty or None on its card, and the card stays where it is. Each card's `address` is where its problems and edits are.
What reads the documents that a recipe names is imported with the first of them: a new recipe has none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, TypeAlias

from core.errors import BakehouseError, Problem
from core.recipe.address import Path, address
from core.recipe.codec import Source
from core.recipe.documents import Folder, path_problem
from core.recipe.tree import Entries, Items, Node, Scalar

if TYPE_CHECKING:
    from core.recipe.component import ComponentDocument

Reference: TypeAlias = Literal["document", "uri", "componentArn", "workflowArn", ""]


@dataclass(frozen=True, slots=True)
class ParentCard:
    """The parent image; `overrides` are the connections (or kinds) that use another, each with its image."""

    address: str
    image: str
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ComponentCard:
    """One component. `name` and `version` are those it is published with, or what its ARN says.

    `document` is the component document beside the file, as far as it can be read, `path` where it is, `file` how
    problems name it, and `document_problems` what is wrong in it; `missing` says why there is none.
    """

    address: str
    index: int
    kind: Reference
    reference: str
    name: str
    version: str
    owner: str
    platform: str
    parameters: Mapping[str, tuple[str, ...]]
    disabled: bool
    file: str = ""
    path: FilePath | None = None
    document: "ComponentDocument | None" = None
    document_problems: tuple[Problem, ...] = ()
    missing: str = ""

    @property
    def type(self) -> Literal["BUILD", "TEST"]:
        if self.document is None:
            return "BUILD"
        from core.recipe.component import component_type

        return component_type(self.document)


@dataclass(frozen=True, slots=True)
class VolumeCard:
    """A block device mapping; `size` in GiB as written."""

    address: str
    index: int
    device: str
    size: str
    type: str
    encrypted: bool | None


@dataclass(frozen=True, slots=True)
class ImageCard:
    """The image that an image recipe makes; names are the recipe file's where it says no other."""

    address: str
    name: str
    version: str
    description: str
    volumes: tuple[VolumeCard, ...]


@dataclass(frozen=True, slots=True)
class ContainerCard:
    """The container image; `template` is the Dockerfile's text, path or URI, `template_key` says which."""

    address: str
    name: str
    version: str
    repository: str
    template_key: str
    template: str


@dataclass(frozen=True, slots=True)
class InfrastructureCard:
    address: str
    instance_types: tuple[str, ...]
    instance_profile: str


@dataclass(frozen=True, slots=True)
class TestsCard:
    """`enabled` None is the service's default, which is yes; minutes as written."""

    address: str
    enabled: bool | None
    timeout_minutes: str


@dataclass(frozen=True, slots=True)
class RegionCard:
    """A region of the distribution; `outputs` are the keys it has besides its region."""

    address: str
    index: int
    region: str
    ami_name: str
    repository: str
    accounts: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduleCard:
    address: str
    expression: str
    timezone: str
    start_condition: str


@dataclass(frozen=True, slots=True)
class WorkflowCard:
    address: str
    index: int
    kind: Reference
    reference: str
    name: str
    stage: str


Card: TypeAlias = (
    ParentCard
    | ComponentCard
    | ImageCard
    | ContainerCard
    | InfrastructureCard
    | TestsCard
    | RegionCard
    | ScheduleCard
    | WorkflowCard
)


@dataclass(frozen=True, slots=True)
class Canvas:
    """All cards. `output` is the image or the container image; `schedule` None is: runs only when it is told to."""

    name: str
    description: str
    platform: str
    parent: ParentCard
    components: tuple[ComponentCard, ...]
    output: ImageCard | ContainerCard
    infrastructure: InfrastructureCard
    tests: TestsCard
    regions: tuple[RegionCard, ...]
    schedule: ScheduleCard | None
    workflows: tuple[WorkflowCard, ...]

    def cards(self) -> Iterator[Card]:
        """Top to bottom."""
        yield from (self.parent, self.infrastructure, *self.components, self.output, self.tests, *self.regions)
        yield from self.workflows
        if self.schedule is not None:
            yield self.schedule


def canvas_of(source: Source, folder: Folder | None) -> Canvas:
    return _Reader(source, folder).canvas()


class _Reader:
    def __init__(self, source: Source, folder: Folder | None) -> None:
        self._source = source
        self._folder = folder
        container = source.node("containerRecipe") is not None and source.node("imageRecipe") is None
        self._key = "containerRecipe" if container else "imageRecipe"
        self._name = self._text("name")
        self._platform = self._text("platform") or "Linux"

    def canvas(self) -> Canvas:
        return Canvas(
            name=self._name,
            description=self._text("description"),
            platform=self._platform,
            parent=self._parent(),
            components=tuple(self._component(index) for index in self._indexes(self._key, "components")),
            output=self._container() if self._key == "containerRecipe" else self._image(),
            infrastructure=InfrastructureCard(
                "infrastructureConfiguration",
                self._texts("infrastructureConfiguration", "instanceTypes"),
                self._text("infrastructureConfiguration", "instanceProfileName"),
            ),
            tests=TestsCard(
                "imageTestsConfiguration",
                self._flag("imageTestsConfiguration", "imageTestsEnabled"),
                self._text("imageTestsConfiguration", "timeoutMinutes"),
            ),
            regions=tuple(self._region(index) for index in self._indexes("distributions")),
            schedule=self._schedule(),
            workflows=tuple(self._workflow(index) for index in self._indexes("workflows")),
        )

    def _parent(self) -> ParentCard:
        overrides = {
            name: image
            for name in self._keys("connections")
            if (image := self._text("connections", name, self._key, "parentImage"))
        }
        return ParentCard(f"{self._key}.parentImage", self._text(self._key, "parentImage"), overrides)

    def _component(self, index: int) -> ComponentCard:
        path: Path = (self._key, "components", index)
        kind, reference = self._reference(path, ("document", "uri", "componentArn"))
        owner, arn_name, arn_version = _identity(reference) if kind == "componentArn" else ("", "", "")
        stem = PurePosixPath(reference).stem if kind in ("document", "uri") else arn_name
        platform = self._text(*path, "platform") or (self._platform if kind != "componentArn" else "")
        target, document, problems, missing = self._document(reference if kind == "document" else "", platform)
        return ComponentCard(
            address=address(path),
            index=index,
            kind=kind,
            reference=reference,
            name=self._text(*path, "name") or stem,
            version=self._text(*path, "semanticVersion")
            or arn_version
            or ("1.0.0" if kind in ("document", "uri") else ""),
            owner=owner,
            platform=platform,
            parameters={name: self._texts(*path, "parameters", name) for name in self._keys(*path, "parameters")},
            disabled=self._flag(*path, "disabled") or False,
            file=str(self._folder.base / reference) if kind == "document" and self._folder is not None else "",
            path=target,
            document=document,
            document_problems=problems,
            missing=missing,
        )

    def _document(
        self, reference: str, platform: str
    ) -> "tuple[FilePath | None, ComponentDocument | None, tuple[Problem, ...], str]":
        if not reference or self._folder is None:
            return None, None, (), ""
        if (wrong := path_problem(reference)) is not None:
            return None, None, (), wrong[0]
        target = None
        try:
            target = self._folder.target(reference)
            text = self._folder.text(target, named=reference)
        except BakehouseError as error:
            return target, None, (), error.message
        from core.recipe.reading import component_reading

        reading = component_reading(text, file=str(self._folder.base / reference), platform=platform)
        return target, reading.document, reading.problems, ""

    def _image(self) -> ImageCard:
        return ImageCard(
            self._key,
            self._text(self._key, "name") or self._name,
            self._text(self._key, "semanticVersion"),
            self._text(self._key, "description"),
            tuple(self._volume(index) for index in self._indexes(self._key, "blockDeviceMappings")),
        )

    def _volume(self, index: int) -> VolumeCard:
        path: Path = (self._key, "blockDeviceMappings", index)
        return VolumeCard(
            address(path),
            index,
            self._text(*path, "deviceName"),
            self._text(*path, "ebs", "volumeSize"),
            self._text(*path, "ebs", "volumeType"),
            self._flag(*path, "ebs", "encrypted"),
        )

    def _container(self) -> ContainerCard:
        keys = ("dockerfileTemplate", "dockerfileTemplateData", "dockerfileTemplateUri")
        found = next((key for key in keys if self._text(self._key, key)), "")
        return ContainerCard(
            self._key,
            self._text(self._key, "name") or self._name,
            self._text(self._key, "semanticVersion"),
            self._text(self._key, "targetRepository", "repositoryName"),
            found,
            self._text(self._key, found) if found else "",
        )

    def _region(self, index: int) -> RegionCard:
        path: Path = ("distributions", index)
        ami, container = "amiDistributionConfiguration", "containerDistributionConfiguration"
        return RegionCard(
            address(path),
            index,
            self._text(*path, "region"),
            self._text(*path, ami, "name"),
            self._text(*path, container, "targetRepository", "repositoryName"),
            self._texts(*path, ami, "targetAccountIds"),
            tuple(key for key in self._keys(*path) if key != "region"),
        )

    def _schedule(self) -> ScheduleCard | None:
        if not self._keys("schedule"):
            return None
        keys = ("scheduleExpression", "timezone", "pipelineExecutionStartCondition")
        return ScheduleCard("schedule", *(self._text("schedule", key) for key in keys))

    def _workflow(self, index: int) -> WorkflowCard:
        path: Path = ("workflows", index)
        kind, reference = self._reference(path, ("document", "uri", "workflowArn"))
        parts = reference.replace(":workflow/", "/").split("/")
        stage = parts[-3] if kind == "workflowArn" and len(parts) > 3 else ""
        name = parts[-2] if stage else PurePosixPath(reference).stem
        given = self._text(*path, "type")
        return WorkflowCard(
            address(path), index, kind, reference, self._text(*path, "name") or name, given or stage.upper()
        )

    def _reference(self, path: Path, kinds: Sequence[Reference]) -> tuple[Reference, str]:
        return next(((kind, text) for kind in kinds if (text := self._text(*path, kind))), ("", ""))

    def _text(self, *path: str | int) -> str:
        node = self._source.node(path)
        return node.text if isinstance(node, Scalar) and not node.is_null else ""

    def _flag(self, *path: str | int) -> bool | None:
        node = self._source.node(path)
        return node.flag if isinstance(node, Scalar) else None

    def _texts(self, *path: str | int) -> tuple[str, ...]:
        """A list of texts, or one text as a list of one."""
        node = self._source.node(path)
        nodes: Sequence[Node] = node.items if isinstance(node, Items) else () if node is None else (node,)
        return tuple(each.text for each in nodes if isinstance(each, Scalar) and not each.is_null)

    def _keys(self, *path: str | int) -> tuple[str, ...]:
        node = self._source.node(path)
        return tuple(key.text for key, _ in node.entries) if isinstance(node, Entries) else ()

    def _indexes(self, *path: str | int) -> range:
        node = self._source.node(path)
        return range(len(node.items) if isinstance(node, Items) else 0)


def _identity(reference: str) -> tuple[str, str, str]:
    """Owner, name and version of a component's ARN or short reference, as far as it says them."""
    if reference.startswith("arn:"):
        owner = (reference.split(":") + [""] * 5)[4]
        parts = reference.partition("component/")[2].split("/")
    else:
        owner, *parts = reference.split("/")
    name, version = (*parts, "", "")[:2]
    return owner, name, version
