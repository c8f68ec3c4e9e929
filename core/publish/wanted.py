"""A recipe file as the resources it wants, and the plan for all of them.

Each resource is planned as soon as those it refers to are: a recipe names its components, the pipeline everything.
What only the connection knows is asked of it: ARNs for short references, an image's ARN for its name, a component's
parameters, the instance profile for recipes that name none.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Protocol

from core.aws.imagebuilder import Json, Kind
from core.catalog.limits import INLINE_DOCUMENT_CHARACTERS
from core.errors import Conflict, Denied, HostFault, Invalid, NotFound, Problem, Severity
from core.publish.parent import parent_image
from core.publish.plan import Catalogue, Plan, Step, Wanted, step_for
from core.recipe.image_recipe import ComponentEntry, ContainerRecipe, enabled
from core.recipe.pipeline import WorkflowEntry
from core.recipe.recipe import RecipeFile


class At(Protocol):
    """What planning asks of the connection itself (`core.aws.connection.Connection` is one)."""

    @property
    def name(self) -> str: ...

    @property
    def region(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def instance_profile(self) -> str: ...


@dataclass(slots=True)
class Planner:
    """Plans one recipe file. `document` reads a file beside it (raising Invalid or HostFault); `locate` gives line and
    column of an address. Problems are collected, so that all of them are told at once."""

    recipe: RecipeFile
    at: At
    catalogue: Catalogue
    document: Callable[[str], str]
    locate: Callable[[str], tuple[int, int]]
    file: str = ""
    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def plan(self) -> Plan:
        """Raises Invalid with all problems, Conflict for a taken recipe version, and what the connection raises."""
        recipe = self._recipe()
        infrastructure = self._infrastructure()
        distribution = self._distribution()
        workflows = [self._workflow(index, entry) for index, entry in enumerate(self.recipe.workflows)]
        if self.problems:
            raise Invalid(
                f"{self.file or self.recipe.name} can't be published to {self.at.name}.", problems=self.problems
            )
        self._pipeline(recipe, infrastructure, distribution, workflows)
        return Plan(self.at.name, self.at.region, tuple(self.steps))

    def _recipe(self) -> str:
        recipe = self.recipe.recipe
        container = isinstance(recipe, ContainerRecipe)
        address = "containerRecipe" if container else "imageRecipe"
        members = recipe.api_members()
        members |= {"name": recipe.name or self.recipe.name, "semanticVersion": recipe.semantic_version}
        members["components"] = [
            self._component(f"{address}.components[{index}]", entry) for index, entry in enabled(recipe.components)
        ]
        with self._collecting(f"{address}.parentImage"):
            members["parentImage"] = parent_image(recipe.parent_image, self.catalogue)
        if isinstance(recipe, ContainerRecipe):
            self._container(recipe, members)
        kind = Kind.CONTAINER_RECIPE if container else Kind.IMAGE_RECIPE
        return self._step(kind, members, address, self._tags(recipe.tags))

    def _container(self, recipe: ContainerRecipe, members: dict[str, Any]) -> None:
        members.setdefault("containerType", "DOCKER")
        members["targetRepository"].setdefault("service", "ECR")
        if recipe.dockerfile_template:
            members.pop("dockerfileTemplate")
            with self._collecting("containerRecipe.dockerfileTemplate"):
                members["dockerfileTemplateData"] = self._sent(recipe.dockerfile_template)

    def _component(self, address: str, entry: ComponentEntry) -> dict[str, Json]:
        """The recipe's entry; a component with a document or uri of its own is planned before."""
        if entry.component_arn:
            arn = self._expanded(Kind.COMPONENT, entry.component_arn)
            self._check_parameters(address, arn, entry)
        else:
            members = entry.api_members()
            members.pop("parameters", None)
            members |= {"name": entry.published_name, "semanticVersion": entry.published_version}
            members.setdefault("platform", self.recipe.platform)
            arn = self._published(Kind.COMPONENT, members, address, entry.document, entry.tags)
        return {"componentArn": arn, **_parameters(entry.parameters)}

    def _workflow(self, index: int, entry: WorkflowEntry) -> dict[str, Json]:
        address = f"workflows[{index}]"
        members = entry.api_members()
        used: dict[str, Json] = {key: members.pop(key) for key in ("parallelGroup", "onFailure") if key in members}
        if entry.workflow_arn:
            arn = self._expanded(Kind.WORKFLOW, entry.workflow_arn)
        else:
            members.pop("parameters", None)
            name = entry.name or PurePosixPath(entry.document or "").stem
            members |= {"name": name, "semanticVersion": entry.semantic_version or "1.0.0"}
            arn = self._published(Kind.WORKFLOW, members, address, entry.document, entry.tags)
        return {"workflowArn": arn, **_parameters(entry.parameters), **used}

    def _published(
        self, kind: Kind, members: dict[str, Any], address: str, document: str | None, tags: Mapping[str, str]
    ) -> str:
        if document:
            members.pop("document")
            with self._collecting(f"{address}.document"):
                members["data"] = self._sent(document)
        # Shared with other recipe files, so it carries its own tags and not those of this file.
        return self._step(kind, members, address, dict(tags) or None)

    def _sent(self, path: str) -> str:
        """The text of a document beside the recipe file, which goes into a request as it is."""
        text = self.document(path)
        if len(text) > INLINE_DOCUMENT_CHARACTERS:
            raise Invalid(
                f"{path} has {len(text):,} characters; a request takes {INLINE_DOCUMENT_CHARACTERS:,}",
                hint="Split it, shorten it, or upload it to S3 and name it by its s3:// URI instead.",
            )
        return text

    def _check_parameters(self, address: str, arn: str, entry: ComponentEntry) -> None:
        """The component exists, knows the parameters given, and gets those it needs (service reference, 1.6)."""
        try:
            found = self.catalogue.find(Kind.COMPONENT, arn)
        except Denied:
            return  # not ours to read, yet perhaps to use: the service will say
        if found is None:
            self._problem(f"{address}.componentArn", f"There is no component {arn}", "Check owner, name and version.")
            return
        defined = {str(each["name"]): each for each in _maps(found.members.get("parameters"))}
        for name in entry.parameters:
            if name not in defined:
                hint = f"It has {', '.join(defined)}." if defined else "It has none."
                self._problem(f"{address}.parameters.{name}", f"The component has no parameter {name!r}", hint)
        for name, parameter in defined.items():
            if not parameter.get("defaultValue") and name not in entry.parameters:
                self._problem(address, f"The component needs a value for its parameter {name!r}", "It has no default.")

    def _infrastructure(self) -> str:
        configuration = self.recipe.infrastructure_configuration
        members = {**configuration.api_members(), "name": configuration.name or self.recipe.name}
        profile = configuration.instance_profile_name or self.at.instance_profile
        if not profile:
            address = "infrastructureConfiguration.instanceProfileName"
            hint = "Name the instance profile of the build machine, for instance EC2InstanceProfileForImageBuilder."
            self._problem(address, f"{self.at.name} needs an instanceProfileName", hint)
        members["instanceProfileName"] = profile
        tags = self._tags(configuration.tags)
        return self._step(Kind.INFRASTRUCTURE, members, "infrastructureConfiguration", tags)

    def _distribution(self) -> str:
        if not self.recipe.distributions:
            return ""
        given = self.recipe.distribution_configuration
        members: dict[str, Any] = given.api_members() if given else {}
        members["name"] = (given.name if given else None) or self.recipe.name
        members["distributions"] = self.recipe.distribution_members()
        return self._step(Kind.DISTRIBUTION, members, "distributions", self._tags(given.tags if given else {}))

    def _pipeline(self, recipe: str, infrastructure: str, distribution: str, workflows: list[dict[str, Json]]) -> None:
        given = self.recipe.model_dump(
            by_alias=True,
            exclude_defaults=True,
            mode="json",
            include={
                "description",
                "image_tests_configuration",
                "enhanced_image_metadata_enabled",
                "image_scanning_configuration",
                "schedule",
                "status",
                "execution_role",
                "logging_configuration",
                "image_tags",
            },
        )
        which = "imageRecipeArn" if self.recipe.image_recipe else "containerRecipeArn"
        members: dict[str, Json] = {
            **given,
            "name": self.recipe.name,
            which: recipe,
            "infrastructureConfigurationArn": infrastructure,
        }
        if distribution:
            members["distributionConfigurationArn"] = distribution
        if workflows:
            members["workflows"] = workflows
        self._step(Kind.PIPELINE, members, "name", self._tags({}))

    def _step(self, kind: Kind, members: dict[str, Any], address: str, tags: Mapping[str, str] | None) -> str:
        members.pop("tags", None)
        if self.problems:
            return ""  # the rest is looked through for more problems, but nothing will be done
        step = step_for(Wanted(kind, str(members["name"]), members, address, tags), self.catalogue)
        self.steps.append(step)
        return step.arn

    def _expanded(self, kind: Kind, reference: str) -> str:
        """``aws/update-linux/x.x.x`` and ``self/…`` as the ARN they stand for here."""
        if reference.startswith("arn:"):
            return reference
        owner, *rest = reference.split("/")
        stage = rest.pop(0) if kind is Kind.WORKFLOW else ""
        name, version, *build = rest
        arn = self.catalogue.arn(kind, name, version, owner="" if owner == "self" else owner, stage=stage)
        return "/".join((arn, *build))

    def _tags(self, own: Mapping[str, str]) -> dict[str, str] | None:
        """The file's tags and the resource's own; None when nothing is said of tags."""
        return {**self.recipe.tags, **own} or None

    def _problem(self, address: str, message: str, hint: str) -> None:
        line, column = self.locate(address)
        self.problems.append(Problem(address, line, column, Severity.ERROR, message, hint, self.file))

    @contextmanager
    def _collecting(self, address: str) -> Iterator[None]:
        """An error about one place of the recipe file becomes a problem there, and planning goes on."""
        try:
            yield
        except (Invalid, NotFound, Conflict, HostFault) as error:
            if isinstance(error, Invalid) and error.problems:
                self.problems.extend(error.problems)
            else:
                self._problem(address, error.message, error.hint)


def _parameters(given: Mapping[str, tuple[str, ...]]) -> dict[str, Json]:
    return {"parameters": [{"name": name, "value": list(value)} for name, value in given.items()]} if given else {}


def _maps(value: Json) -> Iterator[Mapping[str, Json]]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, Mapping))
