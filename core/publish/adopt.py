"""A pipeline of an account as a recipe file: what publishing does, backwards.

The file says what the pipeline and what it refers to say, and nothing that the service would choose itself; the
documents of one's own components and workflows are written beside it. Publishing it to the same connection plans
nothing new: wherever a file could not say the same (a pinned build, a document that is not ours to read or too long for
a request), it refers to what is there instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Any, Final

from core.aws.imagebuilder import Json, Kind, Resource
from core.catalog.limits import INLINE_DOCUMENT_CHARACTERS
from core.errors import Conflict, NotFound
from core.publish.compare import said
from core.publish.parent import parent_image
from core.publish.plan import Catalogue
from core.publish.wanted import At
from core.recipe.names import Arn, Version, is_wildcard
from core.recipe.render import block

DOCKERFILE: Final = "Dockerfile"
_AMI: Final = "amiDistributionConfiguration"
_FOLDERS: Final = {Kind.COMPONENT: "components", Kind.WORKFLOW: "workflows"}
_REFERENCES: Final = {Kind.COMPONENT: "componentArn", Kind.WORKFLOW: "workflowArn"}


@dataclass(frozen=True, slots=True)
class Adopted:
    """The recipe file's text, and its documents by their paths relative to it."""

    name: str
    text: str
    documents: Mapping[str, str]


def adopt(pipeline_arn: str, at: At, catalogue: Catalogue) -> Adopted:
    """The pipeline as a recipe file.

    Raises NotFound when it, or what it refers to, is gone, and what `catalogue` raises.
    """
    pipeline = _found(catalogue, Kind.PIPELINE, pipeline_arn)
    return _Adopter(at, catalogue, pipeline).adopted()


@dataclass(slots=True)
class _Adopter:
    at: At
    catalogue: Catalogue
    pipeline: Resource
    documents: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.pipeline.members["name"])

    def adopted(self) -> Adopted:
        members = self.pipeline.members
        container = bool(members.get("containerRecipeArn"))
        kind = Kind.CONTAINER_RECIPE if container else Kind.IMAGE_RECIPE
        recipe = self._referred(kind, "containerRecipeArn" if container else "imageRecipeArn")
        infrastructure = self._referred(Kind.INFRASTRUCTURE, "infrastructureConfigurationArn")
        distribution = (
            self._referred(Kind.DISTRIBUTION, "distributionConfigurationArn")
            if members.get("distributionConfigurationArn")
            else None
        )
        parts = [part for part in (recipe, infrastructure, distribution) if part is not None]
        tags = self._shared_tags(parts)
        platform = str(recipe.members.get("platform", "Linux"))
        own = said(Kind.PIPELINE, members)
        workflows = [self._workflow(each) for each in _maps(own.pop("workflows", None))]
        head: dict[str, Json] = {
            "schemaVersion": 1,
            "name": self.name,
            "description": own.pop("description", None),
            "platform": None if platform == "Linux" else platform,
            "tags": tags,
        }
        sections: list[Mapping[str, Json]] = [
            head,
            {"containerRecipe" if container else "imageRecipe": self._recipe(recipe, platform, tags)},
            {"infrastructureConfiguration": self._infrastructure(infrastructure, tags)},
            *self._distribution(distribution, container, tags),
            {"workflows": workflows},
            {key: value for key, value in own.items() if not key.endswith("Arn")},
        ]
        return Adopted(self.name, _text(sections), self.documents)

    def _recipe(self, recipe: Resource, platform: str, tags: Mapping[str, str]) -> dict[str, Json]:
        members = said(recipe.kind, recipe.members)
        members["components"] = [self._component(each, platform) for each in _maps(recipe.members.get("components"))]
        if recipe.kind is Kind.IMAGE_RECIPE:
            members["parentImage"] = self._parent(str(members["parentImage"]))
        else:
            self._container(members)
        version = {"semanticVersion": self._version(recipe)}
        return {**version, **self._named(recipe), **members, "tags": _own_tags(recipe, tags)}

    def _container(self, members: dict[str, Any]) -> None:
        if members.get("containerType") == "DOCKER":
            members.pop("containerType")
        if members.get("targetRepository", {}).get("service") == "ECR":
            members["targetRepository"].pop("service")
        if template := members.pop("dockerfileTemplateData", ""):
            members["dockerfileTemplate"] = DOCKERFILE
            self.documents[DOCKERFILE] = str(template)

    def _version(self, recipe: Resource) -> str:
        """With the patch counted up from here, as long as this recipe is the newest of its series."""
        arn = Arn.parse(recipe.arn)
        version = Version.parse(arn.version or "")
        series = f"{version.major}.{version.minor}.x"
        newest = self.catalogue.find(recipe.kind, str(arn.with_version(series)))
        return series if newest is not None and newest.arn == recipe.arn else str(version)

    def _parent(self, reference: str) -> str:
        """An image that is followed by its newest version is named as people do, where the name leads there."""
        try:
            arn = Arn.parse(reference)
            named = parent_image(arn.name, self.catalogue)
        except (ValueError, NotFound, Conflict):
            return reference
        return arn.name if named == reference else reference

    def _component(self, used: Mapping[str, Json], platform: str) -> dict[str, Json]:
        entry = self._published(Kind.COMPONENT, str(used["componentArn"]))
        if entry.get("platform") == platform:
            entry.pop("platform")
        return {**entry, "parameters": _parameters(used)}

    def _workflow(self, used: Mapping[str, Json]) -> dict[str, Json]:
        entry = self._published(Kind.WORKFLOW, str(used["workflowArn"]))
        rest = {key: value for key, value in used.items() if key not in ("workflowArn", "parameters")}
        return {**entry, "parameters": _parameters(used), **rest}

    def _published(self, kind: Kind, reference: str) -> dict[str, Json]:
        """The entry for a component or workflow: its document where the file can carry it, else a reference."""
        arn = Arn.parse(reference)
        pinned = arn.version is not None and not is_wildcard(arn.version) and arn.build is None
        resource = self.catalogue.find(kind, reference) if pinned and arn.owner == self.at.account else None
        text = str(resource.members.get("data") or "") if resource is not None else ""
        if resource is None or not text or len(text) > INLINE_DOCUMENT_CHARACTERS:
            return {_REFERENCES[kind]: self._short(arn)}
        path = self._free_path(kind, arn, text)
        self.documents[path] = text
        members = said(kind, resource.members)
        members.pop("data")
        name, version = str(resource.members["name"]), str(arn.version)
        typed: dict[str, Json] = {"type": resource.members.get("type")} if kind is Kind.WORKFLOW else {}
        named: dict[str, Json] = {"name": name} if name != PurePosixPath(path).stem else {}
        numbered: dict[str, Json] = {"semanticVersion": version} if version != "1.0.0" else {}
        return {"document": path, **typed, **named, **numbered, **members, "tags": _own_tags(resource, {})}

    def _free_path(self, kind: Kind, arn: Arn, text: str) -> str:
        """Where the document goes: a pipeline may use workflows of one name for two stages, or in two versions."""
        more = filter(None, (arn.workflow_type, arn.version))
        names = accumulate((arn.name, *more), lambda name, part: f"{name}-{part}")
        paths = [f"{_FOLDERS[kind]}/{name}.yml" for name in names]
        return next((path for path in paths if self.documents.get(path, text) == text), paths[-1])

    def _short(self, arn: Arn) -> str:
        """``aws/update-linux/x.x.x``, where it leads to the same."""
        if str(arn.with_version("x.x.x")) != self.catalogue.arn(
            Kind(arn.type), arn.name, "x.x.x", owner=arn.owner, stage=arn.workflow_type or ""
        ):
            return str(arn)
        owner = "self" if arn.owner == self.at.account else arn.owner
        parts = (owner, arn.workflow_type, arn.name, arn.version, arn.build)
        return "/".join(str(part) for part in parts if part is not None)

    def _infrastructure(self, resource: Resource, tags: Mapping[str, str]) -> dict[str, Json]:
        members = said(Kind.INFRASTRUCTURE, resource.members)
        if members.get("instanceProfileName") == self.at.instance_profile:
            members.pop("instanceProfileName", None)
        return {**self._named(resource), **members, "tags": _own_tags(resource, tags)}

    def _distribution(
        self, resource: Resource | None, container: bool, tags: Mapping[str, str]
    ) -> list[Mapping[str, Json]]:
        if resource is None:
            return []
        members = said(Kind.DISTRIBUTION, resource.members)
        regions = members.pop("distributions", [])
        default = {"name": f"{self.name} {{{{ imagebuilder:buildDate }}}}"}
        entries = [
            {key: value for key, value in each.items() if key == "region"}
            if not container and each.keys() == {"region", _AMI} and each[_AMI] == default
            else each
            for each in _maps(regions)
        ]
        return [
            {"distributions": entries},
            {"distributionConfiguration": {**self._named(resource), **members, "tags": _own_tags(resource, tags)}},
        ]

    def _referred(self, kind: Kind, member: str) -> Resource:
        return _found(self.catalogue, kind, str(self.pipeline.members[member]))

    def _named(self, resource: Resource) -> dict[str, Json]:
        name = str(resource.members["name"])
        return {} if name == self.name else {"name": name}

    def _shared_tags(self, parts: Sequence[Resource]) -> dict[str, str]:
        """The pipeline's tags, where all of its parts have them too: the file's tags go to every one of them."""
        tags = _own_tags(self.pipeline, {})
        return tags if all(tags.items() <= part.tags.items() for part in parts) else {}


def _found(catalogue: Catalogue, kind: Kind, arn: str) -> Resource:
    resource = catalogue.find(kind, arn)
    if resource is None:
        raise NotFound(f"The {kind.words} {arn} is gone.", hint="Somebody may have deleted it meanwhile.")
    return resource


def _own_tags(resource: Resource, shared: Mapping[str, str]) -> dict[str, str]:
    """Without those of the service, and those that the file gives to everything."""
    return {key: value for key, value in resource.tags.items() if not key.startswith("aws:") and key not in shared}


def _parameters(used: Mapping[str, Json]) -> dict[str, Json]:
    found = ((str(each["name"]), each.get("value")) for each in _maps(used.get("parameters")))
    return {
        name: value[0] if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 1 else value
        for name, value in found
    }


def _maps(value: Json) -> list[Mapping[str, Json]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, Sequence) else []


def _text(sections: Sequence[Mapping[str, Json]]) -> str:
    """The sections as YAML, a blank line between them; what says nothing is left out."""
    written = (block(kept, 2, 2) for each in sections if (kept := _kept(each)))
    return "\n\n".join("\n".join(lines) for lines in written) + "\n"


def _kept(members: Mapping[str, Json]) -> Any:
    """Without empties, at any depth of maps; an item of a list stays whatever it says."""
    kept: dict[str, Json] = {}
    for key, value in members.items():
        if isinstance(value, Mapping):
            value = _kept(value)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            value = [_kept(each) if isinstance(each, Mapping) else each for each in value]
        if value not in (None, "", [], {}):
            kept[key] = value
    return kept
